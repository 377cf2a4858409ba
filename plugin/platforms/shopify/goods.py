"""Which lines of an order are goods, and how many units of each stayed in it.

A message's ``quantity`` counts units that were edited out of the order, too. What came back is a refund and was
bought; what is neither there any more nor refunded was taken out, and was not. A tip is a line like any other,
and no goods.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple


class Ordered(NamedTuple):
    """What a message says of a line."""

    id: int
    quantity: int
    current: int | None
    """Without what was refunded or taken out; None where the message does not say."""
    price: Decimal
    nameless: bool
    """Without product, variant and SKU, and not to be shipped: so is a tip, and perhaps something else."""


def bought(lines: Sequence[Ordered], refunded: Mapping[int, int], tip: Decimal, *, cancelled: bool) -> dict[int, int]:
    """Line → how many units were bought; without the lines that are no goods or were taken out whole.

    ``refunded``: units by line. Of a cancelled order nothing was taken out: all of it was called off.
    """
    tips = _tips([line for line in lines if line.nameless], tip) if tip else set()
    found = {}
    for line in lines:
        gone = 0
        if line.current is not None and not cancelled:
            gone = max(0, line.quantity - line.current - refunded.get(line.id, 0))
        stayed = max(0, line.quantity - gone)
        if line.id not in tips and (stayed or not line.quantity):
            found[line.id] = stayed
    return found


def units(refunded: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Units by line, from every line of every refund."""
    found: dict[int, int] = {}
    for line, quantity in refunded:
        found[line] = found.get(line, 0) + quantity
    return found


def _tips(nameless: Sequence[Ordered], tip: Decimal) -> set[int]:
    """The lines that together are the tip, or the one that is."""
    worth = {line.id: line.price * line.quantity for line in nameless}
    if sum(worth.values(), Decimal(0)) == tip:
        return set(worth)
    return next(({line} for line, amount in worth.items() if amount == tip), set())
