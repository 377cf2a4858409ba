"""Control of what customers have beside a record and orders, and of what they dispute."""

from decimal import Decimal

from flask import Blueprint, Response, jsonify

from sandbox import moments
from sandbox.commerce import disputes, extras
from sandbox.commerce.money_moves import CommerceError
from sandbox.control.answers import refuse, said, the_customer, the_order, the_shop, the_world
from sandbox.store.extras import Checkout
from sandbox.store.shop import Shop

routes = Blueprint("control_extras", __name__, url_prefix="/_sandbox/shops/<domain>")


@routes.put("/customers/<number>/extras")
def furnish(domain: str, number: str) -> tuple[Response, int] | Response:
    """The customer has these extras: ``metafields``, ``predicted_spend_tier``, ``store_credit``, ``companies``, …"""
    shop = the_shop(domain)
    try:
        extras.furnish(the_world().announcer, shop, the_customer(shop, number), said())
    except (ArithmeticError, CommerceError, KeyError, TypeError, ValueError) as error:
        return refuse(error)
    return jsonify({})


@routes.put("/scopes")
def grant(domain: str) -> Response:
    """The merchant grants exactly these: ``{scopes}``."""
    shop = the_shop(domain)
    extras.grant(the_world().announcer, shop, tuple(map(str, said().get("scopes", ()))))
    return jsonify(scopes=list(shop.scopes))


@routes.post("/checkouts")
def leave(domain: str) -> tuple[Response, int]:
    """A checkout is begun: ``{customer_id, total, created_at}``."""
    shop, body = the_shop(domain), said()
    who = the_customer(shop, body["customer_id"]) if body.get("customer_id") else None
    try:
        at = moments.parse(body["created_at"]) if body.get("created_at") else None
        made = extras.leave(the_world().announcer, shop, who, Decimal(str(body.get("total", "10"))), at)
    except (ArithmeticError, ValueError) as error:
        return refuse(error)
    return jsonify(id=made.id), 201


@routes.post("/checkouts/<int:number>/complete")
def complete(domain: str, number: int) -> Response:
    """It became an order after all."""
    shop = the_shop(domain)
    extras.complete(the_world().announcer, shop, _checkout(shop, number))
    return jsonify({})


@routes.delete("/checkouts/<int:number>")
def drop(domain: str, number: int) -> Response:
    """It is deleted."""
    shop = the_shop(domain)
    extras.drop(the_world().announcer, shop, _checkout(shop, number))
    return jsonify({})


@routes.post("/disputes")
def dispute(domain: str) -> tuple[Response, int]:
    """The buyer of an order wants the money back: ``{order_id, initiated_at}``."""
    shop, body = the_shop(domain), said()
    try:
        at = moments.parse(body["initiated_at"]) if body.get("initiated_at") else moments.now()
        made = disputes.begin(the_world().announcer, shop, the_order(shop, body["order_id"]), at)
    except (KeyError, ValueError) as error:
        return refuse(error)
    return jsonify(id=made.id), 201


@routes.put("/disputes/<int:number>")
def move_on(domain: str, number: int) -> tuple[Response, int] | Response:
    """It goes on: ``{status, at}``."""
    shop, body = the_shop(domain), said()
    try:
        at = moments.parse(body["at"]) if body.get("at") else moments.now()
        disputes.move_on(the_world().announcer, shop, shop.disputes[number], str(body["status"]), at)
    except (CommerceError, KeyError, ValueError) as error:
        return refuse(error)
    return jsonify({})


def _checkout(shop: Shop, number: int) -> Checkout:
    return shop.checkouts[number]
