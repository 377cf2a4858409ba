"""Random stores: a few customers, facts close to the nights that matter, and rules that meet them."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from plugin.db import customers, observations, orders
from plugin.db.transaction import Transaction
from plugin.domain.facts import (
    AttributeSeen,
    Channel,
    ConsentSeen,
    CustomerSeen,
    LineSeen,
    OrderSeen,
    RefundLineSeen,
    RefundSeen,
    TagsChanged,
    TagsListed,
    Version,
)
from plugin.domain.ids import CustomerId, LineId, OrderId, ProductId, RefundId
from plugin.rules import fields
from plugin.rules.tree import Duration, RelativeDay, RelativeExact, Rule, Unit
from plugin.rules.walk import walk
from tests.laws.oracle import Person, Sighting, add, midnight
from tests.rules.strategies import Pools, rules

ZONES = {
    "UTC": (date(2024, 2, 29), date(2026, 6, 15)),
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),
    "Asia/Kolkata": (date(2026, 1, 31), date(2025, 2, 28)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Pacific/Apia": (date(2024, 2, 29), date(2011, 12, 30)),
}
"""Time zones, each with nights on which something odd happens."""

TEXTS = ("pos", "WEB", "DE", "fr", "Shoes", "it's")
TAGS = ("vip", "Groß", "new")
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class World:
    """A store's facts, the day around which they lie, and when to ask."""

    timezone: str
    center: date
    orders_known_from: datetime | None
    labels_known_from: datetime | None
    people: tuple[Person, ...]
    moments: tuple[datetime, ...]

    @property
    def pools(self) -> Pools:
        """Values for rules that meet these facts."""
        return pools(self.center)


def pools(center: date, segments: tuple[str, ...] = ()) -> Pools:
    """Values for rules about facts around that day."""
    return Pools(
        segments=segments,
        texts=(*TEXTS, *TAGS),
        ids=(1, 2, 3),
        numbers=("0", "1", "2", "3", "10", "49.9", "100", "-5", "0.3333", "0.5"),
        first_day=center - timedelta(days=45),
        last_day=center + timedelta(days=10),
        days_back=45,
        free_texts=False,
    )


@functools.cache
def some_rules(center: date, segments: tuple[str, ...], levels: int) -> SearchStrategy[Rule]:
    """Rules about facts around that day. Kept: building a strategy takes longer than drawing from it."""
    return rules(pools(center, segments), levels, breadth=2)


@st.composite
def worlds(draw: st.DrawFn, people: int = 3, moments: int = 4) -> World:
    """A random store."""
    timezone = draw(st.sampled_from(sorted(ZONES)))
    center = draw(st.sampled_from(ZONES[timezone]))
    when = instants(timezone, center)
    known = st.one_of(st.none(), st.none(), when)
    persons = tuple(draw(_some_person(number, timezone, center)) for number in range(1, people + 1))
    asked = tuple(draw(st.lists(when, min_size=moments, max_size=moments)))
    return World(timezone, center, draw(known), draw(known), persons, asked)


@functools.cache
def _some_person(number: int, timezone: str, center: date) -> SearchStrategy[Person]:
    return _person(number, instants(timezone, center))


@functools.cache
def instants(timezone: str, center: date) -> SearchStrategy[datetime]:
    """Mostly local midnights and what is next to them, within some weeks of the day."""
    days = st.one_of(st.integers(-3, 3), st.integers(-40, 8))
    offsets = st.sampled_from(
        [timedelta(0), -TICK, TICK, timedelta(hours=1), timedelta(hours=-1), timedelta(hours=12), timedelta(hours=2.5)]
    )

    def instant(day: int, offset: timedelta) -> datetime:
        local = datetime.combine(center + timedelta(days=day), datetime.min.time(), ZoneInfo(timezone))
        return local.astimezone(UTC) + offset

    return st.builds(instant, days, offsets)


