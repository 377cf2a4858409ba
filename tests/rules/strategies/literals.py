"""The values that random rules speak of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from plugin.rules.fields import Field, Type
from plugin.rules.tree import (
    Calendar,
    Day,
    Literal,
    Moment,
    Number,
    Period,
    Point,
    RelativeDay,
    RelativeExact,
    Text,
    Truth,
    Unit,
)

T = TypeVar("T")
_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
_ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=9, minutes=30))])


@dataclass(frozen=True)
class Pools:
    """The values that rules speak of. Empty ``segments``: no questions about segments."""

    segments: tuple[str, ...] = ("vip", "won’t return", "Größe\\XL")
    texts: tuple[str, ...] = ("pos", "web", "Shoes", "it's", "a\\b", "DE", "summer 10%")
    ids: tuple[int, ...] = (1, 2, 3, 632910392, 9_007_199_254_740_993)
    numbers: tuple[str, ...] = ("0", "1", "2", "3", "10", "49.9", "100", "-5", "0.3333")
    own: tuple[str, ...] = (
        "metafields.facts.size",
        "metafields.$app:loyalty.Tier-2",
        "attributes.x",
        "attributes.my size",
    )
    """Names of the store's own."""
    first_day: date = date(2024, 1, 1)
    last_day: date = date(2026, 12, 31)
    days_back: int = 400
    free_texts: bool = True
    """Also texts of any characters."""


POOLS = Pools()


class Pen:
    """Draws single values."""

    def __init__(self, draw: DrawFn, pools: Pools) -> None:
        self.draw = draw
        self.pools = pools

    def one(self, choices: "list[T] | tuple[T, ...]") -> T:
        """One of them."""
        return self.draw(st.sampled_from(choices))

    def made(self, makers: list[Callable[[], T]]) -> T:
        """What one of the makers makes."""
        return self.one(makers)()

    def maybe(self) -> bool:
        """Yes or no."""
        return self.draw(st.booleans())

    def whole(self, low: int, high: int) -> int:
        """A whole number."""
        return self.draw(st.integers(low, high))

    def text(self) -> Text:
        """A text, never an empty one."""
        pool = st.sampled_from(self.pools.texts)
        return Text(self.draw(st.one_of(pool, _ANY_TEXT) if self.pools.free_texts else pool))

    def number(self) -> Number:
        """A number of the pool or any other."""
        pool = st.sampled_from([Decimal(n) for n in self.pools.numbers])
        free = st.decimals(-1000, 1000, places=2, allow_nan=False, allow_infinity=False)
        return Number(self.draw(st.one_of(pool, pool, free)))

    def id(self) -> Number:
        """An id of the pool."""
        return Number(Decimal(self.one(self.pools.ids)))

    def degrees(self, most: int) -> Decimal:
        """A latitude or longitude."""
        return self.draw(st.decimals(-most, most, places=6, allow_nan=False, allow_infinity=False)).normalize() + 0

    def literal(self, known: Field) -> Literal:
        """A fixed value that may stand opposite the field."""
        match known.type:
            case Type.NUMBER | Type.MONEY:
                return self.number()
            case Type.DATE:
                return self.date()
            case Type.CHOICE | Type.TEXT if known.choices:
                return Text(self.one(known.choices))
            case Type.ID:
                return self.id()
            case Type.TRUTH:
                return Truth(self.maybe())
            case Type.POINT:
                return Point(self.degrees(90), self.degrees(180))
        return self.text()

    def date(self) -> Literal:
        """Every spelling of a day, of a period and of an instant."""
        return self.made([self.day, self.day, self.instant])

    def day(self) -> Literal:
        """A day or a period."""
        back = self.pools.days_back
        makers: list[Callable[[], Literal]] = [
            lambda: Day(self.draw(st.dates(self.pools.first_day, self.pools.last_day))),
            lambda: RelativeDay(self.whole(-back, 3), Unit.DAY),
            lambda: RelativeDay(self.whole(-(back // 7), 1), Unit.WEEK),
            lambda: RelativeDay(self.whole(-(back // 30), 1), Unit.MONTH),
            lambda: RelativeDay(self.whole(-2, 1), Unit.YEAR),
            self.period,
        ]
        return self.made(makers)

    def period(self) -> Literal:
        """Calendar periods, near and far."""
        return Period(self.one(list(Calendar)), self.whole(-5, 2), self.whole(1, 4))

    def instant(self) -> Literal:
        """An instant."""
        start = datetime.combine(self.pools.first_day, datetime.min.time())
        end = datetime.combine(self.pools.last_day, datetime.min.time())
        back = self.pools.days_back
        makers: list[Callable[[], Literal]] = [
            lambda: Moment(self.draw(st.datetimes(start, end)).replace(microsecond=0, tzinfo=self.draw(_ZONES))),
            lambda: RelativeExact(self.whole(-back, 2), Unit.HOUR),
            lambda: RelativeExact(self.whole(-back, 90), Unit.MINUTE),
        ]
        return self.made(makers)
