"""Tallies: of how many customers each output of a store says something, how many wait, and which groups hold some."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from plugin.db import rolls
from plugin.db.outputs import Kind
from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId

Key = tuple[SegmentId, Kind, str]
"""What tells an output from every other of its store."""


class Tally(NamedTuple):
    """One output's numbers."""

    shown: int = 0
    waiting: int = 0
    refused: int = 0
    """Of those who wait: whom the store refused."""
    held: Mapping[str, int] = {}
    """Customers who stay in a group that may not be left, by its name."""


def every(tx: Transaction) -> dict[Key, Tally]:
    """The tallies of all outputs of the store that anybody was to be written to."""
    found = {key: Tally(each.shown, each.waiting, each.refused) for key, each in rolls.counts(tx).items()}
    for segment_id, label, shown, waiting, refused in _placements(tx):
        found[SegmentId(segment_id), Kind.GROUP, label] = Tally(shown, waiting, refused)
    for segment_id, label, name, customers in _held(tx):
        key = (SegmentId(segment_id), Kind.GROUP, label)
        tally = found.get(key, Tally())
        found[key] = tally._replace(held={**tally.held, name: customers})
    return found


def _placements(tx: Transaction) -> list[tuple[Any, ...]]:
    return tx.rows(
        """SELECT o.segment_id, o.label, count(*) FILTER (WHERE p.written::text = o.remote_id),
             count(*) FILTER (WHERE p.due_at IS NOT NULL AND p.held_by IS NULL),
             count(*) FILTER (WHERE p.due_at IS NOT NULL AND p.held_by IS NULL AND p.error IS NOT NULL)
           FROM outputs o JOIN placements p ON p.store_id = o.store_id
             AND o.remote_id IN (p.wanted::text, p.written::text)
           WHERE o.store_id = %s AND o.kind = 'group' GROUP BY 1, 2""",
        (tx.store_id,),
    )


def _held(tx: Transaction) -> list[tuple[Any, ...]]:
    return tx.rows(
        """SELECT o.segment_id, o.label, coalesce(p.held_name, p.held_by::text), count(*)
           FROM outputs o JOIN placements p ON p.store_id = o.store_id AND o.remote_id = p.wanted::text
           WHERE o.store_id = %s AND o.kind = 'group' AND p.held_by IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 4 DESC, 3""",
        (tx.store_id,),
    )
