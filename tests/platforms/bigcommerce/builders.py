"""Answers of BigCommerce, shaped as the examples of its API description: a test names only what matters to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from plugin.domain.facts import Fact, OrderSeen, RefundSeen
from plugin.platforms.base import Tokens
from plugin.platforms.bigcommerce.translate import translate

STORE = "z4zn3wo"
BEGAN = datetime(2026, 3, 5, 12, tzinfo=UTC)
"""When the reads of these tests began."""
PLACED = "Tue, 03 Mar 2026 10:15:02 +0000"
CHANGED = "Tue, 03 Mar 2026 10:15:40 +0000"
LATER = "Thu, 05 Mar 2026 09:00:00 +0000"


@dataclass
class Purse:
    """Where the client's tokens come from, and which it gave back."""

    token: str = "old"
    refused: list[str] = field(default_factory=list)

    def refresh(self, stale: str) -> str:
        self.refused.append(stale)
        self.token = "new"
        return self.token

    @property
    def tokens(self) -> Tokens:
        return Tokens(lambda: self.token, self.refresh)


def a_line(
    number: int = 25, price: str = "10.0000", quantity: int = 2, tax: str = "0.0", **more: Any
) -> dict[str, Any]:
    """A line at a price without tax; ``tax`` is its rate."""
    one = float(price)
    taxed = one * (1 + float(tax))
    return {
        "id": number,
        "order_id": 118,
        "product_id": 20,
        "variant_id": 71,
        "name": "Example towel",
        "sku": "EX-TOWEL-G",
        "type": "physical",
        "base_price": price,
        "price_ex_tax": four(one),
        "price_inc_tax": four(taxed),
        "price_tax": four(taxed - one),
        "quantity": quantity,
        "total_ex_tax": four(one * quantity),
        "total_inc_tax": four(taxed * quantity),
        "total_tax": four((taxed - one) * quantity),
        "cost_price_ex_tax": "4.0000",
        "is_refunded": False,
        "quantity_refunded": 0,
        "refund_amount": "0.0000",
        "wrapping_id": 0,
        "wrapping_name": "",
        "wrapping_message": "",
        "brand": "Example brand",
        "applied_discounts": [],
        "product_options": [],
        "configurable_fields": [],
        **more,
    }


def off(amount: str, code: str | None = None, name: str = "Spring") -> dict[str, Any]:
    """A discount on a line."""
    return {"id": "coupon" if code else "7", "amount": amount, "name": name, "code": code, "target": "order"}


def an_order(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An order that was paid, with its lines on the way to Texas."""
    lines = lines or (a_line(),)
    ex = sum(float(line["total_ex_tax"]) for line in lines)
    inc = sum(float(line["total_inc_tax"]) for line in lines)
    return {
        "id": 118,
        "customer_id": 41,
        "date_created": PLACED,
        "date_modified": CHANGED,
        "date_shipped": "",
        "status_id": 11,
        "status": "Awaiting Fulfillment",
        "payment_status": "captured",
        "payment_method": "Credit Card",
        "subtotal_ex_tax": four(ex),
        "subtotal_inc_tax": four(inc),
        "shipping_cost_ex_tax": "8.0000",
        "shipping_cost_inc_tax": "8.0000",
        "handling_cost_ex_tax": "0.0000",
        "discount_amount": "0.0000",
        "coupon_discount": "0.0000",
        "store_credit_amount": "0.0000",
        "refunded_amount": "0.0000",
        "total_tax": four(inc - ex),
        "total_ex_tax": four(ex + 8),
        "total_inc_tax": four(inc + 8),
        "items_total": sum(line["quantity"] for line in lines),
        "is_deleted": False,
        "is_tax_inclusive_pricing": False,
        "currency_code": "USD",
        "default_currency_code": "USD",
        "store_default_currency_code": "USD",
        "store_default_to_transactional_exchange_rate": "1.0000000000",
        "channel_id": 1,
        "order_source": "www",
        "external_source": None,
        "customer_message": "",
        "billing_address": {**a_place(), "email": "ada@example.com", "form_fields": []},
        "consignments": consigned(*lines),
        **more,
    }


def consigned(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Lines on their way, as ``consignment_structure=object`` shows them."""
    shipping = [{"id": 99, **a_place(), "shipping_method": "Free Shipping", "line_items": list(lines), **more}]
    return {"pickups": [], "shipping": shipping, "downloads": [], "email": {"gift_certificates": []}}


def a_place(**more: Any) -> dict[str, Any]:
    """An address of an order."""
    usual = {"first_name": "Ada", "city": "Austin", "state": "Texas", "zip": "78751", "country_iso2": "US"}
    return {**usual, **more}


def a_refund(*items: dict[str, Any], number: int = 4, total: float = 0, tax: float = 0, **more: Any) -> dict[str, Any]:
    """A refund of V3; its amounts are numbers."""
    return {
        "id": number,
        "order_id": 118,
        "user_id": 1,
        "created": "2026-03-04T08:00:00+00:00",
        "reason": "",
        "total_amount": total,
        "total_tax": tax,
        "items": list(items),
        "payments": [{"id": 1, "provider_id": "stripe", "amount": total, "offline": False, "is_declined": False}],
        **more,
    }


def units(line: int, quantity: int, amount: float | None = None, **more: Any) -> dict[str, Any]:
    """Units of a line in a refund."""
    return {"item_type": "PRODUCT", "item_id": line, "quantity": quantity, "requested_amount": amount, **more}


def money(kind: str, amount: float) -> dict[str, Any]:
    """Money for something that is no line."""
    return {"item_type": kind, "item_id": 118, "requested_amount": amount}


def a_customer(**more: Any) -> dict[str, Any]:
    """A customer of V3 without anything special."""
    return {
        "id": 41,
        "email": "ada@Example.com",
        "first_name": "Ada",
        "last_name": "Ember",
        "company": "",
        "notes": "",
        "customer_group_id": 0,
        "date_created": "2025-01-02T03:04:05Z",
        "date_modified": "2026-03-01T00:00:00+00:00",
        "address_count": 0,
        "attribute_count": 0,
        "addresses": [],
        "attributes": [],
        "form_fields": [],
        **more,
    }


def read(
    topic: str,
    *nodes: dict[str, Any],
    gone: tuple[int, ...] = (),
    answers: Mapping[int, int] | None = None,
    began: datetime = BEGAN,
) -> tuple[Fact, ...]:
    """What a read with these nodes says; ``answers``: id → the counter of the read it answers."""
    counters = {str(number): counter for number, counter in (answers or {}).items()}
    body = {"read_began": began.isoformat(), "counters": counters, "nodes": list(nodes), "gone": list(gone)}
    return translate(topic, json.dumps(body).encode(), began)


def bought(order: dict[str, Any], **beside: Any) -> OrderSeen:
    """The order as a fact."""
    return next(fact for fact in read("api/orders", {"order": order, **beside}) if isinstance(fact, OrderSeen))


def given_back(order: dict[str, Any], *refunds: dict[str, Any]) -> list[RefundSeen]:
    """The refunds of an order as facts."""
    facts = read("api/orders", {"order": order, "refunds": list(refunds)})
    return [fact for fact in facts if isinstance(fact, RefundSeen)]


def four(amount: float) -> str:
    """As V2 writes money."""
    return f"{amount:.4f}"


def amounts(*told: str | int) -> tuple[Decimal, ...]:
    """The amounts, exactly."""
    return tuple(map(Decimal, told))
