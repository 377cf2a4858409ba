"""The messages made from a store file become facts, as a platform's do.

The table is the whole truth about what we understand; ``deliveries`` writes these messages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import MsgspecError
from msgspec.json import decode

from plugin.domain.errors import MessageUnreadable
from plugin.domain.facts import Fact, ProductSeen
from plugin.domain.ids import ProductId
from plugin.platforms.given import people, purchases
from plugin.platforms.given.values import number, version

CUSTOMER, PRODUCT = "given/customer", "given/product"


def translate(topic: str, body: bytes, seen_at: datetime) -> tuple[Fact, ...]:
    """What the message says; nothing for a topic we do not know. Raises MessageUnreadable."""
    translator = TOPICS.get(topic)
    if translator is None:
        return ()
    try:
        return tuple(translator(body, seen_at))
    except (MsgspecError, ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise MessageUnreadable(f"{topic}: {error}", topic=topic) from error


def _customer(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    told: dict[str, Any] = decode(body)
    customer, currency = told["customer"], told["currency"]
    one = version(body, seen_at)
    yield from people.facts(customer, one, currency)
    for place, order in enumerate(customer.get("orders") or (), 1):
        yield from purchases.facts(order, place, customer, one, currency)


def _product(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    told: dict[str, Any] = decode(body)
    yield ProductSeen(
        ProductId(number(told["id"])),
        version(body, seen_at),
        title=told.get("title"),
        type=told.get("type"),
        vendor=told.get("vendor"),
        tags=tuple(told.get("tags") or ()),
    )


TOPICS: Mapping[str, Callable[[bytes, datetime], Iterable[Fact]]] = {CUSTOMER: _customer, PRODUCT: _product}
