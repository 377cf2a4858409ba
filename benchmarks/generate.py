"""A store of any size, the same for the same seed: made inside PostgreSQL, by hashes of row numbers."""

from dataclasses import dataclass
from datetime import UTC, datetime

from plugin.db.transaction import Transaction

NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
"""The moment at which the store is looked at; its history is the three years before."""


@dataclass(frozen=True)
class Size:
    """How many of each. Orders per customer are spread from none to several times the mean."""

    customers: int = 20_000
    orders: int = 10
    lines: float = 2.5


def _pick(seed: str, row: str, most: int) -> str:
    """A number from 0 to ``most`` - 1, fixed by the row."""
    return f"(((hashint8extended({row}, {seed}) % {most}) + {most}) % {most})"


def _one_of(seed: str, row: str, *texts: str) -> str:
    """One of the texts, fixed by the row."""
    return f"(ARRAY[{', '.join(repr(text) for text in texts)}])[{_pick(seed, row, len(texts))} + 1]"


CUSTOMERS = f"""
INSERT INTO customers (store_id, id, updated_at, seen_at, digest, created_at, latest_fact_at)
SELECT %(store)s, i, %(now)s, %(now)s, '',
  %(now)s - {_pick("1", "i", 1100)} * interval '1 day' - interval '1 hour', %(now)s
FROM generate_series(1, %(customers)s::bigint) i"""

# The square of a uniform number: few customers have many orders, many have few.
ORDERS = f"""
INSERT INTO orders (store_id, id, customer_id, updated_at, seen_at, digest, placed_at, paid_at, cancelled_at, test,
  gross, discount, shipping, tax, total, quantity, name, currency, channel, app_id, location_id,
  country, discount_codes, tags, utm_campaign, gift, note, properties)
SELECT %(store)s, i, customer, placed, placed, '', placed,
  CASE WHEN {_pick("3", "i", 25)} > 0 THEN placed END,
  CASE WHEN {_pick("4", "i", 40)} = 0 THEN placed + interval '2 hours' END,
  {_pick("5", "i", 500)} = 0, gross, discount, 5, 0, gross - discount + 5, 3, '#' || i, 'EUR',
  {_one_of("6", "i", "web", "web", "web", "pos")}, '1', {_pick("7", "i", 5)}::text,
  {_one_of("8", "i", "de", "fr", "us", "gb")},
  CASE WHEN discount > 0 THEN ARRAY['summer'] ELSE '{{}}'::text[] END, '{{}}',
  CASE WHEN {_pick("20", "i", 6)} = 0 THEN 'spring' END, {_pick("21", "i", 12)} = 0,
  CASE WHEN {_pick("22", "i", 30)} = 0 THEN 'please leave it at the door' END,
  CASE WHEN {_pick("23", "i", 20)} = 0 THEN '{{"Wrapping": "red"}}'::jsonb END
FROM (SELECT i,
        1 + floor(%(customers)s::float8 * ({_pick("9", "i", 1_000_000_000)} / 1e9::float8) ^ 2)::bigint AS customer,
        date_trunc('second', %(now)s::timestamptz - {_pick("2", "i", 1095 * 86400)} * interval '1 second') AS placed,
        (10 + {_pick("10", "i", 30000)} / 100.0)::numeric(20, 4) AS gross,
        CASE WHEN {_pick("11", "i", 5)} = 0 THEN 5 ELSE 0 END AS discount
      FROM generate_series(1, %(customers)s::bigint * %(orders)s::bigint) i) made"""

