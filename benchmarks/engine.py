"""The engine: fifty segments over a whole store, for a few customers and for one, with alarms and row-level security.

Beside it, in the same run over the same rows: the same fifty questions by hand in DuckDB, and one
query a segment. All answers are compared. ``python -m benchmarks.engine --customers 20000``
"""

import argparse
import contextlib
import json
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg

from benchmarks.fifty import fifty
from benchmarks.generate import NOW, Size, generate
from benchmarks.table import Row, printed
from benchmarks.twins import answered_by_duckdb
from embedded.home import scratch
from embedded.postgres import FAST, postgres
from embedded.roles import OWNER, owner_database
from plugin.db.migrate import migrate
from plugin.db.roles import ROLES
from plugin.db.transaction import Database
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.engine.decide import Asked, Decision, decide
from plugin.engine.plan import Plan, SegmentRule, StoreContext, compile_plan
from plugin.rules.parse import parse
from plugin.rules.segment import OneRule, TwoSided
from plugin.rules.tree import Duration, Unit

STORE = StoreId(1)
ZONE = "Europe/London"
TABLE = "Engine: fifty segments, alarms and row-level security on"
FOLLOWED = timedelta(days=7)
"""Alarms within it are followed, to see which were false."""


@dataclass(frozen=True)
class Place:
    """A database with the store in it."""

    database: Database
    folder: Path
    superuser: str


