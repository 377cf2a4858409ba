"""Amounts in the API's form."""

from decimal import Decimal
from typing import Any, NamedTuple

from sandbox.money import cents
from sandbox.store.order import Order


class Money(NamedTuple):
    """``MoneyV2``."""

    amount: Decimal
    currency_code: str


class Bag(NamedTuple):
    """``MoneyBag``: the shop's amount, and what the buyer saw."""

    shop_money: Money
    presentment_money: Money


def bag(order: Order, amount: Decimal) -> Bag:
    """The amount in both currencies."""
    seen = cents(amount * order.presentment_rate)
    return Bag(Money(amount, order.currency), Money(seen, order.presentment_currency))


class Of(NamedTuple):
    """A part of an order together with it: its amounts need the order's currencies."""

    part: Any
    order: Order

    def __getattr__(self, name: str) -> Any:
        return getattr(self.part, name)
