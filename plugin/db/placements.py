"""Placements: the one customer group of the store that a customer is in, as far as we put them there.

State, as the outbox: ``wanted`` is the group that our live segments want (none: no group of ours), ``written`` the
group of ours that we put the customer into and have not taken them out of, ``previous`` the group of the merchant's
they were in before, to which they go back. Who is in a group of the merchant's that may not be left is *held*, and
nothing is written of them. While a call has no answer, ``heading`` says where it may have put the customer.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Text

from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId

MOMENT = DateTime(timezone=True)
LET_GO = 0
"""In ``held_by``: somebody took the customer out of our group, into none."""

placements = tenant_table(
    "placements",
    ("customer_id",),
    column("customer_id", BigInteger, ID),
    column("wanted", BigInteger, PERSONAL, nullable=True),
    column("wanted_by", BigInteger, PERSONAL, nullable=True),
    column("written", BigInteger, PERSONAL, nullable=True),
    column("previous", BigInteger, PERSONAL, nullable=True),
    column("heading", BigInteger, PERSONAL, nullable=True),
    column("held_by", BigInteger, PERSONAL, nullable=True),
    column("held_name", Text, PERSONAL, nullable=True),
    column("due_at", MOMENT, NONE, nullable=True),
    column("caused_at", MOMENT, NONE, nullable=True),
    column("cause", Text, NONE, server_default=""),
    column("attempts", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    index("ix_placements_due", "due_at", postgresql_where="due_at IS NOT NULL"),
    index("ix_placements_heard", "due_at", postgresql_where="due_at IS NOT NULL AND caused_at IS NOT NULL"),
    index("ix_placements_held", "held_by", postgresql_where="held_by IS NOT NULL"),
)


@dataclass(frozen=True)
class Placement:
    """A customer's row. ``caused_at``: when the delivery that began the difference reached us."""

    customer_id: CustomerId
    wanted: int | None
    wanted_by: SegmentId | None
    """The segment that wants it."""
    written: int | None = None
    previous: int | None = None
    """None: they were in no group."""
    heading: int | None = None
    """Where a call without an answer may have put them; no group is 0. None: every answer is in."""
    held_by: int | None = None
    """The group of the merchant's where they stay, or LET_GO."""
    held_name: str | None = None
    caused_at: datetime | None = None
    cause: str = ""
    attempts: int = 0

    @property
    def ours(self) -> frozenset[int]:
        """Where we put them, or may have."""
        went = {self.heading} - {None, 0, self.previous}
        return frozenset(each for each in {self.written, *went} if each is not None)

    @property
    def is_settled(self) -> bool:
        """Whether they stand as wanted, as far as we know."""
        return self.heading is None and self.wanted == self.written


COLUMNS = """customer_id, wanted, wanted_by, written, previous, heading, held_by, held_name, caused_at, cause,
  attempts"""


def _placement(row: tuple[Any, ...]) -> Placement:
    return Placement(CustomerId(row[0]), row[1], None if row[2] is None else SegmentId(row[2]), *row[3:])


def any_left(tx: Transaction) -> bool:
    """Whether somebody is in a group of ours, or is to be."""
    return bool(tx.value("SELECT EXISTS (SELECT 1 FROM placements WHERE store_id = %s)", (tx.store_id,)))


def lock(tx: Transaction, customer_ids: Sequence[CustomerId]) -> dict[CustomerId, Placement]:
    """The rows of these customers, which are ours until the transaction ends."""
    rows = tx.rows(
        f"""SELECT {COLUMNS} FROM placements WHERE store_id = %s AND customer_id = ANY(%s)
            ORDER BY customer_id FOR NO KEY UPDATE""",
        (tx.store_id, list(customer_ids)),
    )
    return {CustomerId(row[0]): _placement(row) for row in rows}