_AMOUNTS = st.sampled_from([Decimal(n) for n in ("0", "10", "33.33", "49.9", "50", "100", "0.01")])
_TEXT = st.one_of(st.none(), st.sampled_from(TEXTS))
_TAGS = st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(tuple)


@st.composite
def _person(draw: st.DrawFn, number: int, when: SearchStrategy[datetime]) -> Person:
    placed = [draw(_order(number, k, when)) for k in range(draw(st.integers(0, 4)))]
    refunds = [draw(_refund(order, k, when)) for order in placed for k in range(draw(st.sampled_from([0, 0, 1, 2])))]
    sightings = draw(
        st.lists(
            st.builds(Sighting, when, st.sampled_from(["added", "listed", "removed"]), _TAGS),
            max_size=4,
            unique_by=lambda s: (s.at, s.saw),
        )
    )
    sightings = [s for s in sightings if s.tags or s.saw == "listed"]
    codes = st.lists(st.sampled_from(["DE", "fr", "US"]), max_size=2, unique=True).map(tuple)
    countries = draw(st.lists(st.tuples(when, codes), max_size=2, unique_by=lambda c: c[0]))
    consents = draw(st.lists(st.tuples(when, st.sampled_from(fields.CONSENT_STATES)), max_size=2, unique=True))
    created = draw(st.one_of(st.none(), when))
    return Person(number, created, placed, refunds, sightings, countries, consents)


@st.composite
def _order(draw: st.DrawFn, person: int, number: int, when: SearchStrategy[datetime]) -> OrderSeen:
    placed = draw(when)
    key = person * 100 + number
    lines = tuple(draw(_line(key * 10 + k)) for k in range(draw(st.integers(1, 3))))
    return OrderSeen(
        id=OrderId(key),
        customer_id=CustomerId(person),
        version=Version(placed, placed, b""),
        placed_at=placed,
        paid_at=draw(st.sampled_from([placed, placed, None, draw(when)])),
        cancelled_at=draw(st.sampled_from([None, None, None, draw(when)])),
        test=draw(st.sampled_from([False] * 5 + [True])),
        currency="EUR",
        gross=sum((line.gross for line in lines), Decimal(0)),
        discount=sum((line.discount for line in lines), Decimal(0)),
        shipping=Decimal(0),
        tax=Decimal(0),
        total=sum((line.gross - line.discount for line in lines), draw(_AMOUNTS)),
        lines=lines,
        name=draw(_TEXT),
        channel=draw(_TEXT),
        app_id=draw(st.sampled_from([None, "1", "2"])),
        location_id=draw(st.sampled_from([None, "1", "3"])),
        country=draw(_TEXT),
        discount_codes=draw(st.sampled_from([(), ("Shoes",), ("it's", "pos")])),
        tags=draw(_TAGS),
    )


@st.composite
def _line(draw: st.DrawFn, key: int) -> LineSeen:
    gross = draw(_AMOUNTS)
    product = draw(st.sampled_from([None, 1, 2, 3]))
    return LineSeen(
        id=LineId(key),
        product_id=None if product is None else ProductId(product),
        variant_id=draw(st.sampled_from([None, 1, 2])),
        quantity=draw(st.integers(1, 3)),
        gross=gross,
        discount=draw(st.sampled_from([Decimal(0), gross / 2, gross])).quantize(Decimal("0.0001")),
        title=draw(_TEXT),
        sku=draw(_TEXT),
        vendor=draw(_TEXT),
        gift_card=draw(st.booleans()),
        type=draw(_TEXT),
        product_tags=draw(st.one_of(st.none(), _TAGS)),
    )


@st.composite
def _refund(draw: st.DrawFn, order: OrderSeen, number: int, when: SearchStrategy[datetime]) -> RefundSeen:
    worth = order.gross - order.discount
    goods = draw(st.sampled_from([worth, worth / 2, worth / 3, Decimal(1)])).quantize(Decimal("0.0001"))
    lines: tuple[RefundLineSeen, ...] = ()
    if draw(st.booleans()):
        lines = (RefundLineSeen(order.lines[0].id, draw(st.integers(1, 2)), goods),)
    moment = draw(when)
    return RefundSeen(
        RefundId(order.id * 10 + number), order.id, Version(moment, moment, b""), moment, goods, goods + 1, lines
    )


