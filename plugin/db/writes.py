"""Writes: the journal of everything we changed at a store. Only ever added to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, Boolean, DateTime, Identity, Text

from plugin.db.packing import packed
from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId

writes = tenant_table(
    "writes",
    ("id",),
    column("id", BigInteger, NONE, server_default=Identity(always=True)),
    column("customer_id", BigInteger, ID),
    column("before", ARRAY(Text), PERSONAL),
    column("added", ARRAY(Text), PERSONAL),
    column("removed", ARRAY(Text), PERSONAL),
    column("cause", Text, NONE),
    column("ok", Boolean, NONE),
    column("answer", Text, NONE, nullable=True),
    column("sent_at", DateTime(timezone=True), NONE),
    column("answered_at", DateTime(timezone=True), NONE, server_default="now()"),
    column("what", Text, NONE, server_default="tags"),
    index("ix_writes_customer", "customer_id", "id"),
    append_only=True,
)


class What(StrEnum):
    """What of a customer was written; groups, attributes and native segments by their names."""

    TAGS = "tags"
    GROUP = "group"
    ATTRIBUTE = "attribute"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Write:
    """One call's part for one customer and what came of it. ``before``: what of ours was there until then."""

    customer_id: CustomerId
    before: Sequence[str]
    added: Sequence[str]
    removed: Sequence[str]
    cause: str
    ok: bool
    answer: str | None
    sent_at: datetime
    what: What = What.TAGS


def add(tx: Transaction, written: Sequence[Write]) -> None:
    """These are in the journal."""
    if not written:
        return
    tx.execute(
        """INSERT INTO writes (store_id, customer_id, before, added, removed, cause, ok, answer, sent_at, what)
           SELECT %(store)s, c, string_to_array(before, E'\\x1f'), string_to_array(added, E'\\x1f'),
             string_to_array(removed, E'\\x1f'), cause, ok, answer, at, what
           FROM unnest(%(ids)s::bigint[], %(before)s::text[], %(added)s::text[], %(removed)s::text[], %(causes)s::text[],
                       %(oks)s::boolean[], %(answers)s::text[], %(at)s::timestamptz[], %(whats)s::text[])
             AS t(c, before, added, removed, cause, ok, answer, at, what)""",
        {
            "store": tx.store_id,
            "ids": [each.customer_id for each in written],
            "before": [packed(each.before) for each in written],
            "added": [packed(each.added) for each in written],
            "removed": [packed(each.removed) for each in written],
            "causes": [each.cause for each in written],
            "oks": [each.ok for each in written],
            "answers": [each.answer for each in written],
            "at": [each.sent_at for each in written],
            "whats": [each.what.value for each in written],
        },
    )


def latest(tx: Transaction, most: int = 100, customer_id: CustomerId | None = None) -> list[dict[str, object]]:
    """The newest writes, newest first."""
    names = (
        "id",
        "customer_id",
        "before",
        "added",
        "removed",
        "cause",
        "ok",
        "answer",
        "sent_at",
        "answered_at",
        "what",
    )
    rows = tx.rows(
        f"""SELECT {", ".join(names)} FROM writes WHERE store_id = %s AND (%s::bigint IS NULL OR customer_id = %s)
            ORDER BY id DESC LIMIT %s""",
        (tx.store_id, customer_id, customer_id, most),
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def in_last_hour(tx: Transaction, customer_ids: Sequence[CustomerId], what: What = What.TAGS) -> dict[CustomerId, int]:
    """How often this was written to each of these within the hour: the breaker's count."""
    rows = tx.rows(
        """SELECT customer_id, count(*) FROM writes WHERE store_id = %s AND customer_id = ANY(%s) AND what = %s
             AND sent_at > now() - interval '1 hour' GROUP BY 1""",
        (tx.store_id, list(customer_ids), what.value),
    )
    return {CustomerId(customer_id): count for customer_id, count in rows}
