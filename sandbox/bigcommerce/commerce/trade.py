"""Buying and what follows: statuses, refunds, archiving, deleting. Each is announced as the platform does."""

from datetime import datetime
from typing import Any

from sandbox import moments
from sandbox.bigcommerce.commerce.draft import Cart, CommerceError, draft
from sandbox.bigcommerce.commerce.giving import Giving, give_back
from sandbox.bigcommerce.store import statuses
from sandbox.bigcommerce.store.order import Order, Refund
from sandbox.bigcommerce.store.store import Store
from sandbox.bigcommerce.webhooks.announce import Announcer

Event = tuple[str, dict[str, Any]]


def buy(announcer: Announcer, store: Store, cart: Cart, *, created_at: datetime | None = None,
        begun: bool = False) -> Order:  # fmt: skip
    """The cart is an order; ``begun``, it is an unfinished one first, as at the till. Raises CommerceError."""
    with store.lock:
        order = draft(store, cart, moments.now())
        order.created_at = created_at or order.created_at
        store.keep(order)
        status, order.status_id = order.status_id, statuses.INCOMPLETE if begun else order.status_id
        _announce(announcer, store, order, "created", "updated")
        if begun:
            move(announcer, store, order, status)
        return order


def move(announcer: Announcer, store: Store, order: Order, status_id: int) -> None:
    """The order has this status. Raises CommerceError."""
    if status_id not in statuses.NAMES:
        raise CommerceError(f"{status_id} is no status")
    with store.lock:
        before, order.status_id, order.updated_at = order.status_id, status_id, moments.now()
        if status_id == statuses.SHIPPED:
            order.shipped_at = order.updated_at
            for line in order.lines:
                line.quantity_shipped = line.quantity
        _announce(announcer, store, order, "updated", first=_moved(order, before))


def refund(announcer: Announcer, store: Store, order: Order, giving: Giving) -> Refund:
    """Units, shipping or an amount of this order are given back; its status says so. Raises CommerceError."""
    with store.lock:
        before, made = order.status_id, give_back(store, order, giving, moments.now())
        data = {"type": "order", "id": order.id, "refund": {"refund_id": made.id}}
        events: list[Event] = [("store/order/refund/created", data)]
        if order.status_id != before:
            events.extend(_moved(order, before))
        _announce(announcer, store, order, "updated", first=events)
        return made


def change(announcer: Announcer, store: Store, order: Order, said: dict[str, Any]) -> None:
    """Fields of the order are these. Raises CommerceError."""
    with store.lock:
        for name, value in said.items():
            if name not in {"staff_notes", "message", "payment_method", "payment_status", "channel_id", "email"}:
                raise CommerceError(f"{name} cannot be changed")
            setattr(order, name, value)
        order.updated_at = moments.now()
        _announce(announcer, store, order, "updated")


def archive(announcer: Announcer, store: Store, order: Order, *, back: bool = False) -> None:
    """The order is archived: what the control panel calls deleted. ``back`` brings it back."""
    with store.lock:
        order.is_deleted, order.updated_at = not back, moments.now()
        _announce(announcer, store, order, *(["updated"] if back else ["archived"]))


def delete(announcer: Announcer, store: Store, order: Order) -> None:
    """The order is gone for good; nothing but its archiving was ever announced."""
    with store.lock:
        if not order.is_deleted:
            archive(announcer, store, order)
        del store.orders[order.id]
        if order.customer_id:
            store.orders_of[order.customer_id].remove(order)


def _moved(order: Order, before: int) -> list[Event]:
    status = {"previous_status_id": before, "new_status_id": order.status_id}
    return [("store/order/statusUpdated", {"type": "order", "id": order.id, "status": status})]


def _announce(announcer: Announcer, store: Store, order: Order, *verbs: str, first: list[Event] | None = None) -> None:
    events = list(first or ())
    for verb in verbs:
        events.append((f"store/order/{verb}", {"type": "order", "id": order.id}))
        events.append((f"store/channel/{order.channel_id}/order/{verb}", {"type": "order", "order_id": order.id}))
    announcer.announce(store, *events)
