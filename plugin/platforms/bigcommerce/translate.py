"""BigCommerce's messages become facts. The vendor's vocabulary ends in this package's translators.

Messages: https://docs.bigcommerce.com/developer/docs/integrations/webhooks. They are thin and may be anyone's: each
is a reason to read, and whatever it says beyond an id is not believed. The table is the whole truth about what we
understand; a topic that is not in it says nothing to us.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated

from msgspec import Meta, MsgspecError, Struct, field
from msgspec.json import Decoder

from plugin.domain.errors import MessageUnreadable
from plugin.domain.facts import Fact, Kind, ReadWanted, ScopesChanged, Uninstalled
from plugin.platforms.bigcommerce import checkouts, disputes, optional, people, products, purchases, reads
from plugin.platforms.bigcommerce.values import LARGEST_ID
from plugin.rules.fields import Facts
from plugin.rules.reads import COORDINATES
from plugin.rules.tree import Source

TELLS = frozenset(
    {
        Facts.CUSTOMER,
        Facts.TAGS,
        Facts.GROUPS,
        Facts.ATTRIBUTES,
        Facts.CONSENTS,
        Facts.ADDRESSES,
        Facts.ORDERS,
        Facts.LINES,
        Facts.REFUNDS,
        Facts.PRODUCTS,
        Facts.COSTS,
    }
)
"""What our reads say without anybody's asking for more."""
OF_PRODUCTS = ("product_tag", "selling_plan")
"""Fields of lines that products of other platforms have."""
UNTOLD = frozenset({"nps", f"{Source.ADDRESSES}.{COORDINATES}"}).union(
    (*people.UNTOLD, *(f"orders.{name}" for name in purchases.NEVER_TOLD), *(f"lines.{name}" for name in OF_PRODUCTS))
)
"""What nobody at BigCommerce can say of customers, orders and lines."""


Real = Annotated[int, Meta(ge=1, le=LARGEST_ID)]


class Owner(Struct, gc=False):
    """Whose an address is."""

    customer_id: Real | None = None


class Data(Struct, gc=False):
    """What a message is about. Of messages about addresses the id is the address's, and the customer stands inside;
    those of one channel name an order ``order_id``."""

    id: Real | None = None
    order_id: Real | None = None
    customer_id: Real | None = None
    address: Owner = field(default_factory=Owner)


class Envelope(Struct, gc=False):
    """A message; ``producer`` and ``hash`` are for ``webhooks`` to look at."""

    data: Data


_envelope = Decoder(Envelope)


def translate(topic: str, body: bytes, seen_at: datetime) -> tuple[Fact, ...]:
    """What the message says; nothing for a topic we do not know.

    ``seen_at`` is when the platform sent it, or when our read began. Raises MessageUnreadable for
    bytes that do not say what the topic promises.
    """
    translator = TOPICS.get(topic)
    if translator is None:
        return ()
    try:
        return tuple(translator(body, seen_at))
    except (MsgspecError, ValueError, ArithmeticError, RecursionError) as error:
        raise MessageUnreadable(f"{topic}: {error}", topic=topic) from error


def unknown(topic: str, body: bytes) -> tuple[str, ...] | None:
    """Nothing: a message says no more than where to look. None for a topic nobody understands."""
    return () if topic in TOPICS else None


def _order(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    data = _envelope.decode(body).data
    yield _wanted(Kind.ORDER, data.id or data.order_id)


def _customer(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """Also for one that was deleted: the read finds that it is not there."""
    yield _wanted(Kind.CUSTOMER, _envelope.decode(body).data.id)


def _owner(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    data = _envelope.decode(body).data
    yield _wanted(Kind.CUSTOMER, data.address.customer_id or data.customer_id)


def _product(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    yield _wanted(Kind.PRODUCT, _envelope.decode(body).data.id)


def _subscriber(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """Also for one that was deleted, which names no customer and no address: whose it was we know."""
    yield _wanted(Kind.SUBSCRIBER, _envelope.decode(body).data.id)


def _store(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """The message does not say what is new about the store, so its particulars are asked for."""
    yield ScopesChanged()


def _uninstalled(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    yield Uninstalled(seen_at)


def _wanted(kind: Kind, number: int | None) -> ReadWanted:
    if number is None:
        raise ValueError(f"the message names no {kind.value}")
    return ReadWanted(kind, number)


TOPICS: Mapping[str, Callable[[bytes, datetime], Iterable[Fact]]] = {
    "store/order/created": _order,  # Also of checkouts that were not finished: the order's status tells.
    "store/order/updated": _order,
    "store/order/statusUpdated": _order,
    "store/order/archived": _order,
    "store/order/refund/created": _order,
    "store/customer/created": _customer,
    "store/customer/updated": _customer,
    "store/customer/deleted": _customer,
    "store/customer/address/created": _owner,  # The id is the address's.
    "store/customer/address/updated": _owner,
    "store/customer/address/deleted": _owner,
    "store/product/created": _product,
    "store/product/updated": _product,
    "store/product/deleted": _product,
    "store/subscriber/created": _subscriber,
    "store/subscriber/updated": _subscriber,
    "store/subscriber/deleted": _subscriber,
    "store/information/updated": _store,
    "store/hook/deliveryException": _store,  # So the store's hooks are looked after, too.
    "store/app/uninstalled": _uninstalled,
    # Not BigCommerce's: what our own reads and pages of history bring through the inbox.
    "api/customers": reads.customers_read,
    "api/orders": reads.orders_read,
    "api/refunds": reads.refunds_read,
    "api/products": reads.products_read,
    "api/subscribers": reads.subscribers_read,
    "api/optional": optional.optional_read,
    "api/checkouts": checkouts.listed,
    "api/disputes": disputes.listed,
    "api/gone": reads.gone_read,
    "export/customers": reads.exported(people.listed),
    "export/orders": reads.exported(partial(purchases.facts, live=False)),
    "export/products": reads.exported(products.facts),
}
