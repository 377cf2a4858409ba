"""Makes our tree of lark's: resolves names, reads values, and collects every mistake of a rule."""

from collections.abc import Callable
from decimal import Decimal

from lark import Token

from plugin.rules import limits, matches
from plugin.rules.fields import Type, kind_beside
from plugin.rules.grammar import Branch
from plugin.rules.literals import print_literal, print_number
from plugin.rules.place import Place, branch, sole, token
from plugin.rules.problems import Problem, Refused, RuleError
from plugin.rules.scope import CUSTOMER, RowScope, Scope
from plugin.rules.tree import (
    Affix,
    Affixed,
    And,
    AtLeast,
    Between,
    Compare,
    Comparison,
    Contains,
    Function,
    In,
    InSegment,
    IsNull,
    Literal,
    Matches,
    Not,
    Number,
    Or,
    Quantified,
    Quantifier,
    Ranked,
    Rule,
    Span,
    Text,
    Value,
)
from plugin.rules.tree import Place as End
from plugin.rules.typed import is_open, settled, type_of
from plugin.rules.values import Values

_LOST = InSegment("")
"""Stands in for a condition that could not be read; never leaves this module."""


def build(parsed: Branch, text: str) -> Rule:
    """The rule that lark's tree of ``text`` stands for.

    Raises RuleError with every name and value of the text that makes no sense.
    """
    builder = _Builder(text)
    rule = builder.rule(branch(parsed.children[0]), CUSTOMER)
    if builder.problems:
        raise RuleError(builder.problems)
    return rule


