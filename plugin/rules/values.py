"""Reads the sides of a condition: names, literals, arithmetic, aggregates."""

from collections.abc import Callable
from dataclasses import replace

from lark import Token

from plugin.rules import limits
from plugin.rules.aggregates import Selection, Word, numbered, read_selection
from plugin.rules.calls import Calls
from plugin.rules.fields import Field, Type
from plugin.rules.grammar import Branch
from plugin.rules.literals import print_literal, read_degrees, read_word
from plugin.rules.place import Place, branch, sole, token
from plugin.rules.problems import Problem, Refused
from plugin.rules.scope import RowScope, Scope
from plugin.rules.tree import (
    Aggregate,
    Arithmetic,
    Duration,
    End,
    Function,
    Literal,
    Operation,
    Point,
    Rfm,
    Rule,
    Score,
    Span,
    Text,
    Value,
)
from plugin.rules.typed import GROUP, settled

_TEXTS = frozenset({Type.TEXT, Type.LIST, Type.CHOICE})


class Values:
    """Reads values of one text; ``read_rule`` reads what stands after WHERE, HAVING and AMONG."""

    def __init__(self, place: Place, read_rule: Callable[[Branch, Scope], Rule]) -> None:
        self._place = place
        self._read_rule = read_rule
        self._operations = 0
        self.calls = Calls(place, self.value, read_rule)

    def value(self, piece: Branch, scope: Scope, beside: Field | None = None) -> Value:
        """A whole side of a condition; ``beside`` is the field on the other side, if it is one.

        Raises Refused.
        """
        before, self._operations = self._operations, 0
        try:
            return self._part(piece, scope, beside)
        finally:
            self._operations = before

    def literal(self, piece: Branch, scope: Scope, beside: Field | None = None) -> Literal:
        """A side that must be a plain value. Raises Refused."""
        value = self.value(piece, scope, beside)
        if not isinstance(value, Literal):
            raise Refused(Problem("Only a plain value can stand here.", self._place.span(piece)))
        return value

    def field(self, piece: Branch, scope: Scope) -> Field | None:
        """The catalogue's entry if the side is a bare name."""
        inner = sole(piece)
        if inner.data != "name":
            return None
        name = _name(token(inner.children[0]))
        return GROUP if name == Score.GROUP else scope.field(name)

    def selection(self, piece: Branch, function: Function, scope: Scope, span: Span) -> Aggregate:
        """The aggregate over what stands in the brackets. Raises Refused."""
        words, *filters = (branch(child) for child in piece.children)
        listed = [self._word(token(word)) for word in words.children]
        return self._aggregated(function, read_selection(function, listed, scope), filters, scope, span)

    def _part(self, piece: Branch, scope: Scope, beside: Field | None) -> Value:
        match piece.data:
            case "sum" | "product":
                return self._arithmetic(piece, scope, beside)
            case "name":
                return self._name(token(piece.children[0]), scope, beside)
            case "aggregate":
                return self._aggregate(piece, scope)
            case "call":
                return self.calls.read(piece, scope)
            case "point":
                latitude, longitude = piece.children
                return self._degrees(token(latitude), token(longitude))
        return _canonical(self._place.literal(token(piece.children[0])), beside)

    def _arithmetic(self, piece: Branch, scope: Scope, beside: Field | None) -> Value:
        first, *rest = piece.children
        self._operations += len(rest) // 2
        if self._operations > limits.OPERATIONS:
            message = f"A value has at most {limits.OPERATIONS} signs of arithmetic."
            raise Refused(Problem(message, self._place.span(piece)))
        value = self._part(branch(first), scope, None if rest else beside)
        for sign, operand in zip(rest[::2], rest[1::2], strict=True):
            right = self._part(branch(operand), scope, None)
            if isinstance(value, Duration) and str(sign) == Operation.ADD:
                value, right = right, value
            kind = "date" if isinstance(right, Duration) else "number"
            sides = settled(value, kind), settled(right, "number")
            value = Arithmetic(sides[0], Operation(str(sign)), sides[1], span=self._place.span(piece))
        return value

    def _name(self, written: Token, scope: Scope, beside: Field | None) -> Value:
        name, span = str(written), self._place.span(written)
        word = self._read_word(name, span)
        if word is not None:
            return word
        if name.lower() in frozenset(Score):
            return Rfm(Score(name.lower()), span=span)
        if beside is not None and beside.type in _TEXTS and scope.field(_name(written)) is None:
            choice = _choice(name, beside)
            if choice is not None:
                return Text(choice, span=span)
            message = f"`{name}` is neither a name nor a text: texts stand in single quotes."
            raise Refused(Problem(message, span, beside.choices, print_literal(Text(name))))
        return scope.resolve(_name(written), span)

    def _read_word(self, name: str, span: Span) -> Literal | None:
        try:
            return read_word(name, span)
        except ValueError as error:
            raise Refused(Problem(str(error), span)) from error

    def point(self, latitude: Branch, longitude: Branch) -> Point:
        """The place of two plain numbers. Raises Refused."""
        return self._degrees(token(latitude.children[0]), token(longitude.children[0]))

    def _degrees(self, latitude: Token, longitude: Token) -> Point:
        try:
            return Point(read_degrees(latitude, 90), read_degrees(longitude, 180), span=self._place.span(latitude))
        except ValueError as error:
            raise Refused(Problem(str(error), self._place.span(latitude))) from error

    # --- aggregates -------------------------------------------------------------------------------

    def _aggregate(self, piece: Branch, scope: Scope) -> Value:
        name, selection = piece.children
        span, word = self._place.span(piece), str(name).lower()
        if word == "nth":
            return self._nth(branch(selection), scope, span)
        if word == "share":
            return self._share(branch(selection), scope, span)
        return self.selection(branch(selection), Function(word), scope, span)

    def _aggregated(
        self, function: Function, chosen: Selection, filters: list[Branch], scope: Scope, span: Span
    ) -> Aggregate:
        inside = RowScope(chosen.rows, scope if isinstance(scope, RowScope) else None)
        read = {str(piece.data): self._read_rule(branch(piece.children[0]), inside) for piece in filters}
        return Aggregate(
            function,
            chosen.rows.source,
            chosen.state,
            chosen.measure,
            read.get("where"),
            chosen.slice,
            read.get("having"),
            chosen.relation,
            span=span,
        )

    def _nth(self, piece: Branch, scope: Scope, span: Span) -> Value:
        """``nth(3 orders.net)`` is ``first(nth 3 orders.net)``."""
        words, *filters = (branch(child) for child in piece.children)
        number, *others = (self._word(token(word)) for word in words.children)
        if not others:
            raise Refused(Problem("This is written like nth(3 orders.net).", span, ("nth(3 orders.net)",)))
        chosen = read_selection(Function.FIRST, others, scope)
        if chosen.slice is not None:
            raise Refused(Problem("nth chooses one row already.", others[0].span))
        return self._aggregated(Function.FIRST, replace(chosen, slice=numbered(End.NTH, number)), filters, scope, span)

    def _share(self, piece: Branch, scope: Scope, span: Span) -> Value:
        """``share(lines.net WHERE c)`` is ``sum(lines.net WHERE c) / sum(lines.net)``."""
        words = branch(piece.children[0])
        function = Function.SUM if "." in str(words.children[-1]) else Function.COUNT
        part = self.selection(piece, function, scope, span)
        if part.where is None or part.having is not None or part.slice is not None:
            message = "A share is of all the rows: it has a WHERE, and neither `first`, `latest` nor HAVING."
            raise Refused(Problem(message, span, ("share(lines.net WHERE …)",)))
        return Arithmetic(part, Operation.DIVIDE, replace(part, where=None), span=span)

    def _word(self, written: Token) -> Word:
        return Word(str(written).lower(), self._place.span(written))


def _name(written: Token) -> str:
    """The name in small letters, but for the part of it that is the store's own."""
    name = str(written)
    if written.type != "OWN":
        return name.lower()
    family, _, rest = name.partition(".")
    return f"{family.lower()}.{rest}"


def _choice(written: str, beside: Field) -> str | None:
    """The choice in its own spelling; None if it is none of them."""
    upper = dict(beside.synonyms).get(written.upper(), written.upper())
    return next((choice for choice in beside.choices if choice.upper() == upper), None)


def _canonical(literal: Literal, beside: Field | None) -> Literal:
    """A choice in its own capitals; anything else as it is."""
    if beside is not None and isinstance(literal, Text):
        choice = _choice(literal.value, beside)
        if choice is not None:
            return Text(choice, span=literal.span)
    return literal
