"""The Online Retail data set as a Shopify store would have told it. docs/replay.md defines the meaning.

Every invoice is an order. A cancellation is an order that came back as it was made: refunded whole
where a customer stands on it, cancelled where none does.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any

from msgspec import Raw
from msgspec.json import Encoder

from plugin.cli.history import invoices
from plugin.cli.history.countries import CODES
from plugin.cli.history.delivery import Delivery
from plugin.cli.history.invoices import Invoice, Row

CURRENCY = "GBP"
LINES_AT_MOST = 10_000
"""Room for the lines' numbers behind their invoice's."""
LETTER = 10**9
"""An invoice with a letter in front has its number above all those without."""
A_MOMENT = timedelta(seconds=1)

_encode = Encoder().encode


def read(path: Path) -> Iterator[Delivery]:
    """The deliveries of the whole file, invoice after invoice in the file's order."""
    for invoice in invoices.read(path):
        yield from deliveries(invoice)


def deliveries(invoice: Invoice) -> Iterator[Delivery]:
    """``orders/create``, and for a cancellation what took it back at the same moment."""
    order = _order(invoice)
    yield Delivery("orders/create", invoice.at, _encode(order))
    if not invoice.cancels:
        return
    if invoice.customer is not None:
        back = _refund(invoice, [(line, abs(row.quantity)) for line, row in _numbered(invoice)])
        yield Delivery("refunds/create", invoice.at, _encode(back))
    else:
        # Shopify's moments of change have whole seconds: the later state must be later in it.
        later = invoice.at + A_MOMENT
        changed = {"cancelled_at": invoice.at.isoformat(), "cancel_reason": "other", "updated_at": later.isoformat()}
        yield Delivery("orders/cancelled", later, _encode(order | changed))


def order_id(number: str) -> int:
    """The invoice's number; a letter in front lifts it above those without."""
    letter, digits = ("", number) if number[0].isdigit() else (number[0], number[1:])
    return (ord(letter) * LETTER if letter else 0) + int(digits)


def line_id(number: str, place: int) -> int:
    """The line's place, from 1, behind its order's number."""
    return order_id(number) * LINES_AT_MOST + place


def product_id(stock_code: str) -> int:
    """A number that follows from the code, letter by letter: ``85123A`` and ``85123a`` are two products."""
    return int.from_bytes(blake2b(stock_code.encode(), digest_size=6).digest()) + 1


def _numbered(invoice: Invoice) -> list[tuple[int, Row]]:
    return [(line_id(invoice.number, place), row) for place, row in enumerate(invoice.rows, start=1)]


def _order(invoice: Invoice) -> dict[str, Any]:
    at = invoice.at.isoformat()
    goods = sum((_price(row) * abs(row.quantity) for row in invoice.rows), Decimal(0))
    # Outside a cancellation, units below zero went out of the shop's books: sold and taken back at once.
    gone = [] if invoice.cancels else [(line, -row.quantity) for line, row in _numbered(invoice) if row.quantity < 0]
    back = [_refund(invoice, gone)] if gone else []
    status = "paid" if not back else "refunded" if len(gone) == len(invoice.rows) else "partially_refunded"
    code = CODES.get(invoice.country)
    return {
        "id": order_id(invoice.number),
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id(invoice.number)}",
        "name": f"#{invoice.number}",
        "created_at": at,
        "processed_at": at,
        "updated_at": at,
        "cancelled_at": None,
        "test": False,
        "currency": CURRENCY,
        "financial_status": status,
        "taxes_included": False,
        "total_line_items_price": str(goods),
        "subtotal_price": str(goods),
        "total_discounts": "0.00",
        "total_tax": "0.00",
        "total_price": str(goods),
        "source_name": "web",
        "tags": "",
        "discount_codes": [],
        "note_attributes": [
            {"name": f"amount of line {line}", "value": str(row.unit_price * row.quantity)}
            for line, row in _numbered(invoice)
            if row.unit_price < 0
        ],
        "customer": None if invoice.customer is None else {"id": invoice.customer},
        "shipping_address": None if code is None else {"country": invoice.country, "country_code": code},
        "line_items": [_line(line, row) for line, row in _numbered(invoice)],
        "refunds": back,
    }


def _line(line: int, row: Row) -> dict[str, Any]:
    return {
        "id": line,
        "product_id": product_id(row.stock_code),
        "variant_id": None,
        "quantity": abs(row.quantity),
        "price": str(_price(row)),
        "sku": row.stock_code,
        "title": row.description or row.stock_code,
        "total_discount": "0.00",
        "discount_allocations": [],
        "tax_lines": [],
        "gift_card": False,
    }


def _price(row: Row) -> Decimal:
    """Shopify's prices are never below zero: an adjustment is a line of 0 and a note beside it."""
    return max(row.unit_price, Decimal(0))


def _refund(invoice: Invoice, units: list[tuple[int, int]]) -> dict[str, Any]:
    """These units of the invoice's lines came back, and their money, when the invoice was made."""
    rows = dict(_numbered(invoice))
    amounts = {line: _price(rows[line]) * count for line, count in units}
    at = invoice.at.isoformat()
    return {
        "id": order_id(invoice.number),
        "admin_graphql_api_id": f"gid://shopify/Refund/{order_id(invoice.number)}",
        "order_id": order_id(invoice.number),
        "created_at": at,
        "processed_at": at,
        "refund_line_items": [
            {
                "line_item_id": line,
                "quantity": count,
                "subtotal": Raw(str(amounts[line]).encode()),
                "subtotal_set": {"shop_money": {"amount": str(amounts[line]), "currency_code": CURRENCY}},
                "total_tax": Raw(b"0.0"),
            }
            for line, count in units
        ],
        "transactions": [
            {
                "kind": "refund",
                "status": "success",
                "amount": str(sum(amounts.values(), Decimal(0))),
                "currency": CURRENCY,
            }
        ],
    }
