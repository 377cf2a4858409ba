"""What was read stands in the books, and says there what the store's own books say."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from plugin.db.transaction import Database as Doors
from plugin.domain.facts import Fact, Kind, OrderSeen, RefundSeen
from plugin.domain.ids import StoreId
from plugin.flow.facts import Sorted, put
from plugin.platforms.bigcommerce import history
from plugin.platforms.bigcommerce.client import Client
from plugin.platforms.bigcommerce.translate import translate
from tests.builders import a_store, doors
from tests.database import Database
from tests.platforms.bigcommerce.builders import BEGAN, LATER, a_refund, an_order, bought, read, units
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.reading import HTTP, a_past, calls, told
from tests.platforms.server import Reply, Server, serving

BOUGHT = {2, 3, 8, 9, 10, 11, 14}
"""Statuses of orders that count."""
COUNTED = "NOT test AND paid_at IS NOT NULL AND cancelled_at IS NULL AND full_refund_at IS NULL"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, Server]]:
    """A sandbox, and the app it calls."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def store(sandbox: tuple[str, Server]) -> Pretended:
    """A store with a past."""
    return a_past(*sandbox, customers=60, years=1)


@pytest.fixture
def at(module_database: Database) -> Doors:
    return doors(module_database)


def absorb(at: Doors, ours: StoreId, facts: Sequence[Fact]) -> None:
    batch = Sorted()
    batch.add(facts, datetime.now(UTC))
    with at.store(ours) as tx:
        put(tx, batch, urgent=False)


def past(client: Client, kind: Kind) -> list[Fact]:
    pieces = history.export_chunks(client, HTTP, history.start_export(client, kind, None))
    return [fact for piece in pieces for fact in translate(f"export/{kind.value}s", piece.body, BEGAN)]


def rows(at: Doors, ours: StoreId, query: str) -> list[Any]:
    with at.store(ours) as tx:
        return tx.rows(query, {"store": ours})


def test_the_books_count_what_the_store_counts(store: Pretended, at: Doors) -> None:
    ours, client = a_store(at), calls(store)
    for kind in (Kind.CUSTOMER, Kind.ORDER):
        absorb(at, ours, past(client, kind))
    theirs = {row["id"]: row for row in store.control("GET", "/orders")}

    found = rows(at, ours, f"SELECT id, {COUNTED}, total, refunded_total, net FROM orders WHERE store_id = %(store)s")
    assert {row[0] for row in found} == set(theirs)
    for number, counts, total, refunded, net in found:
        row = theirs[number]
        kept = any(line["refunded"] < line["quantity"] for line in row["lines"])  # Shipping may be paid for still.
        assert counts == (row["status_id"] in BOUGHT and not row["is_deleted"] and kept), row
        assert (total, refunded) == (Decimal(row["total"]), Decimal(row["refunded"]))
        assert 0 <= net <= total
    people = rows(at, ours, "SELECT count(*) FROM customers WHERE store_id = %(store)s AND created_at IS NOT NULL")
    assert people == [(store.control("GET")["counts"]["customers"],)]


def test_a_read_says_what_history_said(store: Pretended, at: Doors) -> None:
    ours, client = a_store(at), calls(store)
    facts = [fact for kind in (Kind.CUSTOMER, Kind.ORDER) for fact in past(client, kind)]
    absorb(at, ours, facts)
    queries = [
        """SELECT to_jsonb(o) - 'seen_at' - 'digest' - 'payment_version' FROM orders o
           WHERE store_id = %(store)s ORDER BY id""",
        "SELECT to_jsonb(l) FROM lines l WHERE store_id = %(store)s ORDER BY order_id, id",
        "SELECT to_jsonb(r) - 'seen_at' - 'digest' FROM refunds r WHERE store_id = %(store)s ORDER BY order_id, id",
        """SELECT to_jsonb(a) FROM attributes a WHERE store_id = %(store)s AND type <> 'absent'
           ORDER BY customer_id, name, at, digest""",
        "SELECT to_jsonb(c) FROM consents c WHERE store_id = %(store)s ORDER BY customer_id, channel, at, state",
    ]
    before = [rows(at, ours, query) for query in queries]

    orders = [row["id"] for row in store.control("GET", "/orders")]
    people = [row["id"] for row in store.control("GET", "/customers")]
    absorb(at, ours, [*told(client, Kind.CUSTOMER, *people), *told(client, Kind.ORDER, *orders)])
    assert [rows(at, ours, query) for query in queries] == before


def test_a_guest_s_order_can_be_found_by_its_address_and_is_nobody_s(store: Pretended, at: Doors) -> None:
    ours, client = a_store(at), calls(store)
    lines = [{"name": "Chair", "price": "10", "quantity": 1}]
    number = store.control("POST", "/orders", {"lines": lines, "email": "guest@example.com"})["id"]
    absorb(at, ours, told(client, Kind.ORDER, number))

    found = rows(at, ours, "SELECT customer_id, guest_key IS NOT NULL FROM orders WHERE store_id = %(store)s")
    assert found == [(None, True)]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("status", [7, 12, 13])
def test_an_order_that_waits_again_or_is_disputed_counts_no_more_whichever_word_comes_first(
    at: Doors, status: int, turned: bool
) -> None:
    ours = a_store(at)
    said = [bought(an_order()), bought(an_order(status_id=status, date_modified=LATER))]

    for fact in reversed(said) if turned else said:
        absorb(at, ours, [fact])

    lines = rows(at, ours, "SELECT paid_at FROM lines WHERE store_id = %(store)s")
    assert (rows(at, ours, "SELECT paid_at FROM orders WHERE store_id = %(store)s"), lines) == ([(None,)], [(None,)])


def test_an_order_of_a_status_that_the_store_no_longer_counts_counts_no_more(at: Doors) -> None:
    ours = a_store(at)

    absorb(at, ours, [bought(an_order()), bought(an_order(date_modified=LATER), counted=[2, 10])])

    assert rows(at, ours, f"SELECT {COUNTED} FROM orders WHERE store_id = %(store)s") == [(False,)]


def test_an_order_in_another_currency_is_fully_refunded_when_its_status_says_so(at: Doors) -> None:
    foreign = {"default_currency_code": "EUR", "store_default_to_transactional_exchange_rate": "0.9200000000"}
    back = a_refund(units(25, 1), total=10)
    ends = []
    for status in (14, 4):
        ours = a_store(at)
        node = {"order": an_order(status_id=status, **foreign), "refunds": [back]}
        absorb(at, ours, [fact for fact in read("api/orders", node) if isinstance(fact, OrderSeen | RefundSeen)])
        ends += rows(at, ours, f"SELECT {COUNTED} FROM orders WHERE store_id = %(store)s")

    assert ends == [(True,), (False,)]
