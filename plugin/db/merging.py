"""Merging: two records of the store are one person. What one of them knew is the other's from then on.

The record that lost stays as a row that says into whom it went: later messages that name it are redirected,
and its history stays readable. It is in no list, count or export. Its profile, addresses and store credit
were states of that record alone and are gone; the survivor's own are read at the platform.
"""

from collections.abc import Collection

from plugin.db import memberships, problems
from plugin.db.memberships import Change
from plugin.db.packing import quoted
from plugin.db.schema import metadata
from plugin.db.transaction import Transaction
from plugin.domain.facts import CustomerMerged
from plugin.domain.ids import CustomerId

CAUSE = "merge"
HANDED_OVER = ("orders", "lines", "checkouts")
"""Rows with a key of their own."""
COPIED = ("tag_observations", "consents", "subscribers", "attributes", "answers", "events", "pins")
"""Rows whose key names the customer: the survivor may have the same one already."""


def survivors(tx: Transaction, ids: Collection[int]) -> dict[CustomerId, CustomerId]:
    """Into whom those of these customers went who were merged away; never again into one who was."""
    rows = tx.rows(
        "SELECT id, merged_into FROM customers WHERE store_id = %s AND id = ANY(%s) AND merged_into IS NOT NULL",
        (tx.store_id, list(ids)),
    )
    return {CustomerId(loser): CustomerId(survivor) for loser, survivor in rows}


def losers(tx: Transaction, survivor: CustomerId) -> list[CustomerId]:
    """The records that were merged into this one."""
    rows = tx.rows("SELECT id FROM customers WHERE store_id = %s AND merged_into = %s", (tx.store_id, survivor))
    return [CustomerId(row[0]) for row in rows]


def merge(tx: Transaction, fact: CustomerMerged) -> None:
    """All that was known of the loser is the survivor's. The caller holds both customers' rows."""
    who = {"store": tx.store_id, "loser": fact.loser, "survivor": fact.survivor, "at": fact.at}
    tx.execute(
        """UPDATE customers SET merged_into = %(survivor)s, merged_at = CASE WHEN id = %(loser)s THEN %(at)s ELSE merged_at END,
             due_at = NULL, due_cause = NULL
           WHERE store_id = %(store)s AND (id = %(loser)s OR merged_into = %(loser)s)""",
        who,
    )
    tx.execute(
        """UPDATE customers s SET latest_fact_at = greatest(s.latest_fact_at, l.latest_fact_at) FROM customers l
           WHERE s.store_id = %(store)s AND s.id = %(survivor)s AND l.store_id = %(store)s AND l.id = %(loser)s""",
        who,
    )
    for table in HANDED_OVER:
        tx.execute(
            f"UPDATE {table} SET customer_id = %(survivor)s WHERE store_id = %(store)s AND customer_id = %(loser)s", who
        )
    for table in COPIED:
        names = [column.name for column in metadata.tables[table].columns]
        tx.execute(
            f"""INSERT INTO {table} ({quoted(names)}) SELECT {", ".join(_taken(table, name) for name in names)}
                FROM {table} WHERE store_id = %(store)s AND customer_id = %(loser)s ON CONFLICT DO NOTHING""",
            who,
        )
        tx.execute(f"DELETE FROM {table} WHERE store_id = %(store)s AND customer_id = %(loser)s", who)
    _blank(tx, fact.loser)
    _leave(tx, fact)
    tx.execute(  # A platform may have made one document of two.
        "UPDATE documents SET due_at = now() WHERE store_id = %(store)s AND customer_id = %(survivor)s", who
    )
    _hand_over_tags(tx, fact)


def _taken(table: str, name: str) -> str:
    if name == "customer_id":
        return "%(survivor)s"
    if (table, name) == ("tag_observations", "saw"):  # All that one record carried is not all that both did.
        return "CASE saw WHEN 'listed' THEN 'added' ELSE saw END"
    return f'"{name}"'


def _blank(tx: Transaction, loser: CustomerId) -> None:
    tx.execute(
        """UPDATE customers SET updated_at = NULL, seen_at = NULL, digest = NULL, created_at = NULL, email = NULL, name = NULL,
             email_key = NULL,
             "unknown" = '{}' WHERE store_id = %s AND id = %s""",
        (tx.store_id, loser),
    )
    for table in ("addresses", "credits", "documents", "placements", "rolls"):
        tx.execute(f"DELETE FROM {table} WHERE store_id = %s AND customer_id = %s", (tx.store_id, loser))
    problems.clear_all(tx, problems.OF_A_CUSTOMER, [str(loser)])


def _leave(tx: Transaction, fact: CustomerMerged) -> None:
    """The loser is a member of nothing, and the log says why."""
    left = [
        Change(m.customer_id, m.segment_id, m.label, None, fact.at, m.version) for m in memberships.of(tx, [fact.loser])
    ]
    if left:
        memberships.apply(tx, left, CAUSE)


def _hand_over_tags(tx: Transaction, fact: CustomerMerged) -> None:
    """A platform gives the survivor the tags of both: what of them is ours stays known as ours."""
    who = {"store": tx.store_id, "loser": fact.loser, "survivor": fact.survivor, "cause": CAUSE}
    tx.execute(
        """SELECT 1 FROM outbox WHERE store_id = %(store)s AND customer_id IN (%(loser)s, %(survivor)s)
           ORDER BY customer_id FOR NO KEY UPDATE""",
        who,
    )
    tx.execute(
        """INSERT INTO outbox AS o (store_id, customer_id, written, unsure, due_at, cause)
           SELECT store_id, %(survivor)s, written, unsure, now(), %(cause)s FROM outbox
           WHERE store_id = %(store)s AND customer_id = %(loser)s AND cardinality(written) > 0
           ON CONFLICT (store_id, customer_id) DO UPDATE SET due_at = now(), unsure = o.unsure OR excluded.unsure,
             written = ARRAY(SELECT DISTINCT w FROM unnest(o.written || excluded.written) w
                             WHERE NOT w = ANY(o."foreign") ORDER BY 1)""",
        who,
    )
    tx.execute("DELETE FROM outbox WHERE store_id = %(store)s AND customer_id = %(loser)s", who)
