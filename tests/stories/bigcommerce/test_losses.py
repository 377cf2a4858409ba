"""Messages that never come: lost, switched off, blocked, never sent; and the merchant does not have to notice."""

import pytest

from plugin.platforms.manifest import asked
from tests.stories.bigcommerce.bazaar import Bazaar

TOPICS = set(asked("bigcommerce").topics)
CREATED = "store/order/created"


def active(bazaar: Bazaar) -> set[str]:
    """The topics that the store tells us of."""
    return {topic for topic, hook in bazaar.hooks().items() if hook["status"] == "active"}


def test_purchases_nobody_told_of_are_found_by_comparing(bazaar: Bazaar) -> None:
    bazaar.live("count(orders) >= 1", "found")
    ada = bazaar.someone("Ada")
    bazaar.settle()

    bazaar.fail({"drop": 1.0})
    bazaar.buy(ada)
    bazaar.settle()
    assert bazaar.labels(ada) == set()  # And there is no list of messages to ask for again.

    bazaar.compare()
    assert bazaar.labels(ada) == {"found"}


def test_an_archived_order_nobody_told_of_is_found_within_the_week(bazaar: Bazaar) -> None:
    bazaar.live("sum(orders.net) >= 500", "weekly")
    bea = bazaar.someone("Bea")
    order = bazaar.buy(bea, "700.00")
    bazaar.settle()
    assert "weekly" in bazaar.labels(bea)

    bazaar.fail({"drop": 1.0})
    bazaar.control("POST", f"/orders/{order['id']}/archive", {})
    bazaar.compare()
    assert "weekly" in bazaar.labels(bea)  # It stands in no list of what changed.

    bazaar.compare(everything=True)
    assert "weekly" not in bazaar.labels(bea)


@pytest.mark.parametrize("cause", ["48 hours of failures", "90 quiet days"])
def test_a_hook_that_was_switched_off_is_switched_on_and_the_merchant_is_told(bazaar: Bazaar, cause: str) -> None:
    label = f"heard-again-{cause[:2]}"
    bazaar.live("count(orders) >= 2", label)
    cai = bazaar.someone(f"Cai{cause[:2]}")
    bazaar.buy(cai)
    bazaar.compare()

    if cause == "90 quiet days":
        bazaar.control("POST", "/hooks/quiet", {})
    else:
        bazaar.door.shut = True
        bazaar.buy(bazaar.someone("Nobody48"))
        bazaar.control("POST", "/quiet")
        bazaar.door.shut = False
    assert CREATED not in active(bazaar)
    bazaar.buy(cai)
    bazaar.settle()
    assert label not in bazaar.labels(cai)

    assert bazaar.tend()
    bazaar.look_on()
    assert active(bazaar) == TOPICS
    assert "had stopped telling us about" in bazaar.notices()["subscription_inactive"]
    assert label in bazaar.labels(cai)
    bazaar.tend()
    assert "subscription_inactive" not in bazaar.notices()


def test_a_burst_that_fails_blocks_our_host_and_the_page_says_so_and_what_was_missed_is_read(bazaar: Bazaar) -> None:
    bazaar.live("count(orders) >= 3", "unblocked")
    dan, next_door = bazaar.someone("Dan"), bazaar.another("nextdoor")
    next_door.live("count(orders) >= 1", "neighbour")
    eve = next_door.someone("Eve")
    for store in (bazaar, next_door):
        store.compare()
    rules = {"least": 10, "share": 0.9, "window_seconds": 120, "block_seconds": 60}
    bazaar.sandbox.call("PUT", "/_sandbox/bigcommerce/delivery", {"blocking": rules}, None)

    # What nobody can make sense of is answered like anything else: none of this counts against us.
    for number in range(30):
        bazaar.control("POST", "/events", {"scope": CREATED, "data": {"type": "order", "id": 900_000 + number}})
    bazaar.settle()
    assert "deliveries_blocked" not in bazaar.notices()

    bazaar.door.shut = True
    for _ in range(3):
        bazaar.buy(dan)
    bazaar.control("POST", "/quiet")
    bazaar.door.shut = False
    next_door.buy(eve)  # One domain, one fate: nobody's messages come now.
    next_door.settle()
    assert "neighbour" not in next_door.labels(eve)

    for store in (bazaar, next_door):
        store.tend()
        assert "sends us nothing for a while" in store.notices()["deliveries_blocked"]
        store.look_on()
    assert "unblocked" in bazaar.labels(dan)
    assert "neighbour" in next_door.labels(eve)


