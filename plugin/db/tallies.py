"""Tallies: of how many customers each output of a store says something, how many wait, and which groups hold some."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from plugin.db import placements, rolls
from plugin.db.outputs import Key, Kind, Output
from plugin.db.placements import Counts
from plugin.db.transaction import Transaction
from plugin.domain.ids import PlanId, SegmentId


class Tally(NamedTuple):
    """One output's numbers."""

    shown: int = 0
    waiting: int = 0
    refused: int = 0
    """Of those who wait: whom the store refused."""
    held: Mapping[str, int] = {}
    """Customers who stay in a group that may not be left, by its name; ``""``: whom somebody took out of ours."""


def of(tx: Transaction, listed: Sequence[Output]) -> dict[Key, Tally]:
    """The tallies of these outputs; of what there is none of nobody is counted."""
    rolled = {each.segment_id for each in listed if each.kind is not Kind.GROUP}
    groups = {int(each.remote_id) for each in listed if each.kind is Kind.GROUP and each.remote_id}
    said = rolls.counts(tx, sorted(rolled)) if rolled else {}
    placed = placements.counts(tx, groups) if groups else {}
    found: dict[Key, Tally] = {}
    for each in listed:
        if each.kind is Kind.GROUP:
            group = placed.get(int(each.remote_id), Counts()) if each.remote_id else Counts()
            found[each.key] = Tally(group.shown, group.waiting, 0, group.held or {})
        elif each.key in said:
            found[each.key] = Tally(said[each.key].shown, said[each.key].waiting, said[each.key].refused)
        else:
            found[each.key] = Tally()
    return found


def groups_of(tx: Transaction, segment_id: SegmentId) -> list[tuple[str, str, int]]:
    """In which groups of the store the segment's members are, as far as we were told: label, group, how many."""
    rows = tx.rows(
        """SELECT m.label, g.value[1], count(*) FROM memberships m CROSS JOIN LATERAL (
             SELECT value FROM attributes a WHERE a.store_id = m.store_id AND a.customer_id = m.customer_id
               AND a.name = 'customer_groups' ORDER BY at DESC, digest DESC LIMIT 1) g
           WHERE m.store_id = %s AND m.segment_id = %s AND g.value[1] IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 2""",
        (tx.store_id, segment_id),
    )
    return [(str(label), str(name), int(many)) for label, name, many in rows]


def passages(tx: Transaction, plan_id: PlanId) -> list[tuple[str | None, str | None, int]]:
    """How many customers the plan moves out of which label into which; None: out of the segment, or into it."""
    rows = tx.rows(
        """SELECT was, label, count(*) FROM plan_rows
           WHERE store_id = %s AND plan_id = %s AND was IS DISTINCT FROM label GROUP BY 1, 2""",
        (tx.store_id, plan_id),
    )
    return [(was, label, int(many)) for was, label, many in rows]