LINES = f"""
INSERT INTO lines (store_id, order_id, id, customer_id, placed_at, product_id, variant_id, quantity, gross, discount,
  gift_card, title, sku, vendor, type, product_tags, categories, options, unit_cost, test, paid_at, cancelled_at)
SELECT %(store)s, o.id, o.id * 10 + k, o.customer_id, o.placed_at, p, p, 1 + {_pick("12", "(o.id * 10 + k)", 3)},
  round(o.gross / n, 4), round(o.discount / n, 4), false, 'Product ' || p, 'SKU-' || p, 'vendor ' || p % 20,
  'type ' || p % 12, ARRAY['tag ' || p % 30], ARRAY['category ' || p % 8],
  jsonb_build_object('Size', {_one_of("24", "(o.id * 10 + k)", "S", "M", "L")}), 4,
  o.test, o.paid_at, o.cancelled_at
FROM orders o CROSS JOIN LATERAL (SELECT 1 + {_pick("13", "o.id", 4)} * (%(lines)s::float8 - 1) / 1.5 AS spread) s
CROSS JOIN LATERAL (SELECT greatest(1, round(spread))::int AS n) c
CROSS JOIN LATERAL (SELECT k, {_pick("14", "(o.id * 10 + k)", 2000)} AS p FROM generate_series(0, n - 1) k) l
WHERE o.store_id = %(store)s"""

REFUNDS = f"""
INSERT INTO refunds (store_id, order_id, id, updated_at, seen_at, digest, refunded_at, goods, total, quantity)
SELECT store_id, id, id, placed_at, placed_at, '', least(placed_at + interval '6 days', %(now)s),
  CASE WHEN {_pick("15", "id", 2)} = 0 THEN gross - discount ELSE 10 END,
  CASE WHEN {_pick("15", "id", 2)} = 0 THEN gross - discount ELSE 10 END, 0
FROM orders WHERE store_id = %(store)s AND {_pick("16", "id", 15)} = 0"""

SUMS = """
UPDATE orders o SET refunded = r.goods, refunded_total = r.total, first_refund_at = r.refunded_at,
  last_refund_at = r.refunded_at,
  full_refund_at = CASE WHEN r.goods >= o.gross - o.discount THEN r.refunded_at END
FROM refunds r WHERE o.store_id = %(store)s AND r.store_id = o.store_id AND r.order_id = o.id"""

LINE_SUMS = """
UPDATE lines l SET refunded = round(o.refunded * (l.gross - l.discount) / w.net, 4),
  first_refund_at = o.first_refund_at, last_refund_at = o.last_refund_at, full_refund_at = o.full_refund_at
FROM orders o JOIN LATERAL (SELECT nullif(sum(n.gross - n.discount), 0) AS net FROM lines n
  WHERE n.store_id = o.store_id AND n.order_id = o.id) w ON true
WHERE l.store_id = %(store)s AND o.store_id = l.store_id AND o.id = l.order_id AND o.first_refund_at IS NOT NULL"""

DISPUTES = f"""
INSERT INTO disputes (store_id, order_id, id, at, state)
SELECT store_id, id, id, placed_at + interval '20 days', 'NEEDS_RESPONSE' FROM orders
WHERE store_id = %(store)s AND {_pick("25", "id", 300)} = 0 AND placed_at + interval '20 days' <= %(now)s"""

