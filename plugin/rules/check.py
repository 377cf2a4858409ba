"""Friendly warnings about a definition that can be saved but is probably not what was meant.

Nothing here blocks. Only what can be seen in the rule itself is looked at; how many customers match, and
which other segments they are in, is for ``advice.of_size`` and ``advice.of_overlaps`` to judge by numbers.
"""

from collections.abc import Iterator
from dataclasses import replace

from plugin.rules import contradictions, pasted, traits
from plugin.rules.advice import Advice, Code
from plugin.rules.print import print_rule, print_value
from plugin.rules.segment import Definition, Tiers, TwoSided, rules_of
from plugin.rules.tree import (
    Affixed,
    Aggregate,
    And,
    Anniversary,
    Arithmetic,
    AtLeast,
    Attribute,
    Banded,
    Between,
    Changed,
    Compare,
    Contains,
    DaysSince,
    Distance,
    In,
    InSegment,
    IsNull,
    Label,
    Matches,
    Not,
    Or,
    Previous,
    Quantified,
    Ranked,
    Rfm,
    Rule,
    SegmentDate,
    StoreAverage,
    TagDate,
    Value,
)

__all__ = ["DESCRIPTORS", "Advice", "Code", "check", "descriptors"]

DESCRIPTORS = 3
"""Facts about a customer that a segment should need at most: more, and nobody can act on it."""


def check(definition: Definition) -> tuple[Advice, ...]:
    """All advice on the definition, in the order of its rules."""
    found: list[Advice] = []
    for field, rule in rules_of(definition):
        looks = (_too_many, contradictions.look, traits.look, pasted.look)
        found += [replace(advice, field=field) for look in looks for advice in look(rule)]
    return (*found, *_unreachable(definition), *_same_sides(definition))


def descriptors(rule: Rule) -> frozenset[str]:
    """The facts about the customer the rule speaks of; an aggregate is one, whatever its filter."""
    return frozenset(_descriptors(rule))


def _too_many(rule: Rule) -> Iterator[Advice]:
    subjects = descriptors(rule)
    if len(subjects) > DESCRIPTORS:
        message = f"This rule looks at {len(subjects)} different things about a customer."
        cure = "Keep the two or three that you would act on, or split the rule into segments."
        yield Advice(Code.TOO_MANY, message, cure, span=rule.span)


def _descriptors(rule: Rule) -> Iterator[str]:
    pending: list[Rule | Value] = [rule]
    while pending:
        match pending.pop():
            case And(parts) | Or(parts) | AtLeast(_, parts):
                pending += parts
            case Not(part):
                pending.append(part)
            case Compare(left, _, right) | Arithmetic(left, _, right):
                pending += (left, right)
            case Between(value, low, high):
                pending += (value, low, high)
            case In(value) | IsNull(value) | Contains(value) | Affixed(value):
                pending.append(value)
            case Quantified(_, rows):
                pending.append(rows)
            case Ranked(by=by) | Banded(by=by) | StoreAverage(of=by):
                pending.append(by)
            case Previous(of) | Changed(of) | DaysSince(of) | Anniversary(of):
                pending.append(of)
            case Matches() as function:
                yield print_rule(replace(function, negated=False))
            case Attribute(name):
                yield name
            case InSegment(name) | SegmentDate(_, name) | Label(name):
                yield f"SEGMENT {name}"
            case Aggregate() | Distance() | Rfm() | TagDate() as value:
                yield print_value(value)


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