class _Builder:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self._place = Place(text)
        self._values = Values(self._place, self.rule)

    def rule(self, piece: Branch, scope: Scope) -> Rule:
        """The rule; a condition that can't be read is noted, so that the rest is read too."""
        span = self._place.span(piece)
        match piece.data:
            case "any_of" | "all_of":
                parts = tuple(self.rule(branch(child), scope) for child in piece.children)
                if len(parts) == 1:
                    return parts[0]
                return Or(parts, span=span) if piece.data == "any_of" else And(parts, span=span)
            case "negation":
                return self._negation(piece, scope, span)
        try:
            return self._conditions()[str(piece.data)](piece, scope, span)
        except Refused as refused:
            self.problems.append(refused.problem)
            return _LOST

    def _negation(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        *nots, last = piece.children
        if len(nots) > limits.DEPTH:
            self.problems.append(Problem(f"More than {limits.DEPTH} NOTs stand in a row.", span))
            return _LOST
        rule = self.rule(branch(last), scope)
        for _ in nots:
            rule = Not(rule, span=span)
        return rule

    def _conditions(self) -> dict[str, Callable[[Branch, Scope, Span], Rule]]:
        return {
            "compare": self._compare,
            "between": self._between,
            "one_of": self._one_of,
            "is_null": self._is_null,
            "contains": self._contains,
            "affix": self._affix,
            "in_segment": self._in_segment,
            "at_least": self._at_least,
            "quantified": self._quantified,
            "ranked": self._ranked,
            "matches": self._matches,
        }

    # --- comparisons --------------------------------------------------------------------------

    def _compare(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        left, sign, right = piece.children
        call = sole(branch(left))
        if call.data == "call" and matches.is_function(call):
            if scope != CUSTOMER:
                raise Refused(Problem("MATCHES can't stand inside a filter.", span))
            answer = (str(sign), self._values.value(branch(right), scope))
            return matches.older_call(self._place, self._values, call, answer, span)
        sides = (
            self._values.value(branch(side), scope, self._values.field(branch(other), scope))
            for side, other in ((left, right), (right, left))
        )
        op = Comparison(str(sign))
        first, second = _met(*sides, scope=scope, ordered=op not in (Comparison.EQ, Comparison.NE))
        return Compare(first, op, second, span=span)

    def _between(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        value, _, low, high = piece.children
        beside = self._values.field(branch(value), scope)
        subject = self._values.value(branch(value), scope)
        ends = tuple(self._values.value(branch(side), scope, beside) for side in (low, high))
        subject, first = _met(subject, ends[0], scope=scope, ordered=True)
        _, last = _met(subject, ends[1], scope=scope, ordered=True)
        return Between(subject, first, last, span=span)

    def _one_of(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        value, word, *listed = piece.children
        if len(listed) > limits.OPTIONS:
            raise Refused(Problem(f"A list has at most {limits.OPTIONS} values.", span))
        beside = self._values.field(branch(value), scope)
        options = tuple(self._values.literal(branch(option), scope, beside) for option in listed)
        negated = token(word).type == "NOT_IN"
        subject = self._values.value(branch(value), scope)
        return In(_met(subject, options[0], scope=scope)[0], options, negated, span=span)

    def _is_null(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        value, word = piece.children
        return IsNull(self._values.value(branch(value), scope), token(word).type == "IS_NOT_NULL", span=span)

    def _contains(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        left, word, right = piece.children
        value, text = self._looked_for(branch(left), branch(right), scope, "CONTAINS")
        return Contains(value, text, token(word).type == "NOT_CONTAINS", span=span)

    def _affix(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        left, word, right = piece.children
        words = str(word).upper().split()
        affix = Affix(" ".join(words[-2:]))
        value, text = self._looked_for(branch(left), branch(right), scope, affix)
        return Affixed(value, affix, text, words[0] == "NOT", span=span)

    def _looked_for(self, whole: Branch, part: Branch, scope: Scope, operator: str) -> tuple[Value, Text]:
        """The value that is searched and the text that is searched for. Raises Refused."""
        value = settled(self._values.value(whole, scope), "list")
        text = self._values.literal(part, scope, self._values.field(whole, scope))
        if isinstance(value, Literal):
            raise Refused(Problem(f"{operator} asks about a list or a text, such as `customer_tags`.", value.span))
        if isinstance(text, Number) and operator == "CONTAINS" and type_of(value, scope) is Type.LIST:
            text = Text(print_number(text.value), span=text.span)
        if isinstance(text, Text) and text.value:
            return value, text
        cure = print_literal(Text(print_number(text.value))) if isinstance(text, Number) else None
        raise Refused(Problem(f"{operator} looks for a text in single quotes.", text.span, (), cure))

    # --- other questions ----------------------------------------------------------------------

    def _in_segment(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        word, written = (token(child) for child in piece.children)
        if scope != CUSTOMER:
            raise Refused(Problem("A segment has customers, not rows: ask outside the filter.", span))
        name = self._place.literal(written)
        if not isinstance(name, Text) or not name.value.strip():
            raise Refused(Problem("A segment has a name.", span))
        return InSegment(name.value, word.type == "NOT_IN_SEGMENT", span=span)

    def _at_least(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        _, number, *listed = piece.children
        parts = tuple(self.rule(branch(part), scope) for part in listed)
        count = self._place.literal(token(number))
        whole = isinstance(count, Number) and count.value == count.value.to_integral_value()
        if not whole or not 1 <= Decimal(str(number)) <= len(parts):
            message = f"The number of AT LEAST is a whole one from 1 to {len(parts)}, as many as stand in the brackets."
            raise Refused(Problem(message, count.span, ("a number",)))
        return AtLeast(int(str(number)), parts, span=span)

    def _quantified(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        word, selection = piece.children
        quantifier = Quantifier(str(word).lower())
        rows = self._values.selection(branch(selection), Function.COUNT, scope, span)
        if quantifier is Quantifier.EVERY and rows.having is None:
            message = "every(…) needs to know what must hold for each row: every(orders HAVING …)."
            raise Refused(Problem(message, span, ("HAVING",)))
        return Quantified(quantifier, rows, span=span)

    def _ranked(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        word, number, *rest = piece.children
        if isinstance(scope, RowScope):
            raise Refused(Problem("A ranking has customers, not rows: ask outside the filter.", span))
        percent = isinstance(rest[0], Token)
        by, *among = (branch(child) for child in rest[percent:])
        amount = self._place.literal(token(number))
        assert isinstance(amount, Number)  # The grammar says so.
        if percent and not 0 < amount.value <= 100:
            raise Refused(Problem("A percentage is above 0 and at most 100.", amount.span, ("10%",)))
        if not percent and (amount.value < 1 or amount.value != amount.value.to_integral_value()):
            raise Refused(Problem("A number of customers is whole and at least 1.", amount.span, ("50", "10%")))
        value = settled(self._values.value(by, CUSTOMER), "number")
        population = self._values.calls.among(among[0]) if among else None
        return Ranked(End(str(word).upper()), amount.value, percent, value, population, span=span)

    def _matches(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        name, word, *parameters = piece.children
        inner = matches.function_scope(self._place, token(name), scope)
        read = [self.rule(branch(child), inner) for child in parameters]
        listed = matches.once_each(matches.parameter(rule) for rule in read if rule is not _LOST)
        if _LOST not in read:
            matches.whole(inner.function, listed, span)
        return Matches(inner.function.name, listed, token(word).type == "NOT_MATCHES", span=span)


def _met(left: Value, right: Value, *, scope: Scope, ordered: bool = False) -> tuple[Value, Value]:
    """Both sides; a dynamic name takes the type of the other.

    Of two dynamic names both are numbers where their order is asked about, else texts.
    """
    if is_open(left):
        both = "number" if ordered else "text"
        left = settled(left, both if is_open(right) else kind_beside(type_of(right, scope)))
    if is_open(right):
        right = settled(right, kind_beside(type_of(left, scope)))
    return left, right
