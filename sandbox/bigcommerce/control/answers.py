"""What control routes share: finding the store, reading the body, saying what was wrong."""

from typing import Any

from flask import Response, current_app, jsonify
from werkzeug.exceptions import NotFound

from sandbox.bigcommerce.doors import Doors
from sandbox.bigcommerce.store.customer import Customer
from sandbox.bigcommerce.store.order import Order
from sandbox.bigcommerce.store.store import Store
from sandbox.bigcommerce.world import EXTENSION, World

control = Doors("bigcommerce_control", __name__, url_prefix="/_sandbox/bigcommerce")


@control.errorhandler(ValueError)
@control.errorhandler(ArithmeticError)
@control.errorhandler(LookupError)
@control.errorhandler(TypeError)
def refuse(error: Exception) -> tuple[Response, int]:
    """422 with the reason."""
    return jsonify(error=f"{error}"), 422


def the_world() -> World:
    """All stores of this sandbox."""
    world: World = current_app.extensions[EXTENSION]
    return world


def the_store(store: str) -> Store:
    """The store of this hash. Raises NotFound."""
    found = the_world().stores.get(store)
    if found is None:
        raise NotFound(f"no store {store}")
    return found


def the_customer(store: Store, number: Any) -> Customer:
    """The customer of this number. Raises NotFound."""
    found = store.customers.get(int(number))
    if found is None:
        raise NotFound(f"no customer {number}")
    return found


def the_order(store: Store, number: Any) -> Order:
    """The order of this number. Raises NotFound."""
    found = store.orders.get(int(number))
    if found is None:
        raise NotFound(f"no order {number}")
    return found
