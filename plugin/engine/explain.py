"""Why a customer is in a segment or not: every part of the rule with its own answer and what it saw."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine import shown
from plugin.engine.asked import Asked
from plugin.engine.decide import Decision, Outcome, decide
from plugin.engine.errors import EngineError
from plugin.engine.plan import Plan
from plugin.rules.meaning import core, core_value
from plugin.rules.print import print_rule, print_value
from plugin.rules.segment import rules_of
from plugin.rules.tree import (
    Aggregate,
    And,
    AtLeast,
    Attribute,
    Between,
    Compare,
    Contains,
    In,
    IsNull,
    Literal,
    Matches,
    Not,
    Number,
    Or,
    Rule,
    Value,
)
from plugin.rules.walk import walk

STEPS = 40
"""Alarms followed to find the next change; more than any rule of people's writing needs."""


@dataclass(frozen=True)
class Part:
    """A rule within the rule."""

    kind: str
    """``and``, ``or``, ``not``, ``at_least`` or ``condition``."""
    text: str
    verdict: str
    """``in``, ``out`` or ``undecided``."""
    place: str = ""
    """Of the outermost parts: the field of the definition, as ``rule``, ``join`` or ``cases.0.rule``."""
    span: tuple[int, int] | None = None
    values: tuple[dict[str, Any], ...] = ()
    """What was compared: ``text``, ``actual``; for a number against a fixed one also ``limit`` and ``away``."""
    facts: tuple[dict[str, Any], ...] = ()
    """Up to five rows behind the first value, newest first."""
    parts: tuple["Part", ...] = ()

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        found: dict[str, Any] = {"kind": self.kind, "text": self.text, "verdict": self.verdict}
        found |= {"place": self.place} if self.place else {}
        found |= {"span": list(self.span)} if self.span else {}
        found |= {"values": list(self.values)} if self.values else {}
        found |= {"facts": list(self.facts)} if self.facts else {}
        return found | ({"parts": [part.plain() for part in self.parts]} if self.parts else {})


@dataclass(frozen=True)
class Explanation:
    """A customer and a segment as of a moment."""

    segment_id: SegmentId
    customer_id: CustomerId
    as_of: datetime
    outcome: Outcome
    parts: tuple[Part, ...]
    next_change: datetime | None
    """When time alone changes the outcome; None: never, unless ``not_before`` is set."""
    next_outcome: Outcome | None = None
    not_before: datetime | None = field(default=None)
    """Nothing changes before it; what comes after was too far to follow."""

    @property
    def verdict(self) -> str:
        """``in``, ``out`` or ``undecided``."""
        return _verdict(self.outcome)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "segment_id": self.segment_id,
            "customer_id": str(self.customer_id),
            "as_of": self.as_of.isoformat(),
            "verdict": self.verdict,
            "label": self.outcome.label,
            "since": _iso(self.outcome.since),
            "next_change": _iso(self.next_change),
            "next_verdict": None if self.next_outcome is None else _verdict(self.next_outcome),
            "next_label": None if self.next_outcome is None else self.next_outcome.label,
            "not_before": _iso(self.not_before),
            "parts": [part.plain() for part in self.parts],
        }


def explain(
    tx: Transaction, plan: Plan, segment_id: SegmentId, customer_id: CustomerId, as_of: datetime
) -> Explanation:
    """The explanation; raises EngineError when the store has no such customer."""
    first = _ask(tx, plan, segment_id, customer_id, as_of)
    definition = plan.segment(segment_id).definition
    placed = list(rules_of(definition))
    every = [node for _, rule in placed for node in _nodes(rule)]
    asking = plan.asking(every)
    [answer] = decide(tx, asking, Asked.customers([customer_id], as_of))
    verdicts = iter(_verdict(outcome) for outcome in _in_order(asking, answer))
    teller = _Teller(tx, plan, customer_id, as_of, verdicts)
    parts = tuple(teller.part(rule, place) for place, rule in placed)
    change, outcome, not_before = _next(tx, plan, segment_id, first)
    return Explanation(segment_id, customer_id, as_of, first.outcomes[0], parts, change, outcome, not_before)


