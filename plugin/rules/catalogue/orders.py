"""Orders, their lines and their refunds."""

from plugin.domain.channels import SalesChannel
from plugin.rules.kinds import Facts, Field, Matching, Rows, Type
from plugin.rules.tree import Source, State

_ORDERS = frozenset({Facts.ORDERS})
_PAID = _ORDERS | {Facts.REFUNDS}
_LINES = _ORDERS | {Facts.LINES}
_KEPT = _LINES | {Facts.REFUNDS}
_PRODUCTS = _LINES | {Facts.PRODUCTS}
_COSTS = _KEPT | {Facts.COSTS}

CHANNELS = tuple(SalesChannel)
DISPUTE_STATES = ("NEEDS_RESPONSE", "UNDER_REVIEW", "WON", "LOST")
DISCOUNT_KINDS = ("code", "automatic", "manual")


def named(*fields: Field) -> dict[str, Field]:
    """The fields by their names."""
    return {known.name: known for known in fields}


def calendar(reads: frozenset[Facts]) -> tuple[Field, ...]:
    """What a row's date is called on the store's wall: texts that sort, and numbers."""

    def part(name: str, label: str, kind: Type = Type.TEXT) -> Field:
        return Field(name, kind, label, reads, nullable=False, places=0)

    return (
        part("day", "calendar day"),
        part("week", "calendar week"),
        part("month", "calendar month"),
        part("quarter", "calendar quarter"),
        part("year", "calendar year"),
        part("weekday", "day of the week (Monday is 1)", Type.NUMBER),
        part("hour", "hour of the day", Type.NUMBER),
    )


def _money(name: str, label: str, reads: frozenset[Facts], converted: str = "") -> Field:
    return Field(name, Type.MONEY, label, reads, nullable=False, converted=converted or name)


def _units(name: str, label: str, reads: frozenset[Facts]) -> Field:
    return Field(name, Type.NUMBER, label, reads, nullable=False, places=0)


def _cost(name: str, label: str) -> Field:
    return Field(name, Type.MONEY, label, _COSTS, snapshot=True)


def _text(name: str, label: str, reads: frozenset[Facts], matching: Matching = Matching.EXACT) -> Field:
    return Field(name, Type.TEXT, label, reads, matching=matching, snapshot=True)


def _folded(name: str, label: str) -> Field:
    return _text(name, label, _ORDERS, Matching.FOLDED)


def _truth(name: str, label: str, so: str, otherwise: str) -> Field:
    return Field(name, Type.TRUTH, label, _ORDERS, snapshot=True, clauses=(so, otherwise))


def _place(prefix: str, label: str) -> tuple[Field, ...]:
    return (
        _folded(f"{prefix}country", f"{label}country"),
        _folded(f"{prefix}region", f"{label}region"),
        _folded(f"{prefix}city", f"{label}city"),
        _text(f"{prefix}postcode", f"{label}postcode", _ORDERS, Matching.POSTCODE),
    )


_TIMES = (
    Field("date", Type.DATE, "date", _ORDERS, nullable=False),
    Field("paid_date", Type.DATE, "date of payment", _ORDERS),
    Field("cancelled_date", Type.DATE, "date of cancellation", _ORDERS),
    _units("position", "position among the customer's orders", _PAID),
    Field("days_since_previous", Type.NUMBER, "number of days since the previous order", _PAID),
    Field("days_until_next", Type.NUMBER, "number of days until the next order", _PAID),
    *calendar(_ORDERS),
)

_AMOUNTS = (
    _money("gross", "value before discounts", _ORDERS),
    _money("discount", "discount", _ORDERS),
    _money("net", "net value", _PAID),
    _money("total", "total charged", _ORDERS),
    _money("refunded", "amount refunded", _PAID),
    _cost("profit", "profit"),
    _money("shipping", "shipping charged", _ORDERS),
    _money("tax", "tax", _ORDERS),
    _units("quantity", "number of units", _LINES),
    _units("net_quantity", "number of units kept", _KEPT),
)

_MADE = (
    _text("name", "order name", _ORDERS),
    Field("channel", Type.TEXT, "channel", _ORDERS, choices=CHANNELS, matching=Matching.FOLDED, snapshot=True),
    _folded("location", "sales location"),
    Field("location_id", Type.ID, "sales location's id", _ORDERS, snapshot=True),
    _text("app", "creating app", _ORDERS),
    Field("app_id", Type.ID, "creating app's id", _ORDERS, snapshot=True),
    _text("staff", "staff member", _ORDERS),
    _truth("draft", "made from a draft", "the order was made from a draft", "the order was not made from a draft"),
    _text("currency", "currency the customer paid in", _ORDERS),
)

