"""Store credit: all accounts a customer had at a moment; the newest list not after a moment is the one that stood."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, DateTime, LargeBinary, Numeric, Text

from plugin.db.packing import digest, packed, packed_with_gaps
from plugin.db.schema import ID, NONE, PERSONAL, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import CreditsListed

MOMENT = DateTime(timezone=True)

credits = tenant_table(  # noqa: A001 - the table's own name
    "credits",
    ("customer_id", "at", "digest"),
    column("customer_id", BigInteger, ID),
    column("at", MOMENT, PERSONAL),
    column("digest", LargeBinary, NONE),
    column("account", ARRAY(Text), PERSONAL),
    column("balance", ARRAY(Numeric(20, 4)), PERSONAL),
    column("currency", ARRAY(Text), PERSONAL),
    column("next_expiry", ARRAY(MOMENT), PERSONAL),
    column("last_credit", ARRAY(MOMENT), PERSONAL),
)


def put(tx: Transaction, seen: Sequence[CreditsListed]) -> None:
    """The lists stand, each at its moment."""
    rows = [_row(each) for each in seen]
    tx.execute(
        """INSERT INTO credits (store_id, customer_id, at, digest, account, balance, currency, next_expiry, last_credit)
           SELECT %s, customer_id, at, digest, string_to_array(account, E'\\x1f'), string_to_array(balance, E'\\x1f')::numeric[],
             string_to_array(currency, E'\\x1f'), string_to_array(next_expiry, E'\\x1f', E'\\x1e')::timestamptz[],
             string_to_array(last_credit, E'\\x1f', E'\\x1e')::timestamptz[]
           FROM unnest(%s::bigint[], %s::timestamptz[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
             AS t(customer_id, at, digest, account, balance, currency, next_expiry, last_credit)
           ON CONFLICT DO NOTHING""",
        (
            tx.store_id,
            [each.customer_id for each in seen],
            [each.at for each in seen],
            [digest("\x1d".join(row)) for row in rows],
            *([row[i] for row in rows] for i in range(5)),
        ),
    )


def _row(seen: CreditsListed) -> tuple[str, ...]:
    accounts = sorted(seen.credits, key=lambda each: each.account)
    return (
        packed([each.account for each in accounts]),
        packed([f"{each.balance:f}" for each in accounts]),
        packed([each.currency for each in accounts]),
        packed_with_gaps([each.next_expiry and each.next_expiry.isoformat() for each in accounts]),
        packed_with_gaps([each.last_credit and each.last_credit.isoformat() for each in accounts]),
    )
