"""The catalogue: every name a rule may use, its type, and which facts it reads.

A name is added here and nowhere else in the language; the engine says how to compute it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from plugin.rules.tree import Source, State


class Type(StrEnum):
    """What kind of value a name stands for."""

    NUMBER = "number"
    MONEY = "money"
    """In the store's currency."""
    DATE = "date"
    """An instant; against a day value it is compared by local days."""
    TEXT = "text"
    """Compared exactly, or folded where the field says so."""
    CHOICE = "choice"
    """One of the field's choices."""
    LIST = "list"
    """Texts. Having none is an empty list, never missing: IS NULL asks whether it is empty."""
    ID = "id"
    """A whole number that names something at the platform."""
    TRUTH = "truth"


NUMERIC = frozenset({Type.NUMBER, Type.MONEY})


class Facts(StrEnum):
    """Kinds of facts a name reads: what must be known, and freshly read, to answer."""

    CUSTOMER = "customer"
    TAGS = "tags"
    CONSENTS = "consents"
    COUNTRIES = "countries"
    ORDERS = "orders"
    LINES = "lines"
    REFUNDS = "refunds"
    PRODUCTS = "products"
    """Product tags and types as they were when bought."""


class Operator(StrEnum):
    """What may stand between a name and its values."""

    EQ = "="
    NE = "!="
    GT = ">"
    GE = ">="
    LT = "<"
    LE = "<="
    BETWEEN = "BETWEEN"
    IN = "IN"
    IS_NULL = "IS NULL"
    CONTAINS = "CONTAINS"


_SAME = frozenset({Operator.EQ, Operator.NE})
_ORDER = frozenset({Operator.GT, Operator.GE, Operator.LT, Operator.LE, Operator.BETWEEN})

OPERATORS: dict[Type, frozenset[Operator]] = {
    Type.NUMBER: _SAME | _ORDER | {Operator.IN, Operator.IS_NULL},
    Type.MONEY: _SAME | _ORDER | {Operator.IN, Operator.IS_NULL},
    Type.DATE: _SAME | _ORDER | {Operator.IS_NULL},
    Type.TEXT: _SAME | {Operator.IN, Operator.IS_NULL},
    Type.CHOICE: _SAME | {Operator.IN, Operator.IS_NULL},
    Type.LIST: frozenset({Operator.CONTAINS, Operator.IS_NULL}),
    Type.ID: _SAME | {Operator.IN, Operator.IS_NULL},
    Type.TRUTH: _SAME | {Operator.IS_NULL},
}


@dataclass(frozen=True, slots=True)
class Field:
    """A name with its type. ``label`` is a noun in plain words, for describe and for the page."""

    name: str
    type: Type
    label: str
    reads: frozenset[Facts] = frozenset()
    choices: tuple[str, ...] = ()
    folded: bool = False
    """Compared without regard to case, as ``plugin.domain.text.fold`` leaves it."""
    nullable: bool = True
    """Whether a customer or row may be without a value."""
    shopify: bool = False
    """Shopify's own name: ``!=`` and NOT IN include those without a value (meaning.py)."""
    measure: bool = False
    """Whether aggregates may take it."""
    places: int = 4
    """Digits after the point: 0 for whole numbers."""

    @property
    def operators(self) -> frozenset[Operator]:
        """What may stand after the name."""
        return OPERATORS[self.type]


@dataclass(frozen=True, slots=True)
class Rows:
    """A set of rows: what an aggregate runs over and a filter asks about."""

    source: Source
    label: str
    """The plural noun."""
    default: State
    """The state when the rule names none; printed without adjective."""
    reads: frozenset[Facts]
    fields: dict[str, Field]
    states: frozenset[State] = frozenset(State)
    older: dict[str, str] = field(default_factory=dict)
    """Other names that are read and printed as ours."""

    @property
    def measures(self) -> frozenset[str]:
        """Names an aggregate may take."""
        return frozenset(name for name, f in self.fields.items() if f.measure)


class Part(StrEnum):
    """What a parameter of a MATCHES speaks about."""

    ROW = "row"
    """Each order or line by itself."""
    SET = "set"
    """All the rows that pass."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a Shopify function and the field or measure of ours behind it."""

    name: str
    part: Part
    field: str
    """ROW: the row's field. SET: the measure, or ``count``."""
    type: Type
    label: str


@dataclass(frozen=True, slots=True)
class ShopifyFunction:
    """``name MATCHES (…)``: over which rows, with which parameters."""

    name: str
    source: Source
    label: str
    reads: frozenset[Facts]
    parameters: dict[str, Parameter]


def _named(*fields: Field) -> dict[str, Field]:
    return {f.name: f for f in fields}


_ORDERS = frozenset({Facts.ORDERS})
_PAID = frozenset({Facts.ORDERS, Facts.REFUNDS})

CONSENT_STATES = ("INVALID", "NOT_SUBSCRIBED", "PENDING", "REDACTED", "SUBSCRIBED", "UNSUBSCRIBED")

ATTRIBUTES: dict[str, Field] = _named(
    Field(
        "number_of_orders",
        Type.NUMBER,
        "number of orders",
        _ORDERS,
        nullable=False,
        shopify=True,
        places=0,
    ),
    Field("amount_spent", Type.MONEY, "amount spent", _PAID, nullable=False, shopify=True),
    Field("first_order_date", Type.DATE, "first order", _ORDERS, shopify=True),
    Field("last_order_date", Type.DATE, "last order", _ORDERS, shopify=True),
    Field("customer_added_date", Type.DATE, "date added", frozenset({Facts.CUSTOMER}), shopify=True),
    Field("customer_tags", Type.LIST, "tags", frozenset({Facts.TAGS}), folded=True, shopify=True),
    Field(
        "customer_countries",
        Type.LIST,
        "countries",
        frozenset({Facts.COUNTRIES}),
        folded=True,
        shopify=True,
    ),
    Field(
        "email_subscription_status",
        Type.CHOICE,
        "e-mail subscription",
        frozenset({Facts.CONSENTS}),
        choices=CONSENT_STATES,
        shopify=True,
    ),
)


