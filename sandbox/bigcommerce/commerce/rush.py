"""Many purchases in a store."""

import random

from sandbox.bigcommerce.commerce.draft import Cart, Item
from sandbox.bigcommerce.commerce.trade import buy
from sandbox.bigcommerce.store.store import Store
from sandbox.bigcommerce.world import World
from sandbox.rush import Rush
from sandbox.rush import rush as run


def rush(world: World, store: Store, *, count: int, per_second: float, seed: int) -> Rush:
    """``count`` customers drawn with this seed are buying from now on; 0 a second is as fast as it goes."""
    rng = random.Random(seed)
    with store.lock:
        customers, products = list(store.customers.values()), list(store.products.values())
    if not customers:
        raise ValueError("the store has no customers")

    def one() -> None:
        items = [Item(product, 1) for product in rng.sample(products, rng.choice((1, 1, 2, 3)))]
        buy(world.announcer, store, Cart(items, rng.choice(customers)))

    return run(one, count, per_second, world.courier, store.hash)
