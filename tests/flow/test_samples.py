"""Shopify's own example payloads go the way of every message: kept, absorbed once, counted where nobody knows them."""

from pathlib import Path

import pytest

from plugin.db import inbox, stores
from plugin.db.schema import metadata
from plugin.db.stores import State
from plugin.domain.ids import StoreId
from plugin.flow import metrics
from plugin.flow.drain import drain
from plugin.flow.house import House
from tests.builders import NOON, a_store
from tests.messages import post
from tests.platforms.shopify.test_samples import EXPECTED, LOOKED_AT, SAYS_NOTHING, topic_of

Rows = dict[str, int]
OF_THE_WAY = frozenset({"inbox", "inbox_open", "drains", "leases"})
"""Tables of messages on their way, not of what they said."""
AN_ORDER = {"customers": 1, "lines": 5, "orders": 1, "reads": 1}
A_CUSTOMER = {"attributes": 3, "customers": 1, "reads": 1, "sources": 3}
A_TAG = {"customers": 1, "reads": 1, "tag_observations": 1}
ROWS: dict[str, Rows] = {
    "2024-10.customers__update": {
        "addresses": 1, "attributes": 3, "consents": 1, "customers": 1, "sources": 3, "tag_observations": 1,
    },
    "2024-10.orders__create": {**AN_ORDER, "lines": 3},
    "2026-07.checkouts__create": {"checkouts": 1, "customers": 1, "reads": 1, "sources": 1},
    "2026-07.company_contacts__create": {"reads": 1},
    "2026-07.customer.tags_added": A_TAG,
    "2026-07.customer.tags_removed": A_TAG,
    "2026-07.customers__create": A_CUSTOMER,
    "2026-07.customers__data_request": {"problems": 1},
    "2026-07.customers__delete": {"tombstones": 1},
    "2026-07.customers__disable": A_CUSTOMER,
    "2026-07.customers__enable": A_CUSTOMER,
    "2026-07.customers__purchasing_summary": {"reads": 1},
    "2026-07.customers__redact": {"tombstones": 4},
    "2026-07.customers__update": A_CUSTOMER,
    "2026-07.customers_email_marketing_consent__update": {"consents": 1, "customers": 1, "reads": 1},
    "2026-07.orders__cancelled": AN_ORDER,
    "2026-07.orders__create": AN_ORDER,
    "2026-07.orders__delete": {"tombstones": 1},
    "2026-07.orders__edited": {"reads": 1},
    "2026-07.orders__fulfilled": AN_ORDER,
    "2026-07.orders__paid": AN_ORDER,
    "2026-07.orders__updated": AN_ORDER,
    "2026-07.refunds__create": {"refund_lines": 5, "refunds": 1},
}  # fmt: skip
"""What each leaves behind; any other leaves nothing in a store's tables."""


def told(house: House, store_id: StoreId) -> Rows:
    """How many rows the store has in each table of what was said, where it has any."""
    names = {table.name for table in metadata.sorted_tables if table.info.get("tenant")} - OF_THE_WAY
    with house.database.store(store_id) as tx:
        counts = {name: int(tx.value(f"SELECT count(*) FROM {name}")) for name in names}
    return {name: count for name, count in counts.items() if count}


def heard(house: House, store_id: StoreId, name: str, body: bytes, delivery_id: str) -> None:
    post(house, store_id, topic_of(name), body, delivery_id, triggered_at=NOON)
    drain(house, store_id)


def test_every_sample_is_absorbed_and_heard_again_changes_nothing(house: House, specs_dir: Path) -> None:
    left: dict[str, Rows] = {}
    for name in (*EXPECTED, *SAYS_NOTHING, *LOOKED_AT):
        store_id, body = a_store(house.database), (specs_dir / "shopify-webhooks" / f"{name}.json").read_bytes()

        heard(house, store_id, name, body, "first")
        left[name] = told(house, store_id)
        heard(house, store_id, name, body, "sent under another id")

        assert told(house, store_id) == left[name], name
        with house.database.store(store_id) as tx:
            assert inbox.counts(tx) == {"waiting": 0, "set_aside": 0}, name
            assert (stores.get(tx).state is State.READY) == (name != "2026-07.app__uninstalled")
    assert {name: rows for name, rows in left.items() if rows} == ROWS
    assert len(left) == 39


@pytest.mark.parametrize("name", SAYS_NOTHING)
def test_a_sample_that_nobody_understands_is_counted(house: House, specs_dir: Path, name: str) -> None:
    counter = metrics._unknown.labels("topic")._value
    before = counter.get()

    heard(house, a_store(house.database), name, (specs_dir / "shopify-webhooks" / f"{name}.json").read_bytes(), "1")

    assert counter.get() == before + 1
