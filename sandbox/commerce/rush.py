"""Many purchases in a shop."""

import random

from sandbox.commerce.draft import Cart, Item
from sandbox.commerce.trade import buy
from sandbox.rush import Rush
from sandbox.rush import rush as run
from sandbox.store.shop import Shop
from sandbox.world import World


def rush(world: World, shop: Shop, *, count: int, per_second: float, seed: int) -> Rush:
    """``count`` customers drawn with this seed are buying from now on; 0 a second is as fast as it goes."""
    rng = random.Random(seed)
    with shop.lock:
        customers, products = list(shop.customers.values()), list(shop.products.values())
    if not customers:
        raise ValueError("the shop has no customers")

    def one() -> None:
        items = [Item(product, 1) for product in rng.sample(products, rng.choice((1, 1, 2, 3)))]
        buy(world.announcer, shop, Cart(items, rng.choice(customers)))

    return run(one, count, per_second, world.sender, shop.domain)
