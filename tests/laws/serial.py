"""What happens to a store from several sides at once, and what must be true when all of it is over."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

from plugin.db import customers, memberships, outbox, plans, segments, stores
from plugin.db.segments import Segment, State
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid, NotFound
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.domain.text import fold
from plugin.engine.decide import Asked
from plugin.engine.decide import decide as ask
from plugin.flow.compiled import compiled
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.plan import apply, go_live, pause, plan
from plugin.flow.save import delete, save
from plugin.flow.sweep import sweep
from plugin.rules.problems import RuleError
from tests.messages import order, person, post, refund

Definition = Mapping[str, Any]
Act = Callable[[House, StoreId], object]
SPENDERS, FRIENDS, LOYAL, TIERS = "Spenders", "Friends", "Loyal", "Tiers"


@dataclass(frozen=True)
class Step:
    """One thing that happens, under the name by which a failing example tells of it."""

    name: str
    act: Act

    def __call__(self, house: House, store: StoreId) -> None:
        self.act(house, store)

    def __repr__(self) -> str:
        return self.name


def rule(text: str) -> Definition:
    return {"kind": "rule", "rule": text}


MEANINGS: Mapping[str, tuple[Definition, ...]] = {
    SPENDERS: (
        rule("sum(orders.net) >= 40"),
        rule("sum(orders.net) >= 90"),
        rule("count(orders WHERE date >= -20d) >= 1"),
        rule("count(orders WHERE date >= -60d) = 0"),
    ),
    FRIENDS: (
        rule("IN SEGMENT 'Spenders' AND number_of_orders >= 2"),
        rule("NOT IN SEGMENT 'Spenders'"),
        rule("number_of_orders >= 1"),
    ),
    LOYAL: (
        {"kind": "two_sided", "join": "number_of_orders >= 2", "stay": "last_order_date >= -15d", "grace": "10d"},
        {"kind": "two_sided", "join": "IN SEGMENT 'Spenders'", "stay": "number_of_orders >= 1", "grace": "0d"},
    ),
    TIERS: (
        {
            "kind": "tiers",
            "cases": [
                {"label": "gold", "rule": "sum(orders.net) >= 100"},
                {"label": "silver", "rule": "number_of_orders >= 1"},
            ],
            "default": None,
        },
        {
            "kind": "tiers",
            "cases": [{"label": "gold", "rule": "count(orders WHERE date >= -20d) >= 2"}],
            "default": "silver",
        },
    ),
}
"""What each segment may mean, first and after an edit."""


def outputs_of(name: str, spelling: int) -> dict[str, str]:
    """The tags of a segment; an edit may choose others."""
    if name == TIERS:
        return {"gold": f"gold-{spelling}", "silver": "silver"}
    return {"": f"{name}-{spelling}"}


Wish = Callable[[House, StoreId, SegmentId], object]


@dataclass(frozen=True)
class Find:
    """The segments of an example by name, whatever became of them."""

    ids: Mapping[str, SegmentId]

    def wished(self, name: str, wish: Wish, told: str) -> Step:
        """What a merchant wants of that segment, which may be refused because of what others did meanwhile."""

        def act(house: House, store: StoreId) -> None:
            with suppress(Invalid, NotFound, RuleError):
                wish(house, store, self.ids[name])

        return Step(f"{told} {name}", act)

    def edited(self, name: str, meaning: int, spelling: int) -> Step:
        """The segment has a new version, and a plan that waits for the merchant if it is live."""
        place = meaning % len(MEANINGS[name])

        def wish(house: House, store: StoreId, segment: SegmentId) -> None:
            save(house, store, name, MEANINGS[name][place], outputs_of(name, spelling), "law", segment)
            plan(house, store)

        return self.wished(name, wish, f"save meaning {place}, spelling {spelling} of")


def apply_newest(house: House, store: StoreId, segment: SegmentId) -> None:
    """The segment's newest plan is applied."""
    with house.database.store(store) as tx:
        newest = plans.latest(tx, segment)
    if newest is not None:
        apply(house, store, newest.id)


WISHES: Mapping[str, Wish] = {"apply": apply_newest, "go live": go_live, "pause": pause, "delete": delete}


