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

    def field(self, name: str) -> Field | None:
        """The catalogue's entry of the name; None if it means nothing here."""


@dataclass(frozen=True, slots=True)
class CustomerScope:
    """Outside any filter: facts about the customer."""

    def resolve(self, name: str, span: Span | None) -> Value:
        if name in fields.ATTRIBUTES:
            return Attribute(name, span=span)
        if name in fields.FUNCTIONS:
            cure = f"{name} MATCHES ()"
            raise Refused(Problem(f"`{name}` asks with MATCHES.", span, ("MATCHES (…)",), cure))
        if any(rows.source == name for rows in fields.ROWS.values()):
            message = f"`{name}` is a set of rows: count it or sum one of its measures."
            raise Refused(Problem(message, span, (), f"count({name})"))
        raise Refused(_unknown(name, span, fields.ATTRIBUTES))

    def field(self, name: str) -> Field | None:
        return fields.ATTRIBUTES.get(name)


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
            raise Refused(Problem(reserved.unknown_cost(name), span))
        raise Refused(_unknown(name, span, self.rows.fields, f"{self.rows.source} have no field `{name}`."))

    def field(self, name: str) -> Field | None:
        return self.rows.fields.get(self.rows.older.get(name, name))


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

    def field(self, name: str) -> Field | None:
        parameter = self.function.parameters.get(name)
        if parameter is None:
            return None
        whole = parameter.field in ("quantity", "count")
        return Field(name, parameter.type, parameter.label, places=0 if whole else 4, shopify=True)


def field_of(value: Value, scope: Scope) -> Field | None:
    """The catalogue's entry behind a resolved name; None for any other value."""
    return scope.field(value.name) if isinstance(value, (Attribute, RowField)) else None


def _unknown(name: str, span: Span | None, known: Iterable[str], message: str = "") -> Problem:
    closed = reserved.reason(name)
    if closed:
        return Problem(closed, span)
    return Problem(message or f"There is no `{name}`.", span, tuple(known), nearest(name, known))
