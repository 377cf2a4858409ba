"""The lists an app may ask for, with their search fields and sort keys."""

from collections.abc import Iterable
from typing import Any

from sandbox.admin_api.asking import Asking
from sandbox.admin_api.connection import Connection, Key, by_id, page
from sandbox.admin_api.search import Days, Getter, compile_query
from sandbox.store import totals
from sandbox.store.customer import Customer
from sandbox.store.order import Order
from sandbox.store.product import Product

SORT_KEYS: dict[str, Key] = {
    "UPDATED_AT": lambda item: (item.updated_at, item.id),
    "CREATED_AT": lambda item: (item.created_at, item.id),
    "PROCESSED_AT": lambda item: (item.processed_at, item.id),
}
"""Whatever is not here sorts by id."""

ORDER_FIELDS: dict[str, Getter] = {
    "id": lambda order: order.id,
    "name": lambda order: [order.name, order.name.lstrip("#")],
    "created_at": lambda order: order.created_at,
    "processed_at": lambda order: order.processed_at,
    "updated_at": lambda order: order.updated_at,
    "customer_id": lambda order: order.customer_id,
    "test": lambda order: order.test,
    "tag": lambda order: list(order.tags),
    "source_name": lambda order: order.source_name,
    "financial_status": totals.financial_status,
    "status": lambda order: ["cancelled"] if order.cancelled_at else ["open", "not_closed"],
    "discount_code": lambda order: next((item.code for item in order.discounts if item.code), None),
    "sku": lambda order: [line.sku for line in order.lines],
}


def customer_fields(asking: Asking) -> dict[str, Getter]:
    """The search fields of customers; ``updated_at`` knows whole days only."""
    shop = asking.shop
    return {
        "id": lambda who: who.id,
        "email": lambda who: who.email,
        "first_name": lambda who: who.first_name,
        "last_name": lambda who: who.last_name,
        "state": lambda who: who.state,
        "tag": lambda who: list(who.tags),
        "country": lambda who: [who.address.country, who.address.country_code] if who.address else None,
        "customer_date": lambda who: who.created_at,
        "updated_at": lambda who: Days(who.updated_at),
        "orders_count": lambda who: shop.number_of_orders(who.id),
        "accepts_marketing": lambda who: who.consent.state == "SUBSCRIBED",
        "order_date": lambda who: [order.processed_at for order in shop.orders_of.get(who.id, ())],
    }


PRODUCT_FIELDS: dict[str, Getter] = {
    "id": lambda product: product.id,
    "title": lambda product: product.title,
    "product_type": lambda product: product.product_type,
    "vendor": lambda product: product.vendor,
    "tag": lambda product: list(product.tags),
    "updated_at": lambda product: product.updated_at,
    "created_at": lambda product: product.created_at,
}


def customers(asking: Asking, query: str | None) -> list[Customer]:
    """The customers the query finds."""
    return _found(asking, asking.shop.customers.values(), query, customer_fields(asking))


def orders(asking: Asking, query: str | None) -> list[Order]:
    """The orders the query finds, as far as the app's scopes reach."""
    return _found(asking, asking.shop.readable_orders(), query, ORDER_FIELDS)


def products(asking: Asking, query: str | None) -> list[Product]:
    """The products the query finds."""
    return _found(asking, asking.shop.products.values(), query, PRODUCT_FIELDS)


def sorted_page(asking: Asking, items: Iterable[Any], arguments: dict[str, Any]) -> Connection:
    """The page of these that the arguments ask for, sorted by ``sortKey``."""
    key = SORT_KEYS.get(arguments.get("sort_key") or "", by_id)
    return page(items, arguments, key, unbounded=asking.unbounded)


def _found(asking: Asking, items: Iterable[Any], query: str | None, fields: dict[str, Getter]) -> list[Any]:
    if not query:
        return list(items)
    misread = asking.shop.faults.api.misread
    known = {name: getter for name, getter in fields.items() if name not in misread}
    test = compile_query(query, known, asking.warnings)
    return [item for item in items if test(item)]
