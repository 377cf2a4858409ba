"""judge: whether a customer may be moved, and where to, by the group they are in right now.

A group prices and hides. So a customer is taken only out of none, out of our groups, and out of those that the
merchant gave up; whoever somebody else has moved is theirs from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.db.placements import Placement, Standing
from plugin.domain.ids import CustomerId
from plugin.platforms.base import NO_GROUP


@dataclass(frozen=True)
class Groups:
    """The store's groups. ``ours``: those that segments show in."""

    ours: frozenset[int]
    leavable: frozenset[int] = frozenset()
    """Of the merchant's: those that customers may be taken out of."""
    names: Mapping[int, str] | None = None
    """Of all there are; None where nobody had to look."""


@dataclass(frozen=True)
class Going:
    """A customer who is to be moved. ``previous``: where they go back to one day."""

    customer_id: CustomerId
    group: int
    previous: int | None
    may_leave: frozenset[int]


def judge(row: Placement, now: int, groups: Groups) -> Standing | Going:
    """Where this customer goes who is ``now`` in this group, or where they stand."""
    ours = groups.ours | row.ours
    if row.wanted is None:
        if not row.ours or now not in ours:
            return Standing(row.customer_id)
        return Going(row.customer_id, _back(row, ours, groups), row.previous, ours)
    if now == row.wanted:
        return Standing(row.customer_id, now, row.previous)
    may_leave = ours | groups.leavable | {NO_GROUP}
    if now not in (ours if row.is_settled else may_leave):
        return held(row, now, (groups.names or {}).get(now))
    return Going(row.customer_id, row.wanted, previous(row, now, groups), may_leave)


def previous(row: Placement, now: int, groups: Groups) -> int | None:
    """Where somebody goes back to who is taken out of this group: a group of the merchant's, if they were in one."""
    if now in groups.ours | row.ours:
        return row.previous
    return None if now == NO_GROUP else now


def held(row: Placement, now: int, name: str | None) -> Standing:
    """They stay where they are, and what we knew of them is forgotten."""
    return Standing(row.customer_id, held_by=now, held_name=None if now == NO_GROUP else name or str(now))


def _back(row: Placement, ours: frozenset[int], groups: Groups) -> int:
    """The group from before, where it still exists and is none of ours."""
    there = groups.names or {}
    return row.previous if row.previous in there and row.previous not in ours else NO_GROUP  # type: ignore[return-value]
