"""Builds a store's whole past from a seed, out of the past the neighbour would have with the same seed."""

import random
from datetime import timedelta

from sandbox.bigcommerce.history.goods import stock
from sandbox.bigcommerce.history.orders import left_behind, told
from sandbox.bigcommerce.history.people import settle
from sandbox.bigcommerce.store.store import Store
from sandbox.history.build import build as build_neighbour
from sandbox.store.shop import Profile, Shop

INCOMPLETE_SHARE = 0.05


def build(store: Store, *, customers: int, years: float, seed: int) -> None:
    """The store has goods, groups, customers and the orders of these years; nothing is announced."""
    details = store.details
    twin = Shop(Profile(f"{store.hash}.myshopify.com", details.name, details.timezone, details.currency,
                        country=details.country), 1, store.created_at)  # fmt: skip
    build_neighbour(twin, customers=customers, years=years, seed=seed)
    rng = random.Random(f"{seed} {store.hash}" if details.channels > 1 else seed)
    with store.lock:
        goods = stock(store, list(twin.products.values()))
        people = settle(store, list(twin.customers.values()), rng)
        for order in sorted(twin.orders.values(), key=lambda order: (order.created_at, order.id)):
            if order.test:
                continue
            if rng.random() < INCOMPLETE_SHARE:
                store.keep(left_behind(store, order, people, goods, order.created_at - timedelta(minutes=9)))
            store.keep(told(store, order, people, goods, rng))
