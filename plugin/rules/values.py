"""Reads the sides of a condition: names, literals, arithmetic, aggregates."""

from collections.abc import Callable

from lark import Token

from plugin.rules import limits, reserved
from plugin.rules.aggregates import Word, read_function, read_selection
from plugin.rules.fields import Field, Type
from plugin.rules.grammar import Branch
from plugin.rules.literals import print_literal, read_word
from plugin.rules.place import Place, branch, sole, token
from plugin.rules.problems import Problem, Refused
from plugin.rules.scope import CustomerScope, RowScope, Scope
from plugin.rules.tree import (
    Aggregate,
    Arithmetic,
    Attribute,
    Literal,
    Operation,
    RowField,
    Rule,
    Text,
    Value,
)

_TEXTS = frozenset({Type.TEXT, Type.LIST, Type.CHOICE})


class Values:
    """Reads values of one text; ``read_filter`` reads what stands after WHERE."""

    def __init__(self, place: Place, read_filter: Callable[[Branch, Scope], Rule]) -> None:
        self._place = place
        self._read_filter = read_filter
        self._operations = 0

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
        if isinstance(value, (Attribute, RowField, Aggregate, Arithmetic)):
            raise Refused(Problem("Only a plain value can stand here.", self._place.span(piece)))
        return value

    def field(self, piece: Branch, scope: Scope) -> Field | None:
        """The catalogue's entry if the side is a bare name."""
        inner = sole(piece)
        return scope.field(str(inner.children[0]).lower()) if inner.data == "name" else None

    def _part(self, piece: Branch, scope: Scope, beside: Field | None) -> Value:
        match piece.data:
            case "sum" | "product":
                return self._arithmetic(piece, scope, beside)
            case "name":
                return self._name(token(piece.children[0]), scope, beside)
            case "call":
                return self._aggregate(piece, scope)
            case "older_call":
                name = str(piece.children[0]).lower()
                closed = reserved.reason(name)
                message = closed or f"`{name}(…)` is not a value; the older spelling ends in `= true`."
                raise Refused(Problem(message, self._place.span(piece)))
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
            value = Arithmetic(value, Operation(str(sign)), right, span=self._place.span(piece))
        return value

    def _name(self, written: Token, scope: Scope, beside: Field | None) -> Value:
        name, span = str(written), self._place.span(written)
        word = read_word(name, span)
        if word is not None:
            return word
        if beside is not None and beside.type in _TEXTS and scope.field(name.lower()) is None:
            if name.upper() in beside.choices:
                return Text(name.upper(), span=span)
            message = f"`{name}` is neither a name nor a text: texts stand in single quotes."
            raise Refused(Problem(message, span, (), print_literal(Text(name))))
        return scope.resolve(name.lower(), span)

    def _aggregate(self, piece: Branch, scope: Scope) -> Value:
        name, selection = piece.children
        span = self._place.span(piece)
        function = read_function(self._word(token(name)))
        if not isinstance(scope, CustomerScope):
            raise Refused(Problem(reserved.not_yet("An aggregate inside a filter"), span))
        words, *where = branch(selection).children
        chosen = read_selection(function, [self._word(token(word)) for word in branch(words).children])
        condition = self._read_filter(branch(where[0]), RowScope(chosen.rows)) if where else None
        return Aggregate(function, chosen.rows.source, chosen.state, chosen.measure, condition, span=span)

    def _word(self, written: Token) -> Word:
        return Word(str(written).lower(), self._place.span(written))


def _canonical(literal: Literal, beside: Field | None) -> Literal:
    """A choice in its own capitals; anything else as it is."""
    if beside is not None and isinstance(literal, Text) and literal.value.upper() in beside.choices:
        return Text(literal.value.upper(), span=literal.span)
    return literal
