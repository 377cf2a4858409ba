"""What an entry of the catalogue says: types, operators, how texts are compared, which facts are read."""

from dataclasses import dataclass, field
from enum import StrEnum

from plugin.domain.text import fold
from plugin.rules.tree import Function, Source, State


class Type(StrEnum):
    """What kind of value a name stands for."""

    NUMBER = "number"
    MONEY = "money"
    """In the store's currency."""
    DATE = "date"
    """An instant; against a day value it is compared by local days."""
    TEXT = "text"
    """Compared as its field's ``matching`` says."""
    CHOICE = "choice"
    """One of the field's choices."""
    LIST = "list"
    """Texts. Having none is an empty list, never missing: IS NULL asks whether it is empty."""
    ID = "id"
    """A whole number that names something at the platform."""
    TRUTH = "truth"
    POINT = "point"
    """A place on earth: only a parameter of Shopify's ``customer_within_distance``."""


NUMERIC = frozenset({Type.NUMBER, Type.MONEY})


class Facts(StrEnum):
    """Kinds of facts a name reads: what a store must have a source for, and what must be freshly read."""

    CUSTOMER = "customer"
    """The record itself: created, language, account state, note, e-mail."""
    ORIGIN = "origin"
    """Which app made the customer's record."""
    TAGS = "tags"
    CONSENTS = "consents"
    ADDRESSES = "addresses"
    GROUPS = "groups"
    COMPANIES = "companies"
    METAFIELDS = "metafields"
    ATTRIBUTES = "attributes"
    """Free custom attributes, and the net promoter score."""
    DEMOGRAPHICS = "demographics"
    """What the customer stated: birth date, gender, income, education, occupation."""
    PREDICTIONS = "predictions"
    """Spend tier and RFM group as somebody else predicts them."""
    FORECASTS = "forecasts"
    """The next order as somebody else expects it."""
    SUBSCRIPTIONS = "subscriptions"
    CREDITS = "credits"
    CHECKOUTS = "checkouts"
    ANSWERS = "answers"
    EVENTS = "events"
    ORDERS = "orders"
    LINES = "lines"
    REFUNDS = "refunds"
    PRODUCTS = "products"
    """Product tags, types and categories as they were when bought."""
    COSTS = "costs"
    """Unit costs of what was bought."""
    DISPUTES = "disputes"


class Matching(StrEnum):
    """When two texts are the same."""

    EXACT = "exact"
    FOLDED = "folded"
    """Without regard to case, as ``plugin.domain.text.fold`` leaves them."""
    POSTCODE = "postcode"
    """As FOLDED, and without any spaces."""
    LANGUAGE = "language"
    """As FOLDED; a language without region is also the same as each of its regions: ``en`` finds ``en-US``."""


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
    STARTS = "STARTS WITH"
    ENDS = "ENDS WITH"
    WORD = "CONTAINS WORD"


_SAME = frozenset({Operator.EQ, Operator.NE})
_ORDER = frozenset({Operator.GT, Operator.GE, Operator.LT, Operator.LE, Operator.BETWEEN})
_PARTS = frozenset({Operator.CONTAINS, Operator.STARTS, Operator.ENDS, Operator.WORD})

OPERATORS: dict[Type, frozenset[Operator]] = {
    Type.NUMBER: _SAME | _ORDER | {Operator.IN, Operator.IS_NULL},
    Type.MONEY: _SAME | _ORDER | {Operator.IN, Operator.IS_NULL},
    Type.DATE: _SAME | _ORDER | {Operator.IS_NULL},
    Type.TEXT: _SAME | _PARTS | {Operator.IN, Operator.IS_NULL},
    Type.CHOICE: _SAME | {Operator.IN, Operator.IS_NULL},
    Type.LIST: _PARTS | {Operator.IS_NULL},
    Type.ID: _SAME | {Operator.IN, Operator.IS_NULL},
    Type.TRUTH: _SAME | {Operator.IS_NULL},
    Type.POINT: frozenset({Operator.EQ}),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A name with its type. ``label`` is a noun in plain words, for describe and for the page."""

    name: str
    type: Type
    label: str
    reads: frozenset[Facts] = frozenset()
    choices: tuple[str, ...] = ()
    """A CHOICE has one of them; a TEXT of choices too, and may be searched besides."""
    matching: Matching = Matching.EXACT
    nullable: bool = True
    """Whether a customer or row may be without a value."""
    shopify: bool = False
    """Shopify's own name: ``!=`` and NOT IN include those without a value (meaning.py)."""
    places: int = 4
    """Digits after the point: 0 for whole numbers."""
    snapshot: bool = False
    """Of a row: nobody may have written it down when it happened. Then its name stands in the row's
    ``unknown``, and nothing can be said about it."""
    converted: str = ""
    """Of a row's amount, which can be in another currency at a rate that nobody knows: what then stands in ``unknown``
    of its order or line. It is asked for only in stores that have such orders."""
    keyed: bool = False
    """Needs a key, ``property('Engraving')``; never a measure."""
    dated: bool = False
    """Of an attribute: it is kept with the times at which it became so; ``previous`` and ``changed`` know them."""
    dynamic: bool = False
    """Of an attribute: its type is whatever the rule compares it with (``Attribute.kind``)."""
    synonyms: tuple[tuple[str, str], ...] = ()
    """Other spellings of its choices."""
    clauses: tuple[str, str] | None = None
    """Of a TRUTH: the sentence when it is so, and when it is not."""

    @property
    def operators(self) -> frozenset[Operator]:
        """What may stand after the name."""
        return OPERATORS[self.type]

    @property
    def folded(self) -> bool:
        """Whether case does not matter."""
        return self.matching is not Matching.EXACT

    def comparable(self, text: str) -> str:
        """A rule's text in the form in which the fact is stored for comparing."""
        match self.matching:
            case Matching.EXACT:
                return text
            case Matching.POSTCODE:
                return "".join(fold(text).split())
        return fold(text)


_SUMMED = frozenset({Function.SUM, Function.AVG})
_ORDERED = frozenset({Function.MIN, Function.MAX})


def takes(function: Function, known: Field) -> bool:
    """Whether the aggregate can be made of the field."""
    if function is Function.COUNT or known.keyed:
        return False
    if function in _SUMMED:
        return known.type in NUMERIC
    if function in _ORDERED:
        return known.type in NUMERIC or known.type is Type.DATE
    return function is Function.COUNT_DISTINCT or known.type is not Type.LIST


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
    order: "Rows | None" = None
    """The rows whose fields are also this row's, as ``order.net``."""
    dated: bool = True
    """Whether its rows have a ``date``, and so a first, a latest, earlier and later ones."""

    def find(self, name: str) -> Field | None:
        """The field of that name, one of the order (``order.net``) included; None if there is none."""
        own, is_orders = name.removeprefix("order."), name.startswith("order.")
        if is_orders and self.order is not None:
            return self.order.fields.get(own)
        return self.fields.get(self.older.get(name, name))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name ``find`` knows."""
        return (*self.fields, *(f"order.{name}" for name in (self.order.fields if self.order else ())))

    def measures(self, function: Function) -> tuple[str, ...]:
        """Its own fields the aggregate can be made of."""
        return tuple(name for name, known in self.fields.items() if takes(function, known))


class Part(StrEnum):
    """What a parameter of a MATCHES speaks about."""

    ROW = "row"
    """Each order or line by itself."""
    SET = "set"
    """All the rows that pass."""
    PLACE = "place"
    """The place and the distance of ``customer_within_distance``."""


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
    events: tuple[str, ...] = ()
    """Over EVENTS: the names of the events that are meant."""
