"""A delivery becomes facts, memberships and wanted tags in one transaction; a bad one stands aside."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from plugin.db import customers, drains, inbox, lines, memberships, orders, outbox, plans, problems, segments, stores
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.plan import go_live, plan
from plugin.flow.save import save
from plugin.flow.sweep import sweep
from tests.builders import NOON, a_store
from tests.database import Database
from tests.messages import order, person, post, refund
from tests.platforms.bigcommerce import builders as bigcommerce

ANA = CustomerId(1)


def a_segment(house: House, store: StoreId, name: str, rule: str, tag: str = "vip") -> SegmentId:
    """A live segment."""
    segment_id, _ = save(house, store, name, {"kind": "rule", "rule": rule}, {"": tag}, "test")
    plan(house, store)
    go_live(house, store, segment_id)
    settle(house, store)
    return segment_id


def settle(house: House, store: StoreId) -> None:
    """Nothing waits to be absorbed or decided."""
    while drain(house, store).count or sweep(house, store):
        pass


def wanted(house: House, store: StoreId, customer: int = 1) -> tuple[str, ...]:
    with house.database.store(store) as tx:
        entry = outbox.of(tx, [CustomerId(customer)]).get(CustomerId(customer))
    return () if entry is None else entry.wanted


def states(house: House, store: StoreId) -> dict[str, int]:
    with house.database.store(store) as tx:
        return inbox.counts(tx)


def test_a_purchase_becomes_a_wanted_tag(house: House) -> None:
    store = a_store(house.database)
    a_segment(house, store, "Big spenders", "sum(orders.net) >= 40")

    post(house, store, "orders/create", order(1, amount="50.00"))
    settle(house, store)

    assert wanted(house, store) == ("vip",)


def test_a_refund_takes_the_tag_away(house: House) -> None:
    store = a_store(house.database)
    a_segment(house, store, "Big spenders", "sum(orders.net) >= 40")
    post(house, store, "orders/create", order(1, amount="50.00"))
    settle(house, store)

    post(house, store, "refunds/create", refund(9, 1, "20.00"))
    settle(house, store)

    assert wanted(house, store) == ()


def test_a_segment_in_preview_wants_nothing_but_has_its_members(house: House) -> None:
    store = a_store(house.database)
    segment, _ = save(house, store, "All", {"kind": "rule", "rule": "number_of_orders >= 1"}, {"": "all"}, "test")
    plan(house, store)

    post(house, store, "orders/create", order(1))
    settle(house, store)

    with house.database.store(store) as tx:
        assert memberships.sizes(tx) == {segment: {"": 1}}
    assert wanted(house, store) == ()


def test_the_plan_of_an_edit_changes_nothing_until_it_is_applied(house: House) -> None:
    store = a_store(house.database)
    segment = a_segment(house, store, "Buyers", "number_of_orders >= 1")
    post(house, store, "orders/create", order(1))
    settle(house, store)

    save(house, store, "Buyers", {"kind": "rule", "rule": "number_of_orders >= 2"}, {"": "vip"}, "test", segment)
    plan(house, store)
    settle(house, store)

    with house.database.store(store) as tx:
        found = plans.latest(tx, segment)
        assert found is not None
        assert (found.state, found.joins, found.leaves, found.stays) == (plans.State.READY, 0, 1, 0)
    assert wanted(house, store) == ("vip",)


def test_bytes_that_are_no_message_stand_aside_and_the_others_go_in(house: House) -> None:
    store = a_store(house.database)
    a_segment(house, store, "Buyers", "number_of_orders >= 1")

    post(house, store, "orders/create", b"\xff\xfe not json")
    post(house, store, "orders/create", order(1))
    settle(house, store)

    assert states(house, store) == {"waiting": 0, "set_aside": 1}
    assert wanted(house, store) == ("vip",)
    with house.database.store(store) as tx:
        assert [problem["code"] for problem in problems.listed(tx)] == ["delivery_set_aside"]


def test_text_with_a_nul_in_it_is_absorbed_without_it(house: House) -> None:
    store = a_store(house.database)

    post(house, store, "orders/create", order(1, name="#\u00001"))
    settle(house, store)

    assert states(house, store) == {"waiting": 0, "set_aside": 0}


def test_absurd_numbers_stand_aside(house: House) -> None:
    store = a_store(house.database)

    post(house, store, "orders/create", order(1, amount="1e400"))
    post(house, store, "orders/create", order(2, id=10**30))
    post(house, store, "orders/create", order(3))
    settle(house, store)

    assert states(house, store)["set_aside"] == 2
    with house.database.store(store) as tx:
        assert tx.rows("SELECT id FROM orders") == [(3,)]


def test_a_delivery_that_kills_its_worker_is_set_aside_after_three_lonely_deaths(house: House) -> None:
    store = a_store(house.database)
    for number in range(1, 9):
        post(house, store, "orders/create", order(number))
    sizes = []
    with house.database.store(store) as tx:
        head = inbox.head(tx)
    assert head is not None

    for _ in range(20):  # Each of these drains dies between its beginning and its end.
        with house.database.aside(store) as aside:
            attempt = drains.begin(aside, head, house.now())
        sizes.append(attempt.size)
        if attempt.culprit:
            break
    settle(house, store)

    assert sizes[:9] == [500, 250, 125, 62, 31, 15, 7, 3, 1]
    assert states(house, store) == {"waiting": 0, "set_aside": 1}
    with house.database.store(store) as tx:
        assert tx.value("SELECT count(*) FROM orders") == 7


def test_a_customer_is_decided_again_when_time_alone_changes_the_answer(house: House) -> None:
    store = a_store(house.database)
    segment = a_segment(house, store, "Recent", "count(orders WHERE date >= -24h) >= 1")
    placed = datetime.now(UTC) - timedelta(hours=23)
    post(house, store, "orders/create", order(1, placed_at=placed))
    settle(house, store)
    assert wanted(house, store) == ("vip",)

    with house.database.store(store) as tx:
        due = tx.value("SELECT due_at FROM customers WHERE id = 1")
        tx.execute(
            "UPDATE orders SET placed_at = placed_at - interval '2 hours', paid_at = paid_at - interval '2 hours'"
        )
        tx.execute("UPDATE customers SET due_at = due_at - interval '2 hours'")
    settle(house, store)

    assert abs(due - (placed + timedelta(hours=24))) < timedelta(seconds=1)
    assert wanted(house, store) == ()
    with house.database.store(store) as tx:
        entered, left = reversed(memberships.log_of(tx, ANA))
    assert (entered["cause"], left["cause"], left["entered"]) == ("delivery", "clock", False)
    assert left["true_at"] == due - timedelta(hours=2)
    assert segment == left["segment_id"]


def test_a_failing_segment_goes_out_alone_and_its_members_stay(house: House, database: Database) -> None:
    store = a_store(house.database)
    good = a_segment(house, store, "Good", "number_of_orders >= 1", tag="good")
    bad = a_segment(house, store, "Bad", "sum(lines.net) >= 1", tag="bad")
    post(house, store, "orders/create", order(1))
    settle(house, store)
    with psycopg.connect(database.owner) as owner:
        read = ", ".join(each.name for each in lines.lines.columns if each.name != "net")
        owner.execute("REVOKE SELECT ON lines FROM regulars_app")
        owner.execute(f"GRANT SELECT ({read}) ON lines TO regulars_app")

    post(house, store, "orders/create", order(2, customer=2))
    settle(house, store)

    with house.database.store(store) as tx:
        stale = {segment.id for segment in segments.newest(tx) if segment.stale_since}
    assert stale == {bad}
    assert wanted(house, store, 1) == ("bad", "good")
    assert wanted(house, store, 2) == ("good",)
    assert good not in stale


def test_a_thin_message_becomes_a_read(house: House) -> None:
    store = a_store(house.database)

    post(house, store, "customers/update", person(1))
    settle(house, store)

    with house.database.store(store) as tx:
        assert tx.rows("SELECT kind, id FROM reads") == [(Kind.CUSTOMER.value, 1)]


def test_the_order_that_rang_is_part_of_the_answer(house: House) -> None:
    store = a_store(house.database)
    a_segment(house, store, "Third order", "number_of_orders = 3")

    for number in (1, 2, 3):
        post(house, store, "orders/create", order(number))
    settle(house, store)

    assert wanted(house, store) == ("vip",)


def test_an_uninstalled_store_is_written_to_no_more(house: House) -> None:
    store = a_store(house.database)

    post(house, store, "app/uninstalled", {"id": 5, "myshopify_domain": "x.myshopify.com"})
    settle(house, store)

    with house.database.store(store) as tx:
        assert stores.get(tx).state is stores.State.UNINSTALLED


def test_a_forgotten_customer_leaves_nothing_but_a_tombstone(house: House) -> None:
    store = a_store(house.database)
    a_segment(house, store, "Buyers", "number_of_orders >= 1")
    post(house, store, "orders/create", order(1))
    settle(house, store)

    redact = {"shop_id": 1, "shop_domain": "x", "customer": {"id": 1, "email": "a@b", "phone": None}}
    post(house, store, "customers/redact", redact | {"orders_to_redact": [1]})
    post(house, store, "orders/updated", order(1))
    settle(house, store)

    with house.database.store(store) as tx:
        for table in ("customers", "orders", "lines", "memberships", "membership_log", "outbox", "attributes"):
            assert tx.value(f"SELECT count(*) FROM {table}") == 0, table
        assert tx.value("SELECT count(*) FROM tombstones") == 2
        assert tx.value("SELECT count(*) FROM inbox WHERE position('c1@example.com'::bytea IN body) > 0") == 0


def test_customers_in_the_store_counts_them(house: House) -> None:
    store = a_store(house.database)

    post(house, store, "orders/create", order(1))
    settle(house, store)

    with house.database.store(store) as tx:
        assert customers.count(tx) == 1


def test_the_first_order_whose_amounts_are_unknown_is_decided_by_a_rule_that_asks_for_that(house: House) -> None:
    store = a_store(house.database)
    with house.database.store(store) as tx:
        tx.execute("UPDATE stores SET platform = 'bigcommerce' WHERE id = %s", (store,))
    save(house, store, "Small", {"kind": "rule", "rule": "count(orders) = 2 AND sum(orders.net) < 50"}, {}, "test")
    plan(house, store)
    settle(house, store)
    foreign = {"default_currency_code": "EUR", "store_default_to_transactional_exchange_rate": "0.9200000000"}

    _read(house, store, bigcommerce.an_order(id=1))
    settle(house, store)
    _read(house, store, bigcommerce.an_order(id=2, **foreign))
    settle(house, store)

    with house.database.store(store) as tx:
        assert orders.of_customers(tx, [41]) == [1, 2]
        assert memberships.sizes(tx) == {}


def _read(house: House, store: StoreId, node: dict[str, Any]) -> None:
    """The order was read at the platform."""
    body = {"read_began": NOON.isoformat(), "counters": {}, "nodes": [{"order": node}], "gone": []}
    post(house, store, "api/orders", body)
