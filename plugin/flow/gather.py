"""gather: where very many customers wait, those who need the same kind of change are in a bundle."""

from collections.abc import Sequence
from dataclasses import replace

from plugin.db import bundles, outbox
from plugin.db.bundles import Bundle, Line, State
from plugin.db.outbox import Entry
from plugin.db.stores import Store
from plugin.flow.house import House
from plugin.flow.write import differences

BUNDLE_FROM = 1000
"""Customers who wait for one kind of change. Fewer are written sooner call by call: at the slowest pace there is,
ten changes a second, a thousand take as long as a bundle does from its upload to its results. Above, a bundle costs
no points at all, and the store's pace is left to purchases."""
MOST = 10_000
"""Customers in one bundle: its file stays about a megabyte and its transaction about a second; the next follows."""


def gather(house: House, store: Store, found: Bundle) -> int:
    """A bundle stands, its customers' rows unsure; how many. Of two kinds the larger goes first, removals
    before additions: two labels of one family never stand together. Whom a message moved are written sooner call by
    call, unless they are the crowd. 0: too few wait for the same."""
    with house.database.store(store.id) as tx:
        adds, chosen = _alike(outbox.due(tx, MOST, heard=False))
        if len(chosen) < BUNDLE_FROM:
            adds, chosen = _alike(outbox.due(tx, MOST))
        if len(chosen) < BUNDLE_FROM:
            return 0
        by_customer = {entry.customer_id: entry for entry in chosen}
        deltas = differences(house, tx, store, chosen)
        lines = []
        for number, delta in enumerate(deltas):
            row = by_customer[delta.customer_id]
            changed = delta.add or delta.remove
            lines.append(Line(row.customer_id, number, row.written, changed, row.cause, row.caused_at))
        outbox.in_bundle(tx, [line.customer_id for line in lines])
        bundles.add_lines(tx, lines)
        fresh = replace(Bundle(), number=found.number + 1, failures=found.failures)
        bundles.put(tx, replace(fresh, state=State.GATHERED, adds=adds, began_at=house.now()))
    return len(lines)


def _alike(entries: Sequence[Entry]) -> tuple[bool, list[Entry]]:
    """Those of them who need the same kind of change, and whether it adds."""
    waiting = [entry for entry in entries if not entry.unsure]
    removing = [entry for entry in waiting if entry.remove]
    adding = [entry for entry in waiting if entry.add and not entry.remove]
    if len(adding) > len(removing):
        return True, adding
    return False, [_only_removal(entry) for entry in removing]


def _only_removal(entry: Entry) -> Entry:
    """What is to be added follows in the next bundle, or call: it is wanted still."""
    later = set(entry.add)
    return replace(entry, wanted=tuple(tag for tag in entry.wanted if tag not in later))
