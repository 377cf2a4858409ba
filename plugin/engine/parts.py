"""Every part of a rule with its own answer, what it saw, how far away it is, and why it cannot be decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from plugin.db import customers
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.engine import cutoffs, shown
from plugin.engine.asked import Asked
from plugin.engine.away import Away, away
from plugin.engine.decide import Outcome, decide
from plugin.engine.plan import Plan
from plugin.engine.series import OF_ORDERS, OF_THEMSELVES
from plugin.engine.standing import standing
from plugin.rules import fields, optional
from plugin.rules.meaning import core, core_value
from plugin.rules.moving import moves
from plugin.rules.print import print_rule, print_value
from plugin.rules.reads import Read, reads
from plugin.rules.scope import CustomerScope
from plugin.rules.tree import (
    Affixed,
    Aggregate,
    And,
    AnyNode,
    AtLeast,
    Attribute,
    Banded,
    Between,
    Changed,
    Compare,
    Contains,
    In,
    InSegment,
    IsNull,
    Literal,
    Matches,
    Not,
    Number,
    Or,
    Quantified,
    Ranked,
    Rfm,
    Rule,
    Value,
)
from plugin.rules.typed import type_of
from plugin.rules.walk import children, walk

TURNS = 8
"""Alarms followed to find when a value falls by time alone."""

_KINDS = {And: "and", Or: "or", Not: "not", AtLeast: "at_least"}


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
    """What was compared: ``text``, ``type`` and ``actual``, ``since`` where it is dated; where a number is
    compared with another also ``limit`` and ``away``; of a ranking or a score ``rank``."""
    facts: tuple[dict[str, Any], ...] = ()
    """Up to five rows behind each value, newest first."""
    parts: tuple["Part", ...] = ()
    away: Away | None = None
    """What is missing, of a condition that does not hold."""
    unknown: tuple[dict[str, Any], ...] = ()
    """Of a condition that cannot be decided: ``what`` is not known, and from when on it is (``since``)."""
    count: int = 0
    """Of ``at_least``: how many."""

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        found: dict[str, Any] = {"kind": self.kind, "text": self.text, "verdict": self.verdict}
        found |= {"place": self.place} if self.place else {}
        found |= {"span": list(self.span)} if self.span else {}
        found |= {"values": list(self.values)} if self.values else {}
        found |= {"facts": list(self.facts)} if self.facts else {}
        found |= {"away": self.away.plain()} if self.away else {}
        found |= {"unknown": list(self.unknown)} if self.unknown else {}
        return found | ({"parts": [part.plain() for part in self.parts]} if self.parts else {})


def parts(
    tx: Transaction, plan: Plan, placed: Sequence[tuple[str, Rule]], customer_id: CustomerId, as_of: datetime
) -> tuple[Part, ...]:
    """The rules with all below them."""
    every = [node for _, rule in placed for node in _nodes(rule)]
    asking = plan.asking(every)
    [answer] = decide(tx, asking, Asked.customers([customer_id], as_of))
    found = {segment.id: outcome for segment, outcome in zip(asking.segments, answer.outcomes, strict=True)}
    verdicts = [verdict(found[segment_id]) for segment_id in sorted(found, reverse=True)]
    conditions = [node for node in every if type(node) not in _KINDS]
    asked = list(dict.fromkeys(meant for rule in conditions for _, meant in _compared(rule)))
    asked += [Changed(value) for value in asked if isinstance(value, Attribute) and _is_dated(value)]
    actual = shown.values(tx, plan, conditions, asked, customer_id, as_of)
    teller = _Teller(tx, plan, customer_id, as_of, iter(verdicts), dict(zip(asked, actual, strict=True)))
    return tuple(teller.part(rule, place) for place, rule in placed)


def verdict(outcome: Outcome) -> str:
    """``in``, ``out`` or ``undecided``."""
    if outcome.undecided:
        return "undecided"
    return "out" if outcome.label is None else "in"


def _nodes(rule: Rule) -> Iterator[Rule]:
    """The rule and its parts, parents first: what ``_Teller`` goes over in the same order."""
    yield rule
    for part in _below(rule):
        yield from _nodes(part)


def _below(rule: Rule) -> tuple[Rule, ...]:
    match rule:
        case And(listed) | Or(listed) | AtLeast(_, listed):
            return listed
        case Not(part):
            return (part,)
    return ()


class _Teller:
    """Goes over a rule and tells what each condition saw."""

    def __init__(
        self,
        tx: Transaction,
        plan: Plan,
        customer_id: CustomerId,
        as_of: datetime,
        verdicts: Iterator[str],
        actual: Mapping[Value, Any],
    ) -> None:
        self._tx, self._plan, self._customer_id, self._as_of = tx, plan, customer_id, as_of
        self._verdicts, self._actual = verdicts, actual

    def part(self, rule: Rule, place: str = "") -> Part:
        """The rule with all below it."""
        answer, text = next(self._verdicts), print_rule(rule)
        span = None if rule.span is None else (rule.span.start, rule.span.end)
        kind = _KINDS.get(type(rule), "condition")
        if kind != "condition":
            count = rule.count if isinstance(rule, AtLeast) else 0
            return Part(kind, text, answer, place, span, parts=tuple(map(self.part, _below(rule))), count=count)
        values = tuple(self._value(said, meant) for said, meant in _compared(rule))
        _limit(rule, values)
        far = self._away(rule, values) if answer == "out" else None
        unknown = tuple(self._unknown(rule)) if answer == "undecided" else ()
        return Part(kind, text, answer, place, span, values, self._facts(rule), (), far, unknown)

    def _value(self, said: Value, meant: Value) -> dict[str, Any]:
        told: dict[str, Any] = {"text": print_value(said), "type": type_of(said, CustomerScope()).value}
        told["actual"] = self._actual[meant]
        if isinstance(said, Attribute):
            told["name"] = said.name
        since = self._actual.get(Changed(meant)) if isinstance(meant, Attribute) else None
        if isinstance(since, str):
            told["since"] = since
        if isinstance(said, (Banded, Rfm)):
            told["rank"] = standing(self._tx, self._plan, said, self._customer_id, self._as_of)
        return told

    def _away(self, rule: Rule, values: tuple[dict[str, Any], ...]) -> Away | None:
        if isinstance(rule, Ranked):
            values[0]["rank"] = standing(self._tx, self._plan, rule, self._customer_id, self._as_of)
        found = away(rule, values)
        if found is None or not found.more:
            return found
        return found.until(self._falls(rule, found.of))

    def _falls(self, rule: Rule, text: str) -> datetime | None:
        """When time alone makes the value another; None: never, or too far to follow."""
        meant = next(meant for said, meant in _compared(rule) if print_value(said) == text)
        if not moves(meant):
            return None
        asking, now = self._plan.asking([rule]), self._actual[meant]
        due = self._due(asking, self._as_of)
        for _ in range(TURNS):
            if due is None or self._seen(rule, meant, due) != now:
                return due
            due = self._due(asking, due)
        return None

    def _due(self, asking: Plan, at: datetime) -> datetime | None:
        return next(decide(self._tx, asking, Asked.customers([self._customer_id], at))).due_at

    def _seen(self, rule: Rule, value: Value, at: datetime) -> Any:
        return shown.values(self._tx, self._plan, [rule], [value], self._customer_id, at)[0]

    def _facts(self, rule: Rule) -> tuple[dict[str, Any], ...]:
        found: dict[str, dict[str, Any]] = {}
        for value in _aggregates(core(rule)):
            for row in shown.rows(self._tx, self._plan, value, self._customer_id, self._as_of):
                found[str(row)] = row
        return tuple(found.values())

    def _unknown(self, rule: Rule) -> Iterator[dict[str, Any]]:
        """What keeps the condition from being decided."""
        store = self._plan.store
        for name in sorted({read.name for read in reads(rule) if self._is_unread(read)}):
            yield {"what": "unread", "name": name}
        facts = frozenset().union(*(read.facts for read in reads(rule)))
        if facts & OF_ORDERS and store.orders_known_from is not None:
            yield {"what": "orders", "since": store.orders_known_from.isoformat()}
        if facts - OF_ORDERS - OF_THEMSELVES and store.labels_known_from is not None:
            yield {"what": "labels", "since": store.labels_known_from.isoformat()}
        if isinstance(rule, InSegment):
            yield {"what": "segment", "name": rule.name}
        if cutoffs.missing(self._tx, self._plan.asking([rule]), self._as_of):
            yield {"what": "ranking"}
        asked = {node.name for node in walk(rule) if isinstance(node, Attribute)} | {str(fact) for fact in facts}
        asked |= {str(node.source) for node in walk(core(rule)) if isinstance(node, Aggregate)}
        for name in sorted(asked & customers.unknown(self._tx, self._customer_id)):
            yield {"what": name}

    def _is_unread(self, found: Read) -> bool:
        """Whether it is known only once the store was asked for it, and was not asked yet."""
        store = self._plan.store
        return bool(found.facts & store.on_demand) and optional.name_of(found.name, found.facts) not in store.read_since


def _limit(rule: Rule, values: tuple[dict[str, Any], ...]) -> None:
    """A number that is compared with a fixed one says with which, and how much more it is."""
    match rule:
        case Compare(_, _, Number(limit)) | Compare(Number(limit)) if values:
            values[0]["limit"] = str(limit)
            actual = values[0]["actual"]
            if isinstance(actual, str) and values[0]["type"] in fields.NUMERIC:
                values[0]["away"] = str(limit - Decimal(actual))


def _compared(rule: Rule) -> list[tuple[Value, Value]]:
    """The values of the condition that are facts: as the rule writes them, and what is asked for them."""
    match rule:
        case Compare(left, _, right):
            sides: tuple[Value, ...] = (left, right)
        case Between(value, low, high):
            sides = (value, low, high)
        case In(value) | IsNull(value) | Contains(value) | Affixed(value) | Ranked(by=value):
            sides = (value,)
        case Matches() | Quantified():
            sides = tuple(dict.fromkeys(_aggregates(core(rule))))
        case _:
            sides = ()
    return [(side, _meant(side)) for side in sides if not isinstance(side, Literal)]


def _meant(value: Value) -> Value:
    return Attribute("birth_date") if value == Attribute("age") else core_value(value)


def _aggregates(node: AnyNode) -> Iterator[Aggregate]:
    """The aggregates that are compared, not those inside their filters."""
    if isinstance(node, Aggregate):
        yield node
        return
    for below in children(node):
        yield from _aggregates(below)


def _is_dated(value: Attribute) -> bool:
    known = fields.attribute(value)
    return known is not None and known.dated and known.type is not fields.Type.LIST
