"""Payloads with defaults: a test names only what matters to it."""

from datetime import UTC, datetime
from typing import Any

from msgspec.json import encode

SEEN = datetime(2026, 11, 21, 18, 0, 27, tzinfo=UTC)
PLACED = "2026-11-21T13:00:00-05:00"
PLACED_UTC = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


def a_line(id: int = 11, price: str = "10.00", quantity: int = 1, **more: Any) -> dict[str, Any]:  # noqa: A002
    """A line of an order webhook."""
    return {"id": id, "price": price, "quantity": quantity, "discount_allocations": [], "tax_lines": [], **more}


def an_order(**more: Any) -> bytes:
    """A paid order of one line of 10.00 for customer 7."""
    order: dict[str, Any] = {
        "id": 1,
        "created_at": PLACED,
        "processed_at": PLACED,
        "updated_at": PLACED,
        "currency": "EUR",
        "total_price": "10.00",
        "total_tax": "0.00",
        "financial_status": "paid",
        "taxes_included": False,
        "test": False,
        "customer": {"id": 7},
        "line_items": [a_line()],
        "refunds": [],
    }
    return encode(order | more)


def a_refund(**more: Any) -> dict[str, Any]:
    """A refund of order 1 without lines: 4.00 went back."""
    refund: dict[str, Any] = {
        "id": 21,
        "order_id": 1,
        "created_at": PLACED,
        "processed_at": PLACED,
        "refund_line_items": [],
        "transactions": [money_back("4.00")],
    }
    return refund | more


def money_back(amount: str, **more: Any) -> dict[str, Any]:
    """A successful refund transaction in the store's currency."""
    return {"kind": "refund", "status": "success", "amount": amount, "currency": "EUR", **more}


def units_back(subtotal: float, tax: float = 0, quantity: int = 1, line: int = 11) -> dict[str, Any]:
    """A line of a refund; its amounts are JSON numbers."""
    shop = {"amount": f"{subtotal:.2f}", "currency_code": "EUR"}
    return {
        "line_item_id": line,
        "quantity": quantity,
        "subtotal": subtotal,
        "total_tax": tax,
        "subtotal_set": {"shop_money": shop, "presentment_money": {"amount": "999.00", "currency_code": "XXX"}},
    }


def a_customer(**more: Any) -> bytes:
    """A customer as webhooks since 2025-01 tell it."""
    customer: dict[str, Any] = {
        "id": 7,
        "created_at": PLACED,
        "updated_at": PLACED,
        "first_name": "Zoë",
        "last_name": "Bos",
        "email": "zoe@example.com",
        "state": "disabled",
        "addresses": [],
    }
    return encode(customer | more)
