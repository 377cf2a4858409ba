"""One beside the other: what the product has and what the CSV says, and every difference by name."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from plugin.cli.history.invoices import ZONE
from plugin.cli.history.online_retail import order_id
from plugin.db.transaction import Transaction
from plugin.domain.ids import StoreId
from plugin.flow.house import House
from tests.stories.retail.ledger import Ledger
from tests.stories.retail.play import decided
from tests.stories.retail.questions import MOMENTS, QUESTIONS

ORDERS = """
SELECT id, customer_id, gross - discount, refunded, cancelled_at IS NOT NULL,
  paid_at IS NOT NULL AND cancelled_at IS NULL AND NOT (first_refund_at IS NOT NULL AND refunded >= gross - discount)
FROM orders WHERE store_id = %s AND NOT test"""

SPEND = """
SELECT c.id, coalesce(sum(greatest(o.gross - o.discount - o.refunded, 0))
                      FILTER (WHERE o.paid_at IS NOT NULL AND o.cancelled_at IS NULL), 0)
FROM customers c LEFT JOIN orders o ON o.store_id = c.store_id AND o.customer_id = c.id
WHERE c.store_id = %s GROUP BY c.id"""

SHOWN = 5
"""Differences told in full; of more, the count."""


def facts(tx: Transaction, ledger: Ledger) -> list[str]:
    """How the product's customers, orders and net spend differ from the CSV's; empty when they are the same."""
    orders = {row[0]: tuple(row[1:]) for row in tx.rows(ORDERS, (tx.store_id,))}
    wanted = {order_id(invoice): told for invoice, told in ledger.orders().items()}
    spend = {row[0]: Decimal(row[1]) for row in tx.rows(SPEND, (tx.store_id,))}
    return [*_differences("order", orders, wanted), *_differences("net spend of", spend, ledger.spend())]


def members(house: House, store_id: StoreId, ledger: Ledger) -> list[str]:
    """How the segments' members differ from the CSV's at each of the moments; empty when they are the same."""
    return [line for as_of in MOMENTS for line in members_at(decided(house, store_id, aware(as_of)), ledger, as_of)]


def members_at(found: Mapping[str, Mapping[int, str]], ledger: Ledger, as_of: datetime) -> list[str]:
    """The same for members that are already found, at one moment of the shop's clock."""
    lines: list[str] = []
    for question in QUESTIONS:
        answer = question.answer(ledger, as_of)
        lines += _differences(f"{question.name} as of {as_of}:", found[question.name], answer)
    return lines


def aware(moment: datetime) -> datetime:
    """The moment of the shop's clock."""
    return moment.replace(tzinfo=ZONE)


def _differences(what: str, found: Mapping[int, Any], wanted: Mapping[int, Any]) -> Iterator[str]:
    keys = sorted(key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key))
    for key in keys[:SHOWN]:
        yield f"{what} {key}: the product has {found.get(key)}, the CSV {wanted.get(key)}"
    if len(keys) > SHOWN:
        yield f"{what} and {len(keys) - SHOWN} more of {len(wanted)}"
