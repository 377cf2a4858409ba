"""Body of ``orders/create``, ``orders/updated``, ``orders/paid`` and ``orders/cancelled``."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox import moments
from sandbox.ids import gid
from sandbox.money import ZERO
from sandbox.store import totals
from sandbox.store.order import Line, Order
from sandbox.store.shop import Shop
from sandbox.webhooks.amounts import both, pair
from sandbox.webhooks.customer_body import nested, postal
from sandbox.webhooks.line_body import line_item, tax_lines
from sandbox.webhooks.refund_body import refund


def order(shop: Shop, what: Order) -> dict[str, Any]:
    """The order as it is now."""
    who = shop.customers.get(what.customer_id) if what.customer_id is not None else None
    body = _who_and_when(shop, what) | _money(what) | _current_money(what)
    body |= {
        "billing_address": postal(what.billing_address) if what.billing_address else None,
        "shipping_address": postal(what.shipping_address) if what.shipping_address else None,
        "customer": nested(shop, who) if who else None,
        "discount_applications": _applications(what),
        "discount_codes": _codes(what),
        "fulfillments": [],
        "line_items": [line_item(what, line) for line in what.lines],
        "payment_terms": None,
        "refunds": [refund(shop, what, item) for item in what.refunds],
        "returns": [],
        "line_item_groups": [],
        "shipping_lines": _shipping_lines(what),
    }
    return body


def edited(shop: Shop, what: Order, removed: Mapping[int, int], at: datetime) -> dict[str, Any]:
    """Body of ``orders/edited``: a list of changes, not the order."""
    nothing: dict[str, list[Any]] = {"additions": [], "removals": []}
    moment = moments.local(at, shop.zone)
    return {
        "order_edit": {
            "id": what.id + 7,
            "app_id": None,
            "created_at": moment,
            "committed_at": moment,
            "notify_customer": False,
            "order_id": what.id,
            "staff_note": "",
            "user_id": None,
            "line_items": nothing | {"removals": [{"id": line, "delta": units} for line, units in removed.items()]},
            "discounts": {"line_item": nothing},
            "shipping_lines": nothing,
        }
    }


def _who_and_when(shop: Shop, what: Order) -> dict[str, Any]:
    return {
        "id": what.id,
        "admin_graphql_api_id": gid("Order", what.id),
        "app_id": what.app_id,
        "browser_ip": None,
        "buyer_accepts_marketing": False,
        "cancel_reason": what.cancel_reason.lower() if what.cancel_reason else None,
        "cancelled_at": moments.local(what.cancelled_at, shop.zone),
        "cart_token": None,
        "checkout_token": None,
        "client_details": None,
        "closed_at": None,
        "company": None,
        "confirmation_number": f"R{what.number:08d}",
        "confirmed": True,
        "contact_email": what.email,
        "created_at": moments.local(what.created_at, shop.zone),
        "currency": what.currency,
        "customer_locale": what.locale,
        "device_id": None,
        "duties_included": False,
        "email": what.email,
        "estimated_taxes": False,
        "financial_status": totals.financial_status(what).lower(),
        "fulfillment_status": None,
        "landing_site": None,
        "landing_site_ref": None,
        "location_id": 60_111 if what.source_name == "pos" else None,
        "merchant_business_entity_id": "MTU0ODM4MDAwOQ",
        "merchant_of_record_app_id": None,
        "name": what.name,
        "note": what.note,
        "note_attributes": [],
        "number": what.number - 1000,
        "order_number": what.number,
        "order_status_url": f"https://{shop.domain}/{shop.number}/orders/{what.id:x}/authenticate",
        "payment_gateway_names": sorted({each.gateway for each in what.transactions}),
        "phone": None,
        "po_number": None,
        "presentment_currency": what.presentment_currency,
        "processed_at": moments.local(what.processed_at, shop.zone),
        "reference": None,
        "referring_site": None,
        "source_identifier": None,
        "source_name": what.source_name,
        "source_url": None,
        "tags": ", ".join(what.tags),
        "tax_exempt": False,
        "taxes_included": what.taxes_included,
        "test": what.test,
        "token": f"{what.id:032x}",
        "total_weight": 250 * sum(line.quantity for line in what.lines),
        "updated_at": moments.local(what.updated_at, shop.zone),
        "user_id": None,
    }


def _money(what: Order) -> dict[str, Any]:
    return {
        **pair(what, "subtotal_price", totals.subtotal(what)),
        **pair(what, "total_discounts", totals.discounts(what)),
        **pair(what, "total_line_items_price", totals.gross(what)),
        **pair(what, "total_price", totals.total(what)),
        **pair(what, "total_tax", totals.tax(what)),
        "tax_lines": tax_lines(what, what.lines),
        "total_cash_rounding_payment_adjustment_set": both(what, ZERO),
        "total_cash_rounding_refund_adjustment_set": both(what, ZERO),
        "total_outstanding": f"{totals.outstanding(what):.2f}",
        "total_shipping_price_set": both(what, what.shipping),
        "total_tip_received": "0.00",
        "original_total_additional_fees_set": None,
        "original_total_duties_set": None,
    }


def _current_money(what: Order) -> dict[str, Any]:
    kept = totals.subtotal(what) - totals.refunded_goods(what) - totals.taken_out(what)
    kept_discounts = sum((_kept(line, line.discount) for line in what.lines), ZERO)
    return {
        **pair(what, "current_subtotal_price", kept),
        **pair(what, "current_total_discounts", kept_discounts),
        **pair(what, "current_total_price", totals.total(what) - totals.refunded(what) - totals.taken_out(what)),
        **pair(what, "current_total_tax", totals.tax(what) - totals.refunded_tax(what)),
        "current_shipping_price_set": both(what, what.shipping - totals.refunded_shipping(what)),
        "current_total_additional_fees_set": None,
        "current_total_duties_set": None,
    }


def _kept(line: Line, amount: Decimal) -> Decimal:
    return (amount * line.current_quantity / line.quantity).quantize(Decimal("0.01"))


def _applications(what: Order) -> list[dict[str, Any]]:
    return [
        {
            "target_type": "line_item",
            "type": "discount_code" if discount.code else "automatic",
            "value": f"{discount.percent:.1f}",
            "value_type": "percentage",
            "allocation_method": "across",
            "target_selection": "all",
            **({"code": discount.code} if discount.code else {"title": discount.title}),
        }
        for discount in what.discounts
    ]


def _codes(what: Order) -> list[dict[str, Any]]:
    codes = []
    for index, discount in enumerate(what.discounts):
        if discount.code:
            shares = [part for line in what.lines for at, part in line.allocations if at == index]
            amount = f"{sum(shares, ZERO):.2f}"
            codes.append({"code": discount.code, "amount": amount, "type": "percentage"})
    return codes


def _shipping_lines(what: Order) -> list[dict[str, Any]]:
    if what.shipping_address is None:
        return []
    return [
        {
            "id": what.id + 1,
            "carrier_identifier": None,
            "code": "Standard",
            "discount_allocations": [],
            **pair(what, "discounted_price", what.shipping),
            **pair(what, "price", what.shipping),
            "current_discounted_price_set": both(what, what.shipping - totals.refunded_shipping(what)),
            "is_removed": False,
            "phone": None,
            "requested_fulfillment_service_id": None,
            "source": "shopify",
            "tax_lines": [],
            "title": "Standard",
        }
    ]
