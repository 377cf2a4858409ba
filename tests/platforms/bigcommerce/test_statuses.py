"""Which orders count, by the ids of their statuses: the table, and what a store may change about it."""

import pytest

from plugin.platforms.bigcommerce.statuses import CHOOSABLE, COUNTED, STANDINGS, Standing, standing


@pytest.mark.parametrize(
    ("status", "stands"),
    [
        (0, Standing.NONE),
        (1, Standing.WAITS),
        (2, Standing.COUNTS),
        (3, Standing.COUNTS),
        (4, Standing.RETURNED),
        (5, Standing.OFF),
        (6, Standing.OFF),
        (7, Standing.WAITS),
        (8, Standing.COUNTS),
        (9, Standing.COUNTS),
        (10, Standing.COUNTS),
        (11, Standing.COUNTS),
        (12, Standing.WAITS),
        (13, Standing.WAITS),
        (14, Standing.COUNTS),
    ],
)
def test_a_status_stands_as_the_table_says(status: int, stands: Standing) -> None:
    assert standing(status) is stands
    assert standing(status, deleted=True) is Standing.NONE


def test_every_status_has_a_line_in_the_table() -> None:
    assert sorted(STANDINGS) == list(range(15))


def test_a_status_nobody_knows_waits() -> None:
    assert standing(99) is Standing.WAITS


def test_a_store_may_count_what_waits_and_not_what_is_paid() -> None:
    counted = (COUNTED | {1, 7, 12, 13}) - {8}
    assert {standing(status, counted=counted) for status in (1, 7, 12, 13)} == {Standing.COUNTS}
    assert standing(8, counted=counted) is Standing.WAITS


@pytest.mark.parametrize("status", [0, 4, 5, 6])
def test_no_choice_makes_a_purchase_of_what_was_called_off_returned_or_never_finished(status: int) -> None:
    assert status not in CHOOSABLE
    assert standing(status, counted=range(15)) is standing(status)