@contextlib.contextmanager
def place(size: Size) -> Iterator[Place]:
    """A server of our own with a store of that size; everything is gone afterwards."""
    options = FAST | {"shared_buffers": "1GB", "max_wal_size": "8GB"}
    with scratch() as folder, postgres(folder, options) as server:
        owner = owner_database(server, "bench")
        migrate(owner, dict.fromkeys(ROLES, "trusted: the socket is ours alone"))
        database = Database(lambda role: owner.replace(f"//{OWNER}@", f"//regulars_{role}@"), "benchmark")
        with database.store(STORE) as tx:
            generate(tx, size)
        with psycopg.connect(server.url("bench"), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        yield Place(database, folder, server.url("bench"))
        database.close()


def the_plan(rules: Iterable[str]) -> Plan:
    """The plan of these rules, named s0, s1, …"""
    segments = [SegmentRule(SegmentId(k), f"s{k}", OneRule(parse(rule))) for k, rule in enumerate(rules)]
    return compile_plan(segments, StoreContext(STORE, ZONE, "EUR"))


def measure(at: Place, customers: int) -> list[Row]:
    """Every figure, DuckDB's first: what the others are a ratio to."""
    rules = [twin.rule for twin in fifty()]
    plan = the_plan(rules)
    with at.database.store(STORE, isolation="REPEATABLE READ") as tx:
        by_hand, members = answered_by_duckdb(tx, fifty(), at.folder, ZONE)
    whole, decisions = _everyone(at, plan)
    _compare(plan, decisions, members)
    singly = [_everyone(at, plan, [SegmentId(k)])[0] for k in range(len(rules))]
    rows = [
        Row(TABLE, f"{customers:,} customers, by hand in DuckDB, 2 threads", by_hand * 1000, "ms", 1.0),
        Row(TABLE, "the plan, everyone, one connection", whole * 1000, "ms", whole / by_hand),
        Row(TABLE, "one query a segment, one after the other", sum(singly) * 1000, "ms", sum(singly) / by_hand),
        _small("one edited segment, everyone", statistics.median(singly), whole),
    ]
    rows += [
        _small(f"{count} customers" if count > 1 else "one customer", _few(at, plan, count, customers), whole)
        for count in (500, 50, 1)
    ]
    rows.append(_small("one customer with 200 orders, 100 segments", _busy(at, rules), whole))
    sticky = _sticky()
    rows += [
        _small(f"one two-sided segment replayed, {count} customers", _few(at, sticky, count, customers), whole)
        for count in (500, 1)
    ]
    rows += _alarms(at, plan, decisions)
    return rows


def _sticky() -> Plan:
    """A plan of one two-sided segment: every answer follows the whole history."""
    join, stay = parse("sum(orders.net WHERE date >= -365d) >= 500"), parse("last_order_date >= -180d")
    definition = TwoSided(join, stay, Duration(14, Unit.DAY))
    return compile_plan([SegmentRule(SegmentId(1), "sticky", definition)], StoreContext(STORE, ZONE, "EUR"))


def _small(what: str, seconds: float, whole: float) -> Row:
    return Row(TABLE, what, seconds * 1000, "ms", None, f"{seconds / whole:.1%} of everyone")


def _everyone(at: Place, plan: Plan, only: list[SegmentId] | None = None) -> tuple[float, list[Decision]]:
    """The quickest of some runs, and the decisions of the last."""
    times: list[float] = []
    for _ in range(3 if only is None else 1):
        with at.database.store(STORE, isolation="REPEATABLE READ") as tx:
            began = time.perf_counter()
            decisions = list(decide(tx, plan, Asked.everyone(NOW), only))
            times.append(time.perf_counter() - began)
    return min(times), decisions


def _few(at: Place, plan: Plan, count: int, customers: int) -> float:
    """The median of several draws, once the connection knows the statement."""
    drawn = random.Random(count)
    times = []
    for _ in range(15):
        ids = [CustomerId(drawn.randint(1, customers)) for _ in range(count)]
        times.append(_timed(at, plan, ids))
    return statistics.median(times[3:])


def _timed(at: Place, plan: Plan, ids: list[CustomerId]) -> float:
    with at.database.store(STORE) as tx:
        began = time.perf_counter()
        list(decide(tx, plan, Asked.customers(ids, NOW)))
        return time.perf_counter() - began


def _busy(at: Place, rules: list[str]) -> float:
    """The customer whose number of orders is nearest to 200, under twice as many segments."""
    more = [re.sub(r"-(\d+)d", lambda m: f"-{int(m[1]) + 1}d", rule) for rule in rules]
    more = [re.sub(r"'s(\d+)'", lambda m: f"'s{int(m[1]) + len(rules)}'", rule) for rule in more]
    plan = the_plan([*rules, *more])
    query = """SELECT customer_id FROM orders WHERE store_id = %s GROUP BY 1 ORDER BY abs(count(*) - 200) LIMIT 1"""
    with at.database.store(STORE) as tx:
        customer_id = CustomerId(tx.value(query, (STORE,)))
    return statistics.median([_timed(at, plan, [customer_id]) for _ in range(15)][3:])


def _compare(plan: Plan, decisions: list[Decision], members: list[frozenset[int]]) -> None:
    """Raises AssertionError where the two did not answer alike."""
    found: dict[int, set[int]] = defaultdict(set)
    for decision in decisions:
        for segment, outcome in zip(plan.segments, decision.outcomes, strict=True):
            assert not outcome.undecided, f"{segment.name} is undecided for {decision.customer_id}"
            if outcome.label is not None:
                found[segment.id].add(decision.customer_id)
    for number, theirs in enumerate(members):
        ours = found[number]
        assert ours == theirs, f"s{number}: {len(ours)} against {len(theirs)}, differing {sorted(ours ^ theirs)[:5]}"


def _alarms(at: Place, plan: Plan, decisions: list[Decision]) -> list[Row]:
    """How many customers wait for an alarm, how many of them soon, and how many of those rang for nothing."""
    with_alarm = [d for d in decisions if d.due_at is not None]
    soon = [(d.customer_id, d.due_at, d.outcomes) for d in with_alarm if d.due_at and d.due_at < NOW + FOLLOWED]
    with at.database.store(STORE) as tx:
        then = decide(tx, plan, Asked.moments([(customer_id, due) for customer_id, due, _ in soon]))
        false = sum(now.outcomes == was for now, (_, _, was) in zip(then, soon, strict=True))
    of_all = len(with_alarm) / max(1, len(decisions))
    return [
        Row(TABLE, "customers with an alarm", 100 * of_all, "%"),
        Row(TABLE, "alarms within seven days", float(len(soon)), "customers"),
        Row(TABLE, "of these false: nothing changed", 100 * false / max(1, len(soon)), "%"),
    ]


def rows(size: Size) -> list[Row]:
    """The benchmark's rows for a store of that size."""
    with place(size) as at:
        return measure(at, size.customers)


def main() -> None:
    """Prints the table; ``--json`` keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--orders", type=int, default=10, help="for each customer, on average")
    parser.add_argument("--lines", type=float, default=2.5, help="for each order, on average")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    found = rows(Size(chosen.customers, chosen.orders, chosen.lines))
    print(printed(found))
    if chosen.json:
        chosen.json.write_text(json.dumps([row.as_dict() for row in found], indent=1) + "\n")


if __name__ == "__main__":
    main()
