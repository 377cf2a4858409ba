"""Tags, consents and dated attributes: what was seen, and when it was so.

Each row stands by itself, so any order of arrival ends the same; the state at a moment is the newest
observation before it. Nothing is compacted: a dropped repetition could hide a change that arrives late.
"""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, DateTime, LargeBinary, Text

from plugin.db.packing import digest, packed, packed_folded
from plugin.db.schema import ID, NONE, PERSONAL, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import AttributeSeen, ConsentSeen, TagsChanged, TagsListed, ValueType
from plugin.domain.ids import CustomerId

MOMENT = DateTime(timezone=True)


class Saw(StrEnum):
    """How tags were seen. At one moment the later name in the alphabet has the last word."""

    ADDED = "added"
    LISTED = "listed"
    """All of the customer's tags at that moment."""
    REMOVED = "removed"


tag_observations = tenant_table(
    "tag_observations",
    ("customer_id", "at", "saw", "digest"),
    column("customer_id", BigInteger, ID),
    column("at", MOMENT, PERSONAL),
    column("saw", Text, NONE),
    column("digest", LargeBinary, NONE),
    column("tags", ARRAY(Text), PERSONAL),
    column("folded", ARRAY(Text), PERSONAL),
)

consents = tenant_table(
    "consents",
    ("customer_id", "channel", "at", "state"),
    column("customer_id", BigInteger, ID),
    column("channel", Text, NONE),
    column("at", MOMENT, PERSONAL),
    column("state", Text, PERSONAL),
    column("level", Text, PERSONAL, nullable=True),
)

attributes = tenant_table(
    "attributes",
    ("customer_id", "name", "at", "digest"),
    column("customer_id", BigInteger, ID),
    column("name", Text, NONE),
    column("at", MOMENT, PERSONAL),
    column("digest", LargeBinary, NONE),
    column("type", Text, NONE, server_default="text"),
    column("value", ARRAY(Text), PERSONAL),
    column("folded", ARRAY(Text), PERSONAL),
)


def put_tags(tx: Transaction, seen: Sequence[TagsListed | TagsChanged]) -> None:
    """The sightings of tags stand, each once."""
    rows = []
    for each in seen:
        if isinstance(each, TagsListed):
            rows.append((each.customer_id, each.at, Saw.LISTED, tuple(sorted(each.tags))))
            continue
        if each.added:
            rows.append((each.customer_id, each.at, Saw.ADDED, tuple(sorted(each.added))))
        if each.removed:
            rows.append((each.customer_id, each.at, Saw.REMOVED, tuple(sorted(each.removed))))
    folded = [packed_folded(tags) for *_, tags in rows]
    tx.execute(
        """INSERT INTO tag_observations (store_id, customer_id, at, saw, digest, tags, folded)
           SELECT %s, c, at, saw, digest, string_to_array(tags, E'\\x1f'), string_to_array(folded, E'\\x1f')
           FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::bytea[], %s::text[], %s::text[])
             AS t(c, at, saw, digest, tags, folded) ON CONFLICT DO NOTHING""",
        (
            tx.store_id,
            [row[0] for row in rows],
            [row[1] for row in rows],
            [row[2].value for row in rows],
            [digest(text) for text in folded],
            [packed(row[3]) for row in rows],
            folded,
        ),
    )


def tags_now(tx: Transaction, customer_ids: Sequence[CustomerId]) -> dict[CustomerId, list[str]]:
    """The tags each customer carries by the newest observations, ours among them."""
    rows = tx.rows(
        """SELECT customer_id, saw, tags, folded FROM tag_observations WHERE store_id = %s AND customer_id = ANY(%s)
           ORDER BY customer_id, at, saw, digest""",
        (tx.store_id, list(customer_ids)),
    )
    found: dict[CustomerId, dict[str, str]] = {}
    for customer_id, saw, tags, folded in rows:
        current = found.setdefault(CustomerId(customer_id), {})
        if saw == Saw.LISTED:
            current.clear()
        if saw == Saw.REMOVED:
            for key in folded:
                current.pop(key, None)
        else:
            current.update(zip(folded, tags, strict=False))
    return {customer_id: list(current.values()) for customer_id, current in found.items()}


def put_consents(tx: Transaction, seen: Sequence[ConsentSeen]) -> None:
    """The consents stand, each at its own date. Told with several levels, the firmest stands: their alphabet."""
    tx.execute(
        """INSERT INTO consents AS o (store_id, customer_id, channel, at, state, level)
           SELECT %s, c, channel, at, state, min(level)
           FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::text[], %s::text[]) AS t(c, channel, at, state, level)
           GROUP BY c, channel, at, state
           ON CONFLICT (store_id, customer_id, channel, at, state) DO UPDATE SET level = least(o.level, excluded.level)
           WHERE o.level IS DISTINCT FROM least(o.level, excluded.level)""",
        (
            tx.store_id,
            [c.customer_id for c in seen],
            [c.channel.value for c in seen],
            [c.at for c in seen],
            [c.state for c in seen],
            [c.level for c in seen],
        ),
    )


def attribute_now(tx: Transaction, customer_ids: Sequence[CustomerId], name: str) -> dict[CustomerId, list[str]]:
    """The attribute's values of each customer by the newest observation; who was never seen with it is not there."""
    rows = tx.rows(
        """SELECT DISTINCT ON (customer_id) customer_id, value FROM attributes
           WHERE store_id = %s AND customer_id = ANY(%s) AND name = %s ORDER BY customer_id, at DESC, digest DESC""",
        (tx.store_id, list(customer_ids), name),
    )
    return {CustomerId(row[0]): list(row[1]) for row in rows}


def put_attributes(tx: Transaction, seen: Sequence[AttributeSeen]) -> None:
    """The attributes' values, which are canonical (plugin/domain/values.py), stand, each at its moment."""
    values = [packed(a.value) for a in seen]
    tx.execute(
        """INSERT INTO attributes (store_id, customer_id, name, at, digest, type, value, folded)
           SELECT %s, c, name, at, digest, type, string_to_array(value, E'\\x1f'), string_to_array(folded, E'\\x1f')
           FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::bytea[], %s::text[], %s::text[], %s::text[])
             AS t(c, name, at, digest, type, value, folded) ON CONFLICT DO NOTHING""",
        (
            tx.store_id,
            [a.customer_id for a in seen],
            [a.name for a in seen],
            [a.at for a in seen],
            [
                digest(text if a.type is ValueType.TEXT else f"{a.type}\x1d{text}")
                for a, text in zip(seen, values, strict=True)
            ],
            [a.type.value for a in seen],
            values,
            [packed_folded(a.value) for a in seen],
        ),
    )
