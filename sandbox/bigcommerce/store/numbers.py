"""Ids: small numbers, counted in each store from the same beginnings, so that a mix-up of stores shows."""

import itertools
from collections.abc import Iterator

FIRST = {
    "customer": 1,
    "address": 1,
    "order": 100,
    "line": 1,
    "order_address": 1,
    "coupon": 1,
    "order_coupon": 1,
    "discount": 1,
    "refund": 1,
    "payment": 1,
    "product": 77,
    "variant": 60,
    "category": 18,
    "brand": 30,
    "group": 1,
    "attribute": 1,
    "attribute_value": 1,
    "metafield": 1,
    "subscriber": 1,
    "hook": 22_561_001,
    "price_list": 1,
    "assignment": 1,
    "promotion": 1,
    "user": 1,
    "channel": 1,
    "extension": 1,
}


class Numbers:
    """A store's counters, one for each kind of thing."""

    def __init__(self) -> None:
        self._next: dict[str, Iterator[int]] = {kind: itertools.count(first) for kind, first in FIRST.items()}

    def next(self, kind: str) -> int:
        """A number no other thing of this kind in this store has."""
        return next(self._next[kind])
