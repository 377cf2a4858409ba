"""Which facts a store has a source for: what its platform tells, and what anybody ever told about it."""

from collections.abc import Mapping
from typing import NamedTuple

from plugin.db import sources, stores
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.facts import AnswerGiven, AttributeSeen, CreditsListed, EventHappened, ValueType
from plugin.flow.sorting import Sorted
from plugin.platforms import platform
from plugin.rules import fields
from plugin.rules.fields import Facts
from plugin.rules.tree import Attribute


def readable(store: Store) -> frozenset[Facts]:
    """The optional data that this store's platform has, and lets us read."""
    return frozenset(facts for facts in platform(store.platform).optional if not lacking(store, facts))


def lacking(store: Store, facts: Facts) -> tuple[str, ...]:
    """The scopes without which the store's platform keeps this kind of facts to itself."""
    return tuple(scope for scope in platform(store.platform).optional.get(facts, ()) if scope not in store.scopes)


def on_demand(store: Store) -> frozenset[Facts]:
    """What is not known of this store before it was asked for. Disputes that its platform does not show us may be
    told by others, as orders are: then those are all there are."""
    return frozenset(
        facts for facts in platform(store.platform).optional if facts is not Facts.DISPUTES or not lacking(store, facts)
    )


class Sources(NamedTuple):
    """What rules of a store may speak of, and the types its attributes came in."""

    facts: frozenset[Facts]
    types: Mapping[str, frozenset[str]]
    untold: frozenset[str]
    """Fields (plugin/rules/reads.py: spoken) of which neither the platform nor anybody else tells."""


def of(tx: Transaction, store: Store) -> Sources:
    """What this store has a source for, as of now."""
    told = sources.of_store(tx)
    facts = {*platform(store.platform).tells, *readable(store)}
    for name in told:
        facts |= {Facts(name)} if name in frozenset(Facts) else _read_by(name)
    return Sources(frozenset(facts), told, frozenset(platform(store.platform).untold - told.keys()))


def note(tx: Transaction, batch: Sorted) -> None:
    """The batch's facts prove that the store has a source for them."""
    sets = {
        Facts.ANSWERS: batch.dated.get(AnswerGiven),
        Facts.EVENTS: batch.dated.get(EventHappened),
        Facts.CREDITS: batch.snapshots.get(CreditsListed),
        Facts.CHECKOUTS: batch.checkouts,
        Facts.DISPUTES: batch.disputes,
        Facts.COSTS: any(line.unit_cost is not None for order in batch.orders.values() for line in order.lines),
    }
    told = {(facts.value, "") for facts, seen in sets.items() if seen}
    told |= {
        (seen.name, seen.type.value) for seen in batch.dated.get(AttributeSeen, ()) if seen.type is not ValueType.ABSENT
    }
    if told:
        sources.put(tx, told)
    if batch.amounts_unsure:
        stores.doubt_amounts(tx)


def _read_by(name: str) -> frozenset[Facts]:
    known = fields.attribute(Attribute(name))
    return known.reads if known else frozenset()
