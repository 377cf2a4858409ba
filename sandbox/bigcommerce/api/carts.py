"""V3 carts, one at a time: there is no list of them."""

from typing import Any

from flask import Response

from sandbox import moments
from sandbox.bigcommerce.api.answers import Refused, data, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.forms import number
from sandbox.bigcommerce.store.cart import Cart, CartLine


@api.get("/v3/carts/<cart>")
def cart(cart: str) -> Response:
    """One cart; one that became an order is gone."""
    found = the_store().carts.get(cart)
    if found is None:
        raise Refused(404, "Cart not found")
    return data(_shown(found))


def _shown(it: Cart) -> dict[str, Any]:
    kinds = {"physical_items": "physical", "digital_items": "digital", "gift_certificates": "giftcertificate"}
    return {
        "id": it.id,
        "customer_id": it.customer_id,
        "channel_id": it.channel_id,
        "email": it.email,
        "currency": {"code": the_store().details.currency},
        "tax_included": the_store().tax_inclusive,
        "base_amount": number(it.amount),
        "discount_amount": 0,
        "cart_amount": number(it.amount),
        "coupons": [],
        "discounts": [],
        "line_items": {
            name: [_line(line) for line in it.lines if line.product.kind == kind] for name, kind in kinds.items()
        }
        | {"custom_items": []},
        "created_time": moments.zulu(it.created_at),
        "updated_time": moments.zulu(it.updated_at),
        "locale": "en",
    }


def _line(it: CartLine) -> dict[str, Any]:
    return {
        "id": it.id,
        "product_id": it.product.id,
        "variant_id": it.product.variant_id,
        "sku": it.product.sku,
        "name": it.product.name,
        "quantity": it.quantity,
        "list_price": number(it.product.price),
        "sale_price": number(it.product.price),
        "extended_list_price": number(it.product.price * it.quantity),
        "extended_sale_price": number(it.product.price * it.quantity),
    }