LABELS = (
    f"""
INSERT INTO tag_observations (store_id, customer_id, at, saw, digest, tags, folded)
SELECT %(store)s, i, %(now)s - interval '400 days', 'listed', '', t, t
FROM generate_series(1, %(customers)s::bigint) i,
  LATERAL (SELECT CASE WHEN {_pick("17", "i", 4)} = 0 THEN ARRAY['vip'] ELSE '{{}}'::text[] END AS t) x""",
    f"""
INSERT INTO tag_observations (store_id, customer_id, at, saw, digest, tags, folded)
SELECT %(store)s, i, date_trunc('second', %(now)s - {_pick("26", "i", 300)} * interval '1 day'), 'added', '',
  ARRAY['fair'], ARRAY['fair']
FROM generate_series(1, %(customers)s::bigint) i WHERE {_pick("27", "i", 6)} = 0""",
    f"""
INSERT INTO addresses (store_id, customer_id, at, digest, country, region, city, postcode, latitude, longitude, main)
SELECT %(store)s, i, %(now)s - interval '400 days', '', ARRAY[{_one_of("18", "i", "de", "fr", "us")}],
  ARRAY[{_one_of("28", "i", "us-ny", "de-be", "fr-idf")}], ARRAY[{_one_of("29", "i", "lyon", "ulm", "rome")}],
  ARRAY[{_pick("30", "i", 90000)}::text], ARRAY[(40 + {_pick("31", "i", 2000)} / 100.0)::float8],
  ARRAY[(-10 + {_pick("32", "i", 3000)} / 100.0)::float8], 1
FROM generate_series(1, %(customers)s::bigint) i""",
    f"""
INSERT INTO consents (store_id, customer_id, channel, at, state)
SELECT %(store)s, i, 'email', %(now)s - interval '300 days', 'SUBSCRIBED'
FROM generate_series(1, %(customers)s::bigint) i WHERE {_pick("19", "i", 2)} = 0""",
    f"""
INSERT INTO attributes (store_id, customer_id, name, at, digest, value, folded, type)
SELECT %(store)s, i, name, %(now)s - interval '350 days', '', ARRAY[v], ARRAY[lower(v)], type
FROM generate_series(1, %(customers)s::bigint) i CROSS JOIN LATERAL (VALUES
  ('customer_language', {_one_of("33", "i", "en", "de", "en-US")}, 'text', true),
  ('birth_date', (date '1940-01-01' + {_pick("34", "i", 25000)}::int)::text, 'day', {_pick("35", "i", 2)} = 0),
  ('metafields.loyalty.points', {_pick("36", "i", 1000)}::text, 'number', {_pick("37", "i", 3)} > 0)
) a(name, v, type, there) WHERE there""",
)

HEARD = (
    f"""
INSERT INTO events (store_id, customer_id, at, digest, name, item, tags, value)
SELECT %(store)s, 1 + i % %(customers)s::bigint,
  date_trunc('second', %(now)s - {_pick("38", "i", 700 * 86400)} * interval '1 second'), int8send(i),
  {_one_of("39", "i", "opened", "opened", "clicked")}, NULL, '{{}}', NULL
FROM generate_series(1, %(customers)s::bigint * 2) i""",
    f"""
INSERT INTO answers (store_id, customer_id, question, at, digest, choices, number)
SELECT %(store)s, i, 'why us', %(now)s - interval '100 days', '', ARRAY[{_one_of("40", "i", "price", "taste")}], NULL
FROM generate_series(1, %(customers)s::bigint) i WHERE {_pick("41", "i", 5)} = 0""",
    f"""
INSERT INTO checkouts (store_id, id, customer_id, updated_at, seen_at, digest, at, completed_at, amount)
SELECT %(store)s, i, i, %(now)s, %(now)s, '', %(now)s - {_pick("42", "i", 200)} * interval '1 day',
  CASE WHEN {_pick("43", "i", 2)} = 0 THEN %(now)s - {_pick("42", "i", 200)} * interval '1 day' END, 20
FROM generate_series(1, %(customers)s::bigint) i WHERE {_pick("44", "i", 4)} = 0""",
)

TABLES = (
    *("customers", "orders", "lines", "refunds", "disputes", "tag_observations", "addresses", "consents"),
    *("attributes", "events", "answers", "checkouts"),
)


def generate(tx: Transaction, size: Size) -> None:
    """The transaction's store is filled."""
    particulars = {
        "store": tx.store_id,
        "now": NOW,
        "customers": size.customers,
        "orders": size.orders,
        "lines": size.lines,
    }
    for statement in (CUSTOMERS, ORDERS, LINES, REFUNDS, SUMS, LINE_SUMS, DISPUTES, *LABELS, *HEARD):
        tx.execute(statement.replace("% ", "%% "), particulars)
