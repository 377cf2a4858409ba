"""Rules: fifty segments of every kind over a whole store, for a few customers and for one, with alarms and
row-level security.

Beside it, in the same run over the same rows and in turn: the same fifty questions by hand in DuckDB, and one query a
segment. All answers are compared. ``python -m benchmarks.rules --customers 200000`` or ``script/bench rules``.
"""

import argparse
import contextlib
import json
import os
import random
import re
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import psycopg

from benchmarks.generate import NOW, Size, generate
from benchmarks.rules_duck import Duck
from benchmarks.rules_fifty import fifty
from benchmarks.table import Row, printed
from embedded.children import end_on_any_signal
from embedded.home import scratch
from embedded.postgres import FAST, postgres
from embedded.roles import OWNER, owner_database
from plugin.db.migrate import migrate
from plugin.db.roles import ROLES
from plugin.db.transaction import Database
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.engine import cutoffs
from plugin.engine.decide import Asked, Decision, decide
from plugin.engine.plan import Plan, SegmentRule, StoreContext, compile_plan
from plugin.rules.parse import parse
from plugin.rules.segment import Case, Definition, OneRule, Tiers, TwoSided
from plugin.rules.tree import Duration, Unit

STORE = StoreId(1)
ZONE = "Europe/London"
TABLE = "Rules: fifty segments, alarms and row-level security on"
ROUNDS = 3
FOLLOWED = timedelta(days=2)
"""Alarms within it are followed, to see which were false."""


class Took(NamedTuple):
    """Seconds by the clock, and of processors."""

    clock: float
    processor: float


@dataclass(frozen=True)
class Place:
    """A database with the store in it."""

    database: Database
    folder: Path
    customers: int
    server: int
    """Its process."""

    def processor(self) -> float:
        """Seconds of processor time of this process and of the server so far, ended connections among it."""
        ticks = 0
        for entry in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = entry.read_text().rpartition(")")[2].split()
                if entry.parent.name == str(self.server):
                    ticks += sum(map(int, fields[11:15]))
                elif fields[1] == str(self.server):
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


