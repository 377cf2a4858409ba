"""Customer groups: one for each customer, with prices on them; and segments may show in them all the same."""

from typing import Any

from tests.stories.bigcommerce.bazaar import Bazaar

GROUPS = "/v2/customer_groups"


def group(store: Bazaar, name: str, **more: Any) -> int:
    """The merchant makes a group."""
    return int(store.control("POST", "/groups", {"name": name, **more})["id"])


def where(store: Bazaar, who: int) -> str | None:
    """The group the customer is in at the store."""
    found: str | None = store.customer(who)["group"]
    return found


def held(store: Bazaar, segment: int) -> dict[str, int]:
    """Whom the page says to be held elsewhere."""
    (output,) = store.shown(segment, "group")["outputs"]
    return {each["name"]: each["customers"] for each in output["held"]}


def choice(store: Bazaar, name: str) -> dict[str, Any]:
    """What the page says of a group that customers might be taken out of."""
    return next(dict(each) for each in store.page("/groups/choices")["groups"] if each["name"] == name)


def test_a_customer_of_one_group_has_every_label_and_the_group_that_the_merchant_put_first(bazaar: Bazaar) -> None:
    store = bazaar.another("first")
    ada = store.someone("Ada")
    vip = store.live("sum(orders.net) >= 300", "vip")
    returning = store.live("count(orders) >= 2", "returning")
    store.show(returning, "group", "Returning circle")
    store.show(vip, "group", "Vip circle")

    for _ in range(2):
        store.buy(ada, "200.00")
    store.settle()
    assert store.labels(ada) == {"vip", "returning"}
    assert where(store, ada) == "Returning circle"

    store.page("/groups/order", "PUT", {"segments": [vip, returning]})
    store.settle()
    assert (store.labels(ada), where(store, ada)) == ({"vip", "returning"}, "Vip circle")
    assert any("first of these: Vip, Returning" in note for note in store.shown(vip, "group")["notes"])


def test_a_wholesaler_keeps_the_group_with_their_prices_whatever_segment_they_are_in(bazaar: Bazaar) -> None:
    store = bazaar.another("trade")
    wholesale = group(store, "Trade", price_list="Trade prices")
    bea, ben = store.someone("Bea", group_id=wholesale), store.someone("Ben")
    big = store.live("sum(orders.net) >= 5000", "big-spender")
    store.show(big, "group", "Big spenders")
    for who in (bea, ben):
        store.buy(who, "7000.00")
    store.settle()

    assert [where(store, who) for who in (bea, ben)] == ["Trade", "Big spenders"]
    assert "big-spender" in store.labels(bea)
    assert held(store, big) == {"Trade": 1}
    assert "it has prices of its own (Trade prices)" in choice(store, "Trade")["reasons"]
    told = store.refused(f"/groups/{wholesale}", "PUT", {"leavable": True, "confirmed": False})
    assert "Trade matters" in told

    store.control("PATCH", f"/customers/{ben}", {"group_id": wholesale})  # Now he is one, too.
    store.settle()
    assert where(store, ben) == "Trade"
    assert held(store, big) == {"Trade": 2}


def test_a_group_that_is_a_company_is_known_for_one_and_nobody_is_taken_out_of_it(bazaar: Bazaar) -> None:
    store = bazaar.another("company")
    company = group(store, "Acme Ltd")
    cai = store.someone("Cai", group_id=company, company="Acme Ltd")
    large = store.live("sum(orders.net) >= 5000 AND count(orders) >= 1", "large")
    store.show(large, "group", "Large buyers")

    said = choice(store, "Acme Ltd")
    assert (said["never"], said["leavable"]) == (True, False)
    assert "B2B Edition" in said["reasons"]
    told = store.refused(f"/groups/{company}", "PUT", {"leavable": True, "confirmed": True})
    assert "Nobody can be taken out of Acme Ltd" in told
    store.buy(cai, "7000.00")
    store.settle()
    assert where(store, cai) == "Acme Ltd"
    assert held(store, large)["Acme Ltd"] == 1
    assert "large" in store.labels(cai)


def test_a_customer_another_app_made_is_in_the_group_the_store_gave_them_and_stays_there(bazaar: Bazaar) -> None:
    store = bazaar.another("newcomers")
    newcomer = store.live("customer_groups CONTAINS 'Newcomers'", "newcomer")
    tiny = store.live("count(orders) = 1 AND sum(orders.net) < 20", "tiny")
    store.show(tiny, "group", "Tiny orders")
    body = {"first_name": "Dan", "last_name": "Bazaar", "email": "dan@bazaar.example"}
    before = store.asked("POST", "/v3/customers", [body])["data"][0]["id"]
    default = group(store, "Newcomers", default=True)
    after = store.asked("POST", "/v3/customers", [body | {"email": "dora@bazaar.example"}])["data"][0]["id"]

    for who in (before, after):
        store.buy(who, "10.00")
    store.settle()

    # Nobody said a word of a group: the store put the one into its default group, and the other into none.
    assert [where(store, who) for who in (before, after)] == ["Tiny orders", "Newcomers"]
    assert ("newcomer" in store.labels(before), "newcomer" in store.labels(after)) == (False, True)
    assert store.why(after, newcomer)["answer"] == "yes"
    assert choice(store, "Newcomers")["never"]
    store.control("PATCH", f"/groups/{default}", {"default": False})
    store.control("PATCH", f"/customers/{after}", {"group_id": 0})
    store.settle()
    assert "newcomer" not in store.labels(after)


def test_discounts_that_the_merchant_gives_our_group_outlive_whatever_happens_to_the_segment(bazaar: Bazaar) -> None:
    store = bazaar.another("discounts")
    eve = store.someone("Eve")
    gold = store.live("count(orders) >= 3", "gold")
    store.show(gold, "group", "Gold")
    for _ in range(3):
        store.buy(eve)
    store.settle()
    (ours,) = [each for each in store.control("GET", "/groups") if each["name"] == "Gold"]
    rules = [{"type": "all", "method": "percent", "amount": "15.0000"}]
    store.control("PATCH", f"/groups/{ours['id']}", {"name": "Gold (15 %)", "discount_rules": rules})

    body = {"name": "Golden", "definition": {"kind": "rule", "rule": "count(orders) >= 2"}, "outputs": {"": "gold"}}
    store.page(f"/segments/{gold}", "PUT", body)
    store.settle()
    store.page(f"/segments/{gold}/preview", "POST")
    store.settle()
    assert where(store, eve) is None
    store.page(f"/segments/{gold}/live", "POST")
    store.settle()
    assert store.tend()

    (now,) = [each for each in store.control("GET", "/groups") if each["id"] == ours["id"]]
    assert (now["name"], now["discount_rules"]) == ("Gold (15 %)", rules)
    assert where(store, eve) == "Gold (15 %)"
    assert not [each for each in store.calls("PUT", GROUPS) if "discount_rules" in each["body"]]
    assert any("it has discounts" in note for note in store.shown(gold, "group")["notes"])
