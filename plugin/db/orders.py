"""Orders and their refunds.

An order is a whole state: the highest version wins. Refunds have no foreign key to it: one that
arrives first waits here. What refunds take from an order is summed anew from the refunds whenever
either changes (``refunded…``), never counted up.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from plugin.db import lines
from plugin.db.addresses import postcode
from plugin.db.packing import Bulk, as_object, folded, packed, packed_folded, packed_version
from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.emails import email_key
from plugin.domain.facts import BORN_WITH, OrderSeen, RefundSeen
from plugin.domain.ids import CustomerId, OrderId

MOMENT = DateTime(timezone=True)
MONEY = Numeric(20, 4)

orders = tenant_table(
    "orders",
    ("id",),
    column("id", BigInteger, NONE),
    column("customer_id", BigInteger, ID, nullable=True),
    column("updated_at", MOMENT, NONE),
    column("seen_at", MOMENT, NONE),
    column("digest", LargeBinary, NONE),
    column("placed_at", MOMENT, PERSONAL),
    column("paid_at", MOMENT, PERSONAL, nullable=True),
    column("cancelled_at", MOMENT, PERSONAL, nullable=True),
    column("test", Boolean, NONE),
    column("gross", MONEY, PERSONAL),
    column("discount", MONEY, PERSONAL),
    column("shipping", MONEY, PERSONAL),
    column("tax", MONEY, PERSONAL),
    column("total", MONEY, PERSONAL),
    column("quantity", Integer, PERSONAL),
    column("refunded", MONEY, PERSONAL, server_default="0"),
    column("refunded_total", MONEY, PERSONAL, server_default="0"),
    column("refunded_quantity", Integer, PERSONAL, server_default="0"),
    column("first_refund_at", MOMENT, PERSONAL, nullable=True),
    column("last_refund_at", MOMENT, PERSONAL, nullable=True),
    column("name", Text, PERSONAL, nullable=True),
    column("currency", Text, PERSONAL),
    column("channel", Text, PERSONAL, nullable=True),
    column("app_id", Text, PERSONAL, nullable=True),
    column("location_id", Text, PERSONAL, nullable=True),
    column("country", Text, PERSONAL, nullable=True),
    column("discount_codes", ARRAY(Text), PERSONAL),
    column("tags", ARRAY(Text), PERSONAL),
    column("region", Text, PERSONAL, nullable=True),
    column("city", Text, PERSONAL, nullable=True),
    column("postcode", Text, PERSONAL, nullable=True),
    column("billing_country", Text, PERSONAL, nullable=True),
    column("billing_region", Text, PERSONAL, nullable=True),
    column("billing_city", Text, PERSONAL, nullable=True),
    column("billing_postcode", Text, PERSONAL, nullable=True),
    column("presentment_currency", Text, PERSONAL, nullable=True),
    column("presentment_total", MONEY, PERSONAL, nullable=True),
    column("location", Text, PERSONAL, nullable=True),
    column("app", Text, PERSONAL, nullable=True),
    column("staff", Text, PERSONAL, nullable=True),
    column("discount_kinds", ARRAY(Text), PERSONAL, server_default="{}"),
    column("gateways", ARRAY(Text), PERSONAL, server_default="{}"),
    column("shipping_method", Text, PERSONAL, nullable=True),
    column("utm_source", Text, PERSONAL, nullable=True),
    column("utm_medium", Text, PERSONAL, nullable=True),
    column("utm_campaign", Text, PERSONAL, nullable=True),
    column("utm_term", Text, PERSONAL, nullable=True),
    column("utm_content", Text, PERSONAL, nullable=True),
    column("gift", Boolean, PERSONAL, nullable=True),
    column("gift_note", Text, PERSONAL, nullable=True),
    column("note", Text, PERSONAL, nullable=True),
    column("draft", Boolean, PERSONAL, nullable=True),
    column("properties", JSONB, PERSONAL, nullable=True),
    column("unknown", ARRAY(Text), NONE, server_default="{}"),
    column("full_refund_at", MOMENT, PERSONAL, nullable=True),
    column("guest_key", LargeBinary, ID, nullable=True),
    column("payment_version", LargeBinary, NONE, nullable=True),
    column("paid_before", MOMENT, PERSONAL, nullable=True),
    column("net", MONEY, PERSONAL, computed=lines.NET),
    index("ix_orders_customer", "customer_id", "placed_at"),
    index("ix_orders_guest", "guest_key", postgresql_where="guest_key IS NOT NULL"),
)
"""``full_refund_at``: when the refunds first reached lines - discounts. ``guest_key``: of an order that its platform
says is nobody's, whom the store writes to about it; its ``customer_id`` is then for plugin/db/guests.py to say.
``payment_version``: of the newest message that said all there is about the payment (domain/facts.py); where that took
it back, ``paid_at`` is null, and ``paid_before`` says when it was paid first."""

refunds = tenant_table(
    "refunds",
    ("order_id", "id"),
    column("order_id", BigInteger, NONE),
    column("id", BigInteger, NONE),
    column("updated_at", MOMENT, NONE),
    column("seen_at", MOMENT, NONE),
    column("digest", LargeBinary, NONE),
    column("refunded_at", MOMENT, PERSONAL),
    column("goods", MONEY, PERSONAL),
    column("total", MONEY, PERSONAL),
    column("quantity", Integer, PERSONAL),
    column("whole", Boolean, NONE, server_default="false"),
)

refund_lines = tenant_table(
    "refund_lines",
    ("order_id", "refund_id", "line_id"),
    column("order_id", BigInteger, NONE),
    column("refund_id", BigInteger, NONE),
    column("line_id", BigInteger, NONE),
    column("quantity", Integer, PERSONAL),
    column("amount", MONEY, PERSONAL),
)

FROM_FACT: dict[str, tuple[str, Callable[[OrderSeen], object]]] = {
    "id": ("bigint", lambda o: o.id),
    "customer_id": ("bigint", lambda o: o.customer_id),
    "updated_at": ("timestamptz", lambda o: o.version.updated_at),
    "seen_at": ("timestamptz", lambda o: o.version.seen_at),
    "digest": ("bytea", lambda o: o.version.digest),
    "placed_at": ("timestamptz", lambda o: o.placed_at),
    "paid_at": ("timestamptz", lambda o: o.paid_at),
    "cancelled_at": ("timestamptz", lambda o: o.cancelled_at),
    "test": ("bool", lambda o: o.test),
    "gross": ("numeric", lambda o: o.gross),
    "discount": ("numeric", lambda o: o.discount),
    "shipping": ("numeric", lambda o: o.shipping),
    "tax": ("numeric", lambda o: o.tax),
    "total": ("numeric", lambda o: o.total),
    "quantity": ("int", lambda o: sum(line.quantity for line in o.lines)),
    "name": ("text", lambda o: o.name),
    "currency": ("text", lambda o: o.currency),
    "channel": ("text", lambda o: folded(o.channel)),
    "app_id": ("text", lambda o: o.app_id),
    "location_id": ("text", lambda o: o.location_id),
    "country": ("text", lambda o: folded(o.country)),
    "discount_codes": ("texts", lambda o: packed_folded(o.discount_codes)),
    "tags": ("texts", lambda o: packed_folded(sorted(o.tags))),
    "region": ("text", lambda o: folded(o.region)),
    "city": ("text", lambda o: folded(o.city)),
    "postcode": ("text", lambda o: postcode(o.postcode)),
    "billing_country": ("text", lambda o: folded(o.billing_country)),
    "billing_region": ("text", lambda o: folded(o.billing_region)),
    "billing_city": ("text", lambda o: folded(o.billing_city)),
    "billing_postcode": ("text", lambda o: postcode(o.billing_postcode)),
    "presentment_currency": ("text", lambda o: o.presentment_currency),
    "presentment_total": ("numeric", lambda o: o.presentment_total),
    "location": ("text", lambda o: folded(o.location)),
    "app": ("text", lambda o: o.app),
    "staff": ("text", lambda o: o.staff),
    "discount_kinds": ("texts", lambda o: packed(sorted(o.discount_kinds))),
    "gateways": ("texts", lambda o: packed(o.gateways)),
    "shipping_method": ("text", lambda o: o.shipping_method),
    "utm_source": ("text", lambda o: o.utm_source),
    "utm_medium": ("text", lambda o: o.utm_medium),
    "utm_campaign": ("text", lambda o: o.utm_campaign),
    "utm_term": ("text", lambda o: o.utm_term),
    "utm_content": ("text", lambda o: o.utm_content),
    "gift": ("bool", lambda o: o.gift),
    "gift_note": ("text", lambda o: folded(o.gift_note)),
    "note": ("text", lambda o: folded(o.note)),
    "draft": ("bool", lambda o: o.draft),
    "properties": ("jsonb", lambda o: as_object(o.properties)),
    "unknown": ("texts", lambda o: packed(o.unknown)),
    "guest_key": ("bytea", lambda o: None if o.customer_id is not None else email_key(o.email)),
    "payment_version": ("bytea", lambda o: packed_version(o.payment_version)),
    "paid_before": ("timestamptz", lambda o: o.paid_before),
}
"""Column → what travels for it, and where it stands in the fact."""

BULK = Bulk(FROM_FACT)
_REPLACED = ", ".join(
    f"{name} = greatest(o.{name}, excluded.{name})" if name in BORN_WITH else f"{name} = excluded.{name}"
    for name in FROM_FACT
    if name not in ("id", "paid_at", "payment_version", "paid_before", "unknown")
)
_PROOF = "least(o.paid_at, o.paid_before, {new}.paid_at, {new}.paid_before)"
_TAKEN_BACK = """(CASE WHEN o.payment_version IS NULL AND {new}.payment_version IS NULL THEN false
  WHEN o.payment_version IS NULL OR o.payment_version < {new}.payment_version THEN {new}.paid_at IS NULL
  ELSE o.paid_at IS NULL END)"""
_PAYMENT = f"""paid_at = CASE WHEN NOT {_TAKEN_BACK} THEN {_PROOF} END,
  paid_before = CASE WHEN {_TAKEN_BACK} THEN {_PROOF} END,
  payment_version = greatest(o.payment_version, {{new}}.payment_version)"""
"""Of two messages in any order: the newest that says all decides whether, the earliest proof says when."""
_STILL_UNKNOWN = """CASE WHEN {new} && %(born_with)s::text[] THEN ARRAY(SELECT name FROM unnest({new}) name
  WHERE NOT name = ANY(%(born_with)s) OR name = ANY({old})) ELSE {new} END"""
UPSERT_ORDERS = f"""
INSERT INTO orders AS o (store_id, {BULK.columns}) SELECT %(store)s, {BULK.selected}
ON CONFLICT (store_id, id) DO UPDATE SET {_PAYMENT.format(new="excluded")}, {_REPLACED},
  unknown = {_STILL_UNKNOWN.format(new="excluded.unknown", old="o.unknown")}
