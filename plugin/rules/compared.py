"""Whether two values may stand on both sides of an operator."""

from collections.abc import Iterator
from dataclasses import dataclass

from plugin.rules import fields, limits, moving
from plugin.rules.age import is_age
from plugin.rules.fields import NUMERIC, Operator, Type
from plugin.rules.literals import print_literal, print_number
from plugin.rules.nouns import EXAMPLES, NOUNS
from plugin.rules.print import print_rule, print_value
from plugin.rules.problems import Problem, nearest
from plugin.rules.scope import Scope
from plugin.rules.tree import (
    EXACT_UNITS,
    And,
    Anniversary,
    Arithmetic,
    Compare,
    Comparison,
    Contains,
    DaysSince,
    Duration,
    In,
    Literal,
    Moment,
    Number,
    Or,
    RelativeExact,
    Rfm,
    Rule,
    Score,
    Text,
    Value,
)
from plugin.rules.typed import field_of, type_of

_FEW = 0.5
"""How like one of a few words a word must be to have been meant."""
_INSTANTS = (Moment, RelativeExact)


def _is_group(value: Value) -> bool:
    return isinstance(value, Rfm) and value.score is Score.GROUP


def within(number: Number) -> Iterator[Problem]:
    """A problem if the number is larger than the database keeps them."""
    if abs(number.value) >= limits.NUMBER:
        message = (
            f"Numbers have at most {limits.WHOLE_DIGITS} digits before the point and {limits.FRACTION_DIGITS} after it."
        )
        yield Problem(message, number.span)


def by_days(value: Value) -> bool:
    """Whether the value is a whole local day: a date moved by days, weeks, months or years."""
    match value:
        case Arithmetic(left, _, Duration(_, unit)):
            return by_days(left) or unit not in EXACT_UNITS
    return False


@dataclass(frozen=True)
class Comparing:
    """Two sides, each sound by itself, and what stands between them."""

    left: Value
    right: Value
    operator: Operator
    rule: Rule
    scope: Scope

    def problems(self) -> Iterator[Problem]:
        """Why they may not meet; none if they may."""
        left, right = self.left, self.right
        if isinstance(left, Literal) and isinstance(right, Literal):
            yield Problem("This compares two fixed values: it says nothing about a customer.", self.rule.span)
            return
        if isinstance(left, Literal):
            left, right = right, left
        kind, other = type_of(left, self.scope), type_of(right, self.scope)
        if self.operator not in fields.OPERATORS[kind]:
            yield self._wrong_operator(left, kind, right)
        elif not _meet(kind, other, right):
            yield _mismatch(left, kind, right, other)
        else:
            yield from self._special(left, right)
            if isinstance(right, Literal):
                yield from self._literal(left, kind, right)

    def _wrong_operator(self, left: Value, kind: Type, right: Value) -> Problem:
        name = print_value(left)
        message = f"`{name}` is {NOUNS[kind]}: `{self.operator}` can't ask about it."
        cure = self._contained(left) if kind is Type.LIST else None
        return Problem(message, self.rule.span, tuple(sorted(fields.OPERATORS[kind])), cure)

    def _contained(self, left: Value) -> str | None:
        """The question of a list as it is asked: by CONTAINS, of several texts each by itself."""
        match self.rule:
            case Compare(_, op, Text() as text):
                return print_rule(Contains(left, text, negated=op is Comparison.NE))
            case In(_, options, negated):
                parts = tuple(Contains(left, text, negated) for text in options if isinstance(text, Text))
                if len(parts) < 2:
                    return print_rule(parts[0]) if parts else None
                return f"({print_rule(And(parts) if negated else Or(parts))})"
        return None

    def _special(self, left: Value, right: Value) -> Iterator[Problem]:
        """What holds for some values only."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one, DaysSince) and (moving.moves(other) or self.operator is Operator.IN):
                message = "days_since(…) is compared, with what does not move by itself."
                yield Problem(message, self.rule.span, ("a number", "an aggregate without a moving window"))
                return
            if is_age(one) and not isinstance(other, Number):
                yield Problem("`age` is compared with plain numbers.", other.span or self.rule.span, ("a number",))
            if isinstance(one, Anniversary) and (isinstance(other, _INSTANTS) or not isinstance(other, Literal)):
                message = "An anniversary is a day of the year: compare it with days and periods."
                yield Problem(message, other.span or self.rule.span, ("today", "+7d", "this_month"))
            if _is_group(one) and not isinstance(other, Text):
                yield Problem("A group is compared with its name.", other.span or self.rule.span, fields.RFM_GROUPS)
            if by_days(one) and isinstance(other, _INSTANTS):
                message = f"`{print_value(one)}` is a whole day: compare it with days, not with hours."
                yield Problem(message, other.span, ("today", "-3d", "2026-01-31"))

    def _literal(self, left: Value, kind: Type, literal: Literal) -> Iterator[Problem]:
        """Whether the fixed value is one the other side can have."""
        known = field_of(left, self.scope)
        if kind is Type.ID and isinstance(literal, Number):
            whole = literal.value == literal.value.to_integral_value()
            if not whole or not 0 <= literal.value <= limits.ID:
                yield Problem("An id is a whole number.", literal.span, EXAMPLES[Type.ID])
        choices = known.choices if known is not None and kind in (Type.CHOICE, Type.TEXT) else ()
        if choices and known and isinstance(literal, Text) and known.comparable(literal.value) not in choices:
            listed = tuple(print_literal(Text(choice)) for choice in choices)
            meant = {choice.lower(): print_literal(Text(choice)) for choice in choices}
            close = nearest(literal.value, meant, _FEW)
            message = f"`{print_value(left)}` is never {print_literal(literal)}."
            yield Problem(message, literal.span, listed, meant[close] if close else None)
        if kind is not Type.ID and isinstance(literal, Number):
            yield from within(literal)


def _meet(kind: Type, other: Type, right: Value) -> bool:
    if kind is Type.ID:
        return other is Type.ID or isinstance(right, Number)
    families = (NUMERIC, {Type.DATE}, {Type.TEXT, Type.CHOICE}, {Type.TRUTH}, {Type.POINT})
    return any(kind in family and other in family for family in families)


def _mismatch(left: Value, kind: Type, right: Value, other: Type) -> Problem:
    expected = EXAMPLES.get(kind, ())
    message = f"`{print_value(left)}` is {NOUNS[kind]}, but `{print_value(right)}` is {NOUNS[other]}."
    cure = None
    if kind in NUMERIC | {Type.ID} and isinstance(right, Text) and right.value.isdecimal():
        cure = right.value
    if kind is Type.TEXT and isinstance(right, Number):
        cure = f"'{print_number(right.value)}'"
    return Problem(message, right.span, expected, cure)
