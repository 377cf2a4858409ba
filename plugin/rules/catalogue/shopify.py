"""Shopify's functions: what stands before MATCHES."""

from plugin.rules.kinds import Facts, Parameter, Part, ShopifyFunction, Type
from plugin.rules.tree import Source

_PRODUCTS = frozenset({Facts.ORDERS, Facts.LINES, Facts.PRODUCTS})
_DATE = Parameter("date", Part.ROW, "date", Type.DATE, "date")


def _function(
    name: str,
    source: Source,
    label: str,
    reads: frozenset[Facts],
    *parameters: Parameter,
    events: tuple[str, ...] = (),
) -> ShopifyFunction:
    return ShopifyFunction(name, source, label, reads, {p.name: p for p in parameters}, events)


_ORDERS_PLACED = _function(
    "orders_placed",
    Source.ORDERS,
    "orders",
    frozenset({Facts.ORDERS}),
    _DATE,
    Parameter("amount", Part.ROW, "total", Type.MONEY, "amount"),
    Parameter("location_id", Part.ROW, "location_id", Type.ID, "location"),
    Parameter("app_id", Part.ROW, "app_id", Type.ID, "creating app"),
    Parameter("count", Part.SET, "count", Type.NUMBER, "number of orders"),
    Parameter("sum_amount", Part.SET, "total", Type.MONEY, "amount in all"),
)

_PRODUCTS_PURCHASED = _function(
    "products_purchased",
    Source.LINES,
    "products",
    _PRODUCTS,
    Parameter("id", Part.ROW, "product_id", Type.ID, "product"),
    Parameter("tag", Part.ROW, "product_tag", Type.TEXT, "product tag"),
    Parameter("category", Part.ROW, "category", Type.TEXT, "category"),
    _DATE,
    Parameter("quantity", Part.ROW, "quantity", Type.NUMBER, "number of units"),
    Parameter("sum_quantity", Part.SET, "quantity", Type.NUMBER, "number of units in all"),
    Parameter("count", Part.SET, "count", Type.NUMBER, "number of orders with it"),
)

_WITHIN_DISTANCE = _function(
    "customer_within_distance",
    Source.ADDRESSES,
    "distance",
    frozenset({Facts.ADDRESSES}),
    Parameter("coordinates", Part.PLACE, "", Type.POINT, "place"),
    Parameter("distance_km", Part.PLACE, "", Type.NUMBER, "distance in km"),
    Parameter("distance_mi", Part.PLACE, "", Type.NUMBER, "distance in miles"),
)

_STORE_CREDIT = _function(
    "store_credit_accounts",
    Source.CREDITS,
    "store credit accounts",
    frozenset({Facts.CREDITS}),
    Parameter("balance", Part.ROW, "balance", Type.NUMBER, "balance"),
    Parameter("currency", Part.ROW, "currency", Type.TEXT, "currency"),
    Parameter("next_expiry_date", Part.ROW, "next_expiry_date", Type.DATE, "next expiry"),
    Parameter("last_credit_date", Part.ROW, "last_credit_date", Type.DATE, "last credit"),
)

_TIMES = Parameter("count", Part.SET, "count", Type.NUMBER, "number of times")


def _mail(what: str) -> ShopifyFunction:
    name = f"shopify_email.{what}"
    activity = Parameter("activity_id", Part.ROW, "item", Type.ID, "mailing")
    return _function(name, Source.EVENTS, "e-mails", frozenset({Facts.EVENTS}), activity, _DATE, _TIMES, events=(name,))


def _viewed(what: str, *more: Parameter) -> ShopifyFunction:
    name = f"storefront_event.{what}_viewed"
    item = Parameter("id", Part.ROW, "item", Type.ID, what)
    names = (name, f"storefront.{what}_viewed")
    return _function(name, Source.EVENTS, "views", frozenset({Facts.EVENTS}), item, _DATE, _TIMES, *more, events=names)


FUNCTIONS: dict[str, ShopifyFunction] = {
    known.name: known
    for known in (
        _ORDERS_PLACED,
        _PRODUCTS_PURCHASED,
        _WITHIN_DISTANCE,
        _STORE_CREDIT,
        *map(_mail, ("bounced", "clicked", "delivered", "marked_as_spam", "opened", "unsubscribed")),
        _viewed("product", Parameter("tag", Part.ROW, "tag", Type.TEXT, "product tag")),
        _viewed("collection"),
    )
}

OLDER_FUNCTIONS = {
    "storefront.product_viewed": "storefront_event.product_viewed",
    "storefront.collection_viewed": "storefront_event.collection_viewed",
}
"""Names in other texts of Shopify's, and how they are printed."""
