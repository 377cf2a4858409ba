"""Outputs: where on the store a segment shows beyond its tags; each was asked for by the store's people.

A *group* is one of the store's customer groups, of which a customer is in one. An *attribute* says something of
everybody who is in. A *native* segment is the platform's own. Tiers have a group or a native segment for a label, and
one attribute that says which.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Text

from plugin.db.schema import NONE, column, index, tenant_table
from plugin.db.stores import rules_changed
from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId

MOMENT = DateTime(timezone=True)


class Kind(StrEnum):
    """What an output is."""

    GROUP = "group"
    ATTRIBUTE = "attribute"
    NATIVE = "native"


Key = tuple[SegmentId, Kind, str]
"""Of an output: its segment, its kind, its label."""


class Says(StrEnum):
    """What an attribute says of who is in the segment."""

    YES = "yes"
    SINCE = "since"
    """The day they entered it, by the store's clock."""
    LABEL = "label"
    """Which of the tiers they are in."""


class State(StrEnum):
    """How an output stands to what the store has."""

    MAKING = "making"
    """The store is asked to make it; nobody is written to it yet."""
    STANDING = "standing"
    REFUSED = "refused"
    """The store has no room or no such thing; ``error`` says why."""
    GONE = "gone"
    """Somebody deleted it over there: nobody is written to it, until the store's people ask for it again."""
    LEAVING = "leaving"
    """It is to be taken away over there."""


outputs = tenant_table(
    "outputs",
    ("segment_id", "kind", "label"),
    column("segment_id", BigInteger, NONE),
    column("kind", Text, NONE),
    column("label", Text, NONE),
    column("name", Text, NONE),
    column("says", Text, NONE, nullable=True),
    column("rank", Integer, NONE, server_default="0"),
    column("remote_id", Text, NONE, nullable=True),
    column("state", Text, NONE),
    column("attempts", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    column("due_at", MOMENT, NONE, nullable=True),
    column("made_at", MOMENT, NONE, server_default="now()"),
    index("ix_outputs_due", "due_at", postgresql_where="due_at IS NOT NULL"),
)


@dataclass(frozen=True)
class Output:
    """One output. ``label``: whose of the tiers it is, ``""`` for all; ``name``: how the store calls it."""

    segment_id: SegmentId
    kind: Kind
    label: str
    name: str
    state: State
    says: Says | None = None
    """Of an attribute."""
    rank: int = 0
    """Of a group: who is in several segments with one is put into that of the lowest rank, then of the oldest segment."""
    remote_id: str | None = None
    """Stored before the first customer is written to it."""
    attempts: int = 0
    error: str | None = None
    due_at: datetime | None = None
    """When to look after it at the store."""

    @property
    def key(self) -> Key:
        """What tells it from every other of its store."""
        return (self.segment_id, self.kind, self.label)


NAMES = (
    "segment_id",
    "kind",
    "label",
    "name",
    "state",
    "says",
    "rank",
    "remote_id",
    "attempts",
    "error",
    "due_at",
)
COLUMNS = ", ".join(NAMES)


def _output(row: tuple[Any, ...]) -> Output:
    told = dict(zip(NAMES, row, strict=True))
    says = told["says"]
    kinds = {"kind": Kind(told["kind"]), "state": State(told["state"]), "says": None if says is None else Says(says)}
    return Output(**told | kinds | {"segment_id": SegmentId(told["segment_id"])})


def every(tx: Transaction) -> list[Output]:
    """All outputs of the store, those of groups in the order in which they count."""
    rows = tx.rows(
        f"SELECT {COLUMNS} FROM outputs WHERE store_id = %s ORDER BY rank, segment_id, kind, label", (tx.store_id,)
    )
    return [_output(row) for row in rows]


def of(tx: Transaction, segment_id: SegmentId) -> list[Output]:
    """The segment's outputs."""
    return [each for each in every(tx) if each.segment_id == segment_id]


def find(tx: Transaction, key: Key) -> Output | None:
    """The output with this key, as it stands."""
    return next((each for each in every(tx) if each.key == key), None)


def due(tx: Transaction) -> list[Output]:
    """Those that wait to be looked after at the store, the longest waiting first."""
    rows = tx.rows(
        f"SELECT {COLUMNS} FROM outputs WHERE store_id = %s AND due_at <= now() ORDER BY due_at LIMIT 10",
        (tx.store_id,),
    )
    return [_output(row) for row in rows]


def put(tx: Transaction, output: Output) -> None:
    """The output stands so; what it was before does not matter. The caller holds the store's lock."""
    kept = [name for name in NAMES if name not in ("segment_id", "kind", "label")]
    tx.execute(
        f"""INSERT INTO outputs (store_id, {COLUMNS}) VALUES (%(store)s, {", ".join(f"%({name})s" for name in NAMES)})
            ON CONFLICT (store_id, segment_id, kind, label)
              DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in kept)}""",
        {"store": tx.store_id, **{name: getattr(output, name) for name in NAMES}},
    )
    rules_changed(tx)


def put_off(tx: Transaction, output: Output, until: datetime, error: str) -> None:
    """Looking after it failed: tried again at ``until``."""
    put(tx, replace(output, attempts=output.attempts + 1, error=error[:500], due_at=until))


def wait_until(tx: Transaction, until: datetime) -> None:
    """The platform asks us to wait: no output is looked after before that."""
    tx.execute(
        "UPDATE outputs SET due_at = %(until)s WHERE store_id = %(store)s AND due_at < %(until)s",
        {"store": tx.store_id, "until": until},
    )


def remove(tx: Transaction, output: Output) -> None:
    """There is no such output any more. The caller holds the store's lock."""
    tx.execute(
        "DELETE FROM outputs WHERE store_id = %s AND segment_id = %s AND kind = %s AND label = %s",
        (tx.store_id, *output.key),
    )
    rules_changed(tx)
