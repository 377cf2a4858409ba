"""The pace: shared by all workers, corrected by the answers' headers, never in anyone's way."""

import threading
import time

import pytest
import redis

from embedded.valkey import Valkey
from plugin.flow import backfill, fetch, optional, reconcile, repair, write
from plugin.platforms.bigcommerce.limits import (
    ALONE_REQUESTS,
    AT_ONCE,
    CROWDED,
    FIRST_REST,
    LONGEST_REST,
    REQUESTS,
    WINDOW,
    Pacer,
    Quota,
    pacer,
    rest,
)

STORE = "z4zn3wo"
NO_TIME = {
    "X-Rate-Limit-Requests-Left": "0",
    "X-Rate-Limit-Requests-Quota": "150",
    "X-Rate-Limit-Time-Window-Ms": "30000",
    "X-Rate-Limit-Time-Reset-Ms": "0",
}
"""A refusal that would be asked again at once."""


def told(left: int, quota: int = 150, reset: float = 10.0) -> Quota:
    return Quota(left, quota, WINDOW, reset)


def through(pace: Pacer, share: float = 1.0, quota: Quota | None = None) -> float:
    """One call, made and answered; or how long it has to wait."""
    wait, turn = pace.reserve(STORE, share)
    if not wait:
        pace.settle(STORE, turn, quota)
    return wait


