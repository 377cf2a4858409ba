"""What a bare name means at a place of the rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from plugin.rules import fields, words
from plugin.rules.fields import Field, Part, Rows, ShopifyFunction
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
        asked = Attribute(name, span=span)
        if fields.attribute(asked) is not None:
            return asked
        if name in fields.FUNCTIONS or name in fields.OLDER_FUNCTIONS:
            cure = f"{name} MATCHES ()"
            raise Refused(Problem(f"`{name}` asks with MATCHES.", span, ("MATCHES (…)",), cure))
        if any(rows.source == name for rows in fields.ROWS.values()):
            message = f"`{name}` is a set of rows: count it or sum one of its measures."
            raise Refused(Problem(message, span, (), f"count({name})"))
        if name.startswith("metafields."):
            message = f"`{name}` has no key: a metafield is `metafields.namespace.key`."
            raise Refused(Problem(message, span, ("metafields.namespace.key",)))
        raise Refused(_unknown(name, span, fields.ATTRIBUTES))

    def field(self, name: str) -> Field | None:
        return fields.attribute(Attribute(name))


CUSTOMER = CustomerScope()


@dataclass(frozen=True, slots=True)
class RowScope:
    """Inside WHERE or HAVING: fields of the row first, then facts about the customer whose row it is."""

    rows: Rows
    outer: "RowScope | None" = None
    """The filter this one stands in."""

    def resolve(self, name: str, span: Span | None) -> Value:
        if self.row_field(name) is not None:
            return RowField(self.rows.older.get(name, name), span=span)
        own = name.removeprefix(f"{self.rows.source}.")
        if own != name and own in self.rows.fields:
            raise Refused(Problem(f"Inside a filter a field stands by itself: `{own}`.", span, (), own))
        if CUSTOMER.field(name) is not None:
            return CUSTOMER.resolve(name, span)
        if name.startswith("outer.") and self.outer is None:
            raise Refused(Problem("There is no filter around this one: `outer` means nothing here.", span))
        raise Refused(_unknown(name, span, self._names(), f"{self.rows.source} have no field `{name}`."))

    def field(self, name: str) -> Field | None:
        return self.row_field(name) or CUSTOMER.field(name)

    def row_field(self, name: str) -> Field | None:
        """The field of this row, or of the one around it."""
        if name.startswith("outer."):
            return self.outer.rows.find(name.removeprefix("outer.")) if self.outer else None
        return self.rows.find(name)

    def _names(self) -> tuple[str, ...]:
        outer = tuple(f"outer.{name}" for name in self.outer.rows.fields) if self.outer else ()
        return (*self.rows.names, *outer)


@dataclass(frozen=True, slots=True)
class ParameterScope:
    """Inside MATCHES: the function's parameters."""

    function: ShopifyFunction

    def resolve(self, name: str, span: Span | None) -> Value:
        known = self.function.parameters
        if name in known:
            return RowField(name, span=span)
        raise Refused(_unknown(name, span, known, f"`{self.function.name}` has no parameter `{name}`."))

    def field(self, name: str) -> Field | None:
        parameter = self.function.parameters.get(name)
        if parameter is None:
            return None
        if parameter.part is Part.ROW:
            behind = fields.ROWS[self.function.source].fields[parameter.field]
            return Field(name, parameter.type, parameter.label, places=behind.places, shopify=True)
        whole = parameter.field in ("quantity", "count")
        return Field(name, parameter.type, parameter.label, places=0 if whole else 4, shopify=True)


def _unknown(name: str, span: Span | None, known: Iterable[str], message: str = "") -> Problem:
    known = tuple(known)
    if name in words.BARE:
        return Problem(f"`{name}` is written with brackets.", span, known, f"{name}()")
    return Problem(message or f"There is no `{name}`.", span, known, nearest(name, known))
