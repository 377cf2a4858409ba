"""Friendly warnings about a definition that can be saved but is probably not what was meant.

Nothing here blocks. Only what can be seen in the rule itself is looked at; how many customers match
is for the plan to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from plugin.rules.print import print_rule, print_value
from plugin.rules.ranges import Range, range_of, subject_of
from plugin.rules.segment import Definition, Tiers, TwoSided, rules_of
from plugin.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Attribute,
    Between,
    Compare,
    Contains,
    Function,
    In,
    InSegment,
    IsNull,
    Matches,
    Not,
    Or,
    Rule,
    Span,
    Value,
)
from plugin.rules.walk import walk

DESCRIPTORS = 3
"""Facts about a customer that a segment should need at most: more, and nobody can act on it."""


class Code(StrEnum):
    """The kinds of advice."""

    TOO_MANY = "too_many"
    NEVER = "never"
    ALWAYS = "always"
    TWICE = "twice"
    UNREACHABLE = "unreachable"
    SAME_SIDES = "same_sides"


@dataclass(frozen=True, slots=True)
class Advice:
    """What looks wrong, and the cure; ``field`` and ``span`` say where."""

    code: Code
    message: str
    cure: str
    field: str = ""
    span: Span | None = None


def check(definition: Definition) -> tuple[Advice, ...]:
    """All advice on the definition, in the order of its rules."""
    found: list[Advice] = []
    for field, rule in rules_of(definition):
        looks = (_too_many, _ranges, _impossible, _repeated)
        found += [replace(advice, field=field) for look in looks for advice in look(rule)]
    return (*found, *_unreachable(definition), *_same_sides(definition))


def _too_many(rule: Rule) -> Iterator[Advice]:
    subjects = set(_descriptors(rule))
    if len(subjects) > DESCRIPTORS:
        message = f"This rule looks at {len(subjects)} different things about a customer."
        cure = "Keep the two or three that you would act on, or split the rule into segments."
        yield Advice(Code.TOO_MANY, message, cure, span=rule.span)


def _descriptors(rule: Rule) -> Iterator[str]:
    """The facts about the customer the rule speaks of; an aggregate is one, whatever its filter."""
    pending: list[Rule | Value] = [rule]
    while pending:
        match pending.pop():
            case And(parts) | Or(parts):
                pending += parts
            case Not(part):
                pending.append(part)
            case Compare(left, _, right):
                pending += (left, right)
            case Between(value) | In(value) | IsNull(value) | Contains(value):
                pending.append(value)
            case InSegment(name):
                yield f"IN SEGMENT {name}"
            case Matches() as function:
                yield print_rule(replace(function, negated=False))
            case Attribute(name):
                yield name
            case Aggregate() as aggregate:
                yield print_value(aggregate)
            case Arithmetic(left, _, right):
                pending += (left, right)


def _ranges(rule: Rule) -> Iterator[Advice]:
    """Ranges over one value that exclude each other, within one AND; and empty BETWEENs."""
    for node in walk(rule):
        if isinstance(node, And):
            yield from _contradictions(node)
        elif isinstance(node, Between):
            found = range_of(node)
            if found is not None and found.empty:
                message = f"`{print_rule(node)}` can't hold: its limits are the wrong way round."
                yield Advice(Code.NEVER, message, "Put the smaller value first.", span=node.span)


def _contradictions(rule: And) -> Iterator[Advice]:
    known: dict[tuple[Value, str], Range] = {}
    for part in rule.parts:
        found, subject = range_of(part), subject_of(part)
        if found is None or subject is None or found.empty:
            continue
        key = (subject, found.family)
        both = known[key].meet(found) if key in known else found
        if both.empty:
            message = f"`{print_value(subject)}` can't be in both ranges at once: nobody matches."
            yield Advice(Code.NEVER, message, "Change one limit, or join the ranges with OR.", span=part.span)
            return
        known[key] = both


def _impossible(rule: Rule) -> Iterator[Advice]:
    """Counts below 0, dates to come: what always or never holds by itself."""
    for node in walk(rule):
        if not isinstance(node, (Compare, Between)):
            continue
        found, subject = range_of(node), subject_of(node)
        if found is None or subject is None or found.empty:
            continue
        if _counts(subject) and found.below_zero:
            message = f"`{print_rule(node)}` never holds: a count is never below 0."
            yield Advice(Code.NEVER, message, "Compare with 0 or more.", span=node.span)
        elif _counts(subject) and found.covers_zero_and_up:
            message = f"`{print_rule(node)}` always holds: every count is 0 or more."
            yield Advice(Code.ALWAYS, message, "Compare with at least 1, or leave it out.", span=node.span)
        elif found.in_future:
            message = f"`{print_rule(node)}` never holds: what is yet to come is not known."
            yield Advice(Code.NEVER, message, "Write a date in the past: -30d.", span=node.span)


def _counts(value: Value) -> bool:
    match value:
        case Aggregate(function=Function.COUNT) | Attribute("number_of_orders"):
            return True
    return False


def _repeated(rule: Rule) -> Iterator[Advice]:
    """The same part twice, or a part beside its opposite, within one AND or OR."""
    for node in walk(rule):
        if not isinstance(node, (And, Or)):
            continue
        seen: set[Rule] = set()
        for part in node.parts:
            if part in seen:
                message = f"`{print_rule(part)}` stands here twice."
                yield Advice(Code.TWICE, message, "Leave one out.", span=part.span)
            elif _opposite(part) in seen:
                yield _beside_opposite(node, part)
            seen.add(part)


def _beside_opposite(rule: And | Or, part: Rule) -> Advice:
    if isinstance(rule, And):
        message = f"`{print_rule(part)}` stands beside its opposite: nobody matches."
        return Advice(Code.NEVER, message, "Leave one out, or join them with OR.", span=part.span)
    message = f"`{print_rule(part)}` stands beside its opposite: everybody matches."
    return Advice(Code.ALWAYS, message, "Leave one out, or join them with AND.", span=part.span)


def _opposite(rule: Rule) -> Rule:
    match rule:
        case Not(part):
            return part
        case InSegment() | Matches() | Contains() | IsNull():
            return replace(rule, negated=not rule.negated)
    return Not(rule)


def _unreachable(definition: Definition) -> Iterator[Advice]:
    if not isinstance(definition, Tiers):
        return
    seen: dict[Rule, str] = {}
    for number, case in enumerate(definition.cases):
        if case.rule in seen:
            message = f"Nobody gets ‘{case.label}’: ‘{seen[case.rule]}’ above it asks the same."
            cure = "Give it a rule of its own, or leave it out."
            yield Advice(Code.UNREACHABLE, message, cure, f"cases.{number}.rule", case.rule.span)
        seen.setdefault(case.rule, case.label)


def _same_sides(definition: Definition) -> Iterator[Advice]:
    if isinstance(definition, TwoSided) and definition.join == definition.stay and not definition.grace.count:
        message = "Joining and staying ask the same, and there is no grace."
        cure = "Make staying easier than joining, add a grace, or use one rule."
        yield Advice(Code.SAME_SIDES, message, cure, "stay", definition.stay.span)
