"""Makes our tree of lark's: resolves names, reads values, and collects every mistake of a rule."""

from lark import Token, Tree

from plugin.rules import fields, limits, reserved
from plugin.rules.aggregates import Word, read_function, read_selection
from plugin.rules.grammar import Branch, span_at
from plugin.rules.literals import read_literal, read_word
from plugin.rules.older import older_parameter
from plugin.rules.problems import Problem, Refused, RuleError, nearest
from plugin.rules.scope import CustomerScope, ParameterScope, RowScope, Scope
from plugin.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Attribute,
    Between,
    Compare,
    Comparison,
    Contains,
    In,
    InSegment,
    IsNull,
    Literal,
    Matches,
    Not,
    Operation,
    Or,
    RowField,
    Rule,
    Span,
    Text,
    Truth,
    Value,
)

_MIRRORED = {
    Comparison.GT: Comparison.LT,
    Comparison.GE: Comparison.LE,
    Comparison.LT: Comparison.GT,
    Comparison.LE: Comparison.GE,
}
_LOST = InSegment("")
"""Stands in for a condition that could not be read; never leaves this module."""


def build(branch: Branch, text: str) -> Rule:
    """The rule that lark's tree of ``text`` stands for.

    Raises RuleError with every name and value of the text that makes no sense.
    """
    builder = _Builder(text)
    rule = builder.rule(_branch(branch.children[0]), CustomerScope())
    if builder.problems:
        raise RuleError(builder.problems)
    return rule


