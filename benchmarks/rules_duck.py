"""The fifty questions by hand in DuckDB, over its own copy of the same rows.

Moments travel as microseconds, and local days and months are given to it: no question of anybody's time zone.
"""

import re
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from benchmarks.generate import NOW
from benchmarks.rules_fifty import Twin
from plugin.db.transaction import Transaction

_LOCAL = "(placed_at AT TIME ZONE '{zone}')"
EXPORTS = {
    "customers": "SELECT id, {created_at} AS created_at FROM customers",
    "orders": f"""SELECT id, customer_id, {{placed_at}} AS placed_at, {{paid_at}} AS paid_at,
        {{cancelled_at}} AS cancelled_at, {{first_refund_at}} AS first_refund_at, {{full_refund_at}} AS full_refund_at,
        test, net, total, refunded_total, channel, country, array_to_string(discount_codes, '|') AS codes,
        {_LOCAL}::date - date '2000-01-01' AS day, extract(isodow FROM {_LOCAL})::int AS weekday,
        (extract(year FROM {_LOCAL}) * 12 + extract(month FROM {_LOCAL}))::int AS month FROM orders""",
    "lines": """SELECT order_id, customer_id, {placed_at} AS placed_at, {paid_at} AS paid_at,
        {cancelled_at} AS cancelled_at, {full_refund_at} AS full_refund_at, test, product_id, quantity, net, vendor,
        title, options->>'Size' AS size, array_to_string(product_tags, '|') AS tags,
        array_to_string(categories, '|') AS categories FROM lines""",
    "refunds": "SELECT order_id, {refunded_at} AS refunded_at FROM refunds",
    "tags": "SELECT customer_id, {at} AS moment, saw, array_to_string(folded, '|') AS folded FROM tag_observations",
    "addresses": """SELECT customer_id, {at} AS moment, country[1] AS country, latitude[main] AS latitude,
        longitude[main] AS longitude FROM addresses""",
    "consents": "SELECT customer_id, {at} AS moment, channel, state FROM consents",
    "attributes": "SELECT customer_id, name, {at} AS moment, value[1] AS value FROM attributes",
    "events": "SELECT customer_id, {at} AS moment, name FROM events",
    "answers": "SELECT customer_id, question, {at} AS moment, array_to_string(choices, '|') AS choices FROM answers",
    "checkouts": "SELECT customer_id, {at} AS moment, {completed_at} AS completed_at FROM checkouts",
}
_LISTS = ("codes", "tags", "categories", "folded", "choices")
_TYPES = {
    **dict.fromkeys(("net", "total", "refunded_total"), "DECIMAL(12, 4)"),
    **dict.fromkeys(("latitude", "longitude"), "DOUBLE"),
    **dict.fromkeys(("day", "weekday", "month", "quantity"), "INTEGER"),
    "test": "BOOLEAN",
    **dict.fromkeys(
        ("vendor", "title", "size", "channel", "country", "saw", "state", "name", "value", "question", *_LISTS),
        "VARCHAR",
    ),
}

_STATE = """test, coalesce(paid_at <= this_moment, false) AS paid,
  coalesce(cancelled_at <= this_moment, false) AS cancelled,
  NOT test AND coalesce(paid_at <= this_moment, false) AND NOT coalesce(cancelled_at <= this_moment, false)
    AND NOT coalesce(full_refund_at <= this_moment, false) AS counted"""
