"""Makes our tree of lark's: resolves names, reads values, and collects every mistake of a rule."""

from plugin.rules import limits, matches, reserved
from plugin.rules.grammar import Branch
from plugin.rules.place import Place, branch, sole, token
from plugin.rules.problems import Problem, Refused, RuleError
from plugin.rules.scope import CustomerScope, Scope
from plugin.rules.tree import (
    And,
    Attribute,
    Between,
    Compare,
    Comparison,
    Contains,
    In,
    InSegment,
    IsNull,
    Matches,
    Not,
    Or,
    RowField,
    Rule,
    Span,
    Text,
)
from plugin.rules.values import Values

_LOST = InSegment("")
"""Stands in for a condition that could not be read; never leaves this module."""


def build(parsed: Branch, text: str) -> Rule:
    """The rule that lark's tree of ``text`` stands for.

    Raises RuleError with every name and value of the text that makes no sense.
    """
    builder = _Builder(text)
    rule = builder.rule(branch(parsed.children[0]), CustomerScope())
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
            return self._condition(piece, scope, span)
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

    def _condition(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        match str(piece.data):
            case "compare":
                return self._compare(piece, scope, span)
            case "between":
                value, _, low, high = piece.children
                sides = (self._values.value(branch(side), scope) for side in (value, low, high))
                return Between(*sides, span=span)
            case "one_of":
                return self._one_of(piece, scope, span)
            case "is_null":
                value, word = piece.children
                negated = token(word).type == "IS_NOT_NULL"
                return IsNull(self._values.value(branch(value), scope), negated, span=span)
            case "contains":
                return self._contains(piece, scope, span)
            case "in_segment":
                return self._in_segment(piece, scope, span)
            case "matches":
                return self._matches(piece, scope, span)
            case "affix":
                raise Refused(Problem(reserved.not_yet("STARTS WITH and ENDS WITH"), span))
        raise Refused(Problem(reserved.not_yet("AT LEAST … OF (…)"), span))

    def _compare(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        left, sign, right = piece.children
        call = sole(branch(left))
        if call.data == "older_call":
            if not isinstance(scope, CustomerScope):
                raise Refused(Problem("MATCHES can't stand inside a filter.", span))
            answer = (str(sign), self._values.value(branch(right), scope))
            return matches.older_call(self._place, self._values, call, answer, span)
        sides = (
            self._values.value(branch(side), scope, self._values.field(branch(other), scope))
            for side, other in ((left, right), (right, left))
        )
        first, second = sides
        return Compare(first, Comparison(str(sign)), second, span=span)

    def _one_of(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        value, word, *listed = piece.children
        if len(listed) > limits.OPTIONS:
            raise Refused(Problem(f"A list has at most {limits.OPTIONS} values.", span))
        beside = self._values.field(branch(value), scope)
        options = tuple(self._values.literal(branch(option), scope, beside) for option in listed)
        negated = token(word).type == "NOT_IN"
        return In(self._values.value(branch(value), scope), options, negated, span=span)

    def _contains(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        left, word, right = piece.children
        value = self._values.value(branch(left), scope)
        text = self._values.literal(branch(right), scope, self._values.field(branch(left), scope))
        if not isinstance(value, (Attribute, RowField)):
            raise Refused(Problem("CONTAINS asks about a list, such as `customer_tags`.", value.span))
        if not isinstance(text, Text):
            raise Refused(Problem("CONTAINS looks for a text in single quotes.", text.span))
        return Contains(value, text, token(word).type == "NOT_CONTAINS", span=span)

    def _in_segment(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        word, name = (token(child) for child in piece.children)
        if not isinstance(scope, CustomerScope):
            raise Refused(Problem("A segment has customers, not rows: ask outside the filter.", span))
        literal = self._place.literal(name)
        if not isinstance(literal, Text) or not literal.value.strip():
            raise Refused(Problem("A segment has a name.", span))
        return InSegment(literal.value, word.type == "NOT_IN_SEGMENT", span=span)

    def _matches(self, piece: Branch, scope: Scope, span: Span) -> Rule:
        name, word, *inside = piece.children
        inner = matches.function_scope(self._place, token(name), scope)
        read = [self.rule(branch(child), inner) for child in inside]
        parameters = matches.once_each(matches.parameter(rule) for rule in read if rule is not _LOST)
        negated = token(word).type == "NOT_MATCHES"
        return Matches(inner.function.name, parameters, negated, span=span)
