"""The fifty questions by hand in DuckDB, over its own copy of the same rows."""

import re
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from benchmarks.fifty import COUNTED, Twin
from benchmarks.generate import NOW
from plugin.db.transaction import Transaction

# Moments travel as microseconds: no question of anybody's time zone.
_EXPORTS = {
    "customers": """SELECT c.id, {created_at} AS created_at,
        EXISTS (SELECT 1 FROM tag_observations t WHERE t.store_id = c.store_id AND t.customer_id = c.id
                AND t.folded @> ARRAY['vip']) AS vip,
        (SELECT a.country[1] FROM addresses a WHERE a.store_id = c.store_id AND a.customer_id = c.id) AS country,
        EXISTS (SELECT 1 FROM consents s WHERE s.store_id = c.store_id AND s.customer_id = c.id) AS subscribed
      FROM customers c""",
    "orders": """SELECT id, customer_id, {placed_at} AS placed_at, {paid_at} AS paid_at,
        CASE WHEN cancelled_at <= '{now}' THEN {cancelled_at} END AS cancelled_at,
        {first_refund_at} AS first_refund_at, test, gross, discount, refunded, total, channel, country AS o_country
      FROM orders WHERE placed_at <= '{now}'""",
    "lines": """SELECT order_id, customer_id, {placed_at} AS placed_at, product_id, quantity, gross AS l_gross,
        discount AS l_discount, refunded AS l_refunded, vendor, product_tags[1] AS tag FROM lines""",
}
_TYPES = {
    **dict.fromkeys(
        ("gross", "discount", "refunded", "total", "l_gross", "l_discount", "l_refunded"), "DECIMAL(12, 4)"
    ),
    **dict.fromkeys(("created_at", "placed_at", "paid_at", "cancelled_at", "first_refund_at"), "BIGINT"),
    **dict.fromkeys(("vip", "subscribed", "test"), "BOOLEAN"),
    **dict.fromkeys(("vendor", "tag", "channel", "o_country", "country"), "VARCHAR"),
}


def answered_by_duckdb(
    tx: Transaction, twins: Sequence[Twin], folder: Path, zone: str
) -> tuple[float, list[frozenset[int]]]:
    """The quickest of three runs in seconds, and each segment's members."""
    connection = duckdb.connect(config={"threads": 2})
    for table, query in _EXPORTS.items():
        _copy(tx, connection, table, query, folder / f"{table}.csv")
    connection.execute(f"ALTER TABLE orders ADD COLUMN counted BOOLEAN; UPDATE orders SET counted = {COUNTED}")
    query = _query(twins, zone)
    times: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        connection.execute(f"CREATE OR REPLACE TEMP TABLE answers AS {query}")
        times.append(time.perf_counter() - began)
    found = [connection.execute(f"SELECT id FROM answers WHERE s{k}").fetchall() for k in range(len(twins))]
    return min(times), [frozenset(row[0] for row in rows) for rows in found]


def _copy(tx: Transaction, connection: Any, table: str, query: str, file: Path) -> None:
    """The table is DuckDB's own."""
    names = re.findall(r"{(\w+_at)}", query)
    filled = query.format(now=NOW.isoformat(), **{n: f"(extract(epoch FROM {n}) * 1000000)::bigint" for n in names})
    with file.open("wb") as out, tx.connection.cursor().copy(f"COPY ({filled}) TO STDOUT (FORMAT csv, HEADER)") as rows:
        for piece in rows:
            out.write(piece)
    header = file.open().readline().strip().split(",")
    types = {name: _TYPES.get(name, "BIGINT") for name in header}
    listed = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    connection.execute(
        f"CREATE TABLE {table} AS SELECT * FROM read_csv('{file}', header = true, columns = {{{listed}}})"
    )


def _query(twins: Sequence[Twin], zone: str) -> str:
    """One statement: each different aggregate once, as one would write it by hand."""
    aggregates: dict[str, dict[str, str]] = {"o": {}, "l": {}}
    answers: list[str] = []
    for twin in twins:
        text = re.sub(r"{([ol]): (.*?)}", lambda m: _name(aggregates[m[1]], m[1], m[2]), twin.duck)
        answers.append(re.sub(r"\$(\d+)", r"s\1", text))
    inner = "".join(f", {text} AS {name}" for text, name in aggregates["o"].items())
    of_lines = "".join(f", {text} AS {name}" for text, name in aggregates["l"].items())
    listed = "".join(f",\n  coalesce({answer}, false) AS s{k}" for k, answer in enumerate(answers))
    query = f"""WITH o AS (SELECT customer_id{inner} FROM orders GROUP BY customer_id),
x AS (SELECT l.*, o.counted, o.test FROM lines l JOIN orders o ON o.id = l.order_id),
l AS (SELECT customer_id{of_lines} FROM x GROUP BY customer_id)
SELECT c.id{listed}
FROM customers c LEFT JOIN o ON o.customer_id = c.id LEFT JOIN l ON l.customer_id = c.id"""
    query = query.replace("now36", str(_micros(NOW - timedelta(hours=36))))
    return re.sub(r"@(\d+)", lambda m: str(_micros(_midnight(int(m[1]), zone))), query)


def _name(known: dict[str, str], source: str, aggregate: str) -> str:
    text = f"CAST({aggregate} AS DECIMAL(18, 4))" if aggregate.startswith("sum(") else aggregate
    return known.setdefault(text, f"{source}{len(known)}")


def _midnight(days: int, zone: str) -> datetime:
    today = NOW.astimezone(ZoneInfo(zone)).date()
    day = today - timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def _micros(moment: datetime) -> int:
    return round(moment.timestamp()) * 1_000_000
