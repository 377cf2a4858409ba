"""Builds a shop's whole past from a seed."""

import random
from datetime import timedelta

from sandbox.history.catalogue import stock
from sandbox.history.customers import Habit, invite
from sandbox.history.orders import moments_of, purchase
from sandbox.store.shop import Shop

GUEST = Habit(0.0, 1, 1.3, 0.04)
GUEST_SHARE = 0.04


def build(shop: Shop, *, customers: int, years: float, seed: int) -> None:
    """The shop has products, customers and the orders of these years, in order of time; nothing is announced."""
    rng = random.Random(seed)
    until = shop.created_at
    since = until - timedelta(days=round(365 * years))
    with shop.lock:
        products = stock(shop, since - timedelta(days=30))
        people = invite(shop, customers, (since, until - timedelta(hours=2)), rng)
        visits = [(at, person) for person in people for at in moments_of(person[1], person[0].created_at, until, rng)]
        guests = [
            (since + (until - since) * rng.random(), (None, GUEST)) for _ in range(int(len(visits) * GUEST_SHARE))
        ]
        for at, person in sorted([*visits, *guests], key=lambda visit: visit[0]):
            if at < until:
                purchase(shop, person, products, at.replace(microsecond=0), rng)