def bought(number: int, customer: int, amount: int, days: int) -> Step:
    """The customer bought so many days ago; half a day from any alarm."""

    def act(house: House, store: StoreId) -> None:
        placed = datetime.now(UTC) - timedelta(days=days, hours=12)
        post(house, store, "orders/create", order(number, customer, f"{amount}.00", placed))

    return Step(f"{customer} buys {number} for {amount}, {days} days ago", act)


def given_back(number: int, amount: int) -> Step:
    """A part of the order's money went back."""
    body = refund(number, number, f"{amount}.00")
    return Step(f"{amount} of {number} go back", lambda house, store: post(house, store, "refunds/create", body))


def gone(topic: str, number: int) -> Step:
    """The order or the customer is deleted at the store."""
    return Step(f"{topic} {number}", lambda house, store: post(house, store, topic, {"id": number}))


def seen(customer: int) -> Step:
    """The store tells of the customer, without what a rule could read."""
    return Step(f"{customer} seen", lambda house, store: post(house, store, "customers/update", person(customer)))


def a_past(house: House, store: StoreId) -> Find:
    """Five customers with an order or two; four live segments over them."""
    for customer in range(1, 6):
        bought(100 + customer, customer, 30, 5)(house, store)
        if customer % 2:
            bought(200 + customer, customer, 30, 40)(house, store)
    ids = {}
    for name, meanings in MEANINGS.items():
        ids[name], _ = save(house, store, name, meanings[0], outputs_of(name, 0), "law")
    settle(house, store)
    for segment_id in ids.values():
        go_live(house, store, segment_id)
    settle(house, store)
    return Find(ids)


def settle(house: House, store: StoreId) -> None:
    """Nothing waits any more: no delivery, no plan, nobody is due."""
    while drain(house, store).count or sweep(house, store) or plan(house, store):
        pass


def at_once(house: House, store: StoreId, actors: list[list[Step]]) -> None:
    """Each actor takes their steps in a thread with connections of its own, all beginning together."""
    gate = Barrier(len(actors))

    def run(steps: list[Step]) -> None:
        try:
            gate.wait(30)
            for step in steps:
                step(house, store)
        finally:
            house.database.close()

    with ThreadPoolExecutor(len(actors)) as pool:
        for future in [pool.submit(run, steps) for steps in actors]:
            future.result(60)


@dataclass(frozen=True)
class Recomputed:
    """What the facts mean under the applied rules, computed from nothing else."""

    members: dict[tuple[CustomerId, SegmentId], str]
    wanted: dict[CustomerId, frozenset[str]]
    alarms: dict[CustomerId, datetime | None]


def recomputed(tx: Transaction) -> Recomputed:
    """A clean recompute of everyone."""
    applied = segments.applied(tx)
    rules = compiled(stores.get(tx), applied)
    members: dict[tuple[CustomerId, SegmentId], str] = {}
    wanted: dict[CustomerId, frozenset[str]] = {}
    alarms: dict[CustomerId, datetime | None] = {}
    by_id: dict[SegmentId, Segment] = {segment.id: segment for segment in applied}
    for decision in ask(tx, rules.plan, Asked.everyone(tx.value("SELECT clock_timestamp()"))):
        tags = set()
        for segment, outcome in zip(rules.segments, decision.outcomes, strict=True):
            if outcome.label is None:
                continue
            members[(decision.customer_id, segment.id)] = outcome.label
            tag = by_id[segment.id].outputs.get(outcome.label)
            if tag and by_id[segment.id].state is State.LIVE:
                tags.add(fold(tag))
        wanted[decision.customer_id] = frozenset(tags)
        alarms[decision.customer_id] = decision.due_at
    return Recomputed(members, wanted, alarms)


def standing(tx: Transaction) -> Recomputed:
    """What stands in the tables."""
    ids = [CustomerId(row[0]) for row in tx.rows("SELECT id FROM customers WHERE store_id = %s", (tx.store_id,))]
    members = {(row.customer_id, row.segment_id): row.label for row in memberships.of(tx, ids)}
    entries = outbox.of(tx, ids)
    wanted = {id_: frozenset(map(fold, entries[id_].wanted)) if id_ in entries else frozenset() for id_ in ids}
    alarms: dict[CustomerId, datetime | None] = dict(
        tx.rows("SELECT id, due_at FROM customers WHERE store_id = %s", (tx.store_id,))
    )
    assert customers.count_due(tx) == 0
    return Recomputed(members, wanted, alarms)
