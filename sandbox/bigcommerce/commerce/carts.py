"""Filling a cart, leaving it, buying what is in it."""

import uuid
from datetime import datetime

from sandbox import moments
from sandbox.bigcommerce.commerce import trade
from sandbox.bigcommerce.commerce.draft import Cart as Bought
from sandbox.bigcommerce.commerce.draft import CommerceError, Item
from sandbox.bigcommerce.store.cart import Cart, CartLine
from sandbox.bigcommerce.store.customer import Customer
from sandbox.bigcommerce.store.order import Order
from sandbox.bigcommerce.store.store import Store
from sandbox.bigcommerce.webhooks.announce import Announcer


def fill(announcer: Announcer, store: Store, items: list[Item], customer: Customer | None, email: str,
         created_at: datetime | None = None) -> Cart:  # fmt: skip
    """A new cart. Raises CommerceError for an empty one."""
    lines = [CartLine(str(uuid.uuid4()), item.product, item.quantity) for item in items if item.product]
    if not lines:
        raise CommerceError("a cart has at least one line")
    with store.lock:
        at = created_at or moments.now()
        number, address = customer.id if customer else 0, email or (customer.email if customer else "")
        cart = Cart(str(uuid.uuid4()), number, address, 1, lines, at, at)
        store.carts[cart.id] = cart
        _tell(announcer, store, cart, "created")
        return cart


def leave(announcer: Announcer, store: Store, cart: Cart) -> None:
    """Nothing has happened to the cart for an hour; the platform says so."""
    with store.lock:
        _tell(announcer, store, cart, "abandoned")


def buy(announcer: Announcer, store: Store, cart: Cart) -> Order:
    """The cart is an order, and is gone. Raises CommerceError when it was one before."""
    with store.lock:
        if cart.order_id is not None:
            raise CommerceError("the cart is an order")
        items = [Item(line.product, line.quantity) for line in cart.lines]
        order = trade.buy(announcer, store, Bought(items, store.customers.get(cart.customer_id), cart.email))
        cart.order_id = order.id
        del store.carts[cart.id]
        data = {"type": "cart", "id": cart.id, "orderId": order.id}
        announcer.announce(
            store, ("store/cart/converted", data), ("store/cart/deleted", {"type": "cart", "id": cart.id})
        )
        return order


def _tell(announcer: Announcer, store: Store, cart: Cart, verb: str) -> None:
    announcer.announce(store, (f"store/cart/{verb}", {"type": "cart", "id": cart.id}))
