"""Body of ``refunds/create``, and of a refund within an order."""

from typing import Any

from sandbox import moments
from sandbox.ids import gid
from sandbox.money import ZERO
from sandbox.store.order import Order, Refund, RefundLine, Transaction
from sandbox.store.shop import Shop
from sandbox.webhooks.amounts import both, pair
from sandbox.webhooks.line_body import line_item


def refund(shop: Shop, what: Order, given: Refund) -> dict[str, Any]:
    """The refund. The customer is not in it: the order knows."""
    at = moments.local(given.created_at, shop.zone)
    return {
        "id": given.id,
        "admin_graphql_api_id": gid("Refund", given.id),
        "order_id": what.id,
        "created_at": at,
        "processed_at": at,
        "note": given.note,
        "user_id": None,
        "restock": bool(given.lines),
        "duties": [],
        "total_duties_set": both(what, ZERO),
        "return": None,
        "refund_shipping_lines": _shipping(what, given),
        "order_adjustments": _adjustments(what, given),
        "refund_line_items": [_line(what, line) for line in given.lines],
        "transactions": [_transaction(shop, what, given.transaction)] if given.transaction else [],
    }


def _line(what: Order, given: RefundLine) -> dict[str, Any]:
    return {
        "id": given.id,
        "quantity": given.quantity,
        "line_item_id": given.line.id,
        "location_id": None,
        "restock_type": "return",
        "subtotal": float(given.subtotal),  # A JSON number here, a text everywhere else.
        "total_tax": float(given.tax),
        "subtotal_set": both(what, given.subtotal),
        "total_tax_set": both(what, given.tax),
        "line_item": _line_item(what, given),
    }


def _line_item(what: Order, given: RefundLine) -> dict[str, Any]:
    body = line_item(what, given.line)
    for name in ("attributed_staffs", "current_quantity", "sales_line_item_group_id"):
        del body[name]
    return body


def _shipping(what: Order, given: Refund) -> list[dict[str, Any]]:
    if not given.shipping:
        return []
    return [
        {
            "id": given.id + 1,
            "subtotal_amount_set": both(what, given.shipping),
            "tax_amount_set": both(what, ZERO),
            "shipping_line": {"id": what.id + 1, "code": "Standard", "title": "Standard"},
        }
    ]


def _adjustments(what: Order, given: Refund) -> list[dict[str, Any]]:
    found = [
        (given.shipping, "shipping_refund", "Shipping refund"),
        (given.bare, "refund_discrepancy", "Refund discrepancy"),
    ]
    return [
        {
            "id": given.id + offset,
            "order_id": what.id,
            "refund_id": given.id,
            **pair(what, "amount", -amount),  # Below zero: towards the customer.
            **pair(what, "tax_amount", ZERO),
            "kind": kind,
            "reason": reason,
        }
        for offset, (amount, kind, reason) in enumerate(found, start=2)
        if amount
    ]


def _transaction(shop: Shop, what: Order, moved: Transaction) -> dict[str, Any]:
    at = moments.local(moved.created_at, shop.zone)
    return {
        "id": moved.id,
        "admin_graphql_api_id": gid("OrderTransaction", moved.id),
        "order_id": what.id,
        "kind": moved.kind.lower(),
        "gateway": moved.gateway,
        "status": moved.status.lower(),
        "message": None,
        "created_at": at,
        "processed_at": at,
        "test": what.test,
        "authorization": None,
        "location_id": None,
        "user_id": None,
        "parent_id": None,
        "device_id": None,
        "error_code": None,
        "source_name": what.source_name,
        "receipt": {},
        "amount": f"{moved.amount:.2f}",
        "currency": what.currency,
        "payment_id": f"{what.name}.1",
        "total_unsettled_set": {
            "presentment_money": {"amount": "0.0", "currency": what.presentment_currency},
            "shop_money": {"amount": "0.0", "currency": what.currency},
        },
        "manual_payment_gateway": False,
        "amount_rounding": None,
    }
