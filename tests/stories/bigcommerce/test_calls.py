"""Answers and limits of the store's API that trip other apps: tens, fifties, pages, nothing at all."""

from tests.stories.bigcommerce.bazaar import LABELS, Bazaar

VALUES = "/v3/customers/attribute-values"


def test_a_crowd_is_labelled_ten_a_call_and_one_who_is_refused_spoils_it_for_nobody(bazaar: Bazaar) -> None:
    bazaar.live("count(orders) >= 1", "crowd")
    people = [bazaar.someone(f"One{number}") for number in range(24)]
    bazaar.settle()
    eleven = [{"attribute_id": 1, "customer_id": who, "value": "x"} for who in people[:11]]
    assert bazaar.answer("PUT", VALUES, eleven).status_code == 413
    before = bazaar.called()

    bazaar.fail(batch_refuses=[people[7]])
    for who in people:
        bazaar.buy(who)
    bazaar.settle()

    calls = bazaar.calls("PUT", VALUES, before)
    assert max(len(each["body"]) for each in calls) == 10
    assert 413 not in {each["status"] for each in calls}
    assert set(people) - bazaar.labelled("crowd") == {people[7]}
    assert "couldn't be changed" in bazaar.notices()["write_refused"]


def test_what_goes_in_as_value_and_comes_out_as_attribute_value_is_the_same(bazaar: Bazaar) -> None:
    number = bazaar.live("count(orders) >= 1", "spelled")
    bazaar.show(number, "attribute", "Spelled since", says="since")
    bazaar.live("customer_tags CONTAINS 'by hand'", "seen")
    ada = bazaar.someone("Ada")
    bazaar.buy(ada)
    bazaar.settle()
    sent = [each for call in bazaar.calls("PUT", VALUES) for each in call["body"] if each["customer_id"] == ada]
    assert {frozenset(each) for each in sent} == {frozenset(("attribute_id", "customer_id", "value"))}
    rows = bazaar.asked("GET", f"{VALUES}?customer_id:in={ada}")["data"]
    assert {row["attribute_value"] for row in rows} == {each["value"] for each in sent}
    today = f"{bazaar.house.now():%Y-%m-%d}"
    assert bazaar.customer(ada)["attributes"]["Spelled since"] == today

    # The merchant writes beside our label; what stands there is read under its other name, and kept.
    bazaar.control("PATCH", f"/customers/{ada}", {"attributes": {LABELS: "By hand, spelled"}})
    bazaar.settle()
    assert bazaar.labels(ada) >= {"By hand", "spelled", "seen"}
    written = len(bazaar.calls("PUT", VALUES))
    bazaar.buy(ada)
    bazaar.settle()
    assert len(bazaar.calls("PUT", VALUES)) == written  # What says so already is not written again.


def test_a_store_without_room_for_an_attribute_is_told_and_helped_as_soon_as_there_is_some(bazaar: Bazaar) -> None:
    full = bazaar.another("full")
    theirs = 50 - full.control("GET")["counts"]["attributes"]
    full.control("POST", "/attributes", {"name": "Theirs", "count": theirs})
    number = full.live("count(orders) >= 1", "late")
    bob = full.someone("Bob")
    full.buy(bob)
    full.settle()

    assert full.labels(bob) == set()
    assert "The store has 50 customer attributes, and there can be no more." in full.notices()["write_refused"]
    assert "Your store has all of the 50 there can be." in full.page("/outputs/attribute/room")["said"]
    told = full.refused(f"/segments/{number}/outputs/attribute", "PUT", {"name": "Late"})
    assert "Your store has 50 of these, and there can be no more." in told

    names = {each["name"]: each["id"] for each in full.asked("GET", "/v3/customers/attributes")["data"]}
    for each in ("Theirs 7", "Theirs 8"):
        full.control("DELETE", f"/attributes/{names[each]}")
    full.deliver_in(hours=2)
    full.show(number, "attribute", "Late")
    assert (full.labels(bob), full.customer(bob)["attributes"]["Late"]) == ({"late"}, "yes")
    assert "write_refused" not in full.notices()


def test_an_empty_store_is_read_whole_and_its_first_purchase_counts(bazaar: Bazaar) -> None:
    empty = bazaar.another("empty", customers=0, years=0.05)
    assert empty.control("GET")["counts"]["orders"] == 0

    nothing = [each["path"] for each in empty.calls("GET", "/v2") if each["status"] == 204]
    assert "/v2/orders" in nothing  # An empty list has no body at all.
    assert empty.page("/overview")["store"]["state"] == "ready"
    empty.live("count(orders) = 1", "first")
    eve = empty.someone("Eve")
    empty.buy(eve)
    empty.settle()
    assert empty.labels(eve) == {"first"}


def test_what_we_take_away_names_each_thing_that_is_to_go_and_everybody_elses_stays(bazaar: Bazaar) -> None:
    store = bazaar.another("enterprise", plan="enterprise")
    theirs = store.asked("POST", "/v3/segments", [{"name": "Theirs", "description": "by hand"}])["data"][0]["id"]
    fay, gus = store.someone("Fay"), store.someone("Gus")
    profiles = store.asked("POST", "/v3/shopper-profiles", [{"customer_id": who} for who in (fay, gus)])["data"]
    store.asked("POST", f"/v3/segments/{theirs}/shopper-profiles", [each["id"] for each in profiles])
    loyal = store.live("sum(orders.net) >= 100", "loyal")
    store.show(loyal, "native", "Loyal")
    orders = [store.buy(who, "200.00") for who in (fay, gus)]
    store.settle()
    assert [store.customer(who)["segments"] for who in (fay, gus)] == [["Loyal", "Theirs"]] * 2

    store.control("POST", f"/orders/{orders[0]['id']}/refund", {})
    store.settle()
    assert [store.customer(who)["segments"] for who in (fay, gus)] == [["Theirs"], ["Loyal", "Theirs"]]
    assert [store.labels(who) for who in (fay, gus)] == [set(), {"loyal"}]
    store.page(f"/segments/{loyal}/outputs/native", "DELETE")
    store.settle()
    store.page(f"/segments/{loyal}", "DELETE")
    store.settle()

    assert [store.customer(who)["segments"] for who in (fay, gus)] == [["Theirs"]] * 2
    assert store.labels(gus) == set()
    gone = [each for each in store.calls("DELETE") if "/hooks/" not in each["path"]]
    assert {each["path"].rpartition("/")[2] for each in gone} == {"segments", "shopper-profiles", "attribute-values"}
    assert all(each["query"].startswith("id:in=") and len(each["query"]) > len("id:in=") for each in gone)


def test_a_history_of_more_than_a_page_is_whole_and_every_page_is_of_250(bazaar: Bazaar) -> None:
    assert bazaar.answer("GET", "/v2/orders?limit=251").status_code == 413
    large = bazaar.another("large", customers=260, years=0.5)
    books = {each["id"]: each for each in large.control("GET", "/customers")}
    orders = large.control("GET", "/orders")
    assert min(len(books), len(orders)) > 250

    assert {row[0] for row in large.rows("SELECT id FROM orders")} == {each["id"] for each in orders}
    asked = [each for each in large.calls("GET") if "limit=" in each["query"]]
    assert 413 not in {each["status"] for each in asked}
    large.live("count(orders) >= 2", "came-back")
    theirs = {who for who, each in books.items() if each["orders"] >= 2}
    assert large.labelled("came-back") == theirs
