"""Many purchases at a steady rate, for load."""

import itertools
import random
import threading
import time
from dataclasses import dataclass
from typing import Any

from sandbox.commerce.draft import Cart, Item
from sandbox.commerce.trade import buy
from sandbox.store.shop import Shop
from sandbox.world import World

_numbers = itertools.count(1)


@dataclass(slots=True)
class Rush:
    """How far a run of purchases has come."""

    id: int
    count: int
    per_second: float
    placed: int = 0
    seconds: float = 0.0
    done: bool = False

    def summary(self) -> dict[str, Any]:
        """The run for whoever watches."""
        return {
            "id": self.id,
            "count": self.count,
            "per_second": self.per_second,
            "placed": self.placed,
            "seconds": round(self.seconds, 3),
            "done": self.done,
        }


def rush(world: World, shop: Shop, *, count: int, per_second: float, seed: int) -> Rush:
    """``count`` customers drawn with this seed are buying from now on; 0 a second is as fast as it goes."""
    run = Rush(next(_numbers), count, per_second)
    rng = random.Random(seed)
    with shop.lock:
        customers, products = list(shop.customers.values()), list(shop.products.values())
    if not customers:
        raise ValueError("the shop has no customers")

    def go() -> None:
        began = time.monotonic()
        try:
            for number in range(count):
                if per_second:
                    time.sleep(max(0.0, began + number / per_second - time.monotonic()))
                items = [Item(product, 1) for product in rng.sample(products, rng.choice((1, 1, 2, 3)))]
                buy(world.announcer, shop, Cart(items, rng.choice(customers)))
                run.placed += 1
                run.seconds = time.monotonic() - began
        finally:
            run.done = True
            world.sender.end(shop.domain)

    world.sender.begin(shop.domain)
    threading.Thread(target=go, name=f"rush-{run.id}", daemon=True).start()
    return run
