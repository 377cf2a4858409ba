"""Events: named occurrences that a merchant's other tools tell of. They never change."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, DateTime, LargeBinary, Numeric, Text

from plugin.db.packing import digest, packed_folded, packed_with_gaps
from plugin.db.schema import ID, NONE, PERSONAL, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import EventHappened

events = tenant_table(
    "events",
    ("customer_id", "at", "digest"),
    column("customer_id", BigInteger, ID),
    column("at", DateTime(timezone=True), PERSONAL),
    column("digest", LargeBinary, NONE),
    column("name", Text, PERSONAL),
    column("item", Text, PERSONAL, nullable=True),
    column("tags", ARRAY(Text), PERSONAL),
    column("value", Numeric(20, 4), PERSONAL, nullable=True),
)


def put(tx: Transaction, happened: Sequence[EventHappened]) -> None:
    """The events stand; the same told twice is one."""
    tags = [packed_folded(sorted(each.tags)) for each in happened]
    tx.execute(
        """INSERT INTO events (store_id, customer_id, at, digest, name, item, tags, value)
           SELECT %s, customer_id, at, digest, name, item, string_to_array(tags, E'\\x1f'), value
           FROM unnest(%s::bigint[], %s::timestamptz[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::numeric[])
             AS t(customer_id, at, digest, name, item, tags, value) ON CONFLICT DO NOTHING""",
        (
            tx.store_id,
            [each.customer_id for each in happened],
            [each.at for each in happened],
            [
                digest(packed_with_gaps([each.name, each.item, some, each.value]))
                for each, some in zip(happened, tags, strict=True)
            ],
            [each.name for each in happened],
            [each.item for each in happened],
            tags,
            [each.value for each in happened],
        ),
    )
