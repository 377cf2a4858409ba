"""What a bare name means at a place of the rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from plugin.rules import fields, reserved
from plugin.rules.fields import Field, Rows, ShopifyFunction
from plugin.rules.problems import Problem, Refused, nearest
from plugin.rules.tree import Attribute, RowField, Span, Value


class Scope(Protocol):
    """One of the three below."""

    def resolve(self, name: str, span: Span | None) -> Value:
        """The node the name stands for. Raises Refused."""

    def choices(self, name: str) -> tuple[str, ...]:
        """The values that may be written without quotes beside that name."""


@dataclass(frozen=True, slots=True)
class CustomerScope:
    """Outside any filter: facts about the customer."""

    def resolve(self, name: str, span: Span | None) -> Value:
        if name in fields.ATTRIBUTES:
            return Attribute(name, span=span)
        if name in fields.FUNCTIONS:
            raise Refused(Problem(f"`{name}` asks with MATCHES.", span, ("MATCHES (…)",), f"{name} MATCHES ()"))
        source = next((rows.source for rows in fields.ROWS.values() if rows.source == name), None)
        if source:
            message = f"`{name}` is a set of rows: count it or sum one of its measures."
            raise Refused(Problem(message, span, (), f"count({name})"))
        raise Refused(_unknown(name, span, fields.ATTRIBUTES))

    def choices(self, name: str) -> tuple[str, ...]:
        known = fields.ATTRIBUTES.get(name)
        return known.choices if known else ()


@dataclass(frozen=True, slots=True)
class RowScope:
    """Inside WHERE: fields of the row."""

    rows: Rows

    def resolve(self, name: str, span: Span | None) -> Value:
        name = self.rows.older.get(name, name)
        if name in self.rows.fields:
            return RowField(name, span=span)
        own = name.removeprefix(f"{self.rows.source}.")
        if own != name and own in self.rows.fields:
            raise Refused(Problem(f"Inside WHERE a field stands by itself: `{own}`.", span, (), own))
        if name in fields.ATTRIBUTES:
            message = reserved.not_yet(f"`{name}` inside a WHERE over {self.rows.source}")
            raise Refused(Problem(message, span, tuple(self.rows.fields)))
        if name in reserved.MEASURES:
            raise Refused(Problem(unknown_profit(name), span))
        raise Refused(_unknown(name, span, self.rows.fields, f"{self.rows.source} have no field `{name}`."))

    def choices(self, name: str) -> tuple[str, ...]:
        known = self.rows.fields.get(name)
        return known.choices if known else ()


@dataclass(frozen=True, slots=True)
class ParameterScope:
    """Inside MATCHES: the function's parameters."""

    function: ShopifyFunction

    def resolve(self, name: str, span: Span | None) -> Value:
        known = self.function.parameters
        if name in known:
            return RowField(name, span=span)
        if name in reserved.PARAMETERS:
            raise Refused(Problem(reserved.not_yet(f"The parameter `{name}`"), span, tuple(known)))
        raise Refused(_unknown(name, span, known, f"`{self.function.name}` has no parameter `{name}`."))

    def choices(self, name: str) -> tuple[str, ...]:
        return ()

    def field(self, name: str) -> Field:
        """The parameter as a field, for its operators and literals."""
        parameter = self.function.parameters[name]
        whole = parameter.field in ("quantity", "count")
        return Field(name, parameter.type, parameter.label, places=0 if whole else 4, shopify=True)


def unknown_profit(name: str) -> str:
    """Why no rule may use profit."""
    return f"`{name}` needs the unit costs of the products, which Regulars does not know yet."


def field_of(value: Value, scope: Scope) -> Field | None:
    """The catalogue's entry behind a name; None for any other value."""
    match value, scope:
        case Attribute(name), _:
            return fields.ATTRIBUTES.get(name)
        case RowField(name), RowScope(rows):
            return rows.fields.get(name)
        case RowField(name), ParameterScope() as inner:
            return inner.field(name) if name in inner.function.parameters else None
    return None


def _unknown(name: str, span: Span | None, known: Iterable[str], message: str = "") -> Problem:
    closed = reserved.reason(name)
    if closed:
        return Problem(closed, span)
    return Problem(message or f"There is no `{name}`.", span, tuple(known), nearest(name, known))
