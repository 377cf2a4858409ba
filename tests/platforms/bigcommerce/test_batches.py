"""What a batch is refused for is found out one by one, and nothing is said of what was not tried."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.errors import PlatformError, PlatformRefused, StoreUnavailable, Throttled
from plugin.platforms.bigcommerce.batches import behind, in_batches, was_sent
from plugin.platforms.http import CallFailed


class Store:
    """Takes numbers; refuses a batch with one of these in it, and fails at the call with this number."""

    def __init__(self, refused: frozenset[int] = frozenset(), at: int = 0, error: PlatformError | None = None) -> None:
        self.refused, self.at, self.error = refused, at, error
        self.calls: list[list[int]] = []

    def write(self, batch: Sequence[int]) -> list[str]:
        self.calls.append(list(batch))
        if self.error is not None and len(self.calls) == self.at:
            raise self.error
        if self.refused & set(batch):
            raise PlatformRefused("no")
        return [f"{each} ok" for each in batch]


def failed(thing: int, error: PlatformError) -> str:
    return f"{thing} {'unsure' if was_sent(error) else 'refused'}"


@given(st.integers(0, 60), st.frozensets(st.integers(0, 59)), st.integers(1, 12))
def test_each_is_told_of_once_and_in_order(count: int, refused: frozenset[int], at_once: int) -> None:
    store = Store(refused)
    results = in_batches(range(count), at_once, store.write, failed)

    assert results == [f"{each} {'refused' if each in refused else 'ok'}" for each in range(count)]
    assert all(len(call) <= at_once for call in store.calls)


def test_after_a_refused_batch_the_next_ones_are_whole_again() -> None:
    store = Store(frozenset({1}))
    in_batches(range(9), 3, store.write, failed)

    assert store.calls == [[0, 1, 2], [0], [1], [2], [3, 4, 5], [6, 7, 8]]


@pytest.mark.parametrize("error", [Throttled(3), StoreUnavailable("away"), CallFailed("no line", sent=False)])
def test_a_trouble_is_raised_before_anything_was_done_and_kept_quiet_after(error: PlatformError) -> None:
    with pytest.raises(type(error)):
        in_batches(range(6), 3, Store(at=1, error=error).write, failed)

    assert in_batches(range(6), 3, Store(at=2, error=error).write, failed) == ["0 ok", "1 ok", "2 ok"]


def test_who_was_refused_together_and_not_tried_again_is_unsure() -> None:
    store = Store(frozenset({1}), at=3, error=Throttled(3))

    assert in_batches(range(9), 3, store.write, failed) == ["0 ok", "1 unsure", "2 unsure"]


def test_without_an_answer_the_whole_call_is_unsure_and_the_last() -> None:
    store = Store(at=2, error=CallFailed("504", sent=True))

    assert in_batches(range(9), 3, store.write, failed)[3:] == ["3 unsure", "4 unsure", "5 unsure"]


def test_a_trouble_behind_something_written_is_one_without_an_answer() -> None:
    with pytest.raises(CallFailed) as told, behind(["something"]):
        raise Throttled(3)
    assert was_sent(told.value)
    with pytest.raises(Throttled), behind([]):
        raise Throttled(3)
    with pytest.raises(PlatformRefused), behind(["something"]):
        raise PlatformRefused("no")
