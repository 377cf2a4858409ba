"""Amounts of the shop: exact decimals with two places."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """The amount to two places, halves away from zero as the platform rounds."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """``total`` in parts proportional to ``weights``; the parts add up to it to the cent.

    What rounding leaves over goes to the first parts that carry weight, a cent each.
    """
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO for _ in weights]
    parts = [(total * weight / whole).quantize(CENT, rounding=ROUND_DOWN) for weight in weights]
    left = total - sum(parts, ZERO)
    for index, weight in enumerate(weights):
        if left <= 0:
            break
        if weight:
            step = min(CENT, left)
            parts[index] += step
            left -= step
    return parts
