"""A store's past, made inside PostgreSQL: customers with orders over two years, as if they had been absorbed."""

from plugin.domain.ids import StoreId
from plugin.flow.house import House

ORDERS_EACH = 5
NUMBERED_FROM = 1_000_000_000
"""Ids of past orders; those of a benchmark are below."""

CUSTOMERS = """
INSERT INTO customers (store_id, id, updated_at, seen_at, digest, created_at, email, name, latest_fact_at)
SELECT %(store)s, id, '2026-10-01', '2026-10-01', '\\x00', '2024-01-01', 'c' || id || '@example.com', 'A B',
  '2026-10-01'
FROM generate_series(1, %(customers)s) id"""

ORDERS = """
INSERT INTO orders (store_id, id, customer_id, updated_at, seen_at, digest, placed_at, paid_at, test, gross, discount,
  shipping, tax, total, quantity, name, currency, channel, country, discount_codes, tags)
SELECT %(store)s, %(from)s + n, 1 + n %% %(customers)s, at, at, '\\x00', at, at, false, amount, 0, 0, 0, amount, 1,
  '#' || n, 'GBP', 'web', 'gb', '{}', '{}'
FROM (SELECT n, timestamptz '2024-11-01' + n * (interval '700 days' / %(orders)s) AS at,
        5 + (n %% 7919) * 7919 %% 150 AS amount
      FROM generate_series(0, %(orders)s - 1) n) past"""

LINES = """
INSERT INTO lines (store_id, order_id, id, customer_id, placed_at, product_id, quantity, gross, discount, gift_card,
  title, vendor, paid_at)
SELECT store_id, id, id * 10, customer_id, placed_at, 1 + id %% 50, 1, gross, 0, false, 'A thing', 'Ours', paid_at
FROM orders WHERE store_id = %(store)s"""


def live(house: House, store_id: StoreId, customers: int) -> None:
    """So many customers, numbered from 1, with five orders of one line each; PostgreSQL knows how many there are."""
    values = {"store": store_id, "customers": customers, "orders": customers * ORDERS_EACH, "from": NUMBERED_FROM}
    with house.database.store(store_id) as tx:
        for statement in (CUSTOMERS, ORDERS, LINES):
            tx.execute(statement, values)