def _in_order(asking: Plan, answer: Decision) -> list[Outcome]:
    """The outcomes in the order of the questions, which the plan may have put in another."""
    found = {segment.id: outcome for segment, outcome in zip(asking.segments, answer.outcomes, strict=True)}
    return [found[segment_id] for segment_id in sorted(found, reverse=True)]


def _ask(tx: Transaction, plan: Plan, segment_id: SegmentId, customer_id: CustomerId, at: datetime) -> Decision:
    for decision in decide(tx, plan, Asked.customers([customer_id], at), only=[segment_id]):
        return decision
    raise EngineError("the store has no such customer", segment_id)


def _next(
    tx: Transaction, plan: Plan, segment_id: SegmentId, decision: Decision
) -> tuple[datetime | None, Outcome | None, datetime | None]:
    """When time alone changes the outcome, and to what; or since when we stopped looking."""
    now = decision.outcomes[0]
    due = decision.due_at
    for _ in range(STEPS):
        if due is None:
            return None, None, None
        later = _ask(tx, plan, segment_id, decision.customer_id, due)
        if later.outcomes[0][:2] != now[:2]:
            return due, later.outcomes[0], None
        due = later.due_at
    return None, None, due


def _nodes(rule: Rule) -> Iterator[Rule]:
    """The rule and its parts, parents first: what ``_Teller`` goes over in the same order."""
    yield rule
    for part in _parts(rule):
        yield from _nodes(part)


def _parts(rule: Rule) -> tuple[Rule, ...]:
    match rule:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            return parts
        case Not(part):
            return (part,)
    return ()


_KINDS = {And: "and", Or: "or", Not: "not", AtLeast: "at_least"}


class _Teller:
    """Goes over a rule and tells what each condition saw."""

    def __init__(
        self, tx: Transaction, plan: Plan, customer_id: CustomerId, as_of: datetime, verdicts: Iterator[str]
    ) -> None:
        self._tx, self._plan, self._customer_id, self._as_of = tx, plan, customer_id, as_of
        self._verdicts = verdicts

    def part(self, rule: Rule, place: str = "") -> Part:
        """The rule with all below it."""
        verdict = next(self._verdicts)
        span = None if rule.span is None else (rule.span.start, rule.span.end)
        kind = _KINDS.get(type(rule), "condition")
        if kind != "condition":
            parts = tuple(self.part(part) for part in _parts(rule))
            return Part(kind, print_rule(rule), verdict, place, span, parts=parts)
        compared = _compared(rule)
        actual = shown.values(self._tx, self._plan, [core_value(v) for v in compared], self._customer_id, self._as_of)
        told = tuple(_told(rule, v, found) for v, found in zip(compared, actual, strict=True))
        return Part(kind, print_rule(rule), verdict, place, span, told, self._facts(rule))

    def _facts(self, rule: Rule) -> tuple[dict[str, Any], ...]:
        for node in walk(core(rule)):
            if isinstance(node, Aggregate):
                return tuple(shown.rows(self._tx, self._plan, node, self._customer_id, self._as_of))
        return ()


def _compared(rule: Rule) -> list[Value]:
    """The values of the condition that are facts, as the rule writes them."""
    match rule:
        case Compare(left, _, right):
            sides: tuple[Value, ...] = (left, right)
        case Between(value, low, high):
            sides = (value, low, high)
        case In(value) | IsNull(value) | Contains(value):
            sides = (value,)
        case Matches():
            sides = tuple(dict.fromkeys(node for node in walk(core(rule)) if isinstance(node, Aggregate)))
        case _:
            sides = ()
    return [side for side in sides if not isinstance(side, Literal)]


def _told(rule: Rule, value: Value, actual: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"text": print_value(value), "actual": actual}
    if isinstance(value, Attribute):
        told["name"] = value.name
    match rule:
        case Compare(left, _, Number(limit)) if left == value:
            pass
        case Compare(Number(limit), _, right) if right == value:
            pass
        case _:
            return told
    told["limit"] = str(limit)
    if isinstance(actual, str):
        told["away"] = str(limit - Decimal(actual))
    return told


def _verdict(outcome: Outcome) -> str:
    if outcome.undecided:
        return "undecided"
    return "out" if outcome.label is None else "in"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