graces = st.sampled_from(
    [
        Duration(0, Unit.DAY),
        Duration(1, Unit.DAY),
        Duration(3, Unit.DAY),
        Duration(2, Unit.WEEK),
        Duration(12, Unit.HOUR),
        Duration(90, Unit.MINUTE),
    ]
)


def load(tx: Transaction, people: tuple[Person, ...]) -> None:
    """The facts are in the database, by the product's own functions."""
    seen = {p.id: CustomerSeen(CustomerId(p.id), _VERSION, p.created, None, None) for p in people}
    latest = {CustomerId(p.id): max(facts(p), default=datetime.min.replace(tzinfo=UTC)) for p in people}
    customers.put(tx, latest, seen)
    listed = sorted((o for p in people for o in p.orders), key=lambda o: o.id)
    refunds = sorted((r for p in people for r in p.refunds), key=lambda r: (r.order_id, r.id))
    if listed:
        orders.put(tx, listed)
    if refunds:
        orders.put_refunds(tx, refunds)
        orders.sum_refunds(tx, [o.id for o in listed])
    tags = [_sighted(p, s) for p in people for s in p.sightings]
    if tags:
        observations.put_tags(tx, tags)
    attributes = [AttributeSeen(CustomerId(p.id), "countries", at, c) for p in people for at, c in p.countries]
    if attributes:
        observations.put_attributes(tx, attributes)
    consents = [ConsentSeen(CustomerId(p.id), Channel.EMAIL, at, state) for p in people for at, state in p.consents]
    if consents:
        observations.put_consents(tx, consents)


_VERSION = Version(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), b"")


def _sighted(person: Person, sighting: Sighting) -> TagsListed | TagsChanged:
    customer_id = CustomerId(person.id)
    match sighting.saw:
        case "listed":
            return TagsListed(customer_id, sighting.at, sighting.tags)
        case "added":
            return TagsChanged(customer_id, sighting.at, added=sighting.tags)
    return TagsChanged(customer_id, sighting.at, removed=sighting.tags)


def facts(person: Person) -> list[datetime]:
    """Every moment at which something about the customer became true."""
    moments = [m for o in person.orders for m in (o.placed_at, o.paid_at, o.cancelled_at) if m is not None]
    moments += [r.refunded_at for r in person.refunds]
    moments += [s.at for s in person.sightings]
    return moments + [at for at, _ in person.countries] + [at for at, _ in person.consents]


def telling_moments(world: World, person: Person, asked: Iterable[Rule], most: int = 24) -> list[datetime]:
    """Moments at which an answer is likely to change, and the instants beside them.

    The facts themselves, and when time carries each of them across a relative date of the rules.
    """
    known = [at for at in (person.created, world.orders_known_from, world.labels_known_from) if at]
    dated = sorted({*facts(person), *known})
    literals = {n for rule in asked for n in walk(rule) if isinstance(n, (RelativeDay, RelativeExact))}
    found = set(dated)
    for literal in literals:
        for fact in dated:
            found |= _crossings(literal, fact, world.timezone)
    listed = sorted({at + beside for at in found for beside in (-TICK, timedelta(0), TICK)} | set(world.moments))
    step = max(1, len(listed) // most)
    return listed[len(listed) % step :: step]


def _crossings(literal: RelativeDay | RelativeExact, fact: datetime, zone: str) -> set[datetime]:
    if isinstance(literal, RelativeExact):
        return {fact - timedelta(minutes=literal.count * (60 if literal.unit is Unit.HOUR else 1))}
    day = fact.astimezone(ZoneInfo(zone)).date()
    return {midnight(add(day, -literal.count, literal.unit) + timedelta(days=k), zone) for k in (0, 1)}
