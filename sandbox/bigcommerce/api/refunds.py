"""V3 refunds: the only place that knows what was given back."""

from typing import Any

from flask import Response

from sandbox.bigcommerce import forms
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused, data, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.forms import number as amount
from sandbox.bigcommerce.store.order import Order, Refund

REFUNDS = "/v3/orders/payment_actions/refunds"


@api.get(REFUNDS)
def refunds() -> Response:
    """Refunds of the whole store, or of some orders."""
    asking.only("order_id:in", "id:in", "created:min", "created:max", "transaction_id")
    store = the_store()
    orders, ids = asking.integers("order_id:in"), asking.integers("id:in")
    span = asking.span("created")
    with store.lock:
        some = list(store.orders.values()) if orders is None else [o for o in store.orders.values() if o.id in orders]
        found = [
            (order, refund)
            for order in some
            for refund in order.refunds
            if (ids is None or refund.id in ids) and asking.within(refund.created_at, *span)
        ]
        rows, meta = numbered(sorted(found, key=lambda pair: pair[1].id))
        return data([_shown(*pair) for pair in rows], meta)


@api.get("/v3/orders/<int:number>/payment_actions/refunds")
def refunds_of(number: int) -> Response:
    """Refunds of one order."""
    with the_store().lock:
        order = the_store().orders.get(number)
        if order is None:
            raise Refused(404, "The order does not exist.")
        return data([_shown(order, each) for each in order.refunds])


@api.get(f"{REFUNDS}/<int:number>")
def refund(number: int) -> Response:
    """One refund. Here, and only here, an item's amount is a text."""
    with the_store().lock:
        for order in the_store().orders.values():
            for each in order.refunds:
                if each.id == number:
                    shown = _shown(order, each)
                    for item, said in zip(each.items, shown["items"], strict=True):
                        said["requested_amount"] = forms.four(item.amount)
                        del said["adjustments"]
                    return data(shown)
    raise Refused(404, "The refund does not exist.")


def _shown(order: Order, it: Refund) -> dict[str, Any]:
    return {
        "id": it.id,
        "order_id": order.id,
        "user_id": 1,
        "created": it.created_at.isoformat(),
        "reason": it.reason,
        "total_amount": amount(it.total),
        "total_tax": amount(it.tax),
        "uses_merchant_override_values": False,
        "items": [
            {
                "item_type": item.kind,
                "item_id": item.item_id,
                "reason": it.reason,
                "quantity": item.quantity,
                "requested_amount": amount(item.amount),
                "adjustments": [],
            }
            for item in it.items
        ],
        "payments": [
            {
                "id": it.payment_id,
                "provider_id": "custom" if order.external_source else "sandboxpay",
                "amount": amount(it.total),
                "offline": order.external_source is not None,
                "is_declined": False,
                "declined_message": "",
            }
        ],
    }
