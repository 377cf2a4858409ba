"""The tags of a customer as they stood at a moment, and the next moment at which a fact becomes true."""

OURS = """ARRAY(SELECT s.folded FROM outbox b CROSS JOIN LATERAL unnest(b.written) w
      JOIN unnest(%(spelt)s::text[], %(folded)s::text[]) s(spelt, folded) ON s.spelt = w
      WHERE b.store_id = %(store)s AND b.customer_id = p.customer_id)"""
"""The tags, folded, that we wrote to this customer and that still stand there."""

SPELLINGS = """SELECT DISTINCT tag FROM segment_versions CROSS JOIN LATERAL jsonb_each_text(outputs) t(label, tag)
WHERE store_id = %s"""
"""Every tag that any version of a segment ever wrote, as it was spelt."""


def any_tag(ours: str) -> str:
    """Whether a tag stands there that is not ours: one that was seen, and nothing later denies it."""
    return f"""EXISTS (SELECT 1 FROM tag_observations x CROSS JOIN LATERAL unnest(x.folded) tag
      WHERE x.store_id = %(store)s AND x.customer_id = p.customer_id AND x.at <= p.as_of AND x.saw <> 'removed'
        AND NOT tag = ANY({ours})
        AND NOT EXISTS (SELECT 1 FROM tag_observations y
          WHERE y.store_id = %(store)s AND y.customer_id = p.customer_id AND y.at <= p.as_of
            AND (y.at, y.saw, y.digest) > (x.at, x.saw, x.digest)
            AND CASE y.saw WHEN 'removed' THEN tag = ANY(y.folded) WHEN 'listed' THEN NOT tag = ANY(y.folded)
                ELSE false END))"""


def standing(ours: str) -> str:
    """The folded tags that stand there and are not ours."""
    return f"""ARRAY(SELECT DISTINCT t.tag FROM tag_observations x CROSS JOIN LATERAL unnest(x.folded) t(tag)
      WHERE x.store_id = %(store)s AND x.customer_id = p.customer_id AND x.at <= p.as_of AND x.saw <> 'removed'
        AND NOT t.tag = ANY({ours})
        AND NOT EXISTS (SELECT 1 FROM tag_observations y
          WHERE y.store_id = %(store)s AND y.customer_id = p.customer_id AND y.at <= p.as_of
            AND (y.at, y.saw, y.digest) > (x.at, x.saw, x.digest)
            AND CASE y.saw WHEN 'removed' THEN t.tag = ANY(y.folded) WHEN 'listed' THEN NOT t.tag = ANY(y.folded)
                ELSE false END))"""


TAGS = """ARRAY(SELECT DISTINCT t.tag FROM tag_observations x CROSS JOIN LATERAL unnest(x.tags, x.folded) t(tag, folded)
      WHERE x.store_id = %(store)s AND x.customer_id = p.customer_id AND x.at <= p.as_of AND x.saw <> 'removed'
        AND NOT EXISTS (SELECT 1 FROM tag_observations y
          WHERE y.store_id = %(store)s AND y.customer_id = p.customer_id AND y.at <= p.as_of
            AND (y.at, y.saw, y.digest) > (x.at, x.saw, x.digest)
            AND (y.saw = 'listed' OR t.folded = ANY(y.folded))) ORDER BY 1)"""
"""What stood there, as it was spelt when last seen."""


def mentions(tag: str) -> str:
    """Whether a sighting (columns of plugin/engine/sources.py) says something about the tag."""
    return f"(c_saw = 'listed' OR c_folded @> {tag})"


def last_word(tag: str) -> str:
    """What the newest of these sightings says."""
    says = f"CASE c_saw WHEN 'added' THEN true WHEN 'removed' THEN false ELSE c_folded @> {tag} END"
    return f"array_agg({says} ORDER BY c_at DESC, c_saw DESC, c_digest DESC)"


def adds(tag: str) -> str:
    """Whether a sighting says that the tag was added."""
    return f"(c_saw = 'added' AND c_folded @> {tag})"


def denies(tag: str) -> str:
    """Whether a sighting says that the tag is not there."""
    return f"CASE c_saw WHEN 'removed' THEN c_folded @> {tag} WHEN 'listed' THEN NOT c_folded @> {tag} ELSE false END"


DATED = ("tag_observations", "attributes", "consents", "addresses", "credits", "answers", "events")
"""Tables of observations, each with its moment."""
_OF_EACH = "".join(
    f"""
      UNION ALL SELECT min(y.at) FROM {table} y
        WHERE y.store_id = %(store)s AND y.customer_id = v.customer_id AND y.at > v.as_of"""
    for table in DATED
)
NEXT_FACT = f"""(SELECT min(f.at) FROM (
      SELECT min(y.at) FROM (SELECT o.placed_at, o.paid_at, o.cancelled_at FROM orders o
        WHERE o.store_id = %(store)s AND o.customer_id = v.customer_id) o
      CROSS JOIN LATERAL (VALUES (o.placed_at), (o.paid_at), (o.cancelled_at)) y(at) WHERE y.at > v.as_of
      UNION ALL SELECT min(r.refunded_at) FROM orders o JOIN refunds r ON r.store_id = %(store)s AND r.order_id = o.id
        WHERE o.store_id = %(store)s AND o.customer_id = v.customer_id AND r.refunded_at > v.as_of
      UNION ALL SELECT min(d.at) FROM orders o JOIN disputes d ON d.store_id = %(store)s AND d.order_id = o.id
        WHERE o.store_id = %(store)s AND o.customer_id = v.customer_id AND d.at > v.as_of
      UNION ALL SELECT min(y.at) FROM checkouts k CROSS JOIN LATERAL (VALUES (k.at), (k.completed_at)) y(at)
        WHERE k.store_id = %(store)s AND k.customer_id = v.customer_id AND y.at > v.as_of{_OF_EACH}) f(at))"""
"""The next moment at which something we know already becomes true."""