def of(tx: Transaction, customer_ids: Sequence[CustomerId]) -> dict[CustomerId, Placement]:
    """The rows of these customers; who never was to be in a group of ours has none."""
    rows = tx.rows(
        f"SELECT {COLUMNS} FROM placements WHERE store_id = %s AND customer_id = ANY(%s)",
        (tx.store_id, list(customer_ids)),
    )
    return {CustomerId(row[0]): _placement(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The group of ours that a customer should be in, which segment wants it, why, and since which delivery."""

    customer_id: CustomerId
    group: int | None
    segment_id: SegmentId | None
    cause: str
    caused_at: datetime | None = None


def want(tx: Transaction, wanted: Sequence[Wanted]) -> None:
    """These groups are wanted, and due now, whatever held the customers until now."""
    if not wanted:
        return
    listed = sorted(wanted, key=lambda each: each.customer_id)
    tx.execute(
        """INSERT INTO placements AS p (store_id, customer_id, wanted, wanted_by, due_at, caused_at, cause)
           SELECT %(store)s, c, g, s, now(), at, cause
           FROM unnest(%(ids)s::bigint[], %(groups)s::bigint[], %(segments)s::bigint[], %(at)s::timestamptz[],
                       %(causes)s::text[]) AS t(c, g, s, at, cause)
           ON CONFLICT (store_id, customer_id) DO UPDATE SET
             wanted = excluded.wanted, wanted_by = excluded.wanted_by, due_at = now(), attempts = 0, error = NULL,
             held_by = NULL, held_name = NULL, cause = excluded.cause,
             caused_at = coalesce(CASE WHEN p.due_at IS NULL THEN NULL ELSE p.caused_at END, excluded.caused_at)""",
        {
            "store": tx.store_id,
            "ids": [each.customer_id for each in listed],
            "groups": [each.group for each in listed],
            "segments": [each.segment_id for each in listed],
            "at": [each.caused_at for each in listed],
            "causes": [each.cause for each in listed],
        },
    )


def look(tx: Transaction, customer_ids: Collection[CustomerId], cause: str, caused_at: datetime | None) -> None:
    """Where these are is looked at soon: somebody may have moved them. Who waits anyway goes on waiting."""
    tx.execute(
        """UPDATE placements SET due_at = now(), cause = %s, caused_at = %s
           WHERE store_id = %s AND customer_id = ANY(%s) AND due_at IS NULL""",
        (cause, caused_at, tx.store_id, list(customer_ids)),
    )


def _lock_where(tx: Transaction, which: str, told: Mapping[str, Any]) -> None:
    """These rows are ours until the transaction ends, taken in the order in which everybody takes them."""
    tx.execute(
        f"SELECT 1 FROM placements WHERE store_id = %(store)s AND {which} ORDER BY customer_id FOR NO KEY UPDATE", told
    )


def unwant(tx: Transaction, group: int, cause: str) -> None:
    """Nobody is to be in this group any more; due now. What else is wanted, deciding says."""
    _lock_where(tx, "wanted = %(group)s", {"store": tx.store_id, "group": group})
    tx.execute(
        """UPDATE placements SET wanted = NULL, wanted_by = NULL, due_at = now(), attempts = 0, held_by = NULL,
             held_name = NULL, cause = %s, caused_at = NULL
           WHERE store_id = %s AND wanted = %s""",
        (cause, tx.store_id, group),
    )


def look_again(tx: Transaction) -> None:
    """Nobody knows what became of these meanwhile: all are looked at, when the store can be asked again."""
    _lock_where(tx, "true", {"store": tx.store_id})
    tx.execute("UPDATE placements SET due_at = now(), attempts = 0 WHERE store_id = %s", (tx.store_id,))


def held_due(tx: Transaction, group: int | None = None) -> bool:
    """Whom this group holds, or any, is tried again now; True where that is anybody."""
    which = "held_by <> 0" if group is None else "held_by = %(group)s"
    told = {"store": tx.store_id, "group": group}
    _lock_where(tx, which, told)
    return tx.execute(f"UPDATE placements SET due_at = now() WHERE store_id = %(store)s AND {which}", told).rowcount > 0


def due(tx: Transaction, most: int, *, heard: bool | None = None) -> list[Placement]:
    """The rows that wait, the longest waiting first. ``heard``: only whom a message from the store moved, or only
    whom a rule or the time did."""
    moved = {None: "", True: "AND caused_at IS NOT NULL", False: "AND caused_at IS NULL"}[heard]
    rows = tx.rows(
        f"""SELECT {COLUMNS} FROM placements WHERE store_id = %s AND due_at <= now() {moved}
            ORDER BY due_at, customer_id LIMIT %s""",
        (tx.store_id, most),
    )
    return [_placement(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Heading:
    """A customer who is about to be moved there, out of where they are now."""

    customer_id: CustomerId
    group: int
    previous: int | None


def sending(tx: Transaction, rows: Sequence[Heading]) -> None:
    """From here on it is unsure where these are, until the answer is in; commit before the call."""
    tx.execute(
        """UPDATE placements p SET heading = t.g, previous = t.was, attempts = p.attempts + 1, held_by = NULL,
             held_name = NULL, due_at = now() + interval '60 seconds'
           FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS t(c, g, was)
           WHERE p.store_id = %s AND p.customer_id = t.c""",
        ([e.customer_id for e in rows], [e.group for e in rows], [e.previous for e in rows], tx.store_id),
    )


def not_sent(tx: Transaction, rows: Sequence[Placement]) -> None:
    """No call was made for these after all: all is as it was in these rows, and they are due."""
    tx.execute(
        """UPDATE placements p SET heading = t.h, attempts = greatest(p.attempts - 1, 0), due_at = now()
           FROM unnest(%s::bigint[], %s::bigint[]) AS t(c, h) WHERE p.store_id = %s AND p.customer_id = t.c""",
        ([row.customer_id for row in rows], [row.heading for row in rows], tx.store_id),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands. ``written``: in this group of ours; None: in none of ours.

    ``held_by``: where they stay although a group of ours is wanted.
    """

    customer_id: CustomerId
    written: int | None = None
    previous: int | None = None
    held_by: int | None = None
    held_name: str | None = None


def settle(tx: Transaction, rows: Iterable[Standing]) -> None:
    """This is where they stand; due again at once who is wanted elsewhere by now, unless they are held. Who is to be
    in no group of ours, and is in none, has no row."""
    listed = list(rows)
    told = {
        "store": tx.store_id,
        "ids": [each.customer_id for each in listed],
        "written": [each.written for each in listed],
        "previous": [each.previous for each in listed],
        "held": [each.held_by for each in listed],
        "names": [each.held_name for each in listed],
    }
    tx.execute(
        """UPDATE placements p SET written = t.w, previous = t.was, heading = NULL, attempts = 0, error = NULL,
             held_by = t.held, held_name = t.name,
             due_at = CASE WHEN p.wanted IS NOT DISTINCT FROM t.w OR t.held IS NOT NULL THEN NULL ELSE now() END
           FROM unnest(%(ids)s::bigint[], %(written)s::bigint[], %(previous)s::bigint[], %(held)s::bigint[],
                       %(names)s::text[]) AS t(c, w, was, held, name)
           WHERE p.store_id = %(store)s AND p.customer_id = t.c""",
        told,
    )
    tx.execute(
        """DELETE FROM placements WHERE store_id = %(store)s AND customer_id = ANY(%(ids)s)
             AND wanted IS NULL AND written IS NULL""",
        told,
    )


def put_off(tx: Transaction, row: Placement, until: datetime, error: str) -> None:
    """Not now: tried again at ``until``; it is as unsure as the row says where they are."""
    tx.execute(
        "UPDATE placements SET due_at = %s, error = %s, heading = %s WHERE store_id = %s AND customer_id = %s",
        (until, error[:500], row.heading, tx.store_id, row.customer_id),
    )


def wait_until(tx: Transaction, until: datetime) -> None:
    """The platform asks us to wait: nobody is moved before that. What waits longer is left alone."""
    tx.execute(
        """WITH sooner AS (SELECT customer_id FROM placements WHERE store_id = %(store)s AND due_at < %(until)s
                           ORDER BY customer_id FOR NO KEY UPDATE)
           UPDATE placements p SET due_at = %(until)s FROM sooner s
           WHERE p.store_id = %(store)s AND p.customer_id = s.customer_id""",
        {"store": tx.store_id, "until": until},
    )


def remove(tx: Transaction, customer_ids: Collection[CustomerId]) -> None:
    """The customers are gone: nothing is wanted for them."""
    tx.execute(
        "DELETE FROM placements WHERE store_id = %s AND customer_id = ANY(%s)", (tx.store_id, list(customer_ids))
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many customers a group of ours shows, how many are on their way into it, and whom something holds."""

    shown: int = 0
    waiting: int = 0
    held: Mapping[str, int] | None = None
    """By the name of the merchant's group; ``""``: somebody took them out of our group."""


def counts(tx: Transaction, groups: Collection[int]) -> dict[int, Counts]:
    """By the group's id, of each of these groups of ours that somebody is in or is to be in."""
    found: dict[int, Counts] = {}
    rows = tx.rows(
        """SELECT wanted, sum((wanted = written)::int), sum((held_by IS NULL AND wanted IS DISTINCT FROM written)::int)
           FROM placements WHERE store_id = %s AND wanted = ANY(%s) GROUP BY 1""",
        (tx.store_id, list(groups)),
    )
    held: dict[int, dict[str, int]] = {}
    for group, name, many in tx.rows(
        """SELECT wanted, coalesce(held_name, ''), count(*) FROM placements
           WHERE store_id = %s AND held_by IS NOT NULL AND wanted = ANY(%s) GROUP BY 1, 2 ORDER BY 3 DESC, 2""",
        (tx.store_id, list(groups)),
    ):
        held.setdefault(group, {})[name] = many
    for group, shown, waiting in rows:
        found[group] = Counts(int(shown or 0), int(waiting), held.get(group))
    return found


def count(tx: Transaction) -> int:
    """How many customers wait to be moved."""
    waiting = "SELECT count(*) FROM placements WHERE store_id = %s AND (due_at IS NOT NULL OR heading IS NOT NULL)"
    return int(tx.value(waiting, (tx.store_id,)))


def returning(tx: Transaction) -> int:
    """How many customers are in a group of ours that is wanted for them no more, and on their way back."""
    return int(
        tx.value(
            """SELECT count(*) FROM placements p WHERE store_id = %s AND written IS NOT NULL AND (
                 wanted IS NULL OR NOT EXISTS (SELECT 1 FROM outputs o WHERE o.store_id = p.store_id
                   AND o.kind = 'group' AND o.remote_id = p.wanted::text))""",
            (tx.store_id,),
        )
    )


def emptying(tx: Transaction) -> frozenset[int]:
    """Groups that show nothing any more, in which somebody is whom we put there."""
    rows = tx.rows(
        """SELECT DISTINCT written FROM placements p WHERE store_id = %s AND written IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM outputs o WHERE o.store_id = p.store_id AND o.kind = 'group'
               AND o.remote_id = p.written::text)""",
        (tx.store_id,),
    )
    return frozenset(int(row[0]) for row in rows)