def _money(name: str, label: str, reads: frozenset[Facts]) -> Field:
    return Field(name, Type.MONEY, label, reads, nullable=False, measure=True)


def _units(name: str, label: str, reads: frozenset[Facts]) -> Field:
    return Field(name, Type.NUMBER, label, reads, nullable=False, measure=True, places=0)


_LINES = frozenset({Facts.ORDERS, Facts.LINES})
_LINES_KEPT = _LINES | {Facts.REFUNDS}
_PRODUCTS = _LINES | {Facts.PRODUCTS}

ORDERS = Rows(
    Source.ORDERS,
    "orders",
    State.COUNTED,
    _PAID,
    _named(
        Field("date", Type.DATE, "date", _ORDERS, nullable=False, measure=True),
        Field("paid_date", Type.DATE, "date of payment", _ORDERS),
        Field("cancelled_date", Type.DATE, "date of cancellation", _ORDERS),
        _money("gross", "value before discounts", _ORDERS),
        _money("discount", "discount", _ORDERS),
        _money("net", "net value", _PAID),
        _money("total", "total charged", _ORDERS),
        _money("refunded", "amount refunded", _PAID),
        _units("quantity", "number of units", _LINES),
        _units("net_quantity", "number of units kept", _LINES_KEPT),
        Field("channel", Type.TEXT, "channel", _ORDERS, folded=True),
        Field("country", Type.TEXT, "country", _ORDERS, folded=True),
        Field("discount_code", Type.LIST, "discount codes", _ORDERS, folded=True),
        Field("tag", Type.LIST, "order tags", _ORDERS, folded=True),
        Field("location_id", Type.ID, "location", _ORDERS),
        Field("app_id", Type.ID, "creating app", _ORDERS),
        Field("name", Type.TEXT, "order name", _ORDERS),
    ),
)

LINES = Rows(
    Source.LINES,
    "order lines",
    State.COUNTED,
    _LINES_KEPT,
    _named(
        Field("date", Type.DATE, "date", _LINES, nullable=False, measure=True),
        Field("product_id", Type.ID, "product", _LINES),
        Field("variant_id", Type.ID, "variant", _LINES),
        Field("sku", Type.TEXT, "SKU", _LINES),
        Field("vendor", Type.TEXT, "vendor", _LINES),
        Field("type", Type.TEXT, "product type", _PRODUCTS),
        Field("title", Type.TEXT, "title", _LINES),
        Field("gift_card", Type.TRUTH, "gift card", _LINES, nullable=False),
        Field("product_tag", Type.LIST, "product tags", _PRODUCTS, folded=True),
        _money("gross", "value before discounts", _LINES),
        _money("discount", "discount", _LINES),
        _money("net", "net value", _LINES_KEPT),
        _units("quantity", "number of units", _LINES),
        _units("net_quantity", "number of units kept", _LINES_KEPT),
    ),
)

REFUNDS = Rows(
    Source.REFUNDS,
    "refunds",
    State.ANY,
    _PAID,
    _named(
        Field("date", Type.DATE, "date", _PAID, nullable=False, measure=True),
        _money("goods", "goods part", _PAID),
        _money("total", "amount refunded", _PAID),
    ),
    states=frozenset({State.ANY}),
    older={"amount": "total"},
)

ROWS: dict[Source, Rows] = {Source.ORDERS: ORDERS, Source.LINES: LINES, Source.REFUNDS: REFUNDS}

ORDER_KEY = "order_id"
"""The measure that COUNT_DISTINCT takes over lines: how many orders they stand in."""


def _parameters(*parameters: Parameter) -> dict[str, Parameter]:
    return {p.name: p for p in parameters}


FUNCTIONS: dict[str, ShopifyFunction] = {
    "orders_placed": ShopifyFunction(
        "orders_placed",
        Source.ORDERS,
        "orders",
        _ORDERS,
        _parameters(
            Parameter("date", Part.ROW, "date", Type.DATE, "date"),
            Parameter("amount", Part.ROW, "total", Type.MONEY, "amount"),
            Parameter("location_id", Part.ROW, "location_id", Type.ID, "location"),
            Parameter("app_id", Part.ROW, "app_id", Type.ID, "creating app"),
            Parameter("count", Part.SET, "count", Type.NUMBER, "number of orders"),
            Parameter("sum_amount", Part.SET, "total", Type.MONEY, "amount in all"),
        ),
    ),
    "products_purchased": ShopifyFunction(
        "products_purchased",
        Source.LINES,
        "products",
        _PRODUCTS,
        _parameters(
            Parameter("id", Part.ROW, "product_id", Type.ID, "product"),
            Parameter("tag", Part.ROW, "product_tag", Type.TEXT, "product tag"),
            Parameter("date", Part.ROW, "date", Type.DATE, "date"),
            Parameter("quantity", Part.ROW, "quantity", Type.NUMBER, "number of units"),
            Parameter("sum_quantity", Part.SET, "quantity", Type.NUMBER, "units in all"),
            Parameter("count", Part.SET, "count", Type.NUMBER, "number of orders with it"),
        ),
    ),
}
