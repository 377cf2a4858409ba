"""Answers of the platform that mislead: of its token endpoint, its limits, its searches and its exports."""

from datetime import UTC, datetime, timedelta

from tests.stories.pains.corner import Corner

REFUSED = 8
"""Calls that a store may refuse for their pace before it is a storm."""


def test_a_token_that_does_not_say_how_long_it_lives_is_renewed_within_the_hour(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "renewed")
    for name in ("Quin", "Rosa"):  # Twice: an answer without its end must not be the last one asked for.
        who = corner.someone(name)
        corner.settle()
        corner.fail(expire_access_token=True, omit_expiry_next=1)
        corner.buy(who)
        corner.until_has(who, "renewed")

        until = corner.rows("SELECT expires_at FROM credentials WHERE store_id = %s")[0][0]
        assert timedelta(minutes=50) < until - datetime.now(UTC) <= timedelta(hours=1)
        assert corner.get("/faults")["api"]["omit_expiry_next"] == 0


def test_a_new_token_whose_answer_was_lost_is_asked_for_again_with_the_old(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "found-again")
    sam = corner.someone("Sam")
    corner.settle()

    corner.fail(expire_access_token=True, lose_refresh_response=1)
    corner.buy(sam)

    corner.until_has(sam, "found-again")
    assert corner.get("/faults")["api"]["lose_refresh_response"] == 0
    assert corner.state == "ready"
    assert "needs_authorisation" not in corner.problems()


def test_an_answer_of_200_that_says_throttled_is_waited_for_and_not_stormed(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "patient")
    people = [corner.someone(f"Tom{number}") for number in range(12)]
    corner.settle()
    before = corner.throttled()

    corner.fail(throttle_next=3, drain_bucket=True)
    for who in people:
        corner.buy(who)

    for who in people:
        corner.until_has(who, "patient")
    assert 3 <= corner.throttled() - before <= REFUSED
    assert "write_refused" not in corner.problems()