_MINE = "PARTITION BY customer_id, counted ORDER BY placed_at"
_KNOWN = f"""WITH o1 AS (
  SELECT id, customer_id, placed_at, net, total, refunded_total, channel, country, codes, day, weekday, month,
    coalesce(first_refund_at <= this_moment, false) AS back, {_STATE}
  FROM orders WHERE placed_at <= this_moment),
o AS (
  SELECT *, row_number() OVER ({_MINE}, id) AS place, row_number() OVER ({_MINE} DESC, id DESC) AS from_latest,
    placed_at - lag(placed_at) OVER ({_MINE}, id) AS gap,
    first_value(net) OVER ({_MINE} DESC, id DESC) AS last_net FROM o1),
l AS (
  SELECT order_id, customer_id, placed_at, product_id, quantity, net, vendor, title, size, tags, categories, {_STATE}
  FROM lines WHERE placed_at <= this_moment),
lo AS (SELECT l.*, o1.channel FROM l JOIN o1 ON o1.id = l.order_id WHERE l.vendor = 'vendor 5'),
x AS (
  SELECT customer_id, order_id, counted, bool_or(vendor = 'vendor 3') AS third, bool_or(vendor = 'vendor 7') AS seventh
  FROM l WHERE vendor IN ('vendor 3', 'vendor 7') GROUP BY ALL),
n AS (
  SELECT p.customer_id, p.day, min(w.day) AS next_web FROM o1 p JOIN o1 w ON w.customer_id = p.customer_id
    AND w.placed_at > p.placed_at AND w.counted AND w.channel = 'web' AND w.day <= p.day + 30
  WHERE p.counted AND p.channel = 'pos' AND p.placed_at >= @365 GROUP BY ALL),
r AS (
  SELECT b.customer_id, a.refunded_at FROM refunds a JOIN o1 b ON b.id = a.order_id
  WHERE a.refunded_at <= this_moment AND NOT b.test),
e AS (SELECT * FROM events WHERE moment <= this_moment),
a AS (SELECT * FROM answers WHERE moment <= this_moment),
k AS (SELECT customer_id, moment, coalesce(completed_at <= this_moment, false) AS completed FROM checkouts
  WHERE moment <= this_moment),
known AS (
  SELECT c.id, c.created_at, coalesce(t.vip, false) AS vip, t.fair_since, d.country, d.latitude, d.longitude,
    coalesce(s.state = 'SUBSCRIBED', false) AS subscribed, y.language, y.born::date AS born,
    y.points::decimal(18, 4) AS points
  FROM customers c
  LEFT JOIN (SELECT customer_id,
      arg_max(CASE saw WHEN 'removed' THEN false ELSE list_contains(folded, 'vip') END, moment)
        FILTER (saw = 'listed' OR list_contains(folded, 'vip')) AS vip,
      max(moment) FILTER (saw = 'added' AND list_contains(folded, 'fair')) AS fair_since
    FROM tags WHERE moment <= this_moment GROUP BY 1) t ON t.customer_id = c.id
  LEFT JOIN (SELECT customer_id, arg_max(country, moment) AS country, arg_max(latitude, moment) AS latitude,
      arg_max(longitude, moment) AS longitude
    FROM addresses WHERE moment <= this_moment GROUP BY 1) d ON d.customer_id = c.id
  LEFT JOIN (SELECT customer_id, arg_max(state, moment) AS state FROM consents
    WHERE channel = 'email' AND moment <= this_moment GROUP BY 1) s ON s.customer_id = c.id
  LEFT JOIN (SELECT customer_id, arg_max(value, moment) FILTER (name = 'customer_language') AS language,
      arg_max(value, moment) FILTER (name = 'birth_date') AS born,
      arg_max(value, moment) FILTER (name = 'metafields.loyalty.points') AS points
    FROM attributes WHERE moment <= this_moment GROUP BY 1) y ON y.customer_id = c.id)"""
"""Each source as it stood at the moment, with all that any of the fifty asks of it."""

SOURCES = ("o", "l", "lo", "x", "n", "r", "e", "a", "k")


class Duck:
    """DuckDB with its own copy of the store."""

    def __init__(self, tx: Transaction, folder: Path, zone: str) -> None:
        self._zone = zone
        self._connection = duckdb.connect(config={"threads": 2})
        for table, query in EXPORTS.items():
            _copy(tx, self._connection, table, query.replace("{zone}", zone), folder / f"{table}.csv")

    def answer(self, twins: Sequence[Twin]) -> float:
        """All are answered for everyone; how many seconds that took."""
        query = query_of(twins, self._zone)
        began = time.perf_counter()
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE found AS {query}")
        return time.perf_counter() - began

    def members(self, twins: Sequence[Twin]) -> list[dict[int, str]]:
        """For each of the twins: who was in it by the last answer, with their labels (``""`` without tiers)."""
        found = []
        for number, twin in enumerate(twins):
            tiers = isinstance(twin.rule, dict)
            label, there = ("s{0}", "s{0} IS NOT NULL") if tiers else ("''", "s{0}")
            query = f"SELECT id, {label} FROM found WHERE {there}".format(number)
            found.append(dict(self._connection.execute(query).fetchall()))
        return found


