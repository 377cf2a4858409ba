"""Amounts as webhooks write them: texts in the shop's currency, and sets with the buyer's beside."""

from decimal import Decimal
from typing import Any

from sandbox.money import cents
from sandbox.store.order import Order


def both(order: Order, amount: Decimal) -> dict[str, Any]:
    """The ``*_set`` form."""
    seen = cents(amount * order.presentment_rate)
    return {
        "shop_money": {"amount": f"{amount:.2f}", "currency_code": order.currency},
        "presentment_money": {"amount": f"{seen:.2f}", "currency_code": order.presentment_currency},
    }


def pair(order: Order, name: str, amount: Decimal) -> dict[str, Any]:
    """An amount under its name, and its set under the name with ``_set``."""
    return {name: f"{amount:.2f}", f"{name}_set": both(order, amount)}
