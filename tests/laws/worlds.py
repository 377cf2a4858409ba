"""Random stores: a few customers with every kind of fact, close to the nights that matter.

A seed makes a store, always the same one. Facts go into the database by the product's own absorb.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from plugin.db.transaction import Transaction
from plugin.domain.facts import AMOUNTS, CustomerMerged, CustomerSeen, Fact, OrderSeen, Version
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.engine.plan import StoreContext
from plugin.flow.facts import Sorted, put
from plugin.rules.fields import is_dynamic
from tests.laws.oracle import TICK, Person, Segment, Store
from tests.laws.people import ATTRIBUTES, a_person

ZONES: dict[str, tuple[date, ...]] = {
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),
    "Asia/Kolkata": (date(2026, 1, 31), date(2025, 2, 28)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Pacific/Apia": (date(2024, 2, 29), date(2011, 12, 30)),
}
"""Time zones, each with days on which something odd happens."""

_BESIDE = (timedelta(0), timedelta(0), -TICK, TICK, timedelta(hours=1), timedelta(hours=-1), timedelta(hours=12))
_VERSION = Version(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), b"")


@dataclass(frozen=True)
class World:
    """A store's facts and the day around which they lie."""

    timezone: str
    center: date
    people: tuple[Person, ...]
    orders_known_from: datetime | None = None
    labels_known_from: datetime | None = None

    def context(self, store: StoreId, pinned: frozenset[SegmentId] = frozenset()) -> StoreContext:
        """What a plan knows of it."""
        return StoreContext(
            store,
            self.timezone,
            "EUR",
            self.orders_known_from,
            self.labels_known_from,
            definitions={name: kind.value for name, (kind, _) in ATTRIBUTES.items() if is_dynamic(name)},
            pinned=pinned,
            amounts_unsure=any(
                not AMOUNTS.isdisjoint(fact.unknown)
                for person in self.people
                for fact in person.facts
                if isinstance(fact, OrderSeen)
            ),
        )

    def told(self, segments: dict[str, Segment] | None = None, until: datetime | None = None) -> Store:
        """What the oracle knows of it."""
        known = self.orders_known_from, self.labels_known_from
        return Store(self.timezone, *known, segments=segments or {}, people=self.people, until=until)

    @property
    def moments(self) -> list[datetime]:
        """Every moment that stands in a fact."""
        found = {at for person in self.people for fact in person.facts for at in moments_in(fact)}
        found |= {person.created for person in self.people if person.created}
        return sorted(found)


def moments_in(fact: Fact) -> list[datetime]:
    """The moments the fact speaks of."""
    names = ("at", "placed_at", "paid_at", "cancelled_at", "refunded_at", "completed_at")
    found = [getattr(fact, name, None) for name in names]
    for credit in getattr(fact, "credits", ()):
        found += [credit.next_expiry, credit.last_credit]
    return [at for at in found if at is not None]


class Clock:
    """Draws moments around a day: mostly local midnights and what is next to them."""

    def __init__(self, chance: random.Random, timezone: str, center: date) -> None:
        self.chance, self.timezone, self.center = chance, timezone, center

    def day(self) -> date:
        """A day, mostly within three of the odd one."""
        return self.center + timedelta(
            days=self.chance.choice([self.chance.randint(-3, 3), self.chance.randint(-40, 8)])
        )

    def moment(self) -> datetime:
        """A moment."""
        local = datetime.combine(self.day(), datetime.min.time(), ZoneInfo(self.timezone))
        beside = self.chance.choice([*_BESIDE, timedelta(minutes=self.chance.randint(0, 1439))])
        return local.astimezone(UTC) + beside

    def after(self, moment: datetime) -> datetime:
        """A moment that is not before this one."""
        return moment + self.chance.choice(
            [timedelta(0), TICK, timedelta(hours=1), timedelta(days=1), timedelta(days=self.chance.randint(2, 20))]
        )


def a_world(seed: int, people: int = 4) -> World:
    """The store of that seed. Some know their history only from a moment on, some have two records of one person."""
    chance = random.Random(seed)
    timezone = sorted(ZONES)[seed % len(ZONES)]
    center = ZONES[timezone][seed // len(ZONES) % 2]
    clock = Clock(chance, timezone, center)
    everyone = tuple(a_person(chance, clock, number) for number in range(1, people + 1))
    if chance.random() < 0.2:
        loser = replace(everyone[-1], merged=(everyone[0].id, clock.moment()))
        everyone = (*everyone[:-1], loser)
    known = [clock.moment() if chance.random() < 0.25 else None for _ in range(2)]
    return World(timezone, center, everyone, *known)


def load(tx: Transaction, people: Sequence[Person]) -> None:
    """The facts are in the database."""
    batch = Sorted()
    for person in people:
        who = CustomerId(person.id)
        seen = CustomerSeen(who, _VERSION, person.created, person.email, None, tuple(sorted(person.unknown)))
        batch.add([seen, *person.facts], _VERSION.seen_at)
    put(tx, batch, urgent=False)
    merged = Sorted()
    for person in people:
        if person.merged:
            into, at = person.merged
            merged.add([CustomerMerged(CustomerId(person.id), CustomerId(into), at)], _VERSION.seen_at)
    if merged.merged:
        put(tx, merged, urgent=False)
