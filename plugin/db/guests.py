"""Guest orders: orders of nobody that count for the one customer with their e-mail address, where the store wants it.

Whose such an order is follows from what is known now: it is of the customer who has the address, if exactly one
has it, and of nobody otherwise. So any order of arrival ends the same, and switching it off takes all of it back.
Of an address only a key is kept (plugin/domain/emails.py). A customer of whom the platform says that nobody has
proven the address has no key.
"""

from collections.abc import Collection
from typing import NamedTuple

from plugin.db.transaction import Transaction
from plugin.domain.emails import email_key
from plugin.domain.ids import CustomerId

BEFORE_ALL = b""
"""Less than every key."""

ONLY_OWNER = """SELECT k.key, CASE WHEN count(c.id) = 1 THEN min(c.id) END AS id
  FROM unnest(%(keys)s::bytea[]) AS k(key)
  LEFT JOIN customers c ON c.store_id = %(store)s AND c.email_key = k.key AND c.merged_into IS NULL GROUP BY k.key"""


class Concerned(NamedTuple):
    """What a change may move: orders with these keys, from and to these customers."""

    keys: frozenset[bytes]
    people: frozenset[CustomerId]


def concerned(
    tx: Transaction, keys: Collection[bytes], people: Collection[int] = (), orders: Collection[int] = ()
) -> Concerned:
    """The keys with those that these customers and orders have now, and whoever has or had an order by one of them."""
    values = {"store": tx.store_id, "people": list(people), "orders": list(orders), "keys": list(keys)}
    found = tx.rows(
        """SELECT email_key FROM customers WHERE store_id = %(store)s AND id = ANY(%(people)s) AND email_key IS NOT NULL
           UNION SELECT guest_key FROM orders WHERE store_id = %(store)s AND id = ANY(%(orders)s) AND guest_key IS NOT NULL
           UNION SELECT unnest(%(keys)s::bytea[])""",
        values,
    )
    every = frozenset(bytes(row[0]) for row in found)
    owners = tx.rows(
        """SELECT id FROM customers WHERE store_id = %(store)s AND email_key = ANY(%(keys)s) AND merged_into IS NULL
           UNION SELECT customer_id FROM orders WHERE store_id = %(store)s AND guest_key = ANY(%(keys)s)
             AND customer_id IS NOT NULL""",
        values | {"keys": list(every)},
    )
    return Concerned(every, frozenset(CustomerId(row[0]) for row in owners))


def link(tx: Transaction, keys: Collection[bytes], on: bool) -> None:
    """Orders of nobody with these keys are of whom they should be. The caller holds the customers' rows."""
    values = {"store": tx.store_id, "keys": list(keys), "on": on}
    tx.execute(
        f"""UPDATE orders o SET customer_id = t.id
            FROM (SELECT key, CASE WHEN %(on)s THEN id END AS id FROM ({ONLY_OWNER}) u) t
            WHERE o.store_id = %(store)s AND o.guest_key = t.key AND o.customer_id IS DISTINCT FROM t.id""",
        values,
    )
    tx.execute(
        """UPDATE lines l SET customer_id = o.customer_id FROM orders o
           WHERE o.store_id = %(store)s AND o.guest_key = ANY(%(keys)s) AND l.store_id = %(store)s AND l.order_id = o.id
             AND l.customer_id IS DISTINCT FROM o.customer_id""",
        values,
    )
    if on:
        tx.execute(
            """UPDATE customers c SET latest_fact_at = greatest(c.latest_fact_at, t.at)
               FROM (SELECT o.customer_id, max(greatest(o.placed_at, o.paid_at, o.cancelled_at, o.last_refund_at,
                       (SELECT max(d.at) FROM disputes d WHERE d.store_id = %(store)s AND d.order_id = o.id))) AS at
                     FROM orders o WHERE o.store_id = %(store)s AND o.guest_key = ANY(%(keys)s) GROUP BY 1) t
               WHERE c.store_id = %(store)s AND c.id = t.customer_id AND c.latest_fact_at < t.at""",
            values,
        )


def unlink(tx: Transaction, people: Collection[int]) -> None:
    """No order of nobody is of these customers: they are about to go, and such an order was never theirs alone."""
    values = {"store": tx.store_id, "people": list(people)}
    tx.execute(
        """UPDATE lines l SET customer_id = NULL FROM orders o
           WHERE o.store_id = %(store)s AND o.customer_id = ANY(%(people)s) AND o.guest_key IS NOT NULL
             AND l.store_id = %(store)s AND l.order_id = o.id""",
        values,
    )
    tx.execute(
        """UPDATE orders SET customer_id = NULL
           WHERE store_id = %(store)s AND customer_id = ANY(%(people)s) AND guest_key IS NOT NULL""",
        values,
    )


def with_the_address_of(tx: Transaction, people: Collection[int], email: str | None = None) -> list[int]:
    """The orders of nobody with the address of one of these customers, or with this one, whether or not they count
    for anyone."""
    rows = tx.rows(
        """SELECT o.id FROM orders o WHERE o.store_id = %(store)s AND o.guest_key IN (
             SELECT c.email_key FROM customers c WHERE c.store_id = %(store)s AND c.id = ANY(%(people)s)
             UNION ALL SELECT %(key)s::bytea)""",
        {"store": tx.store_id, "people": list(people), "key": email_key(email)},
    )
    return [row[0] for row in rows]


class Counted(NamedTuple):
    """How many orders of nobody have exactly one customer with their address, and how many customers those are."""

    orders: int
    customers: int


def count(tx: Transaction) -> Counted:
    """What linking moves, or would move."""
    row = tx.row(
        """SELECT coalesce(sum(n), 0)::bigint, count(*) FROM (
             SELECT g.n FROM (SELECT guest_key, count(*) AS n FROM orders
                              WHERE store_id = %(store)s AND guest_key IS NOT NULL AND NOT test GROUP BY 1) g
             JOIN customers c ON c.store_id = %(store)s AND c.email_key = g.guest_key AND c.merged_into IS NULL
             GROUP BY g.guest_key, g.n HAVING count(*) = 1) t""",
        {"store": tx.store_id},
    )
    assert row is not None
    return Counted(int(row[0]), int(row[1]))


def begin(tx: Transaction) -> None:
    """Every order of nobody is looked at anew, from the first key on."""
    tx.execute("UPDATE preferences SET linked_to = %s WHERE store_id = %s", (BEFORE_ALL, tx.store_id))


def under_way(tx: Transaction) -> bytes | None:
    """Up to which key the orders have been looked at since the choice changed; None: all of them have."""
    found = tx.value("SELECT linked_to FROM preferences WHERE store_id = %s", (tx.store_id,))
    return None if found is None else bytes(found)


def after(tx: Transaction, key: bytes, most: int) -> list[bytes]:
    """The next keys of orders of nobody."""
    rows = tx.rows(
        """SELECT DISTINCT guest_key FROM orders WHERE store_id = %s AND guest_key > %s ORDER BY 1 LIMIT %s""",
        (tx.store_id, key, most),
    )
    return [bytes(row[0]) for row in rows]


def reached(tx: Transaction, key: bytes | None) -> None:
    """The orders have been looked at up to this key; None: all of them."""
    tx.execute("UPDATE preferences SET linked_to = %s WHERE store_id = %s", (key, tx.store_id))