def _copy(tx: Transaction, connection: Any, table: str, query: str, file: Path) -> None:
    """The table is DuckDB's own."""
    names = set(re.findall(r"{(\w*_?at)}", query))
    filled = query.format(**{n: f"(extract(epoch FROM {n}) * 1000000)::bigint" for n in names})
    with file.open("wb") as out, tx.connection.cursor().copy(f"COPY ({filled}) TO STDOUT (FORMAT csv, HEADER)") as rows:
        for piece in rows:
            out.write(piece)
    header = file.open().readline().strip().split(",")
    types = {name: _TYPES.get(name, "BIGINT") for name in header}
    listed = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    lists = "".join(f"string_split({name}, '|') AS {name}, " for name in header if name in _LISTS).rstrip(", ")
    chosen = f"* REPLACE ({lists})" if lists else "*"
    connection.execute(
        f"CREATE TABLE {table} AS SELECT {chosen} FROM read_csv('{file}', header = true, columns = {{{listed}}})"
    )
    file.unlink()


def query_of(twins: Sequence[Twin], zone: str) -> str:
    """One statement: each different aggregate once, as one would write it by hand."""
    aggregates: dict[str, dict[str, str]] = {source: {} for source in SOURCES}
    answers: list[str] = []
    for twin in twins:
        text = re.sub(r"\[(\w+): (.*?)\]", r"coalesce({\1: count(*) FILTER (\2)}, 0)", twin.duck)
        text = re.sub(r"{(\w+): (.*?)}", lambda m: _name(aggregates[m[1]], m[1], m[2]), text)
        answers.append(re.sub(r"\$(\d+)", r"s\1", text))
    grouped = "".join(
        f",\n{source}_all AS (SELECT customer_id"
        + "".join(f", {text} AS {name}" for text, name in named.items())
        + f" FROM {source} GROUP BY customer_id)"
        for source, named in aggregates.items()
        if named
    )
    joins = "".join(
        f" LEFT JOIN {source}_all ON {source}_all.customer_id = c.id" for source, named in aggregates.items() if named
    )
    listed = "".join(f",\n  {_finished(answer)} AS s{k}" for k, answer in enumerate(answers))
    query = (
        f"{_KNOWN}{grouped},\nv AS (SELECT c.*, * EXCLUDE (customer_id) FROM known c{joins})\nSELECT id{listed}\nFROM v"
    )
    return _with_moments(query, zone)


def _finished(answer: str) -> str:
    return answer if answer.startswith("CASE") else f"coalesce({answer}, false)"


def _with_moments(query: str, zone: str) -> str:
    local = NOW.astimezone(ZoneInfo(zone))
    query = query.replace("now36", str(_micros(NOW - timedelta(hours=36)))).replace("this_moment", str(_micros(NOW)))
    query = query.replace("this_month", str(local.year * 12 + local.month)).replace("a_day", "86400000000")
    return re.sub(r"@(\d+)", lambda m: str(_micros(_midnight(int(m[1]), zone))), query)


def _name(known: dict[str, str], source: str, aggregate: str) -> str:
    text = (
        f"CAST({aggregate} AS DECIMAL(18, 4))"
        if aggregate.startswith(("sum(net", "sum(total", "sum(ref"))
        else aggregate
    )
    return known.setdefault(text, f"{source}{len(known)}")


def _midnight(days: int, zone: str) -> datetime:
    today = NOW.astimezone(ZoneInfo(zone)).date()
    day = today - timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def _micros(moment: datetime) -> int:
    return round(moment.timestamp()) * 1_000_000