WHERE (o.updated_at, o.seen_at, o.digest) < (excluded.updated_at, excluded.seen_at, excluded.digest)
RETURNING id, xmax = 0, paid_at"""


def put(tx: Transaction, seen: Sequence[OrderSeen]) -> None:
    """The newest version of each order and of its lines stands; ``seen`` holds each id once, sorted.

    ``paid_at`` is the earliest any message proved, whichever version wins, unless one took the payment back.
    """
    rows = tx.rows(
        UPSERT_ORDERS, {"store": tx.store_id, "born_with": list(BORN_WITH), **BULK.values([(order,) for order in seen])}
    )
    changed = {OrderId(order_id): paid_at for order_id, _, paid_at in rows}
    beaten = [order for order in seen if order.id not in changed]
    if paid := [order for order in beaten if order.paid_at is not None or order.payment_version is not None]:
        _paid_earlier(tx, paid)
    if beaten:
        _told_earlier(tx, beaten)
        lines.named_earlier(tx, beaten)
    stand = [_paid(order, changed[order.id]) for order in seen if order.id in changed]
    lines.replace(tx, stand, [OrderId(order_id) for order_id, new, _ in rows if not new])


def _told_earlier(tx: Transaction, beaten: Sequence[OrderSeen]) -> None:
    """What only an older version knows of a field that never changes stands too."""
    tx.execute(
        f"""UPDATE orders o SET {", ".join(f"{name} = greatest(o.{name}, t.{name})" for name in BORN_WITH)},
              unknown = {_STILL_UNKNOWN.format(new="o.unknown", old="string_to_array(t.unknown, chr(31))")}
            FROM unnest(%(id)s::bigint[], %(unknown)s::text[], {", ".join(f"%({name})s::text[]" for name in BORN_WITH)})
              AS t(id, unknown, {", ".join(BORN_WITH)})
            WHERE o.store_id = %(store)s AND o.id = t.id AND (o.unknown && %(born_with)s::text[]
              OR ({", ".join(f"greatest(o.{name}, t.{name})" for name in BORN_WITH)})
                 IS DISTINCT FROM ({", ".join(f"o.{name}" for name in BORN_WITH)}))""",
        {
            "store": tx.store_id,
            "born_with": list(BORN_WITH),
            "id": [order.id for order in beaten],
            "unknown": [packed(order.unknown) for order in beaten],
            **{name: [getattr(order, name) for order in beaten] for name in BORN_WITH},
        },
    )


def _paid(order: OrderSeen, paid_at: datetime | None) -> OrderSeen:
    return order if order.paid_at == paid_at else replace(order, paid_at=paid_at)


def _paid_earlier(tx: Transaction, beaten: Sequence[OrderSeen]) -> None:
    """What older versions say of the payment counts as if they had come in their order."""
    rows = tx.rows(
        f"""UPDATE orders o SET {_PAYMENT.format(new="t")}
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bytea[])
              AS t(id, paid_at, paid_before, payment_version)
            WHERE o.store_id = %s AND o.id = t.id AND (t.payment_version > coalesce(o.payment_version, '')
              OR {_PROOF.format(new="t")} < coalesce(o.paid_at, o.paid_before, 'infinity'))
            RETURNING o.id, o.paid_at""",
        (
            [o.id for o in beaten],
            [o.paid_at for o in beaten],
            [o.paid_before for o in beaten],
            [packed_version(o.payment_version) for o in beaten],
            tx.store_id,
        ),
    )
    if rows:
        tx.execute(
            """UPDATE lines l SET paid_at = t.at FROM unnest(%s::bigint[], %s::timestamptz[]) AS t(id, at)
               WHERE l.store_id = %s AND l.order_id = t.id AND l.paid_at IS DISTINCT FROM t.at""",
            ([order_id for order_id, _ in rows], [paid_at for _, paid_at in rows], tx.store_id),
        )


def put_refunds(tx: Transaction, seen: Sequence[RefundSeen]) -> None:
    """The newest version of each refund stands; ``seen`` holds each (order, id) once, sorted."""
    rows = tx.rows(
        """INSERT INTO refunds AS r (store_id, order_id, id, updated_at, seen_at, digest, refunded_at, goods, total, quantity, whole)
           SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bytea[],
             %s::timestamptz[], %s::numeric[], %s::numeric[], %s::int[], %s::bool[])
           ON CONFLICT (store_id, order_id, id) DO UPDATE SET updated_at = excluded.updated_at, seen_at = excluded.seen_at,
             digest = excluded.digest, refunded_at = excluded.refunded_at, goods = excluded.goods, total = excluded.total,
             quantity = excluded.quantity, whole = excluded.whole
           WHERE (r.updated_at, r.seen_at, r.digest) < (excluded.updated_at, excluded.seen_at, excluded.digest)
           RETURNING order_id, id""",
        (
            tx.store_id,
            [r.order_id for r in seen],
            [r.id for r in seen],
            [r.version.updated_at for r in seen],
            [r.version.seen_at for r in seen],
            [r.version.digest for r in seen],
            [r.refunded_at for r in seen],
            [r.goods for r in seen],
            [r.total for r in seen],
            [sum(line.quantity for line in r.lines) for r in seen],
            [r.whole for r in seen],
        ),
    )
    changed = set(rows)
    pairs = [(r, line) for r in seen if (r.order_id, r.id) in changed for line in r.lines]
    tx.execute(
        """DELETE FROM refund_lines l USING unnest(%s::bigint[], %s::bigint[]) AS t(order_id, id)
           WHERE l.store_id = %s AND l.order_id = t.order_id AND l.refund_id = t.id""",
        ([order_id for order_id, _ in rows], [refund_id for _, refund_id in rows], tx.store_id),
    )
    tx.execute(
        """INSERT INTO refund_lines (store_id, order_id, refund_id, line_id, quantity, amount)
           SELECT %s, o, r, l, sum(q)::int, sum(a) FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::int[], %s::numeric[])
             AS t(o, r, l, q, a) GROUP BY o, r, l""",
        (
            tx.store_id,
            [r.order_id for r, _ in pairs],
            [r.id for r, _ in pairs],
            [line.line_id for _, line in pairs],
            [line.quantity for _, line in pairs],
            [line.amount for _, line in pairs],
        ),
    )


def refunds_read_since(tx: Transaction, moment: datetime) -> int:
    """Of how many orders we heard refunds since then."""
    return int(
        tx.value(
            "SELECT count(DISTINCT order_id) FROM refunds WHERE store_id = %s AND seen_at >= %s", (tx.store_id, moment)
        )
    )


def sum_refunds(tx: Transaction, order_ids: Sequence[OrderId]) -> None:
    """What refunds took from each of these orders and lines stands on them, summed from the refunds.

    A bare refund without lines is spread over the order's lines in proportion to what they cost.
    """
    refunded = tx.rows(
        "SELECT DISTINCT order_id FROM refunds WHERE store_id = %s AND order_id = ANY(%s)",
        (tx.store_id, list(order_ids)),
    )
    if not refunded:
        return
    parameters = {"store": tx.store_id, "ids": [row[0] for row in refunded]}
    tx.execute(
        """WITH each AS (
             SELECT *, sum(goods) OVER (PARTITION BY order_id ORDER BY refunded_at) AS so_far
             FROM refunds WHERE store_id = %(store)s AND order_id = ANY(%(ids)s))
           UPDATE orders o SET refunded = r.goods, refunded_total = r.total, refunded_quantity = r.quantity,
             first_refund_at = r.first_at, last_refund_at = r.last_at,
             full_refund_at = (SELECT min(f.refunded_at) FROM each f
                               WHERE f.order_id = o.id
                                 AND (f.whole OR f.so_far >= o.gross - o.discount AND 'gross' <> ALL (o.unknown)))
           FROM (SELECT order_id, sum(goods) AS goods, sum(total) AS total, sum(quantity)::int AS quantity,
                        min(refunded_at) AS first_at, max(refunded_at) AS last_at FROM each GROUP BY order_id) r
           WHERE o.store_id = %(store)s AND o.id = r.order_id""",
        parameters,
    )
    tx.execute(
        """WITH bare AS (
             SELECT f.order_id, sum(f.goods) AS goods FROM refunds f
             WHERE f.store_id = %(store)s AND f.order_id = ANY(%(ids)s) AND NOT EXISTS (
               SELECT 1 FROM refund_lines x WHERE x.store_id = %(store)s AND x.order_id = f.order_id AND x.refund_id = f.id)
             GROUP BY f.order_id),
           worth AS (
             SELECT order_id, sum(gross - discount) AS net FROM lines
             WHERE store_id = %(store)s AND order_id = ANY(%(ids)s) GROUP BY order_id),
           back AS (
             SELECT order_id, line_id, sum(quantity)::int AS quantity, sum(amount) AS amount FROM refund_lines
             WHERE store_id = %(store)s AND order_id = ANY(%(ids)s) GROUP BY order_id, line_id)
           UPDATE lines l SET refunded_quantity = coalesce(s.quantity, 0), refunded = s.amount,
             first_refund_at = o.first_refund_at, last_refund_at = o.last_refund_at, full_refund_at = o.full_refund_at
           FROM (SELECT n.order_id, n.id, b.quantity,
                        coalesce(b.amount, 0) + coalesce(bare.goods * (n.gross - n.discount) / nullif(worth.net, 0), 0) AS amount
                 FROM lines n LEFT JOIN back b ON b.order_id = n.order_id AND b.line_id = n.id
                 LEFT JOIN bare ON bare.order_id = n.order_id JOIN worth ON worth.order_id = n.order_id
                 WHERE n.store_id = %(store)s AND n.order_id = ANY(%(ids)s)) s
           JOIN orders o ON o.store_id = %(store)s AND o.id = s.order_id
           WHERE l.store_id = %(store)s AND l.order_id = s.order_id AND l.id = s.id""",
        parameters,
    )


def waited(tx: Transaction, order_ids: Sequence[OrderId]) -> dict[OrderId, datetime]:
    """The latest moment that refunds and disputes of these orders speak of, whether or not the order is here yet."""
    rows = tx.rows(
        """SELECT order_id, max(at) FROM (
             SELECT order_id, refunded_at AS at FROM refunds WHERE store_id = %(store)s AND order_id = ANY(%(ids)s)
             UNION ALL SELECT order_id, at FROM disputes WHERE store_id = %(store)s AND order_id = ANY(%(ids)s)) w
           GROUP BY 1""",
        {"store": tx.store_id, "ids": list(order_ids)},
    )
    return {OrderId(order_id): at for order_id, at in rows}


def of_customers(tx: Transaction, customer_ids: Sequence[int]) -> list[OrderId]:
    """These customers' orders."""
    rows = tx.rows(
        "SELECT id FROM orders WHERE store_id = %s AND customer_id = ANY(%s)", (tx.store_id, list(customer_ids))
    )
    return [OrderId(row[0]) for row in rows]


def is_known(tx: Transaction, order_id: OrderId) -> bool:
    """Whether any message has said this order."""
    return tx.row("SELECT 1 FROM orders WHERE store_id = %s AND id = %s", (tx.store_id, order_id)) is not None


def owners(tx: Transaction, order_ids: Sequence[int]) -> dict[OrderId, CustomerId]:
    """Whose orders these are, as far as known."""
    rows = tx.rows(
        """SELECT id, customer_id FROM orders
           WHERE store_id = %s AND id = ANY(%s) AND customer_id IS NOT NULL""",
        (tx.store_id, list(order_ids)),
    )
    return {OrderId(order_id): CustomerId(customer_id) for order_id, customer_id in rows}


def remove(tx: Transaction, order_ids: Sequence[int]) -> None:
    """The orders with all that hangs on them are gone; tombstones keep them so."""
    for table, key in (
        ("lines", "order_id"),
        ("refund_lines", "order_id"),
        ("refunds", "order_id"),
        ("disputes", "order_id"),
        ("orders", "id"),
    ):
        tx.execute(f"DELETE FROM {table} WHERE store_id = %s AND {key} = ANY(%s)", (tx.store_id, list(order_ids)))
