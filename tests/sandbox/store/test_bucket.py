"""The bucket leaks and refills by the second."""

import pytest

from sandbox.store.bucket import PLANS, Bucket


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("plan", "rate"), [("standard", 100), ("advanced", 200), ("plus", 1000), ("enterprise", 2000)])
def test_each_plan_has_its_rate_and_twenty_times_that_as_size(plan: str, rate: int) -> None:
    assert PLANS[plan] == (rate, 20 * rate)


def test_what_is_not_there_is_refused_and_not_taken() -> None:
    clock = Clock()
    bucket = Bucket("standard", clock)
    bucket.drain(30)

    assert not bucket.take(31)
    assert bucket.take(30)
    assert not bucket.take(1)

    clock.now += 0.5
    assert bucket.take(50)
    assert not bucket.take(1)


def test_it_never_holds_more_than_its_size() -> None:
    clock = Clock()
    bucket = Bucket("standard", clock)
    clock.now += 1000
    bucket.give_back(500)

    assert bucket.status() == {"maximumAvailable": 2000.0, "currentlyAvailable": 2000, "restoreRate": 100.0}


def test_points_given_back_can_be_taken_again() -> None:
    clock = Clock()
    bucket = Bucket("standard", clock)
    assert bucket.take(2000)
    bucket.give_back(1500)

    assert bucket.take(1500)
    assert not bucket.take(1)
