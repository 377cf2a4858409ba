"""An order as V2 tells it."""

from decimal import Decimal
from typing import Any

from sandbox.bigcommerce import forms
from sandbox.bigcommerce.forms import four
from sandbox.bigcommerce.store import statuses, totals
from sandbox.bigcommerce.store.customer import Address
from sandbox.bigcommerce.store.order import Order
from sandbox.bigcommerce.store.store import Store
from sandbox.money import ZERO

NOTHING = "0.0000"
RATE = Decimal("0.0000000001")


def order(store: Store, it: Order, api: str) -> dict[str, Any]:
    """The whole row. ``api`` is the address of the store's V2 API, for links."""
    return {
        "id": it.id,
        "customer_id": it.customer_id,
        "date_created": forms.rfc(it.created_at),
        "date_modified": forms.rfc(it.updated_at),
        "date_shipped": forms.rfc(it.shipped_at),
        **_status(store, it),
        **_amounts(it),
        **_nothings(),
        **_currencies(it),
        **_origin(it),
        "items_total": totals.units(it),
        "items_shipped": sum(line.quantity_shipped for line in it.lines),
        "order_is_digital": it.digital,
        "is_deleted": it.is_deleted,
        "is_email_opt_in": it.email_opt_in,
        "staff_notes": it.staff_notes,
        "customer_message": it.message,
        "customer_locale": it.locale,
        "billing_address": {**address(it.billing, it.email), "form_fields": []},
        "shipping_address_count": 1 if it.shipping_to else 0,
        **{name: link(api, it, name) for name in ("products", "shipping_addresses", "coupons", "fees", "consignments")},
    }


def link(api: str, it: Order, name: str) -> dict[str, str]:
    """Where a part of the order is found."""
    resource = f"/orders/{it.id}/{name}"
    return {"url": api + resource, "resource": resource}


def address(it: Address, email: str) -> dict[str, Any]:
    """An address of an order."""
    return {
        "first_name": it.first_name,
        "last_name": it.last_name,
        "company": it.company,
        "street_1": it.address1,
        "street_2": it.address2,
        "city": it.city,
        "state": it.state_or_province,
        "zip": it.postal_code,
        "country": it.country,
        "country_iso2": it.country_code,
        "phone": it.phone,
        "email": email,
    }


def _status(store: Store, it: Order) -> dict[str, Any]:
    name = statuses.NAMES[it.status_id]
    return {
        "status_id": it.status_id,
        "status": name,
        "custom_status": store.status_name(it.status_id, name),
        "payment_method": it.payment_method,
        "payment_provider_id": "",
        "payment_status": it.payment_status,
    }


def _amounts(it: Order) -> dict[str, str]:
    sub, sent, whole = (
        (how(it, tax=False), how(it, tax=True)) for how in (totals.subtotal, totals.shipping, totals.total)
    )
    base = 1 if it.tax_inclusive else 0
    return {
        "subtotal_ex_tax": four(sub[0]),
        "subtotal_inc_tax": four(sub[1]),
        "subtotal_tax": four(sub[1] - sub[0]),
        "base_shipping_cost": four(sent[base]),
        "shipping_cost_ex_tax": four(sent[0]),
        "shipping_cost_inc_tax": four(sent[1]),
        "shipping_cost_tax": four(sent[1] - sent[0]),
        "total_ex_tax": four(whole[0]),
        "total_inc_tax": four(whole[1]),
        "total_tax": four(whole[1] - whole[0]),
        "discount_amount": four(it.discount),
        "coupon_discount": four(totals.coupon_discount(it)),
        "store_credit_amount": four(it.store_credit),
        "gift_certificate_amount": four(it.gift_certificate),
        "refunded_amount": four(ZERO),  # Whatever was given back: the platform says nothing here.
    }


def _nothings() -> dict[str, Any]:
    amounts = [f"{kind}_cost_{tax}" for kind in ("handling", "wrapping") for tax in ("ex_tax", "inc_tax", "tax")]
    return {
        **dict.fromkeys([*amounts, "base_handling_cost", "base_wrapping_cost"], NOTHING),
        "shipping_cost_tax_class_id": 2,
        "handling_cost_tax_class_id": 2,
        "wrapping_cost_tax_class_id": 3,
        "ip_address": "203.0.113.7",
        "ip_address_v6": "",
        "geoip_country": "",
        "geoip_country_iso2": "",
        "ebay_order_id": "0",
        "cart_id": "",
        "tax_provider_id": "BasicTaxProvider",
        "external_id": None,
        "external_merchant_id": None,
        "external_order_id": "",
    }


def _currencies(it: Order) -> dict[str, Any]:
    return {
        "currency_id": 1,
        "currency_code": it.display_currency or it.currency,
        "currency_exchange_rate": "1.0000000000",
        "default_currency_id": 1,
        "default_currency_code": it.currency,
        "store_default_currency_code": it.store_currency,
        "store_default_to_transactional_exchange_rate": str(it.exchange_rate.quantize(RATE)),
        "is_tax_inclusive_pricing": it.tax_inclusive,
    }


def _origin(it: Order) -> dict[str, Any]:
    return {"channel_id": it.channel_id, "order_source": it.source, "external_source": it.external_source}
