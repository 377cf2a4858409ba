"""Tallies: of how many customers each output of a store says something, how many wait, and which groups hold some."""

from collections.abc import Mapping
from typing import NamedTuple

from plugin.db import outputs, placements, rolls
from plugin.db.outputs import Key, Kind
from plugin.db.placements import Counts
from plugin.db.transaction import Transaction


class Tally(NamedTuple):
    """One output's numbers."""

    shown: int = 0
    waiting: int = 0
    refused: int = 0
    """Of those who wait: whom the store refused."""
    held: Mapping[str, int] = {}
    """Customers who stay in a group that may not be left, by its name; ``""``: whom somebody took out of ours."""


def every(tx: Transaction) -> dict[Key, Tally]:
    """The tallies of all outputs of the store."""
    said, placed = rolls.counts(tx), placements.counts(tx)
    found: dict[Key, Tally] = {}
    for each in outputs.every(tx):
        if each.kind is Kind.GROUP:
            group = placed.get(int(each.remote_id), Counts()) if each.remote_id else Counts()
            found[each.key] = Tally(group.shown, group.waiting, 0, group.held or {})
        elif each.key in said:
            found[each.key] = Tally(said[each.key].shown, said[each.key].waiting, said[each.key].refused)
        else:
            found[each.key] = Tally()
    return found