class _Builder:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self._operations = 0

    # --- rules --------------------------------------------------------------------------------

    def rule(self, branch: Branch, scope: Scope) -> Rule:
        match branch.data:
            case "any_of":
                parts = tuple(self.rule(_branch(child), scope) for child in branch.children)
                return Or(parts, span=self._span(branch)) if len(parts) > 1 else parts[0]
            case "all_of":
                parts = tuple(self.rule(_branch(child), scope) for child in branch.children)
                return And(parts, span=self._span(branch)) if len(parts) > 1 else parts[0]
            case "negation":
                return self._negation(branch, scope)
        try:
            return self._condition(branch, scope)
        except Refused as refused:
            self.problems.append(refused.problem)
            return _LOST

    def _negation(self, branch: Branch, scope: Scope) -> Rule:
        *nots, last = branch.children
        if len(nots) > limits.DEPTH:
            message = f"More than {limits.DEPTH} NOTs stand in a row."
            self.problems.append(Problem(message, self._span(branch)))
            return _LOST
        rule = self.rule(_branch(last), scope)
        for _ in nots:
            rule = Not(rule, span=self._span(branch))
        return rule

    def _condition(self, branch: Branch, scope: Scope) -> Rule:
        span = self._span(branch)
        match str(branch.data):
            case "compare":
                return self._compare(branch, scope, span)
            case "between":
                value, low, high = (self._value(b, scope) for b in _branches(branch, skip="BETWEEN"))
                return Between(value, low, high, span=span)
            case "one_of":
                return self._one_of(branch, scope, span)
            case "is_null":
                value = self._value(_branch(branch.children[0]), scope)
                return IsNull(value, _token(branch.children[1]).type == "IS_NOT_NULL", span=span)
            case "contains":
                return self._contains(branch, scope, span)
            case "affix":
                raise Refused(Problem(reserved.not_yet("STARTS WITH and ENDS WITH"), span))
            case "in_segment":
                return self._in_segment(branch, scope, span)
            case "at_least":
                raise Refused(Problem(reserved.not_yet("AT LEAST … OF (…)"), span))
            case _:
                return self._matches(branch, scope, span)

    def _compare(self, branch: Branch, scope: Scope, span: Span) -> Rule:
        left, sign, right = branch.children
        op = Comparison(str(sign))
        call = _sole(_branch(left))
        if call.data == "older_call":
            return self._older(call, _branch(right), op, scope, span)
        return Compare(
            self._value(_branch(left), scope, self._choices(_branch(right), scope)),
            op,
            self._value(_branch(right), scope, self._choices(_branch(left), scope)),
            span=span,
        )

    def _one_of(self, branch: Branch, scope: Scope, span: Span) -> Rule:
        value, word, *listed = branch.children
        if len(listed) > limits.OPTIONS:
            raise Refused(Problem(f"A list has at most {limits.OPTIONS} values.", span))
        choices = self._choices(_branch(value), scope)
        options = tuple(self._literal(_branch(option), scope, choices) for option in listed)
        negated = _token(word).type == "NOT_IN"
        return In(self._value(_branch(value), scope), options, negated, span=span)

    def _contains(self, branch: Branch, scope: Scope, span: Span) -> Rule:
        left, word, right = branch.children
        value = self._value(_branch(left), scope)
        text = self._literal(_branch(right), scope, ())
        if not isinstance(value, (Attribute, RowField)):
            raise Refused(Problem("CONTAINS asks about a list, such as `customer_tags`.", value.span))
        if not isinstance(text, Text):
            raise Refused(Problem("CONTAINS looks for a text in single quotes.", text.span))
        return Contains(value, text, _token(word).type == "NOT_CONTAINS", span=span)

    def _in_segment(self, branch: Branch, scope: Scope, span: Span) -> Rule:
        word, name = (_token(child) for child in branch.children)
        if not isinstance(scope, CustomerScope):
            raise Refused(Problem("A segment has customers, not rows: ask outside the filter.", span))
        literal = self._read(name)
        if not isinstance(literal, Text) or not literal.value.strip():
            raise Refused(Problem("A segment has a name.", span))
        return InSegment(literal.value, word.type == "NOT_IN_SEGMENT", span=span)

    # --- Shopify's functions ------------------------------------------------------------------

    def _matches(self, branch: Branch, scope: Scope, span: Span) -> Rule:
        name, word, *inside = branch.children
        inner = ParameterScope(self._function(_token(name), scope))
        found = (self._parameter(self.rule(_branch(child), inner)) for child in inside)
        parameters = tuple(parameter for parameter in found if parameter is not None)
        negated = _token(word).type == "NOT_MATCHES"
        return Matches(inner.function.name, self._once(parameters), negated, span=span)

    def _function(self, name: Token, scope: Scope) -> fields.ShopifyFunction:
        span, lower = self._span(name), str(name).lower()
        if not isinstance(scope, CustomerScope):
            raise Refused(Problem("MATCHES can't stand inside a filter.", span))
        if lower in fields.FUNCTIONS:
            return fields.FUNCTIONS[lower]
        known = tuple(fields.FUNCTIONS)
        if lower in fields.ATTRIBUTES:
            raise Refused(Problem(f"`{lower}` is compared with a value, not with MATCHES.", span, known))
        closed = reserved.reason(lower)
        message = closed or f"There is no function `{lower}`."
        raise Refused(Problem(message, span, known, None if closed else nearest(lower, known)))

    def _parameter(self, rule: Rule) -> Rule | None:
        """The parameter with its name on the left; None once its problem is noted."""
        match rule:
            case Compare(left=RowField(), right=right) if isinstance(right, Literal):
                return rule
            case Compare(left, op, RowField() as name) if isinstance(left, Literal):
                return Compare(name, _MIRRORED.get(op, op), left, span=rule.span)
            case Between(value=RowField(), low=low, high=high):
                if isinstance(low, Literal) and isinstance(high, Literal):
                    return rule
            case In(value=RowField()) | IsNull(value=RowField()):
                return rule
            case And():
                message = "Parameters are separated by commas, not by AND."
                self.problems.append(Problem(message, rule.span))
                return None
            case Contains(value=RowField(name), text=text):
                cure = f"{name} {'!=' if rule.negated else '='} '{text.value}'"
                self.problems.append(Problem("Inside MATCHES a list is compared with =.", rule.span, (), cure))
                return None
        if rule is not _LOST:
            message = "A parameter is a name, an operator and a value: `date >= -90d`."
            self.problems.append(Problem(message, rule.span))
        return None

    def _once(self, parameters: tuple[Rule, ...]) -> tuple[Rule, ...]:
        seen: set[str] = set()
        for parameter in parameters:
            name = parameter_name(parameter)
            if name in seen:
                message = f"`{name}` stands twice; use BETWEEN for a range, or a second MATCHES."
                self.problems.append(Problem(message, parameter.span))
            seen.add(name)
        return parameters

    def _older(self, call: Branch, right: Branch, op: Comparison, scope: Scope, span: Span) -> Rule:
        name, *inside = call.children
        inner = ParameterScope(self._function(_token(name), scope))
        answer = self._value(right, scope)
        if not isinstance(answer, Truth) or op not in (Comparison.EQ, Comparison.NE):
            message = "The older spelling ends in `= true` or `= false`."
            raise Refused(Problem(message, span, ("= true", "= false")))
        parameters = tuple(self._older_one(_branch(child), inner) for child in inside)
        negated = answer.value is (op is Comparison.NE)
        return Matches(inner.function.name, self._once(parameters), negated, span=span)

    def _older_one(self, branch: Branch, scope: ParameterScope) -> Rule:
        name, *values = branch.children
        span = self._span(branch)
        literals = tuple(self._literal(_branch(value), scope, ()) for value in values)
        known = frozenset(scope.function.parameters)
        today, rule = older_parameter(str(name).lower(), literals, span, known)
        scope.resolve(today, self._span(name))
        return rule

    # --- values -------------------------------------------------------------------------------

    def _value(self, branch: Branch, scope: Scope, choices: tuple[str, ...] = ()) -> Value:
        """A whole side of a condition; counts its signs of arithmetic."""
        before, self._operations = self._operations, 0
        try:
            return self._part(branch, scope, choices)
        finally:
            self._operations = before

    def _part(self, branch: Branch, scope: Scope, choices: tuple[str, ...]) -> Value:
        match branch.data:
            case "sum" | "product":
                return self._arithmetic(branch, scope, choices)
            case "name":
                return self._name(_token(branch.children[0]), scope, choices)
            case "call":
                return self._aggregate(branch, scope)
            case "older_call":
                name = _token(branch.children[0])
                closed = reserved.reason(str(name).lower())
                message = closed or f"`{name}(…)` is not a value; the older spelling ends in `= true`."
                raise Refused(Problem(message, self._span(branch)))
        return _canonical(self._read(_token(branch.children[0])), choices)

    def _arithmetic(self, branch: Branch, scope: Scope, choices: tuple[str, ...]) -> Value:
        first, *rest = branch.children
        self._operations += len(rest) // 2
        if self._operations > limits.OPERATIONS:
            message = f"A value has at most {limits.OPERATIONS} signs of arithmetic."
            raise Refused(Problem(message, self._span(branch)))
        value = self._part(_branch(first), scope, choices if not rest else ())
        for sign, operand in zip(rest[::2], rest[1::2], strict=True):
            right = self._part(_branch(operand), scope, ())
            span = self._between(value.span, right.span)
            value = Arithmetic(value, Operation(str(sign)), right, span=span)
        return value

    def _name(self, token: Token, scope: Scope, choices: tuple[str, ...]) -> Value:
        name, span = str(token), self._span(token)
        word = read_word(name, span)
        if word is not None:
            return word
        if name.upper() in choices:
            return Text(name.upper(), span=span)
        return scope.resolve(name.lower(), span)

    def _literal(self, branch: Branch, scope: Scope, choices: tuple[str, ...]) -> Literal:
        value = self._value(branch, scope, choices)
        if isinstance(value, (Attribute, RowField, Aggregate, Arithmetic)):
            raise Refused(Problem("Only a plain value can stand here.", self._span(branch)))
        return value

    def _aggregate(self, branch: Branch, scope: Scope) -> Value:
        name, selection = branch.children
        function = read_function(Word(str(name).lower(), self._span(name)))
        if not isinstance(scope, CustomerScope):
            message = reserved.not_yet("An aggregate inside a filter")
            raise Refused(Problem(message, self._span(branch)))
        words, *where = _branch(selection).children
        listed = [Word(str(t).lower(), self._span(t)) for t in _branch(words).children]
        chosen = read_selection(function, listed)
        condition = self.rule(_branch(where[0]), RowScope(chosen.rows)) if where else None
        span = self._span(branch)
        return Aggregate(function, chosen.rows.source, chosen.state, chosen.measure, condition, span=span)

    def _choices(self, branch: Branch, scope: Scope) -> tuple[str, ...]:
        """What may stand without quotes opposite this side."""
        sole = _sole(branch)
        return scope.choices(str(sole.children[0]).lower()) if sole.data == "name" else ()

    def _read(self, token: Token) -> Literal:
        try:
            return read_literal(token.type, str(token), self._span(token))
        except ValueError as error:
            raise Refused(Problem(str(error), self._span(token))) from error

    # --- places -------------------------------------------------------------------------------

    def _span(self, node: Branch | Token) -> Span:
        if isinstance(node, Token):
            return span_at(self.text, node.start_pos or 0, node.end_pos or 0)
        return span_at(self.text, node.meta.start_pos, node.meta.end_pos)

    def _between(self, first: Span | None, last: Span | None) -> Span | None:
        return first._replace(end=last.end) if first and last else None


def parameter_name(parameter: Rule) -> str:
    """The name of a MATCHES parameter."""
    subject = parameter.left if isinstance(parameter, Compare) else getattr(parameter, "value", None)
    return subject.name if isinstance(subject, RowField) else ""


def _canonical(literal: Literal, choices: tuple[str, ...]) -> Literal:
    """A choice in its own capitals; anything else as it is."""
    if isinstance(literal, Text) and literal.value.upper() in choices:
        return Text(literal.value.upper(), span=literal.span)
    return literal


def _sole(branch: Branch) -> Branch:
    """What is left when a sum of one product of one factor is unwrapped."""
    while branch.data in ("sum", "product") and len(branch.children) == 1:
        branch = _branch(branch.children[0])
    return branch


def _branch(child: Branch | Token) -> Branch:
    assert isinstance(child, Tree)  # The grammar puts a rule here.
    return child


def _branches(branch: Branch, skip: str) -> list[Branch]:
    return [c for c in branch.children if isinstance(c, Tree) and c.data != skip]


def _token(child: Branch | Token) -> Token:
    assert isinstance(child, Token)  # The grammar puts a terminal here.
    return child
