"""What kind of value a node of a resolved tree stands for."""

from dataclasses import replace

from plugin.rules import fields
from plugin.rules.fields import Field, Type
from plugin.rules.scope import Scope
from plugin.rules.tree import (
    Aggregate,
    Anniversary,
    Arithmetic,
    Attribute,
    Banded,
    Changed,
    Day,
    DaysSince,
    Distance,
    Duration,
    Function,
    Label,
    Moment,
    Number,
    Period,
    Point,
    Previous,
    RelativeDay,
    RelativeExact,
    Rfm,
    RowField,
    Score,
    SegmentDate,
    StoreAverage,
    TagDate,
    Text,
    Truth,
    Value,
)

LABEL = Field("label", Type.TEXT, "label", dated=True)
GROUP = Field("rfm_segment", Type.CHOICE, "RFM group of the store", choices=fields.RFM_GROUPS)
_CHOSEN = frozenset({Function.MIN, Function.MAX, Function.FIRST, Function.LAST})


def field_of(value: Value, scope: Scope) -> Field | None:
    """The catalogue's entry whose values these are; None for what is computed."""
    match value:
        case Attribute():
            return fields.attribute(value)
        case RowField(name):
            return scope.field(name)
        case Previous(of):
            return field_of(of, scope)
        case Label():
            return LABEL
        case Rfm(Score.GROUP):
            return GROUP
        case Aggregate(function=function, source=source, measure=str(measure)) if function in _CHOSEN:
            return fields.ROWS[source].find(measure)
    return None


def type_of(value: Value, scope: Scope) -> Type:
    """The type of a value of a resolved tree; arithmetic is an amount if money takes part in it."""
    known = field_of(value, scope)
    if known is not None:
        return known.type
    match value:
        case Text():
            return Type.TEXT
        case Truth():
            return Type.TRUTH
        case Point():
            return Type.POINT
        case Number() | DaysSince() | Distance() | Banded() | Rfm():
            return Type.NUMBER
        case Day() | Moment() | RelativeDay() | RelativeExact() | Duration() | Period():
            return Type.DATE
        case Changed() | Anniversary() | TagDate() | SegmentDate():
            return Type.DATE
        case StoreAverage(of):
            return type_of(of, scope)
        case Aggregate():
            return _aggregated(value)
        case Arithmetic():
            return _arithmetic(value, scope)
    raise TypeError(f"not in the catalogue: {value!r}")


def _aggregated(value: Aggregate) -> Type:
    """The type of counts, sums and averages."""
    known = fields.ROWS[value.source].find(value.measure) if value.measure else None
    if known is None or value.function in (Function.COUNT, Function.COUNT_DISTINCT):
        return Type.NUMBER
    return known.type


def _arithmetic(value: Arithmetic, scope: Scope) -> Type:
    left, right = type_of(value.left, scope), type_of(value.right, scope)
    if left is Type.DATE:
        return Type.DATE
    if value.operation == "/" and right is Type.MONEY:
        return Type.NUMBER
    return Type.MONEY if Type.MONEY in (left, right) else Type.NUMBER


def is_open(value: Value) -> bool:
    """Whether the value's type waits for what it is compared with."""
    match value:
        case Attribute(name, None):
            return fields.is_dynamic(name)
        case Previous(of):
            return is_open(of)
    return False


def settled(value: Value, kind: str) -> Value:
    """The value, a dynamic name in it taken as of this kind."""
    match value:
        case Attribute() if is_open(value):
            return replace(value, kind=kind)
        case Previous(Attribute() as of) if is_open(of):
            return replace(value, of=replace(of, kind=kind))
    return value
