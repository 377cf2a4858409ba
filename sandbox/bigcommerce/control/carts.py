"""Control of carts."""

from flask import Response, jsonify
from werkzeug.exceptions import NotFound

from sandbox import moments
from sandbox.bigcommerce.commerce import carts
from sandbox.bigcommerce.control import shown
from sandbox.bigcommerce.control.answers import control, the_customer, the_store, the_world
from sandbox.bigcommerce.control.trade import item_of
from sandbox.bigcommerce.store.cart import Cart
from sandbox.bigcommerce.store.store import Store
from sandbox.control.answers import said


@control.post("/stores/<store>/carts")
def fill(store: str) -> tuple[Response, int]:
    """Somebody puts ``lines`` into a cart."""
    found, body = the_store(store), said()
    with found.lock:
        who = the_customer(found, body["customer_id"]) if body.get("customer_id") else None
        at = moments.parse(body["created_at"]) if body.get("created_at") else None
        items = [item_of(found, line) for line in body["lines"]]
        made = carts.fill(the_world().announcer, found, items, who, str(body.get("email", "")), at)
        return jsonify(id=made.id, customer_id=made.customer_id, email=made.email, total=str(made.amount)), 201


@control.post("/stores/<store>/carts/<cart>/abandon")
def leave(store: str, cart: str) -> Response:
    """An hour passes."""
    found = the_store(store)
    carts.leave(the_world().announcer, found, _the_cart(found, cart))
    return jsonify(id=cart)


@control.post("/stores/<store>/carts/<cart>/buy")
def buy(store: str, cart: str) -> Response:
    """They buy it after all."""
    found = the_store(store)
    return jsonify(shown.order(carts.buy(the_world().announcer, found, _the_cart(found, cart))))


def _the_cart(store: Store, cart: str) -> Cart:
    found = store.carts.get(cart)
    if found is None:
        raise NotFound(f"no cart {cart}")
    return found
