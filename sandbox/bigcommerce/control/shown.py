"""How control answers show a store's things: with the numbers an app has to work out itself."""

from typing import Any

from sandbox import moments
from sandbox.bigcommerce.store import statuses, totals
from sandbox.bigcommerce.store.customer import Customer
from sandbox.bigcommerce.store.order import Order
from sandbox.bigcommerce.store.store import Store
from sandbox.money import ZERO, cents

NOT_BOUGHT = {0, 1, 4, 5, 6, 7, 12, 13}
"""Statuses that count as no purchase unless a merchant says otherwise."""


def customer(store: Store, it: Customer) -> dict[str, Any]:
    """A customer with attributes, metafields, group and segments by name, and their purchases summed up."""
    bought = [o for o in store.orders_of.get(it.id, ()) if o.status_id not in NOT_BOUGHT and not o.is_deleted]
    spent = sum((totals.total(order) - totals.refunded(order) for order in bought), ZERO)
    group = store.groups.get(it.group_id)
    names = {each.id: each.name for each in store.attributes.values()}
    address = it.addresses[0] if it.addresses else None
    return {
        "id": it.id,
        "email": it.email,
        "name": it.name,
        "first_name": it.first_name,
        "last_name": it.last_name,
        "company": it.company,
        "group_id": it.group_id,
        "group": group.name if group else None,
        "attributes": {names[number]: each.value for number, each in it.values.items()},
        "metafields": {f"{each.namespace}.{each.key}": each.value for each in it.metafields.values()},
        "segments": sorted(each.name for each in store.segments.values() if it.profile_id in each.members),
        "form_fields": it.form_fields,
        "city": address.city if address else None,
        "country_code": address.country_code if address else None,
        "addresses": [{"id": each.id, "city": each.city, "country_code": each.country_code} for each in it.addresses],
        "subscribed": store.subscriber(it.email) is not None,
        "orders": len(bought),
        "spent": str(cents(spent)),
        "created_at": moments.zulu(it.created_at),
        "updated_at": moments.zulu(it.updated_at),
    }


def order(it: Order) -> dict[str, Any]:
    """An order with its totals."""
    return {
        "id": it.id,
        "customer_id": it.customer_id,
        "email": it.email,
        "status_id": it.status_id,
        "status": statuses.NAMES[it.status_id],
        "payment_status": it.payment_status,
        "payment_method": it.payment_method,
        "is_deleted": it.is_deleted,
        "currency": it.currency,
        "channel_id": it.channel_id,
        "source": it.source,
        "total": str(cents(totals.total(it))),
        "refunded": str(cents(totals.refunded(it))),
        "discount": str(cents(it.discount + totals.coupon_discount(it))),
        "coupons": [each.code for each in it.coupons],
        "lines": [
            {
                "id": line.id,
                "product_id": line.product_id,
                "name": line.name,
                "quantity": line.quantity,
                "refunded": line.quantity_refunded,
                "price": str(line.price),
            }
            for line in it.lines
        ],
        "refunds": [{"id": each.id, "total": str(cents(each.total))} for each in it.refunds],
        "created_at": moments.zulu(it.created_at),
        "updated_at": moments.zulu(it.updated_at),
    }
