"""The bell rings once for many asks, never makes anyone wait, and never stays silent for good."""

from threading import Event

import pytest
import redis

from embedded.valkey import Valkey
from plugin.domain.ids import StoreId
from plugin.flow.bell import Bell, Work

STORE = StoreId(1)


class Heard:
    """Every published ring."""

    def __init__(self) -> None:
        self.rings: list[tuple[Work, float]] = []
        self.any = Event()

    def __call__(self, work: Work, store_id: StoreId, wait: float) -> None:
        self.rings.append((work, wait))
        self.any.set()


@pytest.fixture
def heard() -> Heard:
    return Heard()


def a_bell(url: str, heard: Heard) -> Bell:
    return Bell(redis.Redis.from_url(url, socket_timeout=0.05, socket_connect_timeout=0.05), heard)


def test_asking_twice_before_anyone_looks_rings_once(redis_url: str, heard: Heard) -> None:
    bell = a_bell(redis_url, heard)

    bell.ring(Work.DRAIN, STORE)
    bell.ring(Work.DRAIN, STORE)
    bell.answered(Work.DRAIN, STORE)
    bell.ring(Work.DRAIN, STORE)

    assert heard.rings == [(Work.DRAIN, 0.0), (Work.DRAIN, 0.0)]


def test_what_is_asked_for_now_does_not_wait_with_what_is_asked_for_later(redis_url: str, heard: Heard) -> None:
    bell = a_bell(redis_url, heard)

    bell.ring(Work.DELIVER, STORE, wait=15.0)
    bell.ring(Work.DELIVER, STORE, wait=15.0)
    bell.ring(Work.DELIVER, STORE)

    assert heard.rings == [(Work.DELIVER, 15.0), (Work.DELIVER, 0.0)]


def test_who_rings_soon_waits_for_nothing_and_is_heard(redis_url: str, heard: Heard) -> None:
    a_bell(redis_url, heard).ring_soon(Work.DRAIN, STORE)

    assert heard.any.wait(10)
    assert heard.rings == [(Work.DRAIN, 0.0)]


def test_the_ringer_survives_what_nobody_expected(redis_url: str) -> None:
    rung = Event()

    def publish(work: Work, store_id: StoreId, wait: float) -> None:
        if work is Work.DRAIN:
            raise RuntimeError("nobody expected this")
        rung.set()

    bell = Bell(redis.Redis.from_url(redis_url), publish)
    bell.ring_soon(Work.DRAIN, STORE)
    bell.ring_soon(Work.SWEEP, STORE)

    assert rung.wait(10)


def test_a_redis_that_hangs_is_rested_from_and_rung_again_later(
    redis_server: Valkey, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin.flow.bell.REST_SECONDS", 0.0)
    bell = a_bell(redis_server.url, heard)
    redis_server.pause()

    assert not bell.ring(Work.DRAIN, STORE)

    redis_server.resume()
    while not bell.ring(Work.SWEEP, STORE):
        pass
    assert (Work.SWEEP, 0.0) in heard.rings
