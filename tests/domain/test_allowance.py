"""What a store may do under its plan, by hand: numbers and moments in, a standing out."""

from datetime import UTC, datetime, timedelta

import pytest

from plugin.domain.allowance import LANDING, TRUSTED, Allowance, Standing, is_trusted, weigh

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LAST_MOMENT = NOW - LANDING + timedelta(microseconds=1)

TABLE = [
    # customers, limit, above since, → standing, above since, until
    (0, 1000, None, Standing.WITHIN, None, None),
    (999, 1000, None, Standing.WITHIN, None, None),
    (1000, 1000, None, Standing.WITHIN, None, None),  # The limit itself is within it.
    (1001, 1000, None, Standing.OVER, NOW, NOW + LANDING),  # The landing begins when it is first seen.
    (1001, 1000, NOW - DAY, Standing.OVER, NOW - DAY, NOW - DAY + LANDING),
    (9_999_999, 1000, NOW - DAY, Standing.OVER, NOW - DAY, NOW - DAY + LANDING),  # However far above.
    (1001, 1000, LAST_MOMENT, Standing.OVER, LAST_MOMENT, LAST_MOMENT + LANDING),
    (1001, 1000, NOW - LANDING, Standing.PAUSED, NOW - LANDING, NOW),
    (1001, 1000, NOW - 99 * DAY, Standing.PAUSED, NOW - 99 * DAY, NOW - 99 * DAY + LANDING),
    (1000, 1000, NOW - 99 * DAY, Standing.WITHIN, None, None),  # Back under it: at once, and the next landing is whole.
    (1001, 5000, NOW - 99 * DAY, Standing.WITHIN, None, None),  # A larger plan: at once.
    (9_999_999, None, NOW - 99 * DAY, Standing.WITHIN, None, None),  # A plan without a limit.
    (1001, 1000, NOW + DAY, Standing.OVER, NOW, NOW + LANDING),  # A clock that was ahead gives nobody a longer landing.
]


@pytest.mark.parametrize(("customers", "limit", "since", "standing", "over_since", "until"), TABLE)
def test_a_store_stands_to_its_plan_as_by_hand(
    customers: int,
    limit: int | None,
    since: datetime | None,
    standing: Standing,
    over_since: datetime | None,
    until: datetime | None,
) -> None:
    assert weigh(customers, limit, since, NOW) == Allowance(standing, customers, limit, over_since, until)


@pytest.mark.parametrize("standing", Standing)
def test_only_who_was_above_for_long_may_not_write(standing: Standing) -> None:
    assert Allowance(standing, 1, 1).may_write is (standing is not Standing.PAUSED)


def test_an_answer_is_trusted_for_so_long_and_no_longer() -> None:
    assert is_trusted(NOW - TRUSTED + timedelta(microseconds=1), NOW)
    assert not is_trusted(NOW - TRUSTED, NOW)
