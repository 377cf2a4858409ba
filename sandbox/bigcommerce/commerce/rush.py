"""Many purchases at a steady rate, for load."""

import itertools
import random
import threading
import time

from sandbox.bigcommerce.commerce.draft import Cart, Item
from sandbox.bigcommerce.commerce.trade import buy
from sandbox.bigcommerce.store.store import Store
from sandbox.bigcommerce.world import World
from sandbox.commerce.rush import Rush

_numbers = itertools.count(1)


def rush(world: World, store: Store, *, count: int, per_second: float, seed: int) -> Rush:
    """``count`` customers drawn with this seed are buying from now on; 0 a second is as fast as it goes."""
    run, rng = Rush(next(_numbers), count, per_second), random.Random(seed)
    with store.lock:
        customers, products = list(store.customers.values()), list(store.products.values())
    if not customers:
        raise ValueError("the store has no customers")

    def go() -> None:
        began = time.monotonic()
        try:
            for number in range(count):
                if per_second:
                    time.sleep(max(0.0, began + number / per_second - time.monotonic()))
                items = [Item(product, 1) for product in rng.sample(products, rng.choice((1, 1, 2, 3)))]
                buy(world.announcer, store, Cart(items, rng.choice(customers)))
                run.placed += 1
                run.seconds = time.monotonic() - began
        finally:
            run.done = True
            world.courier.end(store.hash)

    world.courier.begin(store.hash)
    threading.Thread(target=go, name=f"bigcommerce-rush-{run.id}", daemon=True).start()
    return run
