"""Products: what a store sells now. Lines carry their own snapshot of what was bought."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, DateTime, LargeBinary, Text

from plugin.db.schema import NONE, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import ProductSeen
from plugin.domain.text import fold

products = tenant_table(
    "products",
    ("id",),
    column("id", BigInteger, NONE),
    column("updated_at", DateTime(timezone=True), NONE),
    column("seen_at", DateTime(timezone=True), NONE),
    column("digest", LargeBinary, NONE),
    column("title", Text, NONE, nullable=True),
    column("type", Text, NONE, nullable=True),
    column("vendor", Text, NONE, nullable=True),
    column("tags", ARRAY(Text), NONE),
)


def put(tx: Transaction, seen: Sequence[ProductSeen]) -> None:
    """The newest version of each product stands; ``seen`` holds each id once."""
    for product in seen:
        tx.execute(
            """INSERT INTO products AS p (store_id, id, updated_at, seen_at, digest, title, type, vendor, tags)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
               ON CONFLICT (store_id, id) DO UPDATE SET updated_at = excluded.updated_at, seen_at = excluded.seen_at,
                 digest = excluded.digest, title = excluded.title, type = excluded.type, vendor = excluded.vendor,
                 tags = excluded.tags
               WHERE (p.updated_at, p.seen_at, p.digest) < (excluded.updated_at, excluded.seen_at, excluded.digest)""",
            (
                tx.store_id,
                product.id,
                *product.version,
                product.title,
                product.type,
                product.vendor,
                [fold(tag) for tag in product.tags],
            ),
        )
