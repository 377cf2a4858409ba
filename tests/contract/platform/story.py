"""A store's history in nobody's terms: who came, what they bought, what became of it.

Days are counted back from today at the store. Who is told of in which segment stands in ``rules``, written by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney")
"""With summer times. At any moment one of them is hours away from midnight, so that today stays today."""
TAX = {"DE": Decimal("0.19"), "GB": Decimal("0.20")}
"""Prices include it. Nobody pays any in Norway, Australia or Japan, so that no share of it has to be guessed."""


@dataclass(frozen=True)
class Thing:
    """Something to buy."""

    name: str
    brand: str
    price: str
    categories: tuple[str, ...]
    retail: str | None = None
    size: str = "M"


@dataclass(frozen=True)
class Person:
    """Somebody with an account. ``region``: code and name."""

    days: int
    land: str
    city: str
    postcode: str
    region: tuple[str, str] | None = None
    consent: str | None = None
    """SUBSCRIBED, UNSUBSCRIBED, or never asked."""


@dataclass(frozen=True)
class Back:
    """Units that came back, by thing; None: all, with the shipping."""

    days: int
    units: dict[str, int] | None = None


@dataclass(frozen=True)
class Bought:
    """An order. ``by`` None: a guest. ``name``: of the order, for who deletes it."""

    by: str | None
    days: int
    lines: dict[str, int]
    at: str = "12:00"
    code: tuple[str, int] | None = None
    """A code, and the percent it takes off."""
    channel: str = "web"
    paid: bool = True
    paid_later: int | None = None
    back: tuple[Back, ...] = ()
    cancelled: int | None = None
    deleted: int | None = None
    foreign: bool = False
    """Paid in the buyer's own currency."""
    moment: datetime | None = None
    """Instead of days and an hour: for the night in which clocks are put back."""


@dataclass(frozen=True)
class Step:
    """Something that happens at a moment."""

    at: datetime
    what: str
    subject: Person | Bought | Thing
    name: str = ""
    back: Back | None = None


@dataclass(frozen=True)
class Story:
    """All of it, as of a day in a zone."""

    zone: ZoneInfo
    today: date
    things: dict[str, Thing] = field(default_factory=lambda: THINGS)
    people: dict[str, Person] = field(default_factory=lambda: PEOPLE)

    @cached_property
    def orders(self) -> list[Bought]:
        """Those of every day, and two of the longest night."""
        first, second = self.night
        return [
            *ORDERS,
            Bought("dora", 0, {"CUP": 1}, moment=first),
            Bought("dora", 0, {"CUP": 2}, moment=second),
        ]

    @property
    def night(self) -> tuple[datetime, datetime]:
        """Half an hour before clocks were last put back, and half an hour after: the same time on the wall."""
        moment = datetime.combine(self.today, time(12), self.zone).astimezone(UTC) - timedelta(days=20)
        moment = moment.replace(minute=0)
        while _offset(moment, self.zone) >= _offset(moment - timedelta(hours=1), self.zone):
            moment -= timedelta(hours=1)
        return moment - timedelta(minutes=30), moment + timedelta(minutes=30)

    def moment(self, days: int, at: str = "12:00") -> datetime:
        """That time on the store's wall so many days ago."""
        wall = datetime.combine(self.today - timedelta(days=days), time.fromisoformat(at))
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def placed(self, order: Bought) -> datetime:
        """When it was placed."""
        return order.moment or self.moment(order.days, order.at)

    def steps(self) -> list[Step]:
        """What happens, in its order."""
        return sorted(self._steps(), key=lambda step: step.at)

    def _steps(self) -> Iterator[Step]:
        opened = self.moment(800)
        for name, thing in self.things.items():
            yield Step(opened, "stock", thing, name)
        for name, person in self.people.items():
            yield Step(self.moment(person.days, "08:00"), "register", person, name)
        for order in self.orders:
            yield Step(self.placed(order), "buy", order)
            if order.paid_later is not None:
                yield Step(self.moment(order.paid_later), "pay", order)
            for back in order.back:
                yield Step(self.moment(back.days), "give back", order, back=back)
            if order.cancelled is not None:
                yield Step(self.moment(order.cancelled, "14:00"), "cancel", order)
            if order.deleted is not None:
                yield Step(self.moment(order.deleted), "delete", order)


def a_story(now: datetime) -> Story:
    """The story as of this moment, at a store that is hours away from midnight."""
    zone = next(each for each in map(ZoneInfo, ZONES) if 3 <= now.astimezone(each).hour < 21)
    return Story(zone, now.astimezone(zone).date())


