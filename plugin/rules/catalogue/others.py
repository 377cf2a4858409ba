"""What customers do beside ordering: answers, events, checkouts; what they have: credit, addresses."""

from plugin.rules.catalogue.orders import calendar, named
from plugin.rules.kinds import Facts, Field, Matching, Rows, Type
from plugin.rules.tree import Source, State

_ANSWERS = frozenset({Facts.ANSWERS})
_EVENTS = frozenset({Facts.EVENTS})
_CHECKOUTS = frozenset({Facts.CHECKOUTS})
_CREDITS = frozenset({Facts.CREDITS})
_ADDRESSES = frozenset({Facts.ADDRESSES})


def _date(reads: frozenset[Facts]) -> tuple[Field, ...]:
    return (Field("date", Type.DATE, "date", reads, nullable=False), *calendar(reads))


def _folded(name: str, label: str, reads: frozenset[Facts], kind: Type = Type.TEXT) -> Field:
    return Field(name, kind, label, reads, matching=Matching.FOLDED)


def _place(name: str, matching: Matching = Matching.FOLDED) -> Field:
    return Field(name, Type.TEXT, name, _ADDRESSES, matching=matching, snapshot=True)


def _rows(source: Source, label: str, reads: frozenset[Facts], fields: tuple[Field, ...], dated: bool = True) -> Rows:
    return Rows(source, label, State.ANY, reads, named(*fields), frozenset({State.ANY}), dated=dated)


ANSWERS = _rows(
    Source.ANSWERS,
    "survey answers",
    _ANSWERS,
    (
        *_date(_ANSWERS),
        Field("question", Type.TEXT, "question", _ANSWERS, matching=Matching.FOLDED, nullable=False),
        _folded("choice", "choices", _ANSWERS, Type.LIST),
        Field("number", Type.NUMBER, "number given", _ANSWERS),
        _folded("text", "text given", _ANSWERS),
        _folded("other", "text given under “other”", _ANSWERS),
    ),
)

EVENTS = _rows(
    Source.EVENTS,
    "events",
    _EVENTS,
    (
        *_date(_EVENTS),
        Field("name", Type.TEXT, "name", _EVENTS, nullable=False),
        Field("item", Type.TEXT, "item", _EVENTS),
        _folded("tag", "tags", _EVENTS, Type.LIST),
        Field("value", Type.NUMBER, "value", _EVENTS),
    ),
)

CHECKOUTS = _rows(
    Source.CHECKOUTS,
    "abandoned checkouts",
    _CHECKOUTS,
    (*_date(_CHECKOUTS), Field("amount", Type.MONEY, "amount", _CHECKOUTS)),
)

CREDITS = _rows(
    Source.CREDITS,
    "store credit accounts",
    _CREDITS,
    (
        Field("balance", Type.NUMBER, "balance", _CREDITS, nullable=False),
        Field("currency", Type.TEXT, "currency", _CREDITS, nullable=False),
        Field("next_expiry_date", Type.DATE, "next expiry", _CREDITS),
        Field("last_credit_date", Type.DATE, "last credit", _CREDITS),
    ),
    dated=False,
)

ADDRESSES = _rows(
    Source.ADDRESSES,
    "addresses",
    _ADDRESSES,
    (
        _place("country"),
        _place("region"),
        _place("city"),
        _place("postcode", Matching.POSTCODE),
        Field(
            "default",
            Type.TRUTH,
            "default address",
            _ADDRESSES,
            nullable=False,
            clauses=("it is the default address", "it is not the default address"),
        ),
        Field("latitude", Type.NUMBER, "latitude", _ADDRESSES),
        Field("longitude", Type.NUMBER, "longitude", _ADDRESSES),
    ),
    dated=False,
)
