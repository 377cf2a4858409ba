"""A store sends what it should: once asked, daily looked after, whoever changed what."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from embedded.json_client import JsonClient
from plugin.db import problems, stores
from plugin.db.stores import State, Store
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.repair import repair, repair_all
from plugin.platforms import platform
from plugin.platforms.base import StoreInfo
from plugin.platforms.manifest import asked
from plugin.platforms.shopify import sync
from plugin.platforms.shopify.client import Client
from tests.faults.shop import Merchant, Shop
from tests.flow.conftest import Rings
from tests.messages import post

ASKED = asked("shopify")
MERGES = "read_customer_merge"


@pytest.fixture
def asking(house: House) -> House:
    """A house that asks each store itself."""
    return replace(house, settings=replace(house.settings, shopify_subscriptions="store"))


@pytest.fixture
def granting(sandbox: JsonClient) -> Callable[..., Shop]:
    """Makes a shop whose merchant grants these scopes beside the required ones."""

    def make(*scopes: str) -> Shop:
        shop = Shop(sandbox, f"granting-{'-'.join(scopes).replace('_', '-')}.myshopify.com")
        body = {"domain": shop.domain, "customers": 2, "years": 0.1, "seed": 5, "scopes": [*ASKED.scopes, *scopes]}
        sandbox.post("/_sandbox/shops", {**body, "timezone": "UTC", "currency": "EUR"})
        shop.fail()
        shop.post("/open")
        return shop

    return make


def subscribed(shop: Shop) -> dict[str, str]:
    return {each["topic"]: each["uri"] for each in shop.get()["subscriptions"]}


def row(house: House, store: StoreId) -> Store:
    with house.database.store(store) as tx:
        return stores.get(tx)


def listed(house: House, store: StoreId) -> list[dict[str, Any]]:
    with house.database.store(store) as tx:
        return problems.listed(tx)


def test_what_the_configuration_asks_of_all_is_not_asked_of_one(merchant: Merchant, shop: Shop) -> None:
    assert repair(merchant.house, merchant.store)

    assert subscribed(shop) == {}


def test_an_optional_topic_is_asked_of_a_store_that_grants_its_scope(
    house: House, granting: Callable[..., Shop]
) -> None:
    shop = granting(MERGES)

    Merchant.of(house, shop)

    assert set(subscribed(shop)) == {"customers/merge"}


def test_a_store_is_asked_for_all_where_the_setting_says_so(asking: House, shop: Shop) -> None:
    Merchant.of(asking, shop)

    assert set(subscribed(shop)) == set(ASKED.topics)


def test_what_is_missing_is_made_by_the_daily_repair(merchant: Merchant, asking: House, shop: Shop) -> None:
    assert repair(asking, merchant.store)

    assert set(subscribed(shop)) == set(ASKED.topics)
    assert "read_orders" in row(asking, merchant.store).scopes


def test_the_address_follows_the_app(asking: House, shop: Shop) -> None:
    merchant = Merchant.of(asking, shop)
    elsewhere = replace(asking, settings=replace(asking.settings, public_url="https://new.example"))

    assert repair(elsewhere, merchant.store)

    assert subscribed(shop) == dict.fromkeys(ASKED.topics, f"https://new.example{ASKED.webhook_path}")


def test_scopes_are_as_the_store_says_whatever_was_heard(house: House, granting: Callable[..., Shop]) -> None:
    shop = granting(MERGES, "read_products")
    merchant = Merchant.of(house, shop)
    with house.database.store(merchant.store) as tx:
        stores.set_scopes(tx, ("read_customers",))

    assert repair(house, merchant.store)

    assert MERGES in row(house, merchant.store).scopes


def test_the_whole_history_is_read_once_it_may_be(merchant: Merchant, rings: Rings) -> None:
    with merchant.house.database.store(merchant.store) as tx:
        stores.set_scopes(tx, ("read_orders",))

    assert repair(merchant.house, merchant.store)

    assert row(merchant.house, merchant.store).state is State.INSTALLING
    assert (Work.BACKFILL, merchant.store) in rings.heard
    merchant.read_history()


def test_a_repair_that_fails_is_a_problem_until_one_succeeds(merchant: Merchant, shop: Shop) -> None:
    shop.fail(status_next=[500] * 20)

    assert not repair(merchant.house, merchant.store)

    assert [problem["code"] for problem in listed(merchant.house, merchant.store)] == ["repair_failed"]
    shop.fail()
    assert repair(merchant.house, merchant.store)
    assert listed(merchant.house, merchant.store) == []


def test_a_throttled_repair_comes_again(merchant: Merchant, shop: Shop, rings: Rings) -> None:
    shop.fail(throttle_next=20)

    assert not repair(merchant.house, merchant.store)

    assert (Work.REPAIR, merchant.store) in rings.heard
    assert listed(merchant.house, merchant.store) == []


def test_every_store_that_can_be_called_is_repaired(merchant: Merchant, rings: Rings) -> None:
    assert repair_all(merchant.house) == 1
    assert (Work.REPAIR, merchant.store) in rings.heard
    with merchant.house.database.store(merchant.store) as tx:
        stores.set_state(tx, State.UNINSTALLED, merchant.house.now())

    assert repair_all(merchant.house) == 0
    assert repair(merchant.house, merchant.store)


def test_a_store_that_is_forgotten_meanwhile_stays_forgotten(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, store, ask = merchant.house, merchant.store, sync.store_info

    def slow(calls: Client) -> StoreInfo:
        found = ask(calls)
        post(house, store, "app/uninstalled", {"id": 1, "myshopify_domain": merchant.shop.domain})
        post(house, store, "shop/redact", {"shop_id": 1, "shop_domain": merchant.shop.domain})
        drain(house, store)
        return found

    slowed = platform("shopify")._replace(store_info=slow)
    monkeypatch.setattr("plugin.flow.repair.platform", lambda name: slowed)

    assert repair(house, store)

    assert row(house, store).erased
    assert listed(house, store) == []
