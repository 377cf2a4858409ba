"""The rows of a customer as they stood at a moment: where they come from, and what a statement wants of them.

``people`` (alias p) is the relation asked about; later facts are invisible. What refunds took from an
order stands on it summed; only where a refund came after the moment are they summed again up to it.
"""

from plugin.rules.tree import Source

TAGS = "tags"

ORDER_OF_LINE = """
      JOIN orders o ON o.store_id = %(store)s AND o.id = l.order_id"""

MINE: dict[str, str] = {
    Source.ORDERS: """people p JOIN orders o
      ON o.store_id = %(store)s AND o.customer_id = p.customer_id AND o.placed_at <= p.as_of""",
    Source.LINES: f"""people p JOIN lines l
      ON l.store_id = %(store)s AND l.customer_id = p.customer_id AND l.placed_at <= p.as_of{ORDER_OF_LINE}""",
    Source.REFUNDS: """people p JOIN orders o ON o.store_id = %(store)s AND o.customer_id = p.customer_id
      JOIN refunds r ON r.store_id = %(store)s AND r.order_id = o.id AND r.refunded_at <= p.as_of""",
    Source.ANSWERS: """people p JOIN answers an
      ON an.store_id = %(store)s AND an.customer_id = p.customer_id AND an.at <= p.as_of""",
    Source.EVENTS: """people p JOIN events ev
      ON ev.store_id = %(store)s AND ev.customer_id = p.customer_id AND ev.at <= p.as_of""",
    Source.CHECKOUTS: """people p JOIN checkouts ck ON ck.store_id = %(store)s AND ck.customer_id = p.customer_id
      AND ck.at <= p.as_of AND (ck.completed_at <= p.as_of) IS NOT TRUE""",
    Source.CREDITS: """people p JOIN LATERAL (SELECT x.* FROM credits x
        WHERE x.store_id = %(store)s AND x.customer_id = p.customer_id AND x.at <= p.as_of
        ORDER BY x.at DESC, x.digest DESC LIMIT 1) sn ON true
      CROSS JOIN LATERAL unnest(sn.balance, sn.currency, sn.next_expiry, sn.last_credit) WITH ORDINALITY
        AS cr(balance, currency, next_expiry, last_credit, number)""",
    Source.ADDRESSES: """people p JOIN LATERAL (SELECT x.* FROM addresses x
        WHERE x.store_id = %(store)s AND x.customer_id = p.customer_id AND x.at <= p.as_of
        ORDER BY x.at DESC, x.digest DESC LIMIT 1) sn ON true
      CROSS JOIN LATERAL unnest(sn.country, sn.region, sn.city, sn.postcode, sn.latitude, sn.longitude)
        WITH ORDINALITY AS ad(country, region, city, postcode, latitude, longitude, number)""",
    TAGS: """people p JOIN tag_observations x
      ON x.store_id = %(store)s AND x.customer_id = p.customer_id AND x.at <= p.as_of""",
}
"""The rows of each asked row."""

ALL: dict[str, tuple[str, str]] = {
    Source.ORDERS: (
        "o.customer_id",
        "moments p JOIN orders o ON o.store_id = %(store)s AND o.customer_id IS NOT NULL AND o.placed_at <= p.as_of",
    ),
    Source.LINES: (
        "l.customer_id",
        f"""moments p JOIN lines l
      ON l.store_id = %(store)s AND l.customer_id IS NOT NULL AND l.placed_at <= p.as_of{ORDER_OF_LINE}""",
    ),
    Source.REFUNDS: (
        "o.customer_id",
        """moments p JOIN refunds r ON r.store_id = %(store)s AND r.refunded_at <= p.as_of
      JOIN orders o ON o.store_id = %(store)s AND o.id = r.order_id AND o.customer_id IS NOT NULL""",
    ),
    Source.ANSWERS: ("an.customer_id", "moments p JOIN answers an ON an.store_id = %(store)s AND an.at <= p.as_of"),
    Source.EVENTS: ("ev.customer_id", "moments p JOIN events ev ON ev.store_id = %(store)s AND ev.at <= p.as_of"),
    TAGS: ("x.customer_id", "moments p JOIN tag_observations x ON x.store_id = %(store)s AND x.at <= p.as_of"),
}
"""The rows of the whole store, where everyone is asked as of one moment: a fifth cheaper than by customer."""

OWNER: dict[str, str] = {
    Source.ORDERS: "o.customer_id",
    Source.LINES: "l.customer_id",
    Source.REFUNDS: "o.customer_id",
    Source.ANSWERS: "an.customer_id",
    Source.EVENTS: "ev.customer_id",
    Source.CHECKOUTS: "ck.customer_id",
    Source.CREDITS: "sn.customer_id",
    Source.ADDRESSES: "sn.customer_id",
}
"""Whose row it is."""
