"""What the store's books know and ours do not, told apart and marked to be read like anything else.

Nothing here is a fact: a thing that differs becomes a read, and what the platform answers comes in by the
inbox. So whoever was forgotten here, or merged into another, is brought back by none of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plugin.db import reads, repairs, versions
from plugin.db.repairs import What
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.facts import Kind
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.platforms.base import Calls, Stamp

NEARLY = timedelta(seconds=60)
"""A customer's record changes at the store a little later than what changed it: a tag, a purchase, our own write."""


@dataclass(frozen=True)
class Asking:
    """A store that is being asked, and how."""

    house: House
    store: Store
    calls: Calls
    owner: str
    """Of the lease."""


@dataclass(frozen=True)
class Differences:
    """Of some things of a kind: which nobody told us of, which changed since we heard of them, which we
    heard of and did not read whole. The last are read too, and are no fault of anybody."""

    missed: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    heard: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """All of them."""
        return self.missed + self.changed + self.heard

    @property
    def untold(self) -> int:
        """How many a message should have told us of."""
        return len(self.missed) + len(self.changed)


def differences(tx: Transaction, kind: Kind, stamps: Sequence[Stamp], until: datetime) -> Differences:
    """How these differ from what is here. What changed after ``until`` may still be on its way and does not
    count; neither does who was deleted, forgotten, merged into another, or is being read already."""
    theirs = {stamp.id: stamp.updated_at for stamp in stamps if stamp.updated_at <= until}
    if not theirs:
        return Differences()
    known = versions.known(tx, kind, list(theirs))
    differ = [
        id_
        for id_, at in theirs.items()
        if id_ not in known or (whole := known[id_].whole_to) is None or whole < at.replace(microsecond=0)
    ]
    settled = versions.settled(tx, kind, differ) if differ else set()
    missed, changed, heard = [], [], []
    for id_ in differ:
        if id_ in settled:
            continue
        heard_to = known[id_].heard_to if id_ in known else None
        if heard_to is None:
            missed.append(id_)
        elif heard_to < theirs[id_] - (NEARLY if kind is Kind.CUSTOMER else timedelta(0)):
            changed.append(id_)
        else:
            heard.append(id_)
    return Differences(tuple(missed), tuple(changed), tuple(heard))


def mend(tx: Transaction, kind: Kind, found: Differences, at: datetime) -> None:
    """What differs is to be read, and what a message should have told is counted for the look that began then."""
    if found.ids:
        reads.want(tx, [(kind, id_) for id_ in found.ids], urgent=True)
    note(tx, kind, found, at)


def note(tx: Transaction, kind: Kind, found: Differences, at: datetime) -> None:
    """What a message should have told is counted."""
    for what, ids in ((What.MISSED, found.missed), (What.CHANGED, found.changed)):
        count(tx, at, kind, what, ids)


def count(tx: Transaction, at: datetime, kind: Kind, what: What, ids: Iterable[int]) -> None:
    """These were mended by the look that began then."""
    if listed := list(ids):
        repairs.add(tx, at, kind, what, listed)
        tx.after_commit(lambda: metrics.repaired(kind.value, what.value, len(listed)))
