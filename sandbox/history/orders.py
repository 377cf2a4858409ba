"""Two years of buying: seasons, repeat purchases, discounts, returns, cancellations, unpaid orders."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.commerce.draft import Cart, Item, draft
from sandbox.commerce.money_moves import call_off, give_back, rest, settle
from sandbox.history.customers import Habit
from sandbox.store import totals
from sandbox.store.customer import Customer
from sandbox.store.order import Discount, Order
from sandbox.store.product import Product
from sandbox.store.shop import Shop

SEASON = (0.7, 0.7, 0.9, 1.0, 1.1, 1.1, 0.9, 0.8, 0.9, 1.0, 1.5, 1.6)
"""How much is bought in each month, beside a middle one."""
WELCOME = Discount("WELCOME10", "WELCOME10", Decimal(10))
SUMMER = Discount("SUMMER15", "SUMMER15", Decimal(15))
BLACK_FRIDAY = Discount(None, "Black Week", Decimal(20))
ORDER_TAGS = ("gift-wrap", "express", "fragile")


def moments_of(habit: Habit, since: datetime, until: datetime, rng: random.Random) -> Iterator[datetime]:
    """When a customer with this habit buys; the first time soon after they came."""
    if not habit.days:
        return
    at = since + timedelta(hours=rng.expovariate(1 / 30))
    while at < until:
        yield _awake(at, rng)
        if rng.random() > habit.again:
            return
        days = max(0.5, rng.lognormvariate(0, 0.6) * habit.days)
        at += timedelta(days=days / SEASON[(at + timedelta(days=days)).month - 1])


def purchase(shop: Shop, who: tuple[Customer | None, Habit], goods: Sequence[Product], at: datetime,
             rng: random.Random) -> Order:  # fmt: skip
    """One order of the past, with whatever became of it up to now; silent."""
    customer, habit = who
    at_home = customer is None or (customer.address and customer.address.country_code == shop.profile.country)
    in_person = bool(at_home) and rng.random() < 0.18
    count = max(1, min(6, round(rng.gauss(habit.basket, 0.8))))
    items = [Item(product, 1 if rng.random() < 0.85 else rng.randint(2, 3)) for product in rng.sample(goods, count)]
    first = customer is not None and not shop.orders_of.get(customer.id)
    cart = Cart(
        items=items,
        customer=customer,
        discounts=_discounts(at, rng, first=first),
        source_name="pos" if in_person else "web",
        email=None if customer or in_person else f"guest{shop.last_order_number}@example.net",
        test=rng.random() < 0.006,
        tags=[rng.choice(ORDER_TAGS)] if rng.random() < 0.07 else [],
    )
    order = draft(shop, cart, at)
    _afterwards(shop, order, habit, rng)
    shop.keep(order)
    if customer:
        customer.updated_at = max(customer.updated_at, order.updated_at)
    return order


def _afterwards(shop: Shop, order: Order, habit: Habit, rng: random.Random) -> None:
    at, fate = order.created_at, rng.random()
    now = shop.created_at
    if order.source_name == "web" and fate < 0.03:
        order.authorized = fate < 0.01
        if at < now - timedelta(days=20) and fate > 0.02:
            call_off(order, at + timedelta(days=14), "other")
        return
    if totals.total(order):
        settle(shop, order, at)
    later = min(now, at + timedelta(days=rng.randint(2, 24), seconds=rng.randint(0, 80_000)))
    if later <= at or not totals.total(order):
        return
    if fate < 0.05:
        call_off(order, later, rng.choice(("customer", "inventory", "fraud")))
        give_back(shop, order, later, rest(order), shipping=True)
    elif rng.random() < habit.returns:
        _return(shop, order, later, rng)


def _return(shop: Shop, order: Order, at: datetime, rng: random.Random) -> None:
    kind = rng.random()
    if kind < 0.35:
        give_back(shop, order, at, rest(order), shipping=True, note="Did not fit")
    elif kind < 0.9:
        line = rng.choice(order.lines)
        give_back(shop, order, at, {line.id: rng.randint(1, line.quantity)}, note="Return of a part")
    else:
        amount = min(Decimal("5.00"), totals.received(order))
        give_back(shop, order, at, {}, bare=amount, note="For the late delivery")


def _discounts(at: datetime, rng: random.Random, *, first: bool) -> list[Discount]:
    if at.month == 11 and at.day >= 22:
        return [BLACK_FRIDAY]
    if first and rng.random() < 0.3:
        return [WELCOME]
    if at.month in {6, 7} and rng.random() < 0.25:
        return [SUMMER]
    return []


def _awake(at: datetime, rng: random.Random) -> datetime:
    hour = min(23, max(0, int(rng.gauss(15, 4))))
    return at.replace(hour=hour, minute=rng.randint(0, 59), second=rng.randint(0, 59), microsecond=0)
