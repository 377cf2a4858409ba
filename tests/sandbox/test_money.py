"""The sandbox's own sums are exact."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sandbox.money import cents, spread

AMOUNTS = st.integers(0, 10_000_000).map(lambda number: Decimal(number) / 100)


@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=12))
def test_parts_add_up_to_the_whole(total: Decimal, weights: list[Decimal]) -> None:
    parts = spread(total, weights)

    assert sum(parts) == (total if any(weights) else 0)
    assert all(part >= 0 for part in parts)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)


def test_halves_are_rounded_away_from_zero() -> None:
    assert cents(Decimal("0.125")) == Decimal("0.13")
    assert cents(Decimal("-0.125")) == Decimal("-0.13")