def test_calls_pass_until_the_window_is_used_up_and_then_wait_for_its_end(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    waits = [through(pace) for _ in range(REQUESTS + 1)]

    assert waits[:REQUESTS] == [0] * REQUESTS
    assert 0 < waits[REQUESTS] <= WINDOW


def test_no_more_than_three_are_under_way_and_one_of_them_is_for_live_work(redis_url: str) -> None:
    one, other = pacer(redis_url, patience=10), pacer(redis_url, patience=10)
    turns = [one.reserve(STORE, 0.5), other.reserve(STORE, 0.5)]
    assert [turn.wait for turn in turns] == [0, 0]
    assert one.reserve(STORE, 0.5).wait == CROWDED

    assert other.reserve(STORE, 1.0).wait == 0
    assert one.reserve(STORE, 1.0).wait == CROWDED
    one.settle(STORE, turns[0].name, None)
    assert one.reserve(STORE, 1.0).wait == 0
    assert one.reserve("another", 1.0).wait == 0


def test_what_a_purchase_needs_takes_the_turn_that_everything_else_leaves(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    for share in (backfill.SHARE, reconcile.SHARE):
        assert pace.reserve(STORE, share).wait == 0
    for share in (backfill.SHARE, reconcile.SHARE, repair.SHARE, optional.SHARE, write.CROWD_SHARE):
        assert pace.reserve(STORE, share).wait == CROWDED

    wait, turn = pace.reserve(STORE, fetch.SHARE)
    assert wait == 0
    pace.settle(STORE, turn, None)
    assert pace.reserve(STORE, write.SHARE).wait == 0
    assert pace.reserve(STORE, fetch.SHARE).wait == CROWDED


def test_workers_together_never_have_four_calls_under_way(redis_url: str) -> None:
    most, inside, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal most, inside
        own = pacer(redis_url, patience=10)
        for _ in range(30):
            wait, turn = own.reserve(STORE)
            if wait:
                continue
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1
            own.settle(STORE, turn, None)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 <= most <= AT_ONCE


def test_a_killed_worker_s_turn_is_free_again_after_its_lease(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pace = pacer(redis_url, patience=10)
    monkeypatch.setattr("plugin.platforms.bigcommerce.limits.LEASE", 0.2)
    for _ in range(AT_ONCE):
        pace.reserve(STORE)
    assert pace.reserve(STORE).wait == CROWDED

    deadline = time.monotonic() + 5
    while pace.reserve(STORE).wait and time.monotonic() < deadline:
        pass
    assert time.monotonic() < deadline


def test_background_work_never_uses_up_what_live_work_needs(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    passed = 0
    while through(pace, 0.4, None) == 0:
        passed += 1

    assert passed == REQUESTS * 0.4
    assert through(pace, 1.0) == 0


def test_the_answer_tells_what_others_used_and_when_the_window_ends(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    through(pace, 1.0, told(left=1, reset=7.0))

    assert through(pace) == 0
    assert through(pace) == pytest.approx(7.0, abs=0.5)


def test_the_quota_shrinks_and_grows_with_the_other_apps_of_the_store(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    through(pace, 1.0, told(left=40, quota=60))
    assert through(pace, 0.5, told(left=30, quota=60)) == 0
    assert through(pace, 0.5) > 0

    through(pace, 1.0, told(left=440, quota=450, reset=29.0))
    assert through(pace, 0.5) == 0


def test_an_answer_that_was_overtaken_gives_nothing_back(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    _, late = pace.reserve(STORE)
    through(pace, 1.0, told(left=0, reset=9.0))
    pace.settle(STORE, late, told(left=100, reset=9.0))

    assert through(pace) == pytest.approx(9.0, abs=0.5)


def test_calls_under_way_when_a_window_begins_are_not_forgotten(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    first, second = pace.reserve(STORE), pace.reserve(STORE)
    pace.settle(STORE, first.name, told(left=1, reset=60.0))

    assert through(pace) == pytest.approx(60, abs=1)
    pace.settle(STORE, second.name, None)


def test_a_refusal_that_names_a_time_is_kept_by_every_worker(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    _, turn = pace.reserve(STORE)
    wait = pace.refused(STORE, turn, 4.0).wait

    assert 4.0 <= wait <= 5.0
    assert pacer(redis_url, patience=10).reserve(STORE).wait == pytest.approx(wait, abs=0.2)


def test_refusals_without_a_word_are_rested_out_longer_each_time_until_one_call_passes(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    rests = [pace.refused(STORE, "", None).wait for _ in range(9)]
    for number, waited in enumerate(rests):
        least = min(FIRST_REST * 2**number, LONGEST_REST)
        assert least <= waited <= least * 1.25 + 0.01

    pace.settle(STORE, "", None)
    assert pace.refused(STORE, "", None).wait <= FIRST_REST * 1.25 + 0.01


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"X-Retry-After": "5"}, 5),
        ({"X-Retry-After": "soon"}, None),
        ({"X-Retry-After": "-3"}, None),
        ({"X-Retry-After": "0"}, None),
        (NO_TIME, None),
        ({"X-Retry-After": "99999"}, 3600),
    ],
)
def test_how_long_a_refusal_asks_to_be_left_alone(headers: dict[str, str], seconds: float | None) -> None:
    assert rest(headers) == seconds


@pytest.mark.parametrize("lacking", ["Requests-Left", "Requests-Quota", "Time-Window-Ms", "Time-Reset-Ms"])
def test_headers_that_do_not_say_all_say_nothing(lacking: str) -> None:
    names = {"Requests-Left": "9", "Requests-Quota": "150", "Time-Window-Ms": "30000", "Time-Reset-Ms": "1500"}
    headers = {f"X-Rate-Limit-{name}": value for name, value in names.items()}
    assert Quota.of(headers) == Quota(9, 150, 30.0, 1.5)

    assert Quota.of({**headers, f"X-Rate-Limit-{lacking}": "many"}) is None
    del headers[f"X-Rate-Limit-{lacking}"]
    assert Quota.of(headers) is None


def test_without_redis_each_process_allows_itself_a_little(redis_server: Valkey) -> None:
    redis_server.stop()
    pace = pacer(redis_server.url)
    began = time.monotonic()
    waits = [through(pace) for _ in range(int(ALONE_REQUESTS) + 1)]

    assert waits[0] == 0
    assert 0 < waits[-1] <= 1
    assert time.monotonic() - began < 2
    assert pace.refused(STORE, "", None).wait > 0


def test_the_mirror_is_gone_a_day_after_the_last_call(redis_url: str) -> None:
    pace = pacer(redis_url, patience=10)
    pace.reserve(STORE)

    server = redis.Redis.from_url(redis_url)
    assert all(0 < server.ttl(key) <= 86_400 for key in server.keys("pace:bigcommerce:*"))
