"""Pins: a person's word against a segment's rule, from when it was placed until its end or removal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId

_IN_FORCE = "y.placed_at <= p.as_of AND y.ends > p.as_of"
_ENDS = "least(coalesce(y.until, 'infinity'), coalesce(y.removed_at, 'infinity'))"


class Pin(NamedTuple):
    """In force from the one moment until before the other (None: no end)."""

    placed_at: datetime
    ends_at: datetime | None
    inside: bool


@dataclass(frozen=True, slots=True)
class Pins:
    """A customer's pins of one segment, in the order in which they were placed."""

    placed: Sequence[Pin] = ()

    def held(self, at: datetime) -> bool | None:
        """Whether the customer is held in; None: no pin is in force. Of several the one placed last counts."""
        held = [pin.inside for pin in self.placed if pin.placed_at <= at and (pin.ends_at is None or at < pin.ends_at)]
        return held[-1] if held else None

    @property
    def boundaries(self) -> list[datetime]:
        """Every moment at which a pin begins or ends."""
        return sorted({at for pin in self.placed for at in (pin.placed_at, pin.ends_at) if at is not None})


def pins(tx: Transaction, segment_id: SegmentId, ids: Sequence[CustomerId]) -> Mapping[CustomerId, Pins]:
    """Everyone's pins of the segment, of those who have any."""
    rows = tx.rows(
        f"""SELECT y.customer_id, y.placed_at, nullif({_ENDS}, 'infinity'), y.way = 'in' FROM pins y
           WHERE y.store_id = %s AND y.segment_id = %s AND y.customer_id = ANY(%s) ORDER BY y.customer_id, y.placed_at""",
        (tx.store_id, segment_id, list(ids)),
    )
    found: dict[CustomerId, list[Pin]] = {}
    for customer_id, *pin in rows:
        found.setdefault(CustomerId(customer_id), []).append(Pin(*pin))
    return {customer_id: Pins(tuple(placed)) for customer_id, placed in found.items()}


def _of(segment_id: SegmentId) -> str:
    return f"""(SELECT y.placed_at, {_ENDS} AS ends, y.way, y.label FROM pins y
      WHERE y.store_id = %(store)s AND y.segment_id = {int(segment_id)} AND y.customer_id = p.customer_id) y"""


def held(segment_id: SegmentId, labels: Sequence[str]) -> str:
    """SQL, read once for each asked row: the number of the case that a pin holds the customer in, 0 for out;
    null where none is in force, or its label is gone. ``labels``: SQL for each label, in order; none: no tiers."""
    cases = " ".join(f"WHEN y.label = {label} THEN {number}" for number, label in enumerate(labels, 1))
    inside = f"CASE {cases} END" if labels else "1"
    return f"""(SELECT CASE y.way WHEN 'out' THEN 0 ELSE {inside} END FROM {_of(segment_id)}
      WHERE {_IN_FORCE} ORDER BY y.placed_at DESC LIMIT 1)"""


def next_boundary(segment_id: SegmentId) -> str:
    """SQL, read once for each asked row: when the next pin begins or ends."""
    return f"""(SELECT min(e.at) FROM {_of(segment_id)} CROSS JOIN LATERAL (VALUES (y.placed_at), (y.ends)) e(at)
      WHERE e.at > p.as_of AND e.at < 'infinity')"""
