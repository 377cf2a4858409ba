"""Compiled plans of stores' rules, kept while the rules stay the same."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any

from plugin.db import optional, outputs, pins, placements, segments
from plugin.db.outputs import Output, Says
from plugin.db.segments import Segment
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId, StoreId
from plugin.domain.text import fold
from plugin.engine.plan import Plan, SegmentRule, StoreContext, compile_plan
from plugin.flow.sources import on_demand
from plugin.rules import schema
from plugin.rules.fields import OWN, Facts
from plugin.rules.optional import LISTS, OPTIONAL
from plugin.rules.references import references
from plugin.rules.segment import facts_of

REMOTE = frozenset({Facts.TAGS, Facts.CONSENTS, Facts.ADDRESSES}) | OPTIONAL - LISTS
"""What no webhook tells and only a read at the platform does."""
MOST = 500
"""Stores whose plans one process keeps."""


@dataclass(frozen=True)
class Rules:
    """A store's applied segments and the plan they compile to: without what is stale, and without what asks
    about a segment that is not decided (stale, or not applied yet). Those keep the members they have."""

    segments: tuple[Segment, ...]
    """In the plan's order."""
    plan: Plan
    every: tuple[Segment, ...]
    """The stale ones too: what they want stays wanted."""
    reads_remote: frozenset[SegmentId]
    """Segments that read what only the platform can tell (tags, consents, addresses)."""
    outputs: tuple[Output, ...] = ()
    """Where else the segments show, whatever their state; groups in the order in which they count."""
    placed: bool = False
    """Whether anybody was in a group of ours when these rules began."""

    def segment(self, segment_id: SegmentId) -> Segment:
        """The segment of this plan with the id."""
        return next(segment for segment in self.segments if segment.id == segment_id)


class Plans:
    """The plans of this process, by store; a change of rules, zone or known history makes a new one."""

    def __init__(self) -> None:
        self._kept: OrderedDict[StoreId, tuple[Any, Rules]] = OrderedDict()
        self._lock = Lock()

    def of(self, tx: Transaction, store: Store) -> Rules:
        """The store's rules as they are now."""
        known = (store.orders_known_from, store.labels_known_from, store.amounts_unsure)
        key = (store.rules_version, store.timezone, store.currency, *known)
        with self._lock:
            kept = self._kept.get(store.id)
        if kept is not None and kept[0] == key:
            return kept[1]
        rules = compiled(store, segments.applied(tx), pins.segments(tx), optional.since(tx))
        rules = replace(rules, outputs=tuple(outputs.every(tx)), placed=placements.any_left(tx))
        with self._lock:
            self._kept[store.id] = (key, rules)
            self._kept.move_to_end(store.id)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return rules


def compiled(
    store: Store,
    of: Sequence[Segment],
    pinned: frozenset[SegmentId] = frozenset(),
    read_since: Mapping[str, datetime] | None = None,
) -> Rules:
    """These segments and their plan; ``pinned``: in which somebody ever was; ``read_since``: since when which optional
    data are known (plugin/db/optional.py). Raises what ``compile_plan`` raises."""
    fresh = [segment for segment in of if segment.stale_since is None]
    ruled = _answerable([segment_rule(segment) for segment in fresh])
    remote = frozenset(rule.id for rule in ruled if facts_of(rule.definition) & REMOTE)
    plan = compile_plan(ruled, context(store, pinned, read_since))
    by_id = {segment.id: segment for segment in fresh}
    return Rules(tuple(by_id[rule.id] for rule in plan.segments), plan, tuple(of), remote)


def _answerable(rules: list[SegmentRule]) -> list[SegmentRule]:
    """Those that ask only about segments that are among them."""
    while True:
        names = {fold(rule.name) for rule in rules}
        kept = [rule for rule in rules if names.issuperset(references(rule.definition).segments)]
        if len(kept) == len(rules):
            return kept
        rules = kept


def context(
    store: Store, pinned: frozenset[SegmentId] = frozenset(), read_since: Mapping[str, datetime] | None = None
) -> StoreContext:
    """What the engine must know of a store."""
    return StoreContext(
        id=store.id,
        timezone=store.timezone,
        currency=store.currency,
        orders_known_from=store.orders_known_from,
        labels_known_from=store.labels_known_from,
        amounts_unsure=store.amounts_unsure,
        pinned=pinned,
        on_demand=on_demand(store) if read_since is not None else frozenset(),
        read_since=read_since or {},
    )


def segment_rule(segment: Segment) -> SegmentRule:
    """What the engine must know of a segment."""
    return SegmentRule(
        id=segment.id,
        name=segment.name,
        definition=schema.load(segment.definition),
        writes={label: fold(tag) for label, tag in segment.outputs.items()},
        says={fold(OWN + name): Says(says) for name, says in segment.says.items()},
    )
