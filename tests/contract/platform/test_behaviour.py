"""What the flows do at a store is the same on every platform: write, hear, compare, wait, leave and come back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.db.stores import State
from plugin.flow.prefer import prefer
from tests.contract.platform.bigcommerce import BigCommerce
from tests.contract.platform.rules import BIGCOMMERCE, rule
from tests.contract.platform.shopify import Shopify
from tests.contract.platform.story import PEOPLE, THINGS, Back, Bought
from tests.contract.platform.telling import Market
from tests.contract.platform.theatre import Installed, Theatre

BUYERS = rule("count(orders) >= 1")


def now() -> datetime:
    return datetime.now(UTC)


def bought(who: str, thing: str = "RING", **more: Any) -> Bought:
    return Bought(who, 0, {thing: 2}, **more)


@pytest.fixture(params=[Shopify, BigCommerce], ids=lambda make: make.platform)
def market(request: pytest.FixtureRequest, stage: Theatre) -> Market:
    """A store with three customers and nothing bought."""
    made: Market = request.param(stage.sandbox, "Europe/Berlin")
    for name, thing in THINGS.items():
        made.stock(name, thing)
    for name in ("ana", "ben", "cleo"):
        made.register(name, PEOPLE[name])
    return made


@pytest.fixture
def store(stage: Theatre, market: Market) -> Installed:
    """The app on it."""
    return Installed.on(stage.house, market)


def test_labels_come_and_go_as_differences_and_what_is_not_ours_stays(store: Installed) -> None:
    market, order = store.market, bought("ana")
    market.buy(order, now())
    market.buy(bought("ben"), now())
    store.hear()
    store.live("VIP", BUYERS, {"": "vip"})
    store.live("Many", rule("sum(orders.quantity) >= 2"), {"": "many"})
    store.deliver()
    market.put_label("ana", "friend")
    assert market.labels("ana") == {"vip", "many", "friend"}
    assert (market.labels("ben"), market.labels("cleo")) == ({"vip", "many"}, set())

    market.give_back(order, Back(0))
    store.hear()
    store.deliver()

    assert (market.labels("ana"), market.labels("ben")) == ({"friend"}, {"vip", "many"})


def test_what_stands_there_already_is_not_written_again(store: Installed) -> None:
    store.market.buy(bought("ana"), now())
    store.hear()
    store.live("VIP", BUYERS, {"": "vip"})
    store.deliver()
    written = store.market.writes()

    store.market.buy(bought("ana", "CUP"), now())
    store.hear()
    store.deliver()

    assert store.market.writes() == written
    assert written > 0


def test_a_document_says_the_segments_and_is_taken_away(store: Installed) -> None:
    market = store.market
    market.buy(bought("ana"), now())
    store.hear()
    store.live("VIP", BUYERS, {})
    for wanted in (True, False):
        prefer(store.house, store.id, {"customer_metafield": wanted})
        store.absorb()
        store.deliver()

        told = [market.document(name) for name in ("ana", "ben")]
        assert [[each["name"] for each in found or []] for found in told] == [["VIP"] if wanted else [], []]


def test_messages_twice_and_in_any_order_end_the_same(store: Installed) -> None:
    market = store.market
    market.messages(duplicate=1.0, shuffle=1.0, shuffle_seconds=0.5, seed=7)
    orders = [bought("ana"), bought("ana", "TENT"), bought("ben", paid=False), bought("cleo")]
    for order in orders:
        market.buy(order, now())
    market.give_back(orders[0], Back(0, {"RING": 1}))
    market.pay(orders[2])
    market.give_back(orders[3], Back(0))
    store.hear()

    assert store.answers(rule("sum(orders.net) = 500"), now()) == {"ana": "", "ben": None, "cleo": None}
    assert store.answers(BUYERS, now()) == {"ana": "", "ben": "", "cleo": None}
    assert store.told() == set()


def test_what_was_lost_is_found_by_comparing(store: Installed) -> None:
    market, gone = store.market, bought("cleo")
    market.buy(gone, now())
    store.hear()
    market.messages(drop=1.0)
    market.buy(bought("ana"), now())
    market.delete(gone)
    store.hear()
    assert store.answers(BUYERS, now()) == {"ana": None, "ben": None, "cleo": ""}

    store.compare()

    assert store.answers(BUYERS, now()) == {"ana": "", "ben": None, "cleo": None}


def test_what_changes_beside_orders_is_known_soon_or_by_comparing(store: Installed) -> None:
    market = store.market
    market.buy(bought("ana"), now())
    store.hear()
    store.live("VIP", BUYERS, {"": "vip"})
    store.deliver()
    market.move("ana", "Hamar")
    market.unsubscribe("ana")
    market.put_label("ana", "friend")
    store.hear()
    store.compare()

    for text in ("city = 'Hamar'", "email_subscription_status = 'UNSUBSCRIBED'", "customer_tags CONTAINS 'friend'"):
        found = store.answers(rule(text), now())
        assert not isinstance(found, str), found
        assert found["ana"] == "", (text, found)
    assert market.labels("ana") == {"vip", "friend"}


def test_an_order_that_is_deleted_goes_and_its_label_with_it(store: Installed) -> None:
    order = bought("ana")
    store.market.buy(order, now())
    store.hear()
    store.live("VIP", BUYERS, {"": "vip"})
    store.deliver()
    assert store.market.labels("ana") == {"vip"}

    store.market.delete(order)
    store.hear()
    store.deliver()

    assert store.market.labels("ana") == set()
    assert store.answers(rule("number_of_orders = 0"), now()) == {"ana": "", "ben": "", "cleo": ""}


def test_who_is_refused_for_being_too_fast_waits_and_loses_nothing(store: Installed) -> None:
    market = store.market
    market.buy(bought("ana"), now())
    store.hear()
    store.live("VIP", BUYERS, {"": "vip"})
    refused = market.refused()
    market.throttle(1)
    store.deliver()
    assert (market.refused(), market.labels("ana")) == (refused + 1, set())

    store.time_passes()
    store.deliver()

    assert (market.refused(), market.labels("ana")) == (refused + 1, {"vip"})
    assert store.told() == set()


def test_a_store_that_comes_back_has_what_happened_meanwhile(store: Installed) -> None:
    market = store.market
    market.buy(bought("ana"), now())
    store.hear()
    segment = store.live("VIP", BUYERS, {"": "vip"})
    market.uninstall()
    store.hear()
    assert store.state() is State.UNINSTALLED
    market.buy(bought("ben"), now())

    again = Installed.on(store.house, market)
    again.deliver()

    assert again.id == store.id
    assert set(again.members(segment)) == {"ana", "ben"}
    assert (market.labels("ana"), market.labels("ben")) == ({"vip"}, {"vip"})


def test_what_is_bought_once_we_know_the_product_stands_in_its_categories(store: Installed) -> None:
    store.market.buy(bought("ana", "STOVE"), now())
    store.hear()

    in_kitchen = rule("any(lines WHERE category CONTAINS 'kitchen')")
    assert store.answers(in_kitchen, now()) == {"ana": "", "ben": None, "cleo": None}


def test_an_amount_whose_rate_nobody_tells_is_unknown_and_never_another(store: Installed) -> None:
    market = store.market
    market.register("max", PEOPLE["max"])
    market.buy(bought("max", foreign=True), now())
    store.hear()
    everybody = dict.fromkeys(market.people)

    assert store.answers(BUYERS, now()) == everybody | {"max": ""}
    told = "?" if market.platform == BIGCOMMERCE else ""
    assert store.answers(rule("sum(orders.net) >= 160"), now()) == everybody | {"max": told}
