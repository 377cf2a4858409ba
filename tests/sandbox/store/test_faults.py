"""Faults hit the share they are asked for, the same ones for the same seed."""

from collections import Counter

import pytest

from sandbox.store.faults import Faults

DELIVERIES = 2000


def fates(**webhooks: object) -> list[tuple[float, ...]]:
    faults = Faults()
    faults.put({"webhooks": webhooks})
    return [faults.fate().waits for _ in range(DELIVERIES)]


def test_without_faults_each_is_sent_once_at_once() -> None:
    assert set(fates()) == {(0.0,)}


def test_the_same_seed_gives_the_same_fates() -> None:
    wanted = {"duplicate": 0.3, "drop": 0.1, "delay_share": 0.2, "shuffle": 0.5}

    assert fates(**wanted, seed=4) == fates(**wanted, seed=4)
    assert fates(**wanted, seed=4) != fates(**wanted, seed=5)


def test_shares_are_kept() -> None:
    sends = Counter(len(waits) for waits in fates(duplicate=0.25, drop=0.1, seed=1))

    assert sends[0] == pytest.approx(0.1 * DELIVERIES, rel=0.2)
    assert sends[2] == pytest.approx(0.9 * 0.25 * DELIVERIES, rel=0.2)


def test_late_ones_are_late_by_what_was_asked() -> None:
    assert Counter(fates(delay_share=1, delay_seconds=2.5)) == {(2.5,): DELIVERIES}


def test_shuffled_ones_wait_up_to_the_bound() -> None:
    waits = [wait for (wait,) in fates(shuffle=1, shuffle_seconds=0.5)]

    assert 0 <= min(waits) < 0.05
    assert 0.45 < max(waits) <= 0.5


@pytest.mark.parametrize("wanted", [{"webhook": {}}, {"webhooks": {"duplicates": 1}}, {"api": {"throttle": 1}}])
def test_an_unknown_fault_is_refused(wanted: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="unknown faults"):
        Faults().put(wanted)


@pytest.mark.parametrize("wanted", [{"webhooks": {"drop": "all"}}, {"api": {"status_next": 500}}])
def test_a_value_of_the_wrong_kind_is_refused(wanted: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="is a"):
        Faults().put(wanted)


def test_clearing_lets_go_what_hangs() -> None:
    faults = Faults()
    held = faults.released

    faults.clear()

    assert held.is_set()
    assert not faults.released.is_set()


def test_a_count_is_used_up() -> None:
    faults = Faults()
    faults.put({"api": {"throttle_next": 2, "status_next": [500]}})

    assert [faults.count_down("throttle_next") for _ in range(3)] == [True, True, False]
    assert [faults.next_status("status_next") for _ in range(2)] == [500, None]
