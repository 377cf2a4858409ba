"""Customers and orders as the control API shows them. Ids are numbers; ``gid`` is safe for JavaScript."""

from typing import Any

from sandbox import moments
from sandbox.ids import gid
from sandbox.store import totals
from sandbox.store.customer import Customer
from sandbox.store.order import Order
from sandbox.store.product import Product
from sandbox.store.shop import Shop


def customer(shop: Shop, who: Customer) -> dict[str, Any]:
    """The customer with tags, and since when each is there."""
    return {
        "id": who.id,
        "gid": gid("Customer", who.id),
        "name": who.display_name,
        "first_name": who.first_name,
        "last_name": who.last_name,
        "email": who.email,
        "email_consent": who.consent.state,
        "state": who.state,
        "locale": who.locale,
        "note": who.note,
        "city": who.address.city if who.address else None,
        "country_code": who.address.country_code if who.address else None,
        "tags": list(who.tags),
        "metafields": {f"{each.namespace}.{each.key}": each.value for each in who.metafields.values()},
        "tags_since": {tag: moments.zulu(at) for tag, at in who.tags.since().items()},
        "number_of_orders": shop.number_of_orders(who.id),
        "amount_spent": f"{shop.amount_spent(who.id):.2f}",
        "created_at": moments.zulu(who.created_at),
        "updated_at": moments.zulu(who.updated_at),
    }


def order(what: Order) -> dict[str, Any]:
    """The order with its sums, lines and refunds."""
    return {
        "id": what.id,
        "gid": gid("Order", what.id),
        "name": what.name,
        "customer_id": what.customer_id,
        "created_at": moments.zulu(what.created_at),
        "processed_at": moments.zulu(what.processed_at),
        "updated_at": moments.zulu(what.updated_at),
        "cancelled_at": moments.zulu(what.cancelled_at) if what.cancelled_at else None,
        "test": what.test,
        "source_name": what.source_name,
        "financial_status": totals.financial_status(what),
        "currency": what.currency,
        "discount_codes": [item.code for item in what.discounts if item.code],
        "tags": list(what.tags),
        "total": f"{totals.total(what):.2f}",
        "subtotal": f"{totals.subtotal(what):.2f}",
        "tax": f"{totals.tax(what):.2f}",
        "shipping": f"{what.shipping:.2f}",
        "discount": f"{totals.discounts(what):.2f}",
        "received": f"{totals.received(what):.2f}",
        "refunded": f"{totals.refunded(what):.2f}",
        "lines": [
            {
                "id": line.id,
                "product_id": line.product.id if line.product else None,
                "title": line.title,
                "price": f"{line.price:.2f}",
                "quantity": line.quantity,
                "current_quantity": line.current_quantity,
                "discounted_total": f"{line.discounted_total:.2f}",
            }
            for line in what.lines
        ],
        "refunds": [
            {"id": item.id, "total": f"{item.total:.2f}", "created_at": moments.zulu(item.created_at)}
            for item in what.refunds
        ],
    }


def product(what: Product) -> dict[str, Any]:
    """The product as the shop window shows it."""
    return {
        "id": what.id,
        "gid": gid("Product", what.id),
        "title": what.title,
        "type": what.product_type,
        "vendor": what.vendor,
        "price": f"{what.price:.2f}",
        "tags": list(what.tags),
        "compare_at": None if what.compare_at is None else f"{what.compare_at:.2f}",
        "options": what.options,
        "collections": [item.title for item in what.collections],
        "updated_at": moments.zulu(what.updated_at),
        "colour": what.colour,
        "gift_card": what.is_gift_card,
    }
