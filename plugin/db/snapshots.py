"""Snapshots: on a line stands what its product was when the order was placed, as far as anybody knows it.

It is made of all versions we know, so it does not matter in which order they and the order came. Type, tags and
what is of the variant are those of the newest version that is not newer than the order. Categories have no
moment of their own: they are known at an order between two looks that saw the same, else by the look nearest to
it, if that is not more than a day away. What is not known stays unknown.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, OrderId

NEAR = "interval '1 day'"
"""How far from an order a look at its product's categories may be."""
FRESH = "interval '1 hour'"
"""What was looked at within it before an order is not looked at again."""

_LOOK = """SELECT categories, seen_at FROM products WHERE store_id = %(store)s AND id = l.product_id
      AND categories IS NOT NULL AND seen_at {sign} l.placed_at ORDER BY seen_at {way}, updated_at {way}, digest {way} LIMIT 1"""
_FOUND = f"""
SELECT l.order_id, l.id, l.customer_id, l.placed_at,
  CASE WHEN 'type' = ANY (l.of_product) THEN v.type ELSE l.type END AS type,
  CASE WHEN 'product_tag' = ANY (l.of_product) THEN v.tags ELSE l.product_tags END AS product_tags,
  CASE WHEN 'compare_at_price' = ANY (l.of_product) THEN (variant->>'compare_at')::numeric ELSE l.compare_at
    END AS compare_at,
  CASE WHEN 'option' = ANY (l.of_product) THEN nullif(variant->'options', jsonb_build_object()) ELSE l.options END AS options,
  CASE WHEN 'category' = ANY (l.of_product) THEN nullif(c.categories, ARRAY[]::text[]) ELSE l.categories
    END AS categories,
  ARRAY(SELECT name FROM unnest(l.unknown) WITH ORDINALITY u(name, place) WHERE name <> ALL (l.of_product)
        ORDER BY place)
  || ARRAY(SELECT name FROM unnest(l.of_product) WITH ORDINALITY o(name, place)
           WHERE CASE name WHEN 'category' THEN c.categories IS NULL
                           WHEN 'type' THEN v.id IS NULL WHEN 'product_tag' THEN v.id IS NULL
                           ELSE variant IS NULL END
           ORDER BY place) AS unknown
FROM {{asked}}
LEFT JOIN LATERAL (
  SELECT id, type, tags, variants FROM products WHERE store_id = %(store)s AND id = l.product_id
    AND updated_at <= l.placed_at ORDER BY updated_at DESC, seen_at DESC, digest DESC LIMIT 1) v ON true
LEFT JOIN LATERAL (SELECT v.variants->(l.variant_id::text) AS variant) w ON true
LEFT JOIN LATERAL ({_LOOK.format(sign="<=", way="DESC")}) b ON true
LEFT JOIN LATERAL ({_LOOK.format(sign=">", way="ASC")}) a ON true
LEFT JOIN LATERAL (
  SELECT CASE WHEN b.categories = a.categories THEN b.categories
              WHEN b.seen_at >= l.placed_at - {NEAR}
                AND (a.seen_at IS NULL OR l.placed_at - b.seen_at <= a.seen_at - l.placed_at) THEN b.categories
              WHEN a.seen_at <= l.placed_at + {NEAR} THEN a.categories END AS categories) c ON true
WHERE l.store_id = %(store)s AND cardinality(l.of_product) > 0"""
_OTHER = """(l.type, l.product_tags, l.compare_at, l.options, l.categories, l.unknown)
  IS DISTINCT FROM (f.type, f.product_tags, f.compare_at, f.options, f.categories, f.unknown)"""
_SINCE = """(
  SELECT t.id, least(t.updated_at, t.looked_at - interval '1 day', (
    SELECT max(seen_at) FROM products WHERE store_id = %(store)s AND id = t.id AND categories IS NOT NULL
      AND seen_at < t.looked_at)) AS since
  FROM unnest(%(products)s::bigint[], %(updated)s::timestamptz[], %(looked)s::timestamptz[])
    AS t(id, updated_at, looked_at) OFFSET 0) s
  JOIN lines l ON l.store_id = %(store)s AND l.product_id = s.id AND l.placed_at >= s.since"""
"""The lines for which new versions of their product can make a difference. OFFSET: since when is worked out once a
product, so that the index finds the few new lines of one that sold a million times."""
_OF_ORDERS = """unnest(%(orders)s::bigint[]) AS t(order_id)
  JOIN lines l ON l.store_id = %(store)s AND l.order_id = t.order_id"""


Since = Mapping[int, tuple[datetime, datetime | None]]
"""Products that have new versions: since when the oldest of them is, and the first new look at the categories."""


def concerned(tx: Transaction, news: Since) -> list[tuple[CustomerId, datetime]]:
    """Whose lines will show something else because of these news, and of which moment the line is."""
    rows = tx.rows(
        f"""SELECT f.customer_id, max(f.placed_at) FROM ({_FOUND.format(asked=_SINCE)}) f
            JOIN lines l ON l.store_id = %(store)s AND l.order_id = f.order_id AND l.id = f.id
            WHERE f.customer_id IS NOT NULL AND {_OTHER} GROUP BY 1""",
        {"store": tx.store_id, **_told(news)},
    )
    return [(CustomerId(customer_id), placed_at) for customer_id, placed_at in rows]


def take(tx: Transaction, orders: Sequence[OrderId], news: Since) -> None:
    """The lines of these orders, and all others that the news make a difference to, show what is known."""
    if orders:
        _show(tx, _OF_ORDERS, {"orders": list(orders)})
    if news:
        _show(tx, _SINCE, _told(news))


def _show(tx: Transaction, asked: str, parameters: Mapping[str, object]) -> None:
    tx.execute(
        f"""UPDATE lines l SET type = f.type, product_tags = f.product_tags, compare_at = f.compare_at,
              options = f.options, categories = f.categories, unknown = f.unknown
            FROM ({_FOUND.format(asked=asked)}) f
            WHERE l.store_id = %(store)s AND l.order_id = f.order_id AND l.id = f.id AND {_OTHER}""",
        {"store": tx.store_id, **parameters},
    )


def _told(news: Since) -> dict[str, object]:
    return {
        "products": list(news),
        "updated": [updated_at for updated_at, _ in news.values()],
        "looked": [looked_at for _, looked_at in news.values()],
    }


def unseen(tx: Transaction, orders: Sequence[OrderId]) -> list[int]:
    """Products that these orders sold within the last day and whose categories nobody looked at lately.

    Without those that are gone, and those that are about to be read.
    """
    rows = tx.rows(
        f"""SELECT DISTINCT l.product_id FROM lines l
            WHERE l.store_id = %(store)s AND l.order_id = ANY(%(orders)s) AND 'category' = ANY (l.of_product)
              AND l.product_id IS NOT NULL AND l.placed_at > now() - {NEAR}
              AND NOT EXISTS (SELECT FROM products p WHERE p.store_id = %(store)s AND p.id = l.product_id
                AND p.categories IS NOT NULL AND p.seen_at BETWEEN l.placed_at - {FRESH} AND l.placed_at + {NEAR})
              AND NOT EXISTS (SELECT FROM tombstones t
                WHERE t.store_id = %(store)s AND t.kind = 'product' AND t.id = l.product_id)
              AND NOT EXISTS (SELECT FROM reads r
                WHERE r.store_id = %(store)s AND r.kind = 'product' AND r.id = l.product_id)""",
        {"store": tx.store_id, "orders": list(orders)},
    )
    return [row[0] for row in rows]