@contextlib.contextmanager
def place(size: Size) -> Iterator[Place]:
    """A server of our own with a store of that size; everything is gone afterwards."""
    options = FAST | {"shared_buffers": "1GB", "max_wal_size": "8GB"}
    with scratch() as folder, postgres(folder, options) as server:
        owner = owner_database(server, "bench")
        migrate(owner, dict.fromkeys(ROLES, "trusted: the socket is ours alone"))
        database = Database(lambda role: owner.replace(f"//{OWNER}@", f"//regulars_{role}@"), "benchmark")
        with database.store(STORE) as tx:
            tx.limit(3_600)
            generate(tx, size)
        with psycopg.connect(server.url("bench"), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        yield Place(database, folder, size.customers, server.process.pid)
        database.close()


def the_plan(rules: Sequence[str | Mapping[str, str]]) -> Plan:
    """The plan of these rules (or tiers: labels and their rules), named s0, s1, …"""
    segments = [SegmentRule(SegmentId(k), f"s{k}", _definition(rule)) for k, rule in enumerate(rules)]
    return compile_plan(segments, StoreContext(STORE, ZONE, "EUR"))


def _definition(rule: str | Mapping[str, str]) -> Definition:
    if isinstance(rule, str):
        return OneRule(parse(rule))
    return Tiers(tuple(Case(label, parse(text)) for label, text in rule.items()), None)


def measure(at: Place) -> list[Row]:
    """Every figure, DuckDB's first: what the others are a ratio to."""
    twins = fifty()
    plan = the_plan([twin.rule for twin in twins])
    with at.database.store(STORE, isolation="REPEATABLE READ") as tx:
        duck = Duck(tx, at.folder, ZONE)
    began = time.perf_counter()
    with at.database.store(STORE, isolation="REPEATABLE READ") as tx:
        cutoffs.compute(tx, plan, NOW)
    rows = [Row(TABLE, "what rankings must know of the whole store", _since(began), "ms")]
    by_hand, two, one, singly = _in_turn(at, plan, duck)
    alone, edited = sum(took.clock for took in singly), statistics.median(took.clock for took in singly)
    rows = [
        *_both(f"{at.customers:,} customers, by hand in DuckDB, 2 threads", by_hand, by_hand),
        *_both("the plan, everyone, two connections", two, by_hand),
        *_both("the plan, everyone, one connection", one, by_hand),
        Row(TABLE, "one query a segment, one after the other", alone * 1000, "ms", alone / by_hand.clock,
            f"{alone / two.clock:.1f} times the plan on two, {alone / one.clock:.1f} on one"),
        Row(TABLE, "one edited segment, everyone, the median of fifty", edited * 1000, "ms", None,
            f"{edited / one.clock:.1%} of everyone on one connection"),
        *rows,
    ]  # fmt: skip
    for count in (500, 50, 1):
        rows.append(_small("one customer" if count == 1 else f"{count} customers", _few(at, plan, count), count))
    rows.append(_small("one customer with 200 orders, 100 segments", _busy(at), 1))
    sticky = _sticky()
    for count in (500, 1):
        rows.append(_small(f"one two-sided segment replayed, {count} customers", _few(at, sticky, count), count))
    return [*rows, *_alarms(at, plan)]


def _both(what: str, took: Took, first: Took) -> list[Row]:
    return [
        Row(TABLE, what, took.clock * 1000, "ms", took.clock / first.clock),
        Row(TABLE, "  processor time", took.processor * 1000, "ms", took.processor / first.processor),
    ]


def _in_turn(at: Place, plan: Plan, duck: Duck) -> tuple[Took, Took, Took, list[Took]]:
    """DuckDB, two connections, one connection (medians of runs in turn), and each segment alone."""
    by_hand, two, one, singly = list[Took](), list[Took](), list[Took](), list[Took]()
    twins, alone = fifty(), [segment.id for segment in plan.segments]
    for turn in range(ROUNDS):
        before = at.processor()
        seconds = duck.answer(twins)
        by_hand.append(Took(seconds, at.processor() - before))
        took, decisions = _everyone(at, plan, beside=True)
        two.append(took)
        if turn == 0:
            compare(plan, decisions, duck.members(twins))
        del decisions
        one.append(_everyone(at, plan)[0])
        singly += [_everyone(at, plan, [segment_id])[0] for segment_id in alone[turn::ROUNDS]]
    return _median(by_hand), _median(two), _median(one), singly


def _median(runs: Sequence[Took]) -> Took:
    return Took(statistics.median(t.clock for t in runs), statistics.median(t.processor for t in runs))


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _sticky() -> Plan:
    """A plan of one two-sided segment: every answer follows the whole history."""
    join, stay = parse("sum(orders.net WHERE date >= -365d) >= 500"), parse("last_order_date >= -180d")
    definition = TwoSided(join, stay, Duration(14, Unit.DAY))
    return compile_plan([SegmentRule(SegmentId(1), "sticky", definition)], StoreContext(STORE, ZONE, "EUR"))


def _small(what: str, seconds: float, customers: int) -> Row:
    return Row(TABLE, what, seconds * 1000, "ms", None, f"{seconds / customers * 1_000_000:,.0f} µs each")


def _everyone(
    at: Place, plan: Plan, only: list[SegmentId] | None = None, beside: bool = False
) -> tuple[Took, list[Decision]]:
    with at.database.store(STORE, isolation="REPEATABLE READ") as tx:
        before, began = at.processor(), time.perf_counter()
        decisions = list(decide(tx, plan, Asked.everyone(NOW), only, at.database if beside else None))
        seconds = time.perf_counter() - began
    return Took(seconds, at.processor() - before), decisions


def _few(at: Place, plan: Plan, count: int) -> float:
    """The median of several draws, once the connection knows the statement."""
    drawn = random.Random(count)
    times = []
    for _ in range(15):
        ids = [CustomerId(drawn.randint(1, at.customers)) for _ in range(count)]
        times.append(_timed(at, plan, ids))
    return statistics.median(times[3:])


def _timed(at: Place, plan: Plan, ids: list[CustomerId]) -> float:
    with at.database.store(STORE) as tx:
        began = time.perf_counter()
        list(decide(tx, plan, Asked.customers(ids, NOW)))
        return time.perf_counter() - began


def _busy(at: Place) -> float:
    """The customer whose number of orders is nearest to 200, under twice as many segments."""
    rules = [twin.rule for twin in fifty()]
    more = [_shifted(rule, len(rules)) if isinstance(rule, str) else rule for rule in rules]
    plan = the_plan([*rules, *more])
    query = """SELECT customer_id FROM orders WHERE store_id = %s GROUP BY 1 ORDER BY abs(count(*) - 200), 1 LIMIT 1"""
    with at.database.store(STORE) as tx:
        customer_id = CustomerId(tx.value(query, (STORE,)))
    return statistics.median([_timed(at, plan, [customer_id]) for _ in range(15)][3:])


def _shifted(rule: str, number: int) -> str:
    """A rule like it that shares nothing with it that has a window."""
    rule = re.sub(r"-(\d+)d", lambda m: f"-{int(m[1]) + 1}d", rule)
    return re.sub(r"'s(\d+)'", lambda m: f"'s{int(m[1]) + number}'", rule)


def compare(plan: Plan, decisions: Sequence[Decision], members: Sequence[Mapping[int, str]]) -> None:
    """Raises AssertionError where the two did not answer alike, or an answer is the same for all."""
    for place_, segment in enumerate(plan.segments):
        ours: dict[int, str] = {}
        for decision in decisions:
            outcome = decision.outcomes[place_]
            assert not outcome.undecided, f"{segment.name} is undecided for {decision.customer_id}"
            if outcome.label is not None:
                ours[decision.customer_id] = outcome.label
        theirs = members[segment.id]
        differing = sorted(set(ours.items()) ^ set(theirs.items()))
        assert not differing, f"{segment.name}: {len(ours)} against {len(theirs)}, differing {differing[:5]}"
        assert 0 < len(ours) < len(decisions), f"{segment.name} says the same of everyone"


def _alarms(at: Place, plan: Plan) -> list[Row]:
    """How many customers wait for an alarm, how many of them soon, and how many of those rang for nothing."""
    _, decisions = _everyone(at, plan, beside=True)
    with_alarm = sum(d.due_at is not None for d in decisions)
    soon = [(d.customer_id, d.due_at, d.outcomes) for d in decisions if d.due_at and d.due_at < NOW + FOLLOWED]
    soon = random.Random(1).sample(soon, min(len(soon), 5_000))
    with at.database.store(STORE) as tx:
        then = decide(tx, plan, Asked.moments([(customer_id, due) for customer_id, due, _ in soon]))
        false = sum(now.outcomes == was for now, (_, _, was) in zip(then, soon, strict=True))
    return [
        Row(TABLE, "customers with an alarm", 100 * with_alarm / max(1, len(decisions)), "%"),
        Row(TABLE, "alarms within two days, at most 5,000 of them", float(len(soon)), "customers"),
        Row(TABLE, "of these false: nothing changed", 100 * false / max(1, len(soon)), "%"),
    ]


def rows(size: Size) -> list[Row]:
    """The benchmark's rows for a store of that size."""
    with place(size) as at:
        return measure(at)


def main() -> None:
    """Prints the table; ``--json`` keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--orders", type=int, default=10, help="for each customer, on average")
    parser.add_argument("--lines", type=float, default=2.5, help="for each order, on average")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    end_on_any_signal()
    found = rows(Size(chosen.customers, chosen.orders, chosen.lines))
    print(printed(found))
    if chosen.json:
        chosen.json.write_text(json.dumps([row.as_dict() for row in found], indent=1) + "\n")


if __name__ == "__main__":
    main()
