"""Random orders with lines, refunds and disputes."""

import random
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import structs

from plugin.domain.facts import (
    AMOUNTS as CONVERTED,
)
from plugin.domain.facts import (
    DiscountKind,
    DisputeSeen,
    LineSeen,
    OrderSeen,
    RefundLineSeen,
    RefundSeen,
    Version,
)
from plugin.domain.ids import CustomerId, LineId, OrderId, ProductId, RefundId
from plugin.rules.fields import LINES, ORDERS
from tests.laws.oracle.days import TICK
from tests.laws.oracle.facts import Said

if TYPE_CHECKING:
    from tests.laws.worlds import Clock

Forgetful = TypeVar("Forgetful", OrderSeen, LineSeen)
AMOUNTS = tuple(Decimal(n) for n in ("0", "10", "33.33", "49.9", "50", "100", "0.01"))
COSTS = tuple(Decimal(n) for n in ("0", "5", "12.5"))
TEXTS = ("Red shoes", "red", "BLUE", "it's 5%", "blue_green")
CHANNELS = ("pos", "WEB")
COUNTRIES = ("DE", "fr")
CITIES = ("Köln", "New York")
POSTCODES = ("SW1A 1AA", "sw1a1aa", "10115")
CODES = ("WELCOME10", "it's", "summer")
TAGS = ("vip", "Groß", "new")
STATES = ("NEEDS_RESPONSE", "UNDER_REVIEW", "WON", "LOST")
CURRENCIES = ("EUR", "USD")
GATEWAYS = ("PayPal", "card")
SIZES = ("S", "XL")

ORDER_SNAPSHOTS = tuple(
    name for name, known in ORDERS.fields.items() if known.snapshot and name not in ("profit", "address_differs")
)
"""Fields that nobody may have written down."""
LINE_SNAPSHOTS = tuple(name for name, known in LINES.fields.items() if known.snapshot and name != "profit")
LINE_CONVERTED = ("gross", "discount", "net", "profit", "cost", "price")
_FACTS = {
    "tag": "tags",
    "discount_kind": "discount_kinds",
    "gateway": "gateways",
    "currency": "presentment_currency",
    "property": "properties",
    "category": "categories",
    "product_tag": "product_tags",
    "option": "options",
    "compare_at_price": "compare_at",
    "cost": "unit_cost",
}
_LISTS = frozenset({"tags", "discount_kinds", "gateways", "properties", "categories", "options"})


def _forgotten(chance: random.Random, fact: Forgetful, names: tuple[str, ...]) -> Forgetful:
    """The order or line, some of whose fields nobody wrote down."""
    unknown = tuple(name for name in names if chance.random() < 0.03)
    kept = [_FACTS.get(name, name) for name in unknown]
    return structs.replace(fact, unknown=unknown, **{name: () if name in _LISTS else None for name in kept})


def orders(chance: random.Random, clock: "Clock", who: CustomerId) -> list[Said]:
    """A few orders and what became of them."""
    found: list[Said] = []
    for number in range(chance.randint(0, 5)):
        order = _order(chance, clock, who, number)
        if number and chance.random() < 0.15:  # Two at one moment.
            first = next(fact for fact in found if isinstance(fact, OrderSeen))
            order = _order(chance, clock, who, number, first.placed_at)
        found.append(order)
        found += [_refund(chance, clock, order, k) for k in range(chance.choice([0, 0, 0, 1, 2]))]
        if chance.random() < 0.3:
            found += _disputes(chance, clock, order)
    return found


def _maybe(chance: random.Random, values: tuple[Any, ...]) -> Any:
    return chance.choice([None, *values])


def _few(chance: random.Random, values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value for value in values if chance.random() < 0.4)


def _order(
    chance: random.Random, clock: "Clock", who: CustomerId, number: int, placed_at: datetime | None = None
) -> OrderSeen:
    placed = placed_at or clock.moment()
    key = who * 100 + number
    lines = tuple(_line(chance, key * 10 + k) for k in range(chance.randint(1, 3)))
    paid = [placed, placed, placed, None, clock.after(placed)]
    goods = sum((line.gross - line.discount for line in lines), Decimal(0))
    shipping, tax = chance.choice(AMOUNTS), chance.choice(AMOUNTS)
    order = OrderSeen(
        id=OrderId(key),
        customer_id=who,
        version=Version(placed, placed, b""),
        placed_at=placed,
        paid_at=chance.choice(paid),
        cancelled_at=chance.choice([None, None, None, clock.after(placed)]),
        test=chance.random() < 0.12,
        currency="EUR",
        gross=sum((line.gross for line in lines), Decimal(0)),
        discount=sum((line.discount for line in lines), Decimal(0)),
        shipping=shipping,
        tax=tax,
        total=goods + shipping,
        lines=lines,
        name=_maybe(chance, TEXTS),
        **_whence(chance),
        **_where(chance),
        **_how(chance),
    )
    order = _forgotten(chance, order, ORDER_SNAPSHOTS)
    return _foreign(order) if random.Random(f"foreign {key} {placed}").random() < 0.06 else order


