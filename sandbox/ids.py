"""Ids: 64-bit numbers above 2^53 (a JavaScript number loses their last digits), and global ids."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator

FIRST = {
    "Customer": 9_107_000_000_000_001,
    "Order": 9_205_000_000_000_001,
    "LineItem": 9_313_000_000_000_001,
    "Refund": 9_401_000_000_000_001,
    "RefundLineItem": 9_457_000_000_000_001,
    "OrderTransaction": 9_709_000_000_000_001,
    "Product": 9_511_000_000_000_001,
    "ProductVariant": 9_611_000_000_000_001,
    "MailingAddress": 9_801_000_000_000_001,
    "BulkOperation": 9_877_000_000_000_001,
    "WebhookSubscription": 9_901_000_000_000_001,
    "AppSubscription": 9_951_000_000_000_001,
    "AbandonedCheckout": 9_971_000_000_000_001,
    "StoreCreditAccount": 9_981_000_000_000_001,
    "ShopifyPaymentsDispute": 9_991_000_000_000_001,
}
"""Every shop counts from the same numbers, so that two shops have equal ids and a mix-up shows."""

_GID = re.compile(r"gid://shopify/([A-Za-z]+)/([0-9]{1,19})(?:\?.*)?")


class Numbers:
    """A shop's counters, one for each type."""

    def __init__(self) -> None:
        self._next: dict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
        for kind, first in FIRST.items():
            self._next[kind] = itertools.count(first)

    def next(self, kind: str) -> int:
        """A number no other thing of this type in this shop has."""
        return next(self._next[kind])


def gid(kind: str, number: int) -> str:
    """``gid://shopify/{kind}/{number}``."""
    return f"gid://shopify/{kind}/{number}"


def split(text: str) -> tuple[str, int] | None:
    """The type and number of a global id, or None when it is not one."""
    match = _GID.fullmatch(text)
    return (match[1], int(match[2])) if match else None


def number(text: str | int) -> int:
    """The number of a plain or global id. Raises ValueError."""
    found = split(str(text))
    return found[1] if found else int(text)
