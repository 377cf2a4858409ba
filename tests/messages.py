"""Messages as Shopify sends them, as bytes, with defaults."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from plugin.db import inbox
from plugin.domain.ids import StoreId
from plugin.flow.house import House

_numbers = itertools.count(1)


def dumped(body: dict[str, Any]) -> bytes:
    """The body as JSON bytes."""
    return json.dumps(body, default=str).encode()


def order(
    order_id: int,
    customer: int | None = 1,
    amount: str = "50.00",
    placed_at: datetime | None = None,
    status: str = "paid",
    **more: Any,
) -> dict[str, Any]:
    """An order of one line, placed an hour ago."""
    at = placed_at or datetime.now(UTC) - timedelta(hours=1)
    body: dict[str, Any] = {
        "id": order_id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id}",
        "name": f"#{order_id}",
        "created_at": at.isoformat(),
        "processed_at": at.isoformat(),
        "updated_at": at.isoformat(),
        "cancelled_at": None,
        "test": False,
        "financial_status": status,
        "currency": "GBP",
        "taxes_included": False,
        "total_price": amount,
        "total_tax": "0.00",
        "source_name": "web",
        "tags": "",
        "discount_codes": [],
        "line_items": [
            {"id": order_id * 10, "product_id": 7, "quantity": 1, "price": amount, "title": "A thing"},
        ],
        "refunds": [],
    }
    if customer is not None:
        body["customer"] = person(customer)
    return body | more


def person(customer_id: int, **more: Any) -> dict[str, Any]:
    """A customer as the API has them since 2025-01: no tags, no consent, no spend."""
    body = {
        "id": customer_id,
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2024-01-01T00:00:00Z",
        "first_name": "Ana",
        "last_name": f"No {customer_id}",
        "email": f"c{customer_id}@example.com",
        "state": "disabled",
    }
    return body | more


def refund(refund_id: int, order_id: int, amount: str, at: datetime | None = None) -> dict[str, Any]:
    """A refund of the order's one line."""
    moment = (at or datetime.now(UTC)).isoformat()
    return {
        "id": refund_id,
        "order_id": order_id,
        "created_at": moment,
        "processed_at": moment,
        "refund_line_items": [
            {
                "id": refund_id * 10,
                "line_item_id": order_id * 10,
                "quantity": 1,
                "subtotal": amount,
                "total_tax": "0.00",
            }
        ],
        "transactions": [{"amount": amount, "kind": "refund", "status": "success"}],
        "order_adjustments": [],
    }


def post(
    house: House,
    store_id: StoreId,
    topic: str,
    body: dict[str, Any] | bytes,
    delivery_id: str | None = None,
    triggered_at: datetime | None = None,
) -> None:
    """The message waits in the inbox, as if a webhook had brought it."""
    raw = body if isinstance(body, bytes) else dumped(body)
    at = triggered_at or datetime.now(UTC)
    inbox.insert(house.database, store_id, topic, delivery_id or f"d{next(_numbers)}", at, raw)
