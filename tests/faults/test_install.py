"""Installed, uninstalled, installed again; late and early messages of a life before."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plugin.db import credentials, memberships, outbox, stores
from plugin.db.schema import metadata
from plugin.db.stores import State
from plugin.flow.backfill import backfill
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.install import install
from plugin.flow.plan import plan
from plugin.flow.save import save
from plugin.flow.scan import scan
from plugin.flow.tokens import refreshed
from tests.faults.shop import Merchant, Shop
from tests.messages import order, post

RULE = "number_of_orders >= 0"


def uninstalled(merchant: Merchant, at: datetime | None = None) -> None:
    """The platform says that the app was removed then."""
    body = {"id": 1, "myshopify_domain": merchant.shop.domain}
    post(merchant.house, merchant.store, "app/uninstalled", body, triggered_at=at)
    drain(merchant.house, merchant.store)


def erased(merchant: Merchant) -> None:
    """The platform asks that the store be forgotten."""
    body = {"shop_id": 1, "shop_domain": merchant.shop.domain}
    post(merchant.house, merchant.store, "shop/redact", body)


def rows_left(merchant: Merchant) -> dict[str, int]:
    tables = [table.name for table in metadata.sorted_tables if table.info.get("tenant")]
    with merchant.house.database.store(merchant.store) as tx:
        counts = {name: tx.value(f"SELECT count(*) FROM {name}") for name in tables}
    return {name: count for name, count in counts.items() if count}


def test_a_history_that_is_not_whole_tags_nobody(house: House, shop: Shop) -> None:
    merchant = Merchant(house, shop, install(house, shop.domain, shop.id_token()).id)
    save(house, merchant.store, "All", {"kind": "rule", "rule": RULE}, {"": "all"}, "test")
    seen: set[State] = set()

    while not merchant.is_ready():
        seen.add(backfill(house, merchant.store))
        post(house, merchant.store, "orders/create", order(7, customer=7))
        merchant.absorb()
        plan(house, merchant.store)
        merchant.deliver()
        if not merchant.is_ready():
            with house.database.store(merchant.store) as tx:
                assert memberships.sizes(tx) == {}
                assert outbox.count(tx) == 0

    assert State.BACKFILLING in seen
    assert shop.writes() == []


def test_installed_again_everyone_is_decided_anew(merchant: Merchant, shop: Shop) -> None:
    segment = merchant.live("sum(orders.net) >= 100000")
    uninstalled(merchant)
    shop.post("/uninstall")
    shop.post("/open")
    goods = next(product["id"] for product in shop.get("/products") if not product["gift_card"])
    lines = [{"product_id": goods, "quantity": 2, "price": "60000.00"}]
    ana = shop.customers()[0]
    shop.post("/orders", {"customer_id": ana, "lines": lines, "paid": True})  # Its webhook is lost.

    again = install(merchant.house, shop.domain, shop.id_token())
    merchant.read_history()
    merchant.absorb()
    merchant.deliver()

    assert again.id == merchant.store
    with merchant.house.database.store(merchant.store) as tx:
        assert {row.customer_id for row in memberships.members(tx, segment)} == {ana}
    assert "vip" in shop.tags(ana)


@pytest.mark.parametrize("known", [True, False], ids=["heard of", "not heard of"])
def test_a_late_uninstall_of_the_life_before_is_ignored(merchant: Merchant, shop: Shop, known: bool) -> None:
    left = datetime.now(UTC)
    shop.post("/uninstall")
    if known:
        uninstalled(merchant, left)
    shop.post("/open")
    install(merchant.house, shop.domain, shop.id_token())
    merchant.read_history()

    uninstalled(merchant, left)

    assert merchant.is_ready()
    uninstalled(merchant)
    assert not merchant.is_ready()


def test_who_lost_the_token_and_opens_the_app_again_is_subscribed_again(house: House, shop: Shop) -> None:
    asking = replace(house, settings=replace(house.settings, shopify_subscriptions="store"))
    merchant = Merchant.of(asking, shop)
    shop.post("/uninstall")  # The platform's word of it is lost.
    merchant.want(shop.customers()[0], "vip")
    merchant.deliver()
    assert merchant.state is State.NEEDS_AUTHORISATION
    shop.post("/open")

    install(asking, shop.domain, shop.id_token())
    merchant.read_history()
    merchant.deliver()

    assert shop.get()["subscriptions"]
    assert "vip" in shop.tags(shop.customers()[0])


def test_the_request_to_forget_a_store_leaves_nothing(merchant: Merchant) -> None:
    merchant.live(RULE)
    uninstalled(merchant)

    erased(merchant)
    assert scan(merchant.house) == 1  # Though the store is gone and nobody rang.
    drain(merchant.house, merchant.store)

    assert rows_left(merchant) == {}


def test_the_request_comes_with_the_uninstalling_in_one_batch(merchant: Merchant, shop: Shop) -> None:
    post(merchant.house, merchant.store, "app/uninstalled", {"id": 1, "myshopify_domain": shop.domain})
    erased(merchant)

    drain(merchant.house, merchant.store)

    assert rows_left(merchant) == {}


def test_what_arrives_for_a_forgotten_store_is_forgotten_too(merchant: Merchant) -> None:
    uninstalled(merchant)
    erased(merchant)
    drain(merchant.house, merchant.store)

    post(merchant.house, merchant.store, "orders/create", order(1))
    drain(merchant.house, merchant.store)

    assert rows_left(merchant) == {}


def test_installed_again_before_the_request_the_store_is_kept(merchant: Merchant, shop: Shop) -> None:
    uninstalled(merchant, datetime.now(UTC) - timedelta(seconds=0))
    shop.post("/open")
    install(merchant.house, shop.domain, shop.id_token())
    merchant.read_history()

    erased(merchant)
    drain(merchant.house, merchant.store)

    assert merchant.state is State.READY
    with merchant.house.database.store(merchant.store) as tx:
        assert stores.get(tx).domain == shop.domain


def test_installed_again_after_the_request_the_store_begins_anew(merchant: Merchant, shop: Shop) -> None:
    uninstalled(merchant)
    erased(merchant)
    drain(merchant.house, merchant.store)

    assert install(merchant.house, shop.domain, shop.id_token()).state is State.INSTALLING
    merchant.read_history()

    assert merchant.state is State.READY


def installed_by_four(house: House, shop: Shop) -> list[stores.Store]:
    """What four windows get that open the app at once."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda token: install(house, shop.domain, token), [shop.id_token()] * 4))


def test_many_who_open_the_app_at_once_install_it_once_and_its_pair_of_tokens_counts(
    house: House, new_shop: Callable[[], Shop]
) -> None:
    for _ in range(3):
        shop = new_shop()
        found = installed_by_four(house, shop)

        assert len({store.id for store in found}) == 1
        with house.database.store(found[0].id) as tx:
            pair = credentials.get(tx, house.keys)
        assert pair is not None
        refreshed(house, found[0], pair.access_token)
    assert len(stores.every(house.database)) == 3


def test_without_redis_many_at_once_install_one_store_all_the_same(house: House, new_shop: Callable[[], Shop]) -> None:
    away = replace(house, redis=type(house.redis).from_url("redis://127.0.0.1:1/0"))

    for _ in range(3):
        assert len({store.id for store in installed_by_four(away, new_shop())}) == 1
