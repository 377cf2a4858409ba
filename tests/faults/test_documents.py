"""What the store keeps of customers' segments follows them, whole; and is taken away when nobody wants it."""

import json
from typing import Any

import pytest

from plugin.db import documents, problems, stores
from plugin.flow.prefer import prefer
from plugin.flow.save import save
from tests.faults.shop import Merchant, Shop
from tests.messages import post

PLACE = "app--74839201--regulars.segments"


def kept(shop: Shop, customer: int) -> list[dict[str, Any]] | None:
    """What the store keeps about the customer for us."""
    text = shop.get(f"/customers/{customer}")["metafields"].get(PLACE)
    found: list[dict[str, Any]] | None = None if text is None else json.loads(text)
    return found


def switch(merchant: Merchant, on: bool) -> None:
    prefer(merchant.house, merchant.store, {"customer_metafield": on})
    merchant.absorb()
    merchant.deliver()


def waiting(merchant: Merchant) -> int:
    with merchant.house.database.store(merchant.store) as tx:
        return int(tx.value("SELECT count(*) FROM documents WHERE due_at IS NOT NULL"))


@pytest.fixture
def everyone(shop: Shop) -> list[int]:
    return shop.customers()


def test_a_live_segment_stands_in_its_members_documents_and_is_taken_away_again(
    merchant: Merchant, shop: Shop, everyone: list[int]
) -> None:
    segment = merchant.live("number_of_orders >= 0", tag="everybody")
    merchant.deliver()
    assert [kept(shop, each) for each in everyone] == [None] * len(everyone)

    switch(merchant, on=True)
    documents_of = [kept(shop, each) for each in everyone]
    assert [[(each["name"], "label" in each) for each in found or []] for found in documents_of] == [
        [("everybody", False)]
    ] * len(everyone)
    assert shop.calls().count("DocumentsDefine") == 1
    assert shop.calls().count("DocumentsSet") == 1

    save(merchant.house, merchant.store, "all", {"kind": "rule", "rule": "number_of_orders >= 0"}, {}, "test", segment)
    merchant.absorb()
    merchant.deliver()
    assert [found[0]["name"] for each in everyone if (found := kept(shop, each))] == ["all"] * len(everyone)

    switch(merchant, on=False)
    assert [kept(shop, each) for each in everyone] == [None] * len(everyone)
    assert shop.calls().count("DocumentsDefine") == 1
    with merchant.house.database.store(merchant.store) as tx:
        assert tx.value("SELECT count(*) FROM documents") == 0


def test_nothing_is_sent_when_nothing_changed(merchant: Merchant, shop: Shop, everyone: list[int]) -> None:
    merchant.live("number_of_orders >= 0", tag="everybody")
    switch(merchant, on=True)
    merchant.deliver()
    before = shop.calls()

    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE customers SET due_at = now(), due_cause = 'clock' WHERE store_id = %s", (merchant.store,))
    merchant.absorb()
    merchant.deliver()

    assert shop.calls() == before


def test_a_lost_answer_is_sent_again_and_a_throttled_one_later(
    merchant: Merchant, shop: Shop, everyone: list[int]
) -> None:
    merchant.live("number_of_orders >= 0", tag="everybody")
    merchant.deliver()
    prefer(merchant.house, merchant.store, {"customer_metafield": True})
    merchant.absorb()
    shop.fail(lose_next=1)
    merchant.deliver()
    assert waiting(merchant) == len(everyone)
    shop.fail(throttle_next=1)
    for _ in range(3):
        merchant.time_passes()
        with merchant.house.database.store(merchant.store) as tx:
            tx.execute("UPDATE documents SET due_at = now() WHERE due_at IS NOT NULL")
        merchant.deliver()

    assert waiting(merchant) == 0
    assert all(kept(shop, each) for each in everyone)


def test_one_dead_customer_takes_nothing_from_the_others(merchant: Merchant, shop: Shop, everyone: list[int]) -> None:
    merchant.live("number_of_orders >= 0", tag="everybody")
    merchant.deliver()
    gone, *others = everyone
    shop.sandbox.call("DELETE", f"/_sandbox/shops/{shop.domain}/customers/{gone}?force=1", None, None)

    switch(merchant, on=True)

    assert all(kept(shop, each) for each in others)
    assert waiting(merchant) == 0
    with merchant.house.database.store(merchant.store) as tx:
        assert [(row["code"], row["subject"]) for row in problems.listed(tx)] == [("customer_gone", str(gone))]
        assert tx.rows("SELECT id FROM reads WHERE kind = 'customer'") == [(gone,)]
        assert [each.customer_id for each in documents.due(tx, 10)] == []


def test_who_leaves_the_app_and_comes_back_has_everything_written_anew(
    merchant: Merchant, shop: Shop, everyone: list[int]
) -> None:
    merchant.live("number_of_orders >= 0", tag="everybody")
    switch(merchant, on=True)
    post(merchant.house, merchant.store, "app/uninstalled", {"id": 1, "myshopify_domain": shop.domain})
    merchant.absorb()

    with merchant.house.database.store(merchant.store) as tx:
        assert len(documents.due(tx, 100)) == len(everyone)
        store = stores.get(tx)
        assert not tx.value("SELECT count(*) FROM shelves")
    assert not store.installed
