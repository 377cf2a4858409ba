"""Which kinds of facts each part of a rule reads."""

from collections.abc import Iterator
from dataclasses import dataclass

from plugin.rules import fields
from plugin.rules.fields import Facts, Rows
from plugin.rules.print import print_value
from plugin.rules.tree import (
    Aggregate,
    AnyNode,
    Attribute,
    Distance,
    Matches,
    Rfm,
    RowField,
    Source,
    Span,
    State,
    TagDate,
)
from plugin.rules.walk import children, walk


@dataclass(frozen=True, slots=True)
class Read:
    """A name in a rule and the facts behind it."""

    name: str
    facts: frozenset[Facts]
    span: Span | None


COORDINATES = "coordinates"
"""Where an address is: distances are reckoned from it."""
_SCORED = frozenset({Facts.ORDERS, Facts.REFUNDS})


def reads(node: AnyNode, around: tuple[Rows, ...] = ()) -> Iterator[Read]:
    """Every name of the rule with what it reads, in the order of the text.

    ``around`` are the rows of the filters that the node stands in, the outermost first.
    """
    match node:
        case Attribute(name):
            known = fields.attribute(node)
            yield Read(name, known.reads if known else frozenset(), node.span)
        case RowField(name):
            yield Read(name, _of_row(name, around), node.span)
        case TagDate():
            yield Read("tag_date", frozenset({Facts.TAGS}), node.span)
        case Distance():
            yield Read(f"distance_{node.unit}", frozenset({Facts.ADDRESSES}), node.span)
        case Rfm(score):
            yield Read(score, _SCORED, node.span)
        case Matches(function):
            yield Read(function, fields.FUNCTIONS[function].reads, node.span)
            return
        case Aggregate():
            yield _aggregate(node)
            around = (*around, fields.ROWS[node.source])
    for child in children(node):
        yield from reads(child, around)


def spoken(node: AnyNode, around: tuple[Rows, ...] = ()) -> Iterator[str]:
    """Every field the rule speaks of: a customer's by its name, a row's behind what it is of: ``lines.category``."""
    match node:
        case Attribute(name):
            yield name
        case RowField(name):
            rows = around[-2:-1] if name.startswith("outer.") else around[-1:]
            yield from (_behind(each.source, name.removeprefix("outer.")) for each in rows)
        case Matches(function, parameters):
            known = fields.FUNCTIONS[function]
            asked = (each for parameter in parameters for each in walk(parameter) if isinstance(each, RowField))
            yield from (_behind(known.source, known.parameters[each.name].field or COORDINATES) for each in asked)
            return
        case Distance():
            yield _behind(Source.ADDRESSES, COORDINATES)
        case Aggregate():
            if node.measure:
                yield _behind(node.source, node.measure)
            around = (*around, fields.ROWS[node.source])
    for child in children(node):
        yield from spoken(child, around)


def _behind(source: Source, name: str) -> str:
    """An order's field is an order's, also where a line speaks of it."""
    return f"{Source.ORDERS}.{name.removeprefix('order.')}" if name.startswith("order.") else f"{source}.{name}"


def _of_row(name: str, around: tuple[Rows, ...]) -> frozenset[Facts]:
    rows = around[-2:-1] if name.startswith("outer.") else around[-1:]
    known = rows[0].find(name.removeprefix("outer.")) if rows else None
    return known.reads if known else frozenset()


def _aggregate(value: Aggregate) -> Read:
    rows = fields.ROWS[value.source]
    measured = rows.find(value.measure) if value.measure else None
    facts = rows.reads | (measured.reads if measured else frozenset())
    if value.state is State.DISPUTED:
        facts |= {Facts.DISPUTES}
    short = Aggregate(value.function, value.source, value.state, value.measure, relation=value.relation)
    return Read(print_value(short), facts, value.span)
