"""Products: every version of each that anybody saw, so that a line can show what was bought on its day.

A deleted product is its tombstone: no read is wanted for it, whatever arrives later; its versions stay,
for they say what was sold before.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.json import encode
from sqlalchemy import ARRAY, BigInteger, DateTime, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from plugin.db.packing import Bulk, packed_folded
from plugin.db.schema import NONE, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import ProductSeen

products = tenant_table(
    "products",
    ("id", "updated_at", "seen_at", "digest"),
    column("id", BigInteger, NONE),
    column("updated_at", DateTime(timezone=True), NONE),
    column("seen_at", DateTime(timezone=True), NONE),
    column("digest", LargeBinary, NONE),
    column("title", Text, NONE, nullable=True),
    column("type", Text, NONE, nullable=True),
    column("vendor", Text, NONE, nullable=True),
    column("tags", ARRAY(Text), NONE),
    column("variants", JSONB, NONE, nullable=True),
    column("categories", ARRAY(Text), NONE, nullable=True),
    index("ix_products_categories", "id", "seen_at", postgresql_where=text("categories IS NOT NULL")),
)
"""``variants``: by their number ``compare_at`` and ``options``. ``categories``: where it stood at ``seen_at``."""

FROM_FACT: dict[str, tuple[str, Callable[[ProductSeen], object]]] = {
    "id": ("bigint", lambda p: p.id),
    "updated_at": ("timestamptz", lambda p: p.version.updated_at),
    "seen_at": ("timestamptz", lambda p: p.version.seen_at),
    "digest": ("bytea", lambda p: p.version.digest),
    "title": ("text", lambda p: p.title),
    "type": ("text", lambda p: p.type),
    "vendor": ("text", lambda p: p.vendor),
    "tags": ("texts", lambda p: packed_folded(p.tags)),
    "variants": ("jsonb", lambda p: _variants(p)),
    "categories": ("texts", lambda p: None if p.categories is None else packed_folded(p.categories)),
}
BULK = Bulk(FROM_FACT)
PUT = f"INSERT INTO products (store_id, {BULK.columns}) SELECT %(store)s, {BULK.selected} ON CONFLICT DO NOTHING"

_RETIRE = """
DELETE FROM products p USING (
  SELECT id, updated_at, seen_at, digest FROM (
    SELECT *, said = lag(said) OVER version AS same, lag(categories) OVER look = categories AS before_it,
      lead(categories) OVER look = categories AS after_it
    FROM (SELECT *, jsonb_build_array(title, type, vendor, tags, variants) AS said FROM products
          WHERE store_id = %(store)s) each
    WINDOW version AS (PARTITION BY id ORDER BY updated_at, seen_at, digest),
      look AS (PARTITION BY id, categories IS NULL ORDER BY seen_at, updated_at, digest)) every
  WHERE same AND updated_at < %(before)s AND seen_at < %(before)s
    AND (categories IS NULL OR (before_it AND after_it))) old
WHERE p.store_id = %(store)s AND p.id = old.id AND p.updated_at = old.updated_at AND p.seen_at = old.seen_at
  AND p.digest = old.digest"""


def put(tx: Transaction, seen: Sequence[ProductSeen]) -> None:
    """These versions are known, beside all others."""
    tx.execute(PUT, {"store": tx.store_id, **BULK.values([(product,) for product in seen])})


def retire(tx: Transaction, before: datetime) -> None:
    """Of the versions from before that moment those are gone that say nothing new.

    Such are most: Shopify has a new version of a product whenever one is sold. No line shows anything else for
    it (plugin/db/snapshots.py): its version's neighbour says the same, and so do its categories' neighbours.
    """
    tx.execute(_RETIRE, {"store": tx.store_id, "before": before})


def _variants(product: ProductSeen) -> str | None:
    told = {
        str(variant.id): {
            "compare_at": None if variant.compare_at is None else str(variant.compare_at),
            "options": dict(variant.options),
        }
        for variant in product.variants
    }
    return encode(told).decode() if told else None