def test_a_hook_that_another_account_left_behind_is_refused_and_ours_are_made_and_kept(bazaar: Bazaar) -> None:
    store = bazaar.another("leftover")
    store.live("count(orders) >= 1", "ours")
    destination = store.hooks()[CREATED]["destination"]
    left = {
        "client_id": "an account of before",
        "scope": CREATED,
        "destination": destination,
        "headers": {"X-Old": "x"},
    }
    theirs = store.control("POST", "/hooks", left)["id"]

    assert store.tend()
    assert store.install().answer.status_code == 200  # Another token: the hooks are the account's all the same.
    assert store.tend()
    gus = store.someone("Gus")
    store.buy(gus)
    store.settle()

    seen = store.asked("GET", "/v3/hooks?limit=250")["data"]
    assert theirs not in {each["id"] for each in seen}  # Nobody with our token can look at it, let alone end it.
    assert sorted(each["scope"] for each in seen) == sorted(TOPICS)
    answers = [[attempt["status"] for attempt in each["attempts"]] for each in store.deliveries(CREATED)]
    assert sorted(answers, key=len) == [[200], [401, 401, 401]]
    assert store.labels(gus) == {"ours"}


def test_moving_house_is_heard_and_what_another_app_writes_is_found(bazaar: Bazaar) -> None:
    bazaar.live("country = 'FR'", "moved")
    bazaar.live("attributes.Points >= 100", "collector")
    points = bazaar.asked("POST", "/v3/customers/attributes", [{"name": "Points", "type": "number"}])["data"][0]["id"]
    hal = bazaar.someone("Hal", city="Berlin", country_code="DE")
    bazaar.settle()
    told = len(bazaar.deliveries("store/customer/updated"))

    home = bazaar.customer(hal)["addresses"][0]["id"]
    bazaar.control(
        "PATCH", f"/customers/{hal}/addresses/{home}", {"city": "Lyon", "country_code": "FR", "country": "France"}
    )
    value = {"attribute_id": points, "customer_id": hal, "value": "120"}
    bazaar.asked("PUT", "/v3/customers/attribute-values", [value])
    bazaar.settle()
    assert len(bazaar.deliveries("store/customer/updated")) == told
    assert "moved" in bazaar.labels(hal)
    bazaar.control(
        "PATCH", f"/customers/{hal}/addresses/{home}", {"city": "Berlin", "country_code": "DE", "country": "Germany"}
    )
    bazaar.settle()
    assert "moved" not in bazaar.labels(hal)

    # The message about the address made us read the customer; of another customer's points nobody said anything.
    ida = bazaar.someone("Ida")
    bazaar.settle()
    bazaar.asked("PUT", "/v3/customers/attribute-values", [value | {"customer_id": ida}])
    bazaar.settle()
    assert "collector" not in bazaar.labels(ida)
    bazaar.compare()
    assert "collector" in bazaar.labels(ida)


def test_a_deleted_account_is_mended_when_the_merchant_agrees_again(bazaar: Bazaar) -> None:
    store = bazaar.another("deleted")
    store.page("/preferences", "PATCH", {"customer_metafield": True})
    store.live("count(orders) >= 1", "kept")
    jan, kim = store.someone("Jan"), store.someone("Kim")
    store.buy(jan)
    store.settle()
    assert "regulars.segments" in store.customer(jan)["metafields"]

    assert store.control("DELETE", "/account")["hooks"] == len(TOPICS)
    assert store.customer(jan)["metafields"] == {}
    store.buy(kim)  # Nobody hears of it.
    assert store.tend() is False
    store.move_in()

    assert active(store) == TOPICS
    assert (store.labels(jan), store.labels(kim)) == ({"kept"}, {"kept"})
    assert all("Kept" in store.customer(who)["metafields"]["regulars.segments"] for who in (jan, kim))
