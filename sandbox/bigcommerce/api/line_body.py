"""The parts of an order: lines, coupons, shipping addresses, consignments."""

from typing import Any

from sandbox.bigcommerce import forms
from sandbox.bigcommerce.api.order_body import NOTHING, address
from sandbox.bigcommerce.forms import four
from sandbox.bigcommerce.store import totals
from sandbox.bigcommerce.store.order import Coupon, Line, Order

NO_AMOUNTS = (
    "base_cost_price", "cost_price_inc_tax", "cost_price_ex_tax", "cost_price_tax", "refund_amount",
    "base_wrapping_cost", "wrapping_cost_ex_tax", "wrapping_cost_inc_tax", "wrapping_cost_tax", "fixed_shipping_cost",
    "width", "height", "depth", "weight",
)  # fmt: skip


def line(order: Order, it: Line) -> dict[str, Any]:
    """A row of ``/products``."""
    return {
        "id": it.id,
        "order_id": order.id,
        "product_id": it.product_id,
        "variant_id": it.variant_id,
        "order_pickup_method_id": 0,
        "order_address_id": order.shipping_to.id if order.shipping_to and it.kind == "physical" else 0,
        "name": it.name,
        "name_customer": it.name,
        "name_merchant": it.name,
        "sku": it.sku,
        "upc": "",
        "type": it.kind,
        **_prices(order, it),
        "quantity": it.quantity,
        "quantity_shipped": it.quantity_shipped,
        "quantity_refunded": it.quantity_refunded,
        "is_refunded": it.quantity_refunded >= it.quantity,
        "brand": it.brand,
        "applied_discounts": [
            {"id": each.id, "amount": four(each.amount), "name": each.name, "code": each.code, "target": each.target}
            for each in it.applied
        ],
        "product_options": [_option(it, number, *each) for number, each in enumerate(it.options, 1)],
        "configurable_fields": [],
        **dict.fromkeys(NO_AMOUNTS, NOTHING),
        **_rest(),
    }


def _prices(order: Order, it: Line) -> dict[str, str]:
    whole = it.price * it.quantity
    price = (order.without_tax(it.price, it.tax_rate), order.with_tax(it.price, it.tax_rate))
    total = (order.without_tax(whole, it.tax_rate), order.with_tax(whole, it.tax_rate))
    return {
        "base_price": four(it.price),
        "price_ex_tax": four(price[0]),
        "price_inc_tax": four(price[1]),
        "price_tax": four(price[1] - price[0]),
        "base_total": four(whole),
        "total_ex_tax": four(total[0]),
        "total_inc_tax": four(total[1]),
        "total_tax": four(total[1] - total[0]),
        "discounted_total_inc_tax": four(totals.paid_for(order, it)),
    }


def coupon(order: Order, it: Coupon) -> dict[str, Any]:
    """A row of ``/coupons``. The discount is a number here."""
    return {
        "id": it.id,
        "coupon_id": it.coupon_id,
        "order_id": order.id,
        "code": it.code,
        "amount": four(it.amount),
        "type": it.kind,
        "discount": forms.number(it.discount),
    }


def shipping_addresses(order: Order, api: str) -> list[dict[str, Any]]:
    """The rows of ``/shipping_addresses``: one, or none."""
    if order.shipping_to is None:
        return []
    quotes = f"/orders/{order.id}/shipping_addresses/{order.shipping_to.id}/shipping_quotes"
    costs = {
        "base_cost": four(order.shipping),
        "cost_ex_tax": four(totals.shipping(order, tax=False)),
        "cost_inc_tax": four(totals.shipping(order, tax=True)),
        "cost_tax": four(totals.shipping(order, tax=True) - totals.shipping(order, tax=False)),
    }
    row = {"id": order.shipping_to.id, "order_id": order.id, **_posted(order, api, quotes), **costs}
    names = ("base_handling_cost", "handling_cost_ex_tax", "handling_cost_inc_tax", "handling_cost_tax")
    return [row | dict.fromkeys(names, NOTHING)]


def consignments(order: Order, api: str, *, lines: bool) -> dict[str, Any]:
    """Where each line goes. With ``lines`` the lines themselves, else links to them."""

    def shown(wanted: list[Line]) -> list[dict[str, Any]]:
        if lines:
            return [line(order, each) for each in wanted]
        paths = [f"/orders/{order.id}/products/{each.id}" for each in wanted]
        return [{"url": api + path, "resource": path} for path in paths]

    physical = [each for each in order.lines if each.kind == "physical"]
    digital = [each for each in order.lines if each.kind == "digital"]
    gifts = [each for each in order.lines if each.kind == "giftcertificate"]
    shipping = []
    if physical:
        quotes = f"/orders/{order.id}/consignments/shipping/{order.id}/shipping_quotes"
        names = ("base_handling_cost", "handling_cost_ex_tax", "handling_cost_inc_tax", "handling_cost_tax")
        costs = {
            "base_cost": forms.number(order.shipping),
            "cost_ex_tax": forms.number(totals.shipping(order, tax=False)),
            "cost_inc_tax": forms.number(totals.shipping(order, tax=True)),
            "cost_tax": forms.number(totals.shipping(order, tax=True) - totals.shipping(order, tax=False)),
        }
        row = {"id": (order.shipping_to or order.billing).id, "line_items": shown(physical)}
        shipping.append(row | _posted(order, api, quotes) | costs | dict.fromkeys(names, 0))
    return {
        "pickups": [],
        "shipping": shipping,
        "downloads": [{"recipient_email": order.email, "line_items": shown(digital)}] if digital else [],
        "email": {"gift_certificates": [{"recipient_email": order.email, "line_items": shown(gifts)}] if gifts else []},
    }


def _posted(order: Order, api: str, quotes: str) -> dict[str, Any]:
    return {
        **address(order.shipping_to or order.billing, order.email),
        "items_total": sum(each.quantity for each in order.lines if each.kind == "physical"),
        "items_shipped": sum(each.quantity_shipped for each in order.lines if each.kind == "physical"),
        "shipping_method": "Flat Rate" if order.shipping else "Free Shipping",
        "cost_tax_class_id": 2,
        "handling_cost_tax_class_id": 2,
        "shipping_zone_id": 1,
        "shipping_zone_name": "Everywhere",
        "form_fields": [],
        "shipping_quotes": {"url": api + quotes, "resource": quotes},
    }


def _option(it: Line, number: int, name: str, value: str) -> dict[str, Any]:
    return {
        "id": number,
        "option_id": number,
        "order_product_id": it.id,
        "product_option_id": number,
        "display_name": name,
        "display_name_customer": name,
        "display_name_merchant": name,
        "display_value": value,
        "display_value_customer": value,
        "display_value_merchant": value,
        "value": value,
        "type": "Multiple choice",
        "name": name,
        "display_style": "Pick list",
    }


def _rest() -> dict[str, Any]:
    return {
        "return_id": 0,
        "wrapping_id": 0,
        "wrapping_name": "",
        "wrapping_message": "",
        "event_name": None,
        "event_date": None,
        "ebay_item_id": "",
        "ebay_transaction_id": "",
        "option_set_id": None,
        "parent_order_product_id": None,
        "is_bundled_product": False,
        "bin_picking_number": "",
        "external_id": None,
        "gift_certificate_id": None,
    }
