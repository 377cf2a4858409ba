"""Conditions that always or never hold: ranges that exclude or complete each other, opposites, impossible limits."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from plugin.domain.text import fold
from plugin.rules.advice import Advice, Code
from plugin.rules.print import print_rule, print_value
from plugin.rules.ranges import Limit, Range, range_of, subject_of
from plugin.rules.tree import (
    Affixed,
    Aggregate,
    And,
    Attribute,
    Banded,
    Between,
    Changed,
    Compare,
    Comparison,
    Contains,
    Function,
    In,
    InSegment,
    IsNull,
    Matches,
    Not,
    Or,
    Ranked,
    Rfm,
    RowField,
    Rule,
    SegmentDate,
    TagDate,
    Text,
    Value,
)
from plugin.rules.walk import walk

PAST_ATTRIBUTES = frozenset({"first_order_date", "last_order_date", "customer_added_date", "abandoned_checkout_date"})
PAST_FIELDS = frozenset({"date", "paid_date", "cancelled_date", "last_credit_date"})
"""What can only have happened."""
BOUNDS = {"weekday": (1, 7), "hour": (0, 23), "position": (1, None), "quantity": (0, None), "age": (0, None)}
"""The least and the most that a number can be."""


def look(rule: Rule) -> Iterator[Advice]:
    """Everything in the rule that always or never holds, or stands there twice."""
    yield from _ranges(rule)
    yield from _impossible(rule)
    yield from _repeated(rule)


def _ranges(rule: Rule) -> Iterator[Advice]:
    """Ranges over one value that exclude each other within one AND, or leave nothing out within one OR."""
    for node in walk(rule):
        match node:
            case And():
                yield from _contradictions(node)
            case Or():
                yield from _completions(node)
            case Between():
                found = range_of(node)
                if found is not None and found.empty:
                    message = f"`{print_rule(node)}` can't hold: its limits are the wrong way round."
                    yield Advice(Code.NEVER, message, "Put the smaller value first.", span=node.span)


def _contradictions(rule: And) -> Iterator[Advice]:
    known: dict[tuple[Value, str], Range] = {}
    said: dict[Value, frozenset[str]] = {}
    absent = {part.value for part in rule.parts if isinstance(part, IsNull) and not part.negated}
    for part in rule.parts:
        subject = part.value if isinstance(part, In) else subject_of(part)
        if subject is not None and subject in absent:
            message = f"`{print_value(subject)}` can't be absent and have a value: nobody matches."
            yield Advice(Code.NEVER, message, "Leave one out, or join them with OR.", span=part.span)
            return
        found, words = range_of(part), _words(part)
        if subject is not None and words is not None:
            said[subject] = said.get(subject, words) & words
            if not said[subject]:
                message = f"`{print_value(subject)}` can't be two things at once: nobody matches."
                yield Advice(Code.NEVER, message, "Join the two with OR, or write IN ('…', '…').", span=part.span)
                return
        if found is None or subject is None or found.empty:
            continue
        key = (subject, found.family)
        both = known[key].meet(found) if key in known else found
        if both.empty:
            message = f"`{print_value(subject)}` can't be in both ranges at once: nobody matches."
            yield Advice(Code.NEVER, message, "Change one limit, or join the ranges with OR.", span=part.span)
            return
        known[key] = both


def _words(part: Rule) -> frozenset[str] | None:
    """The texts, folded, that one value would have to be one of. A choice that case tells apart is rare enough."""
    match part:
        case Compare(_, Comparison.EQ, Text(text)):
            return frozenset({fold(text)})
        case In(_, options, False) if all(isinstance(option, Text) for option in options):
            return frozenset(fold(option.value) for option in options if isinstance(option, Text))
    return None


def _completions(rule: Or) -> Iterator[Advice]:
    known: dict[tuple[Value, str], list[Range]] = {}
    for part in rule.parts:
        found, subject = range_of(part), subject_of(part)
        if found is None or subject is None or found.empty or not _always_there(subject):
            continue
        others = known.setdefault((subject, found.family), [])
        if any(found.completes(other) for other in others):
            message = f"`{print_value(subject)}` is always in one of these ranges: everybody matches."
            yield Advice(Code.ALWAYS, message, "Change one limit, or join the ranges with AND.", span=part.span)
            return
        others.append(found)


def _impossible(rule: Rule) -> Iterator[Advice]:
    """Counts below 0, scores above 5, dates to come, the first 100 %: what always or never holds by itself."""
    for node in walk(rule):
        if isinstance(node, Ranked) and node.percent and node.amount >= 100:
            message = f"`{print_rule(node)}` is everyone who is compared."
            yield Advice(Code.ALWAYS, message, "Write less than 100 %.", span=node.span)
        if isinstance(node, (Compare, Between)):
            yield from _limits(node)


def _limits(node: Compare | Between) -> Iterator[Advice]:
    found, subject = range_of(node), subject_of(node)
    if found is None or subject is None or found.empty:
        return
    bounds = _bounds(subject)
    if bounds is not None and found.family == bounds.family:
        if found.meet(bounds).empty:
            message = f"`{print_rule(node)}` never holds: {_told(subject, bounds)}."
            yield Advice(Code.NEVER, message, _cure(bounds), span=node.span)
        elif found.covers(bounds):
            whose = "" if _always_there(subject) else " for everyone who has one"
            message = f"`{print_rule(node)}` always holds{whose}: {_told(subject, bounds)}."
            yield Advice(Code.ALWAYS, message, "Ask for more, or leave it out.", span=node.span)
    elif found.in_future and _is_past(subject):
        message = f"`{print_rule(node)}` never holds: what is yet to come is not known."
        yield Advice(Code.NEVER, message, "Write a date in the past: -30d.", span=node.span)


def _bounds(subject: Value) -> Range | None:
    """What the value can be at all; None where there is no telling."""
    match subject:
        case Aggregate(function=Function.COUNT | Function.COUNT_DISTINCT) | Attribute("number_of_orders"):
            least, most = 0, None
        case Banded(bands):
            least, most = 1, bands
        case Rfm():
            least, most = 1, 5
        case RowField(name) | Attribute(name) if name.removeprefix("order.") in BOUNDS:
            least, most = BOUNDS[name.removeprefix("order.")]
        case _:
            return None
    return Range("numbers", Limit(Decimal(least)), None if most is None else Limit(Decimal(most)))


def _told(subject: Value, bounds: Range) -> str:
    assert bounds.low is not None
    if isinstance(subject, Aggregate) or subject == Attribute("number_of_orders"):
        return "a count is never below 0"
    if bounds.high is None:
        return f"it is never below {bounds.low.value}"
    return f"it is always from {bounds.low.value} to {bounds.high.value}"


def _cure(bounds: Range) -> str:
    assert bounds.low is not None
    most = "or more" if bounds.high is None else f"to {bounds.high.value}"
    return f"Compare with {bounds.low.value} {most}."


def _always_there(subject: Value) -> bool:
    """Whether every customer has it: counts and sums."""
    match subject:
        case Aggregate(function=Function.COUNT | Function.COUNT_DISTINCT | Function.SUM):
            return True
        case Attribute("number_of_orders" | "amount_spent"):
            return True
    return False


def _is_past(subject: Value) -> bool:
    match subject:
        case Attribute(name):
            return name in PAST_ATTRIBUTES
        case RowField(name):
            return name.removeprefix("order.").removeprefix("outer.") in PAST_FIELDS
        case Aggregate(measure=str(measure)):
            return measure in PAST_FIELDS
        case TagDate() | SegmentDate() | Changed():
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
        case InSegment() | Matches() | Contains() | Affixed() | IsNull():
            return replace(rule, negated=not rule.negated)
    return Not(rule)
