"""Addresses: all that a customer had at a moment; the newest list not after a moment is the one that stood."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, DateTime, Double, Integer, LargeBinary, Text

from plugin.db.packing import digest, folded, packed_with_gaps
from plugin.db.schema import ID, NONE, PERSONAL, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import AddressesListed
from plugin.domain.text import fold

addresses = tenant_table(
    "addresses",
    ("customer_id", "at", "digest"),
    column("customer_id", BigInteger, ID),
    column("at", DateTime(timezone=True), PERSONAL),
    column("digest", LargeBinary, NONE),
    column("country", ARRAY(Text), PERSONAL),
    column("region", ARRAY(Text), PERSONAL),
    column("city", ARRAY(Text), PERSONAL),
    column("postcode", ARRAY(Text), PERSONAL),
    column("latitude", ARRAY(Double), PERSONAL),
    column("longitude", ARRAY(Double), PERSONAL),
    column("main", Integer, PERSONAL),
)

PARTS = ("country", "region", "city", "postcode", "latitude", "longitude")
APART = "string_to_array({}, E'\\x1f', E'\\x1e')"
PUT = f"""
INSERT INTO addresses (store_id, customer_id, at, digest, main, {", ".join(PARTS)})
SELECT %(store)s, customer_id, at, digest, main,
  {", ".join(APART.format(part) for part in PARTS[:4])},
  {", ".join(APART.format(part) + "::float8[]" for part in PARTS[4:])}
FROM unnest(%(customer)s::bigint[], %(at)s::timestamptz[], %(digest)s::bytea[], %(main)s::int[],
  {", ".join(f"%({part})s::text[]" for part in PARTS)}) AS t(customer_id, at, digest, main, {", ".join(PARTS)})
ON CONFLICT DO NOTHING"""


def postcode(text: str | None) -> str | None:
    """As rules compare it: without blanks and case."""
    return None if text is None else fold("".join(text.split()))


def put(tx: Transaction, seen: Sequence[AddressesListed]) -> None:
    """The lists stand, each at its moment."""
    rows = [_row(each) for each in seen]
    values: dict[str, object] = {part: [row[i] for row in rows] for i, part in enumerate((*PARTS, "main"))}
    values |= {
        "store": tx.store_id,
        "customer": [each.customer_id for each in seen],
        "at": [each.at for each in seen],
        "digest": [digest("\x1d".join(map(str, row))) for row in rows],
    }
    tx.execute(PUT, values)


def _row(seen: AddressesListed) -> tuple[str | int, ...]:
    every = seen.addresses
    main = next((place for place, each in enumerate(every, 1) if each.main), 0)
    return (
        packed_with_gaps([folded(each.country) for each in every]),
        packed_with_gaps([folded(each.region) for each in every]),
        packed_with_gaps([folded(each.city) for each in every]),
        packed_with_gaps([postcode(each.postcode) for each in every]),
        packed_with_gaps([each.latitude for each in every]),
        packed_with_gaps([each.longitude for each in every]),
        main,
    )
