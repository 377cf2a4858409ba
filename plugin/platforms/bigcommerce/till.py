"""How the amounts of an order become the store's own."""

from decimal import Decimal
from typing import NamedTuple

from plugin.domain.money import ZERO
from plugin.platforms.bigcommerce import sales, values


class Till(NamedTuple):
    """How amounts of the order become the store's own; ``known``: whether anybody can say."""

    known: bool

    def own(self, told: Decimal) -> Decimal:
        """The amount in the store's currency; nothing where that is not known, for too little is safer than wrong."""
        return values.amount(told) if self.known else ZERO


def till(order: sales.Order) -> Till:
    """Amounts are the store's own if the currencies are the same, or their rate is 1: then it has no direction. Where
    a currency is not named, a rate says whether it is another.

    ``store_default_to_transactional_exchange_rate`` is documented so that it can be read both ways (README §2).
    """
    paid_in, own = values.text(order.default_currency_code), values.text(order.store_default_currency_code)
    rate = values.number(order.store_default_to_transactional_exchange_rate)
    same = not rate if paid_in is None or own is None else paid_in == own
    return Till(same or rate == 1)
