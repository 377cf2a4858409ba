"""How an order counts, by the id of its status: labels can be renamed, ids cannot (README §2).

The table is the default; a store may choose otherwise for the statuses in ``CHOOSABLE``.
"""

from collections.abc import Collection
from enum import StrEnum


class Standing(StrEnum):
    """What a status says of an order."""

    COUNTS = "counts"
    """Paid, at least in part."""
    WAITS = "waits"
    """Placed, and not paid as far as anyone knows."""
    OFF = "off"
    """Called off."""
    RETURNED = "returned"
    """Paid once, and all of it given back."""
    NONE = "none"
    """No order at all: a checkout that was not finished, or an order that was deleted."""


INCOMPLETE, PENDING, SHIPPED, PARTIALLY_SHIPPED, REFUNDED = 0, 1, 2, 3, 4
CANCELLED, DECLINED, AWAITING_PAYMENT, AWAITING_PICKUP, AWAITING_SHIPMENT = 5, 6, 7, 8, 9
COMPLETED, AWAITING_FULFILLMENT, MANUAL_VERIFICATION, DISPUTED, PARTIALLY_REFUNDED = 10, 11, 12, 13, 14

STANDINGS = {
    INCOMPLETE: Standing.NONE,  # The buyer reached the payment page and left.
    PENDING: Standing.WAITS,  # Also what an order made over the API has until somebody says otherwise.
    SHIPPED: Standing.COUNTS,
    PARTIALLY_SHIPPED: Standing.COUNTS,
    REFUNDED: Standing.RETURNED,
    CANCELLED: Standing.OFF,
    DECLINED: Standing.OFF,
    AWAITING_PAYMENT: Standing.WAITS,
    AWAITING_PICKUP: Standing.COUNTS,
    AWAITING_SHIPMENT: Standing.COUNTS,
    COMPLETED: Standing.COUNTS,
    AWAITING_FULFILLMENT: Standing.COUNTS,
    MANUAL_VERIFICATION: Standing.WAITS,
    DISPUTED: Standing.WAITS,
    PARTIALLY_REFUNDED: Standing.COUNTS,
}
COUNTED = frozenset(status for status, standing in STANDINGS.items() if standing is Standing.COUNTS)
"""What counts as a purchase unless the store says otherwise."""
CHOOSABLE = COUNTED | {PENDING, AWAITING_PAYMENT, MANUAL_VERIFICATION, DISPUTED}
"""Statuses of which a store may say whether they count. The others are no purchase whatever anyone says."""
WITH_REFUNDS = frozenset({REFUNDED, PARTIALLY_REFUNDED})


def standing(status: int, *, deleted: bool = False, counted: Collection[int] = COUNTED) -> Standing:
    """How an order of this status stands; ``counted``: what counts at this store.

    A status nobody knows waits: it is there, and nothing says that anyone paid.
    """
    if deleted:
        return Standing.NONE
    found = STANDINGS.get(status, Standing.WAITS)
    if status not in CHOOSABLE:
        return found
    return Standing.COUNTS if status in counted else Standing.WAITS