def tax_of(order: Bought, amount: Decimal) -> Decimal:
    """What of an amount is tax, to the cent."""
    rate = TAX.get(PEOPLE[order.by].land if order.by else "DE", Decimal(0))
    return (amount - amount / (1 + rate)).quantize(Decimal("0.01"))


def shipping(order: Bought) -> Decimal:
    """4.90 below 60; what is carried home is not sent."""
    goods = sum((worth(order, name) - off(order, name) for name in order.lines), Decimal(0))
    return Decimal("4.90") if order.channel != "pos" and goods < 60 else Decimal(0)


def worth(order: Bought, name: str) -> Decimal:
    """A line's price in all, before discounts."""
    return Decimal(THINGS[name].price) * order.lines[name]


def off(order: Bought, name: str) -> Decimal:
    """What the code took off the line."""
    return worth(order, name) * (order.code[1] if order.code else 0) / 100


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    found = moment.astimezone(zone).utcoffset()
    assert found is not None
    return found


THINGS: dict[str, Thing] = {
    "TENT": Thing("Tent", "North", "200.00", ("Camping",), retail="250.00"),
    "STOVE": Thing("Stove", "North", "50.00", ("Camping", "Kitchen")),
    "CUP": Thing("Cup", "Clay", "10.00", ("Kitchen",), retail="12.00", size="S"),
    "RING": Thing("Ring", "Gold", "100.00", ("Gifts",), size="XL"),
}
NSW = ("NSW", "New South Wales")
PEOPLE: dict[str, Person] = {
    "ana": Person(700, "NO", "Oslo", "0150", consent="SUBSCRIBED"),
    "ben": Person(95, "AU", "Sydney", "2000", NSW),
    "cleo": Person(92, "AU", "Newcastle", "2300", NSW, consent="UNSUBSCRIBED"),
    "dora": Person(600, "JP", "Osaka", "530-0001"),
    "emil": Person(120, "NO", "Bergen", "5003"),
    "fay": Person(60, "NO", "Oslo", "0150", consent="SUBSCRIBED"),
    "gus": Person(30, "JP", "Kyoto", "600-8001"),
    "hana": Person(45, "JP", "Osaka", "530-0001"),
    "ivo": Person(10, "NO", "Tromsø", "9008"),
    "jun": Person(61, "JP", "Tokyo", "100-0001"),
    "kim": Person(20, "DE", "Köln", "50667"),
    "lea": Person(15, "NO", "Oslo", "0151", consent="SUBSCRIBED"),
    "max": Person(320, "GB", "London", "SW1A 1AA"),
    "nia": Person(500, "AU", "Sydney", "2000", NSW, consent="SUBSCRIBED"),
    "olaf": Person(400, "NO", "Oslo", "0150"),
}
ORDERS = [
    Bought("ana", 400, {"TENT": 1}),
    Bought("ana", 200, {"STOVE": 2}),
    Bought("ana", 20, {"CUP": 3, "RING": 1}, code=("WELCOME", 10)),
    Bought("ben", 90, {"STOVE": 1}, at="00:00"),  # The first moment of that day,
    Bought("cleo", 91, {"STOVE": 1}, at="23:59"),  # and the last minute of the one before.
    Bought("emil", 100, {"RING": 2}, back=(Back(30, {"RING": 1}),)),
    Bought("fay", 50, {"TENT": 1}, back=(Back(40),)),
    Bought("gus", 12, {"CUP": 1}, paid=False, cancelled=10),
    Bought("hana", 40, {"RING": 1}, cancelled=35, back=(Back(35),)),
    Bought("ivo", 5, {"STOVE": 1}, paid=False),
    Bought("jun", 60, {"TENT": 1, "CUP": 1}, paid=False, paid_later=50),
    Bought("kim", 15, {"CUP": 5}, channel="pos"),
    Bought("max", 300, {"TENT": 1}),
    Bought("nia", 450, {"TENT": 2, "STOVE": 1}),
    Bought("nia", 320, {"RING": 1, "CUP": 2}, code=("Summer", 20)),
    Bought("nia", 95, {"TENT": 1}, channel="pos"),
    Bought("nia", 30, {"RING": 3}, back=(Back(25, {"RING": 1}), Back(20, {"RING": 1}))),
    Bought("nia", 2, {"STOVE": 1, "CUP": 1}, channel="marketplace"),
    Bought("olaf", 300, {"RING": 5}, deleted=6),
    Bought(None, 33, {"RING": 5}),
]
