"""Tokens expire and rotate as the platform's."""

from dataclasses import dataclass

import pytest

from sandbox.store.tokens import ACCESS_LIFE, REFRESH_LIFE, Pair, Tokens


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def refresh(tokens: Tokens, pair: Pair) -> Pair:
    made = tokens.rotate(pair.refresh or "")
    assert made is not None
    return made


def test_an_access_token_opens_for_an_hour(clock: Clock) -> None:
    tokens = Tokens(clock)
    pair = tokens.issue(expiring=True)

    clock.now += ACCESS_LIFE - 1
    assert tokens.accept(pair.access)
    clock.now += 2
    assert not tokens.accept(pair.access)


def test_a_refresh_token_lives_for_ninety_days(clock: Clock) -> None:
    tokens = Tokens(clock)
    pair = tokens.issue(expiring=True)

    clock.now += REFRESH_LIFE + 1

    assert tokens.rotate(pair.refresh or "") is None


def test_the_old_refresh_token_works_until_the_new_pair_has_been_used(clock: Clock) -> None:
    tokens = Tokens(clock)
    first = tokens.issue(expiring=True)
    lost = refresh(tokens, first)

    second = refresh(tokens, first)
    assert tokens.accept(second.access)

    assert tokens.rotate(first.refresh or "") is None
    assert not tokens.accept(lost.access)
    assert refresh(tokens, second)


def test_two_that_refresh_at_once_take_each_others_token_away(clock: Clock) -> None:
    tokens = Tokens(clock)
    pair = tokens.issue(expiring=True)

    one, other = refresh(tokens, pair), refresh(tokens, pair)

    assert not tokens.accept(one.access)
    assert tokens.rotate(one.refresh or "") is None
    assert tokens.accept(other.access)


def test_the_access_token_before_works_beside_the_new_one_for_its_hour(clock: Clock) -> None:
    tokens = Tokens(clock)
    pair = tokens.issue(expiring=True)

    fresh = refresh(tokens, pair)

    assert tokens.accept(fresh.access)
    assert tokens.accept(pair.access)


def test_a_token_that_does_not_expire_has_no_refresh_token(clock: Clock) -> None:
    tokens = Tokens(clock)
    pair = tokens.issue(expiring=False)

    clock.now += 100 * ACCESS_LIFE

    assert pair.refresh is None
    assert tokens.accept(pair.access)


def test_revoking_ends_everything(clock: Clock) -> None:
    tokens = Tokens(clock)
    pair = tokens.issue(expiring=True)

    tokens.revoke()

    assert not tokens.accept(pair.access)
    assert tokens.rotate(pair.refresh or "") is None


def test_expiring_leaves_the_refresh_token(clock: Clock) -> None:
    tokens = Tokens(clock)
    pair = tokens.issue(expiring=True)

    tokens.expire()

    assert not tokens.accept(pair.access)
    assert refresh(tokens, pair)
