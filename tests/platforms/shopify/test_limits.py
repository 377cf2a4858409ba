"""The pace: shared by all workers, corrected by Shopify's answers, never in anyone's way."""

import threading
import time

import pytest
import redis

from embedded.valkey import Valkey
from plugin.platforms.shopify.limits import (
    ALONE_CAPACITY,
    ALONE_RATE,
    CAPACITY,
    RATE,
    Pacer,
    ThrottleStatus,
    pacer,
)

STORE = "a.myshopify.com"


def test_a_call_passes_until_the_bucket_is_full_and_then_waits(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    waits = [pace.reserve(STORE, CAPACITY / 4) for _ in range(5)]

    assert waits[:4] == [0, 0, 0, 0]
    assert waits[4] == pytest.approx(CAPACITY / 4 / RATE, rel=0.1)


def test_the_bucket_is_one_for_all_workers_and_one_per_store(redis_url: str) -> None:
    one, other = pacer(redis_url, patience=10), pacer(redis_url, patience=10)
    one.reserve(STORE, CAPACITY)

    assert other.reserve(STORE, 10) > 0
    assert other.reserve("b.myshopify.com", 10) == 0


def test_no_two_workers_reserve_the_same_points(redis_url: str) -> None:
    granted: list[float] = []

    def work() -> None:
        own = pacer(redis_url, patience=10)
        granted.extend(cost for cost in [10.0] * 40 if own.reserve(STORE, cost) == 0)

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(granted) <= CAPACITY + (time.monotonic() - began + 0.1) * RATE + 10


def test_background_work_leaves_room_for_live_work(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    while pace.reserve(STORE, 50, share=0.5) == 0:
        pass

    assert pace.reserve(STORE, 50, share=0.5) > 0
    assert pace.reserve(STORE, 50, share=1.0) == 0


def test_the_answer_tells_size_and_rate(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    pace.reserve(STORE, 10)
    pace.settle(STORE, 10, 10, ThrottleStatus(maximum=20_000, available=19_990, rate=1000))

    assert pace.reserve(STORE, 15_000) == 0
    assert pace.reserve(STORE, 15_000) == pytest.approx(10.01, abs=0.2)


def test_what_was_reserved_too_much_is_free_again(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    pace.reserve(STORE, CAPACITY)
    pace.settle(STORE, CAPACITY, 10, ThrottleStatus(CAPACITY, CAPACITY - 10, RATE))

    assert pace.reserve(STORE, CAPACITY - 20) == 0


def test_what_others_spent_of_our_bucket_is_believed(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    pace.reserve(STORE, 10)
    pace.settle(STORE, 10, 0, ThrottleStatus(maximum=2000, available=5, rate=100))

    assert pace.reserve(STORE, 105) == pytest.approx(1.0, abs=0.1)


def test_calls_under_way_stay_reserved_when_another_settles(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    pace.reserve(STORE, 900)
    pace.reserve(STORE, 50)
    pace.settle(STORE, 50, 50, ThrottleStatus(CAPACITY, CAPACITY - 50, RATE))

    assert pace.reserve(STORE, 200) > 0


def test_a_call_larger_than_the_bucket_passes_once_it_is_empty(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)

    assert pace.reserve(STORE, CAPACITY * 3, share=0.5) == 0
    assert pace.reserve(STORE, 10) > 0


def test_the_bucket_refills_by_the_servers_clock(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    pace.settle(STORE, 0, 0, ThrottleStatus(maximum=100, available=0, rate=200))
    time.sleep(0.3)

    assert pace.reserve(STORE, 50) == 0


def test_without_redis_each_process_allows_itself_a_little() -> None:
    now = [0.0]
    pace = Pacer(None, lambda: now[0])

    assert pace.reserve(STORE, ALONE_CAPACITY) == 0
    assert pace.reserve(STORE, 10) == pytest.approx(10 / ALONE_RATE)
    now[0] = 1.0
    assert pace.reserve(STORE, 10) == 0


def test_a_hanging_redis_costs_one_short_wait_and_is_then_left_alone(redis_server: Valkey) -> None:
    pace = pacer(redis_server.url)
    assert pace.reserve(STORE, CAPACITY) == 0
    redis_server.pause()
    first = pace.reserve(STORE, 10)
    for _ in range(15):
        pace.reserve(STORE, 10)
        pace.settle(STORE, 10, 10, None)
    redis_server.resume()  # Until here it answered nothing, and nobody waited for it.

    assert first == 0


def test_a_redis_that_is_away_is_tried_again_after_a_rest(redis_server: Valkey) -> None:
    now = [100.0]
    server = redis.Redis.from_url(redis_server.url, socket_timeout=0.05, socket_connect_timeout=0.05)
    pace = Pacer(server, lambda: now[0])
    redis_server.kill()
    assert pace.reserve(STORE, 10) == 0
    redis_server.start()
    now[0] += 6
    assert pace.reserve(STORE, CAPACITY) == 0

    assert pacer(redis_server.url).reserve(STORE, 10) > 0


def test_an_operation_is_expected_to_cost_what_it_cost_last() -> None:
    pace = Pacer(None)
    before = pace.estimate("read_orders")
    pace.learn("read_orders", 156)

    assert (before, pace.estimate("read_orders")) == (10, 156)


@pytest.mark.parametrize("cost", [{}, {"throttleStatus": None}, {"throttleStatus": {"restoreRate": 0}}])
def test_an_answer_without_a_status_tells_nothing(cost: dict[str, object]) -> None:
    assert ThrottleStatus.of(cost) is None
