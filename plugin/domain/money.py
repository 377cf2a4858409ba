"""Amounts: decimals with four places, as the database holds them. Never floats."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

PLACES = Decimal("0.0001")
LIMIT = Decimal(10) ** 16
"""numeric(20,4) holds sixteen digits before the point."""

ZERO = Decimal(0)


def parse_amount(value: str | int | Decimal | float | None) -> Decimal:
    """The amount a platform wrote, to four places; absent is zero.

    Raises ValueError for what is not a number or does not fit ``numeric(20,4)``. A JSON number
    (Shopify writes refund subtotals so) goes through its shortest text, not its binary value.
    """
    if value is None or value == "":
        return ZERO
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {str(value)[:40]!r}") from error
    if not amount.is_finite() or abs(amount) >= LIMIT:
        raise ValueError(f"amount out of range: {str(value)[:40]!r}")
    return amount.quantize(PLACES, rounding=ROUND_HALF_EVEN)
