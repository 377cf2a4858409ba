"""What of a customer can be known at a moment."""

from collections.abc import Iterator
from datetime import datetime

from plugin.rules import tree
from plugin.rules.tree import Comparison, Relation, Source
from tests.laws.oracle.days import DAY, Days, midnight, written
from tests.laws.oracle.facts import Person, Store
from tests.laws.oracle.rows import Place

_OF_ORDERS = frozenset({Source.ORDERS, Source.LINES, Source.REFUNDS})
_SNAPSHOTS = frozenset({Source.ADDRESSES, Source.CREDITS})


def came_after(person: Person, since: datetime | None) -> bool:
    """Whether all of the customer lies in the history that we know."""
    return since is None or (person.created is not None and person.created >= since)


def labels_known(store: Store, person: Person, t: datetime) -> bool:
    """Tags and everything else of which we hear only since the install."""
    return (
        store.labels_known_from is None or t >= store.labels_known_from or came_after(person, store.labels_known_from)
    )


def orders_whole(store: Store, person: Person) -> bool:
    """Whether every order the customer ever made is known."""
    return "orders" not in person.unknown and came_after(person, store.orders_known_from)


def rows_known(store: Store, person: Person, t: datetime, value: tree.Aggregate, place: Place | None) -> bool:
    """Whether every row that could count is one we can know. (Of snapshots: unless one was seen.)"""
    if value.relation is Relation.ITS:
        return True
    if value.source not in _OF_ORDERS:
        return value.source not in person.unknown and labels_known(store, person, t)
    since = store.orders_known_from
    if "orders" in person.unknown or orders_whole(store, person) or since is None:
        return "orders" not in person.unknown
    if value.relation is Relation.LATER and place is not None and place.row.at >= since:
        return True
    if value.source is Source.REFUNDS:
        return False  # A refund in the window may belong to an order before it.
    return any(bound >= since for bound in lower_bounds(value.where, t, store.timezone))


def is_snapshot(source: Source) -> bool:
    """Seen as a whole: once seen it is known."""
    return source in _SNAPSHOTS


def lower_bounds(where: tree.Rule | None, t: datetime, zone: str) -> Iterator[datetime]:
    """Instants that the filter demands every row's date to have reached."""
    match where:
        case tree.And(parts):
            for part in parts:
                yield from lower_bounds(part, t, zone)
        case tree.Compare(tree.RowField("date"), op, bound) if isinstance(bound, tree.Literal):
            start, after = _edges(bound, t, zone)
            if op in (Comparison.GE, Comparison.EQ):
                yield start
            elif op is Comparison.GT:
                yield after
        case tree.Compare(bound, op, tree.RowField("date") as subject) if isinstance(bound, tree.Literal):
            yield from lower_bounds(tree.Compare(subject, tree.MIRRORED[op], bound), t, zone)
        case tree.Between(tree.RowField("date"), low, _) if isinstance(low, tree.Literal):
            yield _edges(low, t, zone)[0]


def _edges(bound: tree.Literal, t: datetime, zone: str) -> tuple[datetime, datetime]:
    """The first instant of it and the first after it."""
    found = written(bound, t, zone)
    if isinstance(found, Days):
        return midnight(found.first, zone), midnight(found.last + DAY, zone)
    assert isinstance(found, datetime)
    return found, found
