"""The fields of the query root."""

from typing import Any

from sandbox.admin_api import listing
from sandbox.admin_api.asking import ApiError, Asking, FieldFunction
from sandbox.admin_api.connection import Connection, page
from sandbox.ids import split
from sandbox.store.order import Order
from sandbox.webhooks.topics import BY_ENUM

MOST_IDS = 250


def find(asking: Asking, id: str, kind: str | None = None) -> Any:  # noqa: A002 (the platform's name)
    """The thing of this global id, or None. Raises ApiError when it is not an id, or of another kind."""
    parts = split(id)
    if parts is None or (kind is not None and parts[0] != kind):
        raise ApiError(f"Invalid global id '{id}'", "RESOURCE_NOT_FOUND")
    shop = asking.shop
    shelves: dict[str, dict[int, Any]] = {
        "Customer": shop.customers,
        "Order": shop.orders,
        "Product": shop.products,
        "BulkOperation": shop.bulk,
        "Segment": shop.segments,
        "WebhookSubscription": shop.subscriptions,
    }
    found = shelves.get(parts[0], {}).get(parts[1])
    return None if isinstance(found, Order) and not shop.readable(found) else found


def _one(kind: str) -> FieldFunction:
    def field(root: None, asking: Asking, id: str) -> Any:  # noqa: A002 (the platform's name)
        return find(asking, id, kind)

    return field


def _node(root: None, asking: Asking, id: str) -> Any:  # noqa: A002 (the platform's name)
    return find(asking, id)


def _nodes(root: None, asking: Asking, ids: list[str]) -> list[Any]:
    if len(ids) > MOST_IDS:
        raise ApiError(f"The input array size of {len(ids)} is greater than the maximum allowed of {MOST_IDS}.")
    return [find(asking, id) for id in ids]  # noqa: A001 (the platform's name)


def _customers(root: None, asking: Asking, query: str | None = None, **arguments: Any) -> Connection:
    return listing.sorted_page(asking, listing.customers(asking, query), arguments)


def _orders(root: None, asking: Asking, query: str | None = None, **arguments: Any) -> Connection:
    return listing.sorted_page(asking, listing.orders(asking, query), arguments)


def _products(root: None, asking: Asking, query: str | None = None, **arguments: Any) -> Connection:
    return listing.sorted_page(asking, listing.products(asking, query), arguments)


def _count(found: list[Any], limit: int | None) -> dict[str, Any]:
    if limit is not None and len(found) > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": len(found), "precision": "EXACT"}


def _customers_count(root: None, asking: Asking, query: str | None = None, limit: int | None = 10_000) -> Any:
    return _count(listing.customers(asking, query), limit)


def _orders_count(root: None, asking: Asking, query: str | None = None, limit: int | None = 10_000) -> Any:
    return _count(listing.orders(asking, query), limit)


def _products_count(root: None, asking: Asking, query: str | None = None, limit: int | None = 10_000) -> Any:
    return _count(listing.products(asking, query), limit)


def _subscriptions(root: None, asking: Asking, **arguments: Any) -> Connection:
    topics = arguments.get("topics")
    wanted = {BY_ENUM[name] for name in topics} if topics else None
    uri = arguments.get("uri")
    found = [
        item
        for item in asking.shop.subscriptions.values()
        if (wanted is None or item.topic in wanted) and (uri is None or item.uri == uri)
    ]
    return page(found, arguments)


def _bulk_operations(root: None, asking: Asking, query: str | None = None, **arguments: Any) -> Connection:
    terms = dict(term.partition(":")[::2] for term in (query or "").split())
    status, kind = (terms.get(name, "").strip("'\"").upper() for name in ("status", "operation_type"))
    found = [each for each in asking.shop.bulk.values() if status in {"", each.status} and kind in {"", each.type}]
    return page(found, arguments | {"reverse": not arguments.get("reverse")})


FIELDS: dict[tuple[str, str], FieldFunction] = {
    ("QueryRoot", "shop"): lambda root, asking: asking.shop,
    ("QueryRoot", "currentAppInstallation"): lambda root, asking: asking.shop,
    ("QueryRoot", "node"): _node,
    ("QueryRoot", "nodes"): _nodes,
    ("QueryRoot", "customer"): _one("Customer"),
    ("QueryRoot", "order"): _one("Order"),
    ("QueryRoot", "product"): _one("Product"),
    ("QueryRoot", "webhookSubscription"): _one("WebhookSubscription"),
    ("QueryRoot", "bulkOperation"): _one("BulkOperation"),
    ("QueryRoot", "customers"): _customers,
    ("QueryRoot", "orders"): _orders,
    ("QueryRoot", "products"): _products,
    ("QueryRoot", "customersCount"): _customers_count,
    ("QueryRoot", "ordersCount"): _orders_count,
    ("QueryRoot", "productsCount"): _products_count,
    ("QueryRoot", "webhookSubscriptions"): _subscriptions,
    ("QueryRoot", "bulkOperations"): _bulk_operations,
}
SCOPE_OF = {
    "customer": "read_customers", "customers": "read_customers", "customersCount": "read_customers",
    "order": "read_orders", "orders": "read_orders", "ordersCount": "read_orders",
    "product": "read_products", "products": "read_products", "productsCount": "read_products",
    "tagsAdd": "write_customers", "tagsRemove": "write_customers",
    "abandonedCheckouts": "read_orders", "disputes": "read_shopify_payments_disputes",
    "segment": "read_customers", "segments": "read_customers", "segmentCreate": "write_customers",
    "segmentUpdate": "write_customers", "segmentDelete": "write_customers",
    "metafieldsSet": "write_customers", "metafieldsDelete": "write_customers",
    "metafieldDefinitionCreate": "write_customers",
}  # fmt: skip
"""What a field of a root needs; without it the whole answer is ACCESS_DENIED."""
