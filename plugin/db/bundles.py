"""Bundles: the changes of very many customers, handed to the platform in one file that it works through by itself.

One row a store says how far the bundle under way has come, so that whoever finds it goes on from there; its
lines say what was asked for whom. While a customer has a line nothing else is written for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, Boolean, DateTime, Integer, Text

from plugin.db.packing import packed
from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId

MOMENT = DateTime(timezone=True)


class State(StrEnum):
    """What was done last; the next step follows from it."""

    IDLE = "idle"
    """None is under way."""
    GATHERED = "gathered"
    """Its lines stand here; the platform knows nothing of it."""
    UPLOADED = "uploaded"
    """The platform has the file and does nothing with it yet."""
    STARTING = "starting"
    """It was asked to begin; whether it heard is not known."""
    RUNNING = "running"
    ENDED = "ended"
    """Its results can be read."""


bundles = tenant_table(
    "bundles",
    (),
    column("state", Text, NONE, server_default="idle"),
    column("number", Integer, NONE, server_default="0"),
    column("adds", Boolean, NONE, server_default="false"),
    column("upload", Text, NONE, nullable=True),
    column("remote_id", Text, NONE, nullable=True),
    column("url", Text, NONE, nullable=True),
    column("read_to", BigInteger, NONE, server_default="0"),
    column("attempts", Integer, NONE, server_default="0"),
    column("failures", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    column("began_at", MOMENT, NONE, nullable=True),
    column("due_at", MOMENT, NONE, nullable=True),
)

bundle_lines = tenant_table(
    "bundle_lines",
    ("customer_id",),
    column("customer_id", BigInteger, ID),
    column("line", Integer, NONE),
    column("before", ARRAY(Text), PERSONAL),
    column("changed", ARRAY(Text), PERSONAL),
    column("cause", Text, NONE),
    column("caused_at", MOMENT, NONE, nullable=True),
    index("ix_bundle_lines_line", "line"),
)


@dataclass(frozen=True)
class Bundle:
    """The store's bundle. ``number``: it and its store are unlike any other; ``adds``: it adds tags, or else
    removes; ``read_to``: bytes of the results that are settled; ``attempts``: tries of the step it is at;
    ``failures``: bundles in a row that failed."""

    state: State = State.IDLE
    number: int = 0
    adds: bool = False
    upload: str | None = None
    remote_id: str | None = None
    url: str | None = None
    read_to: int = 0
    attempts: int = 0
    failures: int = 0
    error: str | None = None
    began_at: datetime | None = None
    due_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether its next step may be done; for IDLE, whether another may be begun."""
        return self.due_at is None or self.due_at <= now

    def next_in(self, now: datetime) -> timedelta | None:
        """How long until its next step; None while there is none."""
        return None if self.state is State.IDLE else max((self.due_at or now) - now, timedelta())


@dataclass(frozen=True, slots=True)
class Line:
    """What is asked for one customer. ``before``: the tags of ours until then; ``changed``: added or removed."""

    customer_id: CustomerId
    line: int
    before: tuple[str, ...]
    changed: tuple[str, ...]
    cause: str
    caused_at: datetime | None


NAMES = tuple(each.name for each in bundles.columns if each.name != "store_id")
LINE = "customer_id, line, before, changed, cause, caused_at"


def get(tx: Transaction) -> Bundle:
    """The store's bundle, as it stands."""
    row = tx.row(f"SELECT {', '.join(NAMES)} FROM bundles WHERE store_id = %s", (tx.store_id,))
    if row is None:
        return Bundle()
    bundle = Bundle(**dict(zip(NAMES, row, strict=True)))
    return replace(bundle, state=State(bundle.state))


def put(tx: Transaction, bundle: Bundle) -> None:
    """The store's bundle stands so."""
    said = vars(bundle) | {"state": bundle.state.value}
    tx.execute(
        f"""INSERT INTO bundles (store_id, {", ".join(NAMES)})
            VALUES (%(store)s, {", ".join(f"%({name})s" for name in NAMES)})
            ON CONFLICT (store_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in NAMES)}""",
        said | {"store": tx.store_id},
    )


def look_now(tx: Transaction) -> None:
    """The platform says that something ended: no waiting until somebody would have asked."""
    tx.execute("UPDATE bundles SET due_at = now() WHERE store_id = %s AND state = 'running'", (tx.store_id,))


def add_lines(tx: Transaction, lines: Sequence[Line]) -> None:
    """These are the bundle's lines."""
    tx.execute(
        f"""INSERT INTO bundle_lines (store_id, {LINE})
            SELECT %s, c, line, string_to_array(before, E'\\x1f'), string_to_array(changed, E'\\x1f'), cause, at
            FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
              AS t(c, line, before, changed, cause, at)""",
        (
            tx.store_id,
            [each.customer_id for each in lines],
            [each.line for each in lines],
            [packed(each.before) for each in lines],
            [packed(each.changed) for each in lines],
            [each.cause for each in lines],
            [each.caused_at for each in lines],
        ),
    )


def lines(tx: Transaction, numbers: Sequence[int] | None = None) -> list[Line]:
    """The lines that are not settled, in their order; of these numbers or all."""
    rows = tx.rows(
        f"""SELECT {LINE} FROM bundle_lines
            WHERE store_id = %(store)s AND (%(numbers)s::int[] IS NULL OR line = ANY(%(numbers)s)) ORDER BY line""",
        {"store": tx.store_id, "numbers": None if numbers is None else list(numbers)},
    )
    return [Line(CustomerId(row[0]), row[1], tuple(row[2]), tuple(row[3]), row[4], row[5]) for row in rows]


def remove_lines(tx: Transaction, customer_ids: Sequence[CustomerId]) -> None:
    """These customers are in no bundle any more."""
    tx.execute(
        "DELETE FROM bundle_lines WHERE store_id = %s AND customer_id = ANY(%s)", (tx.store_id, list(customer_ids))
    )