_SENT = (
    *_place("", ""),
    *_place("billing_", "billing "),
    _truth(
        "address_differs",
        "difference of billing and shipping address",
        "billing and shipping address differ",
        "billing and shipping address are the same",
    ),
    _text("shipping_method", "shipping method", _ORDERS),
)

_SAID = (
    Field("discount_code", Type.LIST, "discount codes", _ORDERS, matching=Matching.FOLDED),
    Field(
        "discounted",
        Type.TRUTH,
        "discounted",
        _ORDERS,
        nullable=False,
        clauses=("any discount applied", "no discount applied"),
    ),
    Field(
        "discount_kind",
        Type.LIST,
        "kinds of discount",
        _ORDERS,
        choices=DISCOUNT_KINDS,
        matching=Matching.FOLDED,
        snapshot=True,
    ),
    Field("tag", Type.LIST, "order tags", _ORDERS, matching=Matching.FOLDED, snapshot=True),
    Field("gateway", Type.LIST, "payment gateways", _ORDERS, snapshot=True),
    *(_text(f"utm_{part}", f"UTM {part}", _ORDERS) for part in ("source", "medium", "campaign", "term", "content")),
    _truth("gift", "gift mark", "the order was a gift", "the order was not a gift"),
    _folded("gift_note", "gift note"),
    _folded("note", "order note"),
    Field(
        "dispute_state",
        Type.CHOICE,
        "state of the dispute",
        _ORDERS | {Facts.DISPUTES},
        choices=DISPUTE_STATES,
    ),
    Field("property", Type.TEXT, "custom attribute", _ORDERS, snapshot=True, keyed=True),
)

ORDERS = Rows(
    Source.ORDERS,
    "orders",
    State.COUNTED,
    _PAID,
    named(*_TIMES, *_AMOUNTS, *_MADE, *_SENT, *_SAID),
)

LINES = Rows(
    Source.LINES,
    "order lines",
    State.COUNTED,
    _KEPT,
    named(
        Field("date", Type.DATE, "date", _LINES, nullable=False),
        *calendar(_LINES),
        Field("order_id", Type.ID, "order id", _LINES, nullable=False),
        Field("product_id", Type.ID, "product", _LINES, snapshot=True),
        Field("variant_id", Type.ID, "variant", _LINES, snapshot=True),
        _text("sku", "SKU", _LINES),
        _text("title", "title", _LINES),
        _text("vendor", "vendor", _PRODUCTS),
        _text("type", "product type", _PRODUCTS),
        Field("category", Type.LIST, "categories", _PRODUCTS, matching=Matching.FOLDED, snapshot=True),
        Field("product_tag", Type.LIST, "product tags", _PRODUCTS, matching=Matching.FOLDED, snapshot=True),
        Field("option", Type.TEXT, "option", _LINES, snapshot=True, keyed=True),
        Field("property", Type.TEXT, "custom property", _LINES, snapshot=True, keyed=True),
        _text("selling_plan", "selling plan", _LINES),
        Field(
            "gift_card",
            Type.TRUTH,
            "gift card",
            _LINES,
            nullable=False,
            clauses=("the product is a gift card", "the product is not a gift card"),
        ),
        Field("price", Type.MONEY, "price of a unit", _LINES, snapshot=True),
        Field("compare_at_price", Type.MONEY, "compare-at price", _PRODUCTS, snapshot=True),
        _cost("cost", "cost of a unit"),
        _cost("profit", "profit"),
        _money("gross", "value before discounts", _LINES),
        _money("discount", "discount", _LINES),
        _money("net", "net value", _KEPT),
        _units("quantity", "number of units", _LINES),
        _units("net_quantity", "number of units kept", _KEPT),
    ),
    order=ORDERS,
)

REFUNDS = Rows(
    Source.REFUNDS,
    "refunds",
    State.ANY,
    _PAID,
    named(
        Field("date", Type.DATE, "date", _PAID, nullable=False),
        *calendar(_PAID),
        _money("goods", "goods part", _PAID, "refunded"),
        _money("total", "amount refunded", _PAID, "refunded"),
        _units("quantity", "number of units returned", _PAID),
    ),
    states=frozenset({State.ANY}),
    older={"amount": "total"},
    order=ORDERS,
)