def _foreign(order: OrderSeen) -> OrderSeen:
    """The order, paid in a currency whose rate nobody knows."""
    lines = tuple(
        structs.replace(
            line,
            **dict.fromkeys(("gross", "discount"), Decimal(0)),
            **dict.fromkeys(("price", "unit_cost")),
            unknown=(*line.unknown, *LINE_CONVERTED),
        )
        for line in order.lines
    )
    nothing = dict.fromkeys(("gross", "discount", "shipping", "tax", "total"), Decimal(0))
    return structs.replace(order, lines=lines, unknown=(*order.unknown, *sorted(CONVERTED)), **nothing)


def _whence(chance: random.Random) -> dict[str, Any]:
    return {
        "channel": _maybe(chance, CHANNELS),
        "app": _maybe(chance, TEXTS),
        "app_id": _maybe(chance, ("1", "2")),
        "location": _maybe(chance, TEXTS),
        "location_id": _maybe(chance, ("1", "3")),
        "staff": _maybe(chance, TEXTS),
        "draft": _maybe(chance, (True, False)),
        **{f"utm_{part}": _maybe(chance, TEXTS) for part in ("source", "medium", "campaign", "term", "content")},
    }


def _where(chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for prefix in ("", "billing_"):
        if chance.random() < 0.8:
            found |= {
                f"{prefix}country": _maybe(chance, COUNTRIES),
                f"{prefix}region": _maybe(chance, ("FR-IDF", "DE-NW")),
                f"{prefix}city": _maybe(chance, CITIES),
                f"{prefix}postcode": _maybe(chance, POSTCODES),
            }
    return found


def _how(chance: random.Random) -> dict[str, Any]:
    return {
        "discount_codes": _few(chance, CODES),
        "discount_kinds": _few(chance, tuple(DiscountKind)),
        "tags": _few(chance, TAGS),
        "gateways": _few(chance, GATEWAYS),
        "shipping_method": _maybe(chance, TEXTS),
        "gift": _maybe(chance, (True, False)),
        "gift_note": _maybe(chance, TEXTS),
        "note": _maybe(chance, TEXTS),
        "presentment_currency": _maybe(chance, CURRENCIES),
        "properties": tuple((name, chance.choice(TEXTS)) for name in _few(chance, ("Engraving", "it's"))),
    }


def _line(chance: random.Random, key: int) -> LineSeen:
    gross = chance.choice(AMOUNTS)
    product = _maybe(chance, (1, 2, 3))
    line = LineSeen(
        id=LineId(key),
        product_id=None if product is None else ProductId(product),
        variant_id=_maybe(chance, (1, 2)),
        quantity=chance.randint(1, 3),
        gross=gross,
        discount=chance.choice([Decimal(0), gross / 2, gross]).quantize(Decimal("0.0001")),
        title=_maybe(chance, TEXTS),
        sku=_maybe(chance, TEXTS),
        vendor=_maybe(chance, TEXTS),
        gift_card=chance.random() < 0.3,
        type=_maybe(chance, TEXTS),
        product_tags=_few(chance, TAGS),
        price=_maybe(chance, AMOUNTS),
        compare_at=_maybe(chance, AMOUNTS),
        unit_cost=chance.choice([None, *COSTS, *COSTS]),
        categories=_few(chance, TEXTS),
        options=tuple((name, chance.choice(SIZES)) for name in _few(chance, ("Size", "Fit"))),
        properties=tuple((name, chance.choice(TEXTS)) for name in _few(chance, ("Engraving",))),
        selling_plan=_maybe(chance, TEXTS),
    )
    return _forgotten(chance, line, LINE_SNAPSHOTS)


def _refund(chance: random.Random, clock: "Clock", order: OrderSeen, number: int) -> RefundSeen:
    worth = order.gross - order.discount
    goods = chance.choice([worth, worth / 2, worth / 3, Decimal(1)]).quantize(Decimal("0.0001"))
    foreign = "gross" in order.unknown
    if foreign:
        goods = Decimal(0)
    lines: tuple[RefundLineSeen, ...] = ()
    if chance.random() < 0.5:
        lines = (RefundLineSeen(chance.choice(order.lines).id, chance.randint(1, 2), goods),)
    moment = clock.after(order.placed_at)
    return RefundSeen(
        RefundId(order.id * 10 + number),
        order.id,
        Version(moment, moment, b""),
        moment,
        goods,
        Decimal(0) if foreign else goods + 1,
        lines,
        whole=foreign and number == 0,
    )


def _disputes(chance: random.Random, clock: "Clock", order: OrderSeen) -> list[Said]:
    found: list[Said] = []
    for number in range(chance.randint(1, 2)):
        at = clock.after(order.placed_at)
        for state in chance.sample(STATES, chance.randint(1, 2)):
            found.append(DisputeSeen(order.id, order.id * 10 + number, at, state))
            at = clock.after(at) + TICK
    return found
