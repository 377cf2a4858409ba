"""The bell rings once for many asks, never makes anyone wait, and never stays silent for good."""

from threading import Event
from typing import Any

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


class Deaf:
    """A Redis that hears everything and whose answers get lost."""

    def __init__(self, heard: redis.Redis) -> None:
        self._heard = heard
        self.silent = True

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            answer = getattr(self._heard, name)(*arguments, **options)
            if self.silent:
                raise redis.TimeoutError
            return answer

        return call


def test_a_flag_that_was_set_without_our_hearing_of_it_does_not_silence_the_bell(
    redis_url: str, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin.flow.bell.REST_SECONDS", 0.0)
    deaf = Deaf(redis.Redis.from_url(redis_url))
    bell = Bell(deaf, heard)  # type: ignore[arg-type]
    assert not bell.ring(Work.DRAIN, STORE)
    deaf.silent = False

    assert bell.ring(Work.DRAIN, STORE)
    bell.ring(Work.DRAIN, STORE)

    assert heard.rings == [(Work.DRAIN, 0.0)]


def test_what_was_asked_of_a_silent_redis_is_rung_when_it_speaks_again(
    redis_url: str, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin.flow.bell.REST_SECONDS", 0.01)
    deaf = Deaf(redis.Redis.from_url(redis_url))
    bell = Bell(deaf, heard)  # type: ignore[arg-type]
    bell.ring_soon(Work.DRAIN, STORE)
    assert not heard.any.wait(0.2)
    deaf.silent = False

    assert heard.any.wait(10)
