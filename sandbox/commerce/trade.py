"""Buying and what follows: paying, refunding, cancelling, deleting. Each is announced as the platform does."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox import moments
from sandbox.commerce import goods
from sandbox.commerce.draft import Cart, draft
from sandbox.commerce.money_moves import call_off, give_back, rest, settle, take_out
from sandbox.money import ZERO
from sandbox.store import totals
from sandbox.store.order import Order, Refund
from sandbox.store.shop import Shop
from sandbox.webhooks import customer_body, order_body, refund_body
from sandbox.webhooks.announce import Announcer, Event
from sandbox.webhooks.order_body import edited


@dataclass(frozen=True, slots=True)
class Giving:
    """What to refund: units per line id (None is all that is left), shipping, a bare amount."""

    units: Mapping[int, int] | None = None
    shipping: bool = False
    bare: Decimal = ZERO
    note: str | None = None


def buy(announcer: Announcer, shop: Shop, cart: Cart, *, paid: bool = True, authorized: bool = False,
        processed_at: datetime | None = None) -> Order:  # fmt: skip
    """The cart is an order, paid at once unless said otherwise."""
    with shop.lock:
        at = moments.now()
        order = draft(shop, cart, at)
        order.processed_at = processed_at or at
        order.authorized = authorized
        if paid and totals.total(order):
            settle(shop, order, order.processed_at)
        order.updated_at = at
        shop.keep(order)
        topics = ["orders/create", *(["orders/paid"] if paid else []), "orders/updated"]
        _announce(announcer, shop, order, topics)
        sold = {line.product.id: line.product for line in order.lines if line.product and line.product.tracked}
        goods.updated(announcer, shop, sold.values(), moments.now())
        return order


def pay(announcer: Announcer, shop: Shop, order: Order, amount: Decimal | None = None) -> None:
    """The order is paid, or ``amount`` of it. Raises CommerceError."""
    with shop.lock:
        settle(shop, order, moments.now(), amount)
        full = totals.financial_status(order) == "PAID"
        _announce(announcer, shop, order, [*(["orders/paid"] if full else []), "orders/updated"])


def refund(announcer: Announcer, shop: Shop, order: Order, giving: Giving) -> Refund:
    """Units, shipping or an amount of this order are given back. Raises CommerceError."""
    with shop.lock:
        units = rest(order) if giving.units is None else giving.units
        made = give_back(
            shop, order, moments.now(), units, shipping=giving.shipping, bare=giving.bare, note=giving.note
        )
        event: Event = ("refunds/create", lambda: refund_body.refund(shop, order, made))
        _announce(announcer, shop, order, ["orders/updated"], event)
        return made


def cancel(announcer: Announcer, shop: Shop, order: Order, reason: str, *, with_refund: bool) -> None:
    """The order is cancelled; what was paid is given back if so wanted. Raises CommerceError."""
    with shop.lock:
        at = moments.now()
        call_off(order, at, reason)
        first: list[Event] = []
        if with_refund and totals.received(order) > totals.refunded(order):
            made = give_back(shop, order, at, rest(order), shipping=True)
            first = [("refunds/create", lambda: refund_body.refund(shop, order, made))]
        _announce(announcer, shop, order, ["orders/cancelled", "orders/updated"], *first)


def edit(announcer: Announcer, shop: Shop, order: Order, units: Mapping[int, int]) -> None:
    """Units per line id are taken out of the order; no refund is made. Raises CommerceError."""
    with shop.lock:
        at = moments.now()
        take_out(order, at, units)
        _announce(announcer, shop, order, ["orders/updated"], ("orders/edited", lambda: edited(shop, order, units, at)))


def delete(announcer: Announcer, shop: Shop, order: Order) -> None:
    """The order is gone, as if it had never been."""
    with shop.lock:
        shop.forget_order(order)
        body = {"id": order.id}
        _announce(announcer, shop, order, [], ("orders/delete", lambda: body))


def label(announcer: Announcer, shop: Shop, order: Order, add: list[str], remove: list[str]) -> None:
    """The order's own tags are changed. Raises TagError."""
    with shop.lock:
        at = moments.now()
        gone, fresh = order.tags.remove(remove), order.tags.add(add, at)
        if gone or fresh:
            order.updated_at = at
            announcer.announce(shop, ("orders/updated", lambda: order_body.order(shop, order)))


def _announce(announcer: Announcer, shop: Shop, order: Order, order_topics: list[str], *others: Event) -> None:
    """One event: the other topics, the order's, and those of its customer, who has changed with it."""
    show = functools.partial(order_body.order, shop, order)
    events: list[Event] = [*others, *((topic, show) for topic in order_topics)]
    who = shop.customers.get(order.customer_id) if order.customer_id is not None else None
    if who:
        who.updated_at = moments.now()
        events.append(("customers/update", lambda: customer_body.customer(shop, who)))
        if not order.test:
            summary = functools.partial(customer_body.purchasing_summary, shop, who)
            events.append(("customers/purchasing_summary", summary))
    announcer.announce(shop, *events)
