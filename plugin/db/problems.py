"""Problems: what a merchant (or we) must look at; a row each, cleared by the next success."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

from plugin.db.schema import NONE, PERSONAL, column, tenant_table
from plugin.db.transaction import Transaction

problems = tenant_table(
    "problems",
    ("code", "subject"),
    column("code", Text, NONE),
    column("subject", Text, NONE),
    column("particulars", JSONB, PERSONAL),
    column("first_at", DateTime(timezone=True), NONE, server_default="now()"),
    column("last_at", DateTime(timezone=True), NONE, server_default="now()"),
    column("times", Integer, NONE, server_default="1"),
)

OF_A_CUSTOMER = (
    "write_refused",
    "tags_full",
    "written_too_often",
    "tags_taken_away",
    "customer_gone",
    "document_refused",
    "place_refused",
    "roll_refused",
)
"""Codes of what can be wrong with writing to a customer, who is the subject."""
SAID_ONCE = (*OF_A_CUSTOMER, "delivery_set_aside")
"""Codes of which there may be thousands: the newest speaks for all of them."""


def report(tx: Transaction, code: str, subject: str = "", **particulars: Any) -> None:
    """The problem is on the merchant's page; reporting it again counts it."""
    tx.execute(
        """INSERT INTO problems AS p (store_id, code, subject, particulars) VALUES (%s, %s, %s, %s)
           ON CONFLICT (store_id, code, subject) DO UPDATE SET particulars = excluded.particulars,
             last_at = now(), times = p.times + 1""",
        (tx.store_id, code, subject, Jsonb(particulars)),
    )


def clear(tx: Transaction, code: str, subject: str = "") -> None:
    """It works again."""
    tx.execute(
        "DELETE FROM problems WHERE store_id = %s AND code = %s AND subject = %s",
        (tx.store_id, code, subject),
    )


def clear_all(tx: Transaction, codes: Sequence[str], subjects: Sequence[str]) -> None:
    """None of these problems is any of these subjects' any more."""
    tx.execute(
        "DELETE FROM problems WHERE store_id = %s AND code = ANY(%s) AND subject = ANY(%s)",
        (tx.store_id, list(codes), list(subjects)),
    )


def find(tx: Transaction, code: str, subject: str) -> dict[str, Any] | None:
    """The particulars of an open problem."""
    found: dict[str, Any] | None = tx.value(
        "SELECT particulars FROM problems WHERE store_id = %s AND code = %s AND subject = %s",
        (tx.store_id, code, subject),
    )
    return found


def age(tx: Transaction, code: str, subject: str = "") -> timedelta | None:
    """For how long the problem has been there; None where there is none."""
    found: timedelta | None = tx.value(
        "SELECT now() - first_at FROM problems WHERE store_id = %s AND code = %s AND subject = %s",
        (tx.store_id, code, subject),
    )
    return found


def of_code(tx: Transaction, code: str) -> list[dict[str, Any]]:
    """All open problems of a kind, by subject."""
    rows = tx.rows(
        "SELECT subject, particulars FROM problems WHERE store_id = %s AND code = %s ORDER BY subject",
        (tx.store_id, code),
    )
    return [{"subject": row[0], "particulars": row[1]} for row in rows]


def listed(tx: Transaction) -> list[dict[str, Any]]:
    """All open problems, newest first; one of each code there may be thousands of, ``alike``: how many there are."""
    names = ("code", "subject", "particulars", "first_at", "last_at", "times", "alike")
    rows = tx.rows(
        f"""SELECT {", ".join(names)} FROM (
              SELECT *, row_number() OVER (PARTITION BY code ORDER BY last_at DESC, subject) AS place,
                CASE WHEN code = ANY(%(once)s) THEN count(*) OVER (PARTITION BY code) ELSE 1 END AS alike
              FROM problems WHERE store_id = %(store)s) p
            WHERE place = 1 OR NOT code = ANY(%(once)s) ORDER BY last_at DESC, code, subject LIMIT 200""",
        {"store": tx.store_id, "once": list(SAID_ONCE)},
    )
    return [dict(zip(names, row, strict=True)) for row in rows]
