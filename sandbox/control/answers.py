"""What control routes share: finding the shop, reading the body, saying what was wrong."""

from typing import Any

from flask import Response, current_app, jsonify, request
from werkzeug.exceptions import BadRequest, NotFound

from sandbox.ids import number
from sandbox.store.customer import Customer
from sandbox.store.order import Order
from sandbox.store.shop import Shop
from sandbox.world import World


def the_world() -> World:
    """The sandbox of this request."""
    world: World = current_app.extensions["world"]
    return world


def the_shop(domain: str) -> Shop:
    """The shop of this domain, or of the handle before ``.myshopify.com``. Raises NotFound."""
    shops = the_world().shops
    shop = shops.get(domain) or shops.get(f"{domain}.myshopify.com")
    if shop is None:
        raise NotFound(f"no shop {domain}")
    return shop


def the_customer(shop: Shop, id: str | int) -> Customer:  # noqa: A002 (as in the address)
    """The customer of this number or global id. Raises NotFound."""
    try:
        return shop.customers[number(id)]
    except (KeyError, ValueError) as error:
        raise NotFound(f"no customer {id}") from error


def the_order(shop: Shop, id: str | int) -> Order:  # noqa: A002 (as in the address)
    """The order of this number or global id. Raises NotFound."""
    try:
        return shop.orders[number(id)]
    except (KeyError, ValueError) as error:
        raise NotFound(f"no order {id}") from error


def said() -> dict[str, Any]:
    """The JSON object of the request; empty when there is none. Raises BadRequest."""
    body = request.get_json(silent=True) if request.get_data(cache=True) else {}
    if not isinstance(body, dict):
        raise BadRequest("the body is not a JSON object")
    return body


def refuse(error: Exception) -> tuple[Response, int]:
    """422 with the reason."""
    return jsonify(error=str(error)), 422
