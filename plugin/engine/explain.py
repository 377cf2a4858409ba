"""Why a customer is in a segment or not: every part of the rule with its own answer and what it saw."""

from datetime import datetime
from typing import Any

from plugin.db import pins
from plugin.db.pins import Pin
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine import nearness
from plugin.engine.asked import Asked
from plugin.engine.decide import Decision, Outcome, decide
from plugin.engine.errors import EngineError
from plugin.engine.explained import Explained
from plugin.engine.parts import Part, parts, verdict
from plugin.engine.plan import Plan
from plugin.rules.segment import Tiers, TwoSided, rules_of
from plugin.rules.speak import Speaker

__all__ = ["Explanation", "Part", "explain"]

STEPS = 40
"""Alarms followed to find the next change; more than any rule of people's writing needs."""


class Explanation(Explained):
    """The same, ready to be told."""

    def sentence(self, speaker: Speaker | None = None) -> str:
        """How far it is, or how long it stays so, in one sentence."""
        return nearness.sentence(self, speaker or Speaker(currency=self.currency))

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
            "next_verdict": None if self.next_outcome is None else verdict(self.next_outcome),
            "next_label": None if self.next_outcome is None else self.next_outcome.label,
            "not_before": _iso(self.not_before),
            "grace_ends": _iso(self.grace_ends),
            "pin": None if self.pin is None else _plain_pin(self.pin),
            "sentence": self.sentence(),
            "parts": [part.plain() for part in self.parts],
        }


def explain(
    tx: Transaction, plan: Plan, segment_id: SegmentId, customer_id: CustomerId, as_of: datetime
) -> Explanation:
    """The explanation; raises EngineError when the store has no such customer."""
    first = _ask(tx, plan, segment_id, customer_id, as_of)
    definition = plan.segment(segment_id).definition
    told = parts(tx, plan, list(rules_of(definition)), customer_id, as_of)
    change, outcome, not_before = _next(tx, plan, segment_id, first)
    leaves = outcome is not None and outcome.label is None and not outcome.undecided
    in_grace = isinstance(definition, TwoSided) and first.outcomes[0].label is not None and told[1].verdict == "out"
    return Explanation(
        segment_id,
        customer_id,
        as_of,
        first.outcomes[0],
        told,
        change,
        outcome,
        not_before,
        change if in_grace and leaves else None,
        pins.in_force(tx, segment_id, customer_id, as_of),
        definition.labels if isinstance(definition, Tiers) else (),
        plan.store.currency,
        plan.store.timezone,
    )


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


def _plain_pin(pin: Pin) -> dict[str, Any]:
    placed = {"way": pin.way.value, "label": pin.label, "reason": pin.reason, "author": pin.author}
    return placed | {"placed_at": pin.placed_at.isoformat(), "until": _iso(pin.until)}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
