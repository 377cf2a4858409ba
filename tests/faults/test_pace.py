"""Several workers of one store share its bucket, which really refuses: nobody storms, and everything is written."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import redis

from plugin.db import stores
from plugin.domain.errors import Throttled
from plugin.domain.ids import CustomerId
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.platforms.base import TagDelta
from plugin.platforms.shopify.limits import Pacer
from tests.faults.shop import Merchant, Shop


def test_two_workers_at_an_empty_bucket_write_everything_and_are_hardly_ever_refused(
    merchant: Merchant, shop: Shop, redis_url: str
) -> None:
    with merchant.house.database.store(merchant.store) as tx:
        store = stores.get(tx)
    everyone = [CustomerId(number) for number in shop.customers()] * 25
    gate, waits = threading.Barrier(2), []

    def work(tag: str) -> None:
        """As a worker in a process of its own: it knows the bucket by Redis alone."""
        house = replace(merchant.house, paces={"shopify": Pacer(redis.Redis.from_url(redis_url))})
        calls = client(house, store)
        left = [TagDelta(each, (f"{tag}-{number}",)) for number, each in enumerate(everyone)]
        gate.wait(10)
        while left:
            try:
                left = left[len(platform("shopify").write_tags(calls, left[:25])) :]
            except Throttled as error:
                waits.append(error.wait)
                time.sleep(error.wait)
        house.database.close()

    shop.fail(drain_bucket=True)
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ("one", "two")))
    took = time.monotonic() - began

    written = [call for call in shop.get("/calls") if call["operation"] == "WriteTags"]
    outcomes = [call["outcome"] for call in written]
    points = sum(call["actual"] for call in written if call["outcome"] == "ok")
    assert points == len(everyone) * 2 * 10
    assert all(call["requested"] == 250 for call in written)
    assert outcomes.count("throttled") <= 4
    assert points / 1000 - 1 < took < points / 1000 * 5, "as fast as the bucket fills, and no faster"
    assert waits
    assert all(wait < 2 for wait in waits)
    tags = set(shop.tags(everyone[0]))
    assert {f"{who}-{number}" for who in ("one", "two") for number in range(0, len(everyone), 6)} <= tags
