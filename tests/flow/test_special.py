"""Messages about the store, and those that only point somewhere, have their effect."""

from datetime import UTC, datetime

from plugin.db import inbox, reads, tombstones
from plugin.domain.facts import Gone, Kind
from plugin.domain.ids import StoreId
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.drain import drain
from plugin.flow.house import House
from tests.builders import a_store
from tests.flow.conftest import Rings
from tests.messages import order, post


def summary(last: int) -> dict[str, object]:
    """What Shopify says when a customer's totals have changed."""
    return {
        "customerId": "gid://shopify/Customer/1",
        "numberOfOrders": 3,
        "amountSpent": {"amount": "100.00", "currencyCode": "GBP"},
        "lastOrderId": f"gid://shopify/Order/{last}",
        "occurredAt": datetime.now(UTC),
    }


def orders_to_read(house: House, store: StoreId) -> int:
    with house.database.store(store) as tx:
        return len(reads.of_kind(tx, Kind.ORDER))


def counted(what: str) -> float:
    return float(metrics._unknown.labels(what)._value.get())


def test_an_order_whose_own_message_was_lost_is_read(house: House) -> None:
    store = a_store(house.database)
    post(house, store, "customers/purchasing_summary", summary(7))

    drain(house, store)

    assert orders_to_read(house, store) == 1


def test_an_order_that_came_with_or_before_the_summary_is_not_read_again(house: House) -> None:
    store = a_store(house.database)
    post(house, store, "customers/purchasing_summary", summary(7))
    post(house, store, "orders/create", order(7))
    drain(house, store)
    post(house, store, "customers/purchasing_summary", summary(7))

    drain(house, store)

    assert orders_to_read(house, store) == 0


def test_a_deleted_order_is_not_read_though_a_summary_names_it(house: House) -> None:
    store = a_store(house.database)
    with house.database.store(store) as tx:
        tombstones.put(tx, [Gone(Kind.ORDER, 7, house.now())])
    post(house, store, "customers/purchasing_summary", summary(7))

    drain(house, store)

    assert orders_to_read(house, store) == 0


def test_other_scopes_have_the_store_looked_at(house: House, rings: Rings) -> None:
    store = a_store(house.database)
    post(house, store, "app/scopes_update", {"id": 1, "previous": [], "current": ["read_orders"]})

    drain(house, store)

    assert (Work.REPAIR, store) in rings.heard


def test_a_finished_export_is_looked_at_at_once(house: House, rings: Rings) -> None:
    store = a_store(house.database)
    post(house, store, "bulk_operations/finish", {"admin_graphql_api_id": "gid://shopify/BulkOperation/1"})

    drain(house, store)

    assert (Work.BACKFILL, store) in rings.heard


def test_what_nobody_understands_is_absorbed_and_counted(house: House) -> None:
    store, topics, fields = a_store(house.database), counted("topic"), counted("field")
    post(house, store, "things/of_tomorrow", {"id": 1})
    post(house, store, "orders/create", order(1, of_tomorrow=True, and_of_the_day_after={}))

    drain(house, store)

    with house.database.store(store) as tx:
        assert inbox.counts(tx).get("set_aside", 0) == 0
    assert (counted("topic") - topics, counted("field") - fields) == (1, 2)
