"""Checkouts: begun, perhaps completed; until then, and once a while has passed, they are abandoned (README §2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.json import Decoder, encode

from plugin.domain.facts import CheckoutSeen, Fact, Gone, Kind
from plugin.domain.ids import CustomerId
from plugin.platforms.shopify import values
from plugin.platforms.shopify.answers import MoneyBag, Node
from plugin.platforms.shopify.client import Client
from plugin.platforms.shopify.payloads import Person
from plugin.platforms.shopify.values import Moment, number

A_WHILE = timedelta(minutes=10)
"""Who is still typing has abandoned nothing: only after so long does Shopify call a checkout abandoned."""
PAGE = 100


class Checkout(Struct, gc=False):
    """``checkouts/create``, ``checkouts/update``. Its number is its name without the #."""

    name: str | None = None
    id: int | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    completed_at: Moment | None = None
    total_price: Decimal | None = None
    customer: Person | None = None


class Listed(Struct, rename="camel", gc=False):
    """A checkout as list_checkouts asks."""

    id: str
    created_at: Moment
    updated_at: Moment
    name: str | None = None
    completed_at: Moment | None = None
    customer: Node | None = None
    total_price_set: MoneyBag | None = None


class Page(Struct, gc=False):
    """What ``list_checkouts`` puts into the inbox."""

    nodes: list[Listed]


_checkout = Decoder(Checkout)
_page = Decoder(Page)


def changed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``checkouts/create`` and ``checkouts/update``: one of nobody is nobody's."""
    told = _checkout.decode(body)
    own = _number(told.name) or told.id
    if own is None or told.customer is None or told.customer.id is None:
        return
    began = told.created_at or told.updated_at or seen_at
    version = values.version(told.updated_at or seen_at, seen_at, body)
    amount = None if told.total_price is None else values.amount(told.total_price)
    completed = values.utc(told.completed_at)
    yield CheckoutSeen(own, CustomerId(told.customer.id), version, _left(began), completed, amount)


def gone(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``checkouts/delete``."""
    told = _checkout.decode(body)
    if own := _number(told.name) or told.id:
        yield Gone(Kind.CHECKOUT, own, seen_at)


def listed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/checkouts``: a page of ``list_checkouts``."""
    for each in _page.decode(body).nodes:
        if each.customer is None:
            continue
        total = None if each.total_price_set is None else each.total_price_set.shop_money.amount
        yield CheckoutSeen(
            _number(each.name) or number(each.id),
            CustomerId(number(each.customer.id)),
            values.version(each.updated_at, seen_at, encode(each.id)),
            _left(each.created_at),
            values.utc(each.completed_at),
            None if total is None else values.amount(total),
        )


def list_checkouts(client: Client, after: int) -> tuple[bytes, int | None]:
    """A body for the inbox, topic ``api/checkouts``, with the next by id; and the last one's id, None at the end."""
    nodes = client.run("list_checkouts", {"first": PAGE, "query": f"id:>{after}"})["abandonedCheckouts"]["nodes"]
    last = number(nodes[-1]["id"]) if len(nodes) == PAGE else None
    return encode({"nodes": nodes}), last


def _left(began: datetime) -> datetime:
    return values.to_utc(began) + A_WHILE


def _number(name: str | None) -> int | None:
    digits = (name or "").removeprefix("#")
    known = digits.isascii() and digits.isdigit() and 0 < int(digits[:20]) <= values.LARGEST_ID
    return int(digits) if known else None
