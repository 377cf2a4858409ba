"""Control of orders: buying, and what follows."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import moments
from sandbox.commerce import trade
from sandbox.commerce.draft import Cart, Item
from sandbox.commerce.money_moves import CommerceError
from sandbox.control import shown
from sandbox.control.answers import refuse, said, the_customer, the_order, the_shop, the_world
from sandbox.ids import number as number_of
from sandbox.money import ZERO
from sandbox.store.customer import Customer
from sandbox.store.order import Discount, Order
from sandbox.store.shop import Shop
from sandbox.store.tags import TagError

routes = Blueprint("control_trade", __name__, url_prefix="/_sandbox/shops/<domain>/orders")


@routes.get("")
def every(domain: str) -> Response:
    """All orders, oldest first. ``?customer_id= &limit=`` (the newest of them)."""
    shop, who = the_shop(domain), request.args.get("customer_id")
    limit = request.args.get("limit", type=int)
    with shop.lock:
        found: list[Order] = list(shop.orders.values())
        if who is not None:
            found = list(shop.orders_of.get(the_customer(shop, who).id, ()))
        return jsonify([shown.order(order) for order in (found[-limit:] if limit else found)])


@routes.get("/<number>")
def show(domain: str, number: str) -> Response:
    """One order."""
    shop = the_shop(domain)
    with shop.lock:
        return jsonify(shown.order(the_order(shop, number)))


@routes.post("")
def buy(domain: str) -> tuple[Response, int]:
    """Someone buys."""
    shop, body = the_shop(domain), said()
    who = the_customer(shop, body["customer_id"]) if body.get("customer_id") else None
    authorized = bool(body.get("authorized", False))
    try:
        with shop.lock:
            order = trade.buy(
                the_world().announcer,
                shop,
                _cart(shop, who, body),
                paid=bool(body.get("paid", not authorized)),
                authorized=authorized,
                processed_at=moments.parse(body["processed_at"]) if body.get("processed_at") else None,
            )
            return jsonify(shown.order(order)), 201
    except (ArithmeticError, CommerceError, KeyError, TagError, TypeError, ValueError) as error:
        return refuse(error)


@routes.post("/<number>/pay")
def pay(domain: str, number: str) -> tuple[Response, int] | Response:
    """The rest is paid, or ``amount`` of it."""
    shop, body = the_shop(domain), said()
    order = the_order(shop, number)
    amount = Decimal(str(body["amount"])) if body.get("amount") is not None else None
    return _done(order, lambda: trade.pay(the_world().announcer, shop, order, amount))


@routes.post("/<number>/refund")
def refund(domain: str, number: str) -> tuple[Response, int] | Response:
    """Refunds ``lines`` ``[{line_id, quantity}]``, ``amount`` without lines, or all that is left."""
    shop, body = the_shop(domain), said()
    order = the_order(shop, number)
    units: dict[int, int] | None = None
    if "lines" in body:
        units = {number_of(line["line_id"]): int(line["quantity"]) for line in body["lines"]}
    elif "amount" in body:
        units = {}
    everything = units is None
    giving = trade.Giving(
        units=units,
        shipping=bool(body.get("shipping", everything)),
        bare=Decimal(str(body.get("amount", ZERO))),
        note=body.get("note"),
    )
    return _done(order, lambda: trade.refund(the_world().announcer, shop, order, giving))


@routes.post("/<number>/cancel")
def cancel(domain: str, number: str) -> tuple[Response, int] | Response:
    """Cancels, with a refund of what was paid unless ``refund`` is false."""
    shop, body = the_shop(domain), said()
    order = the_order(shop, number)
    reason, back = str(body.get("reason", "customer")), bool(body.get("refund", True))
    return _done(order, lambda: trade.cancel(the_world().announcer, shop, order, reason, with_refund=back))


@routes.post("/<number>/edit")
def edit(domain: str, number: str) -> tuple[Response, int] | Response:
    """Units are taken out of the order: ``remove`` ``[{line_id, quantity}]``."""
    shop, body = the_shop(domain), said()
    order = the_order(shop, number)
    units = {number_of(line["line_id"]): int(line["quantity"]) for line in body.get("remove", ())}
    return _done(order, lambda: trade.edit(the_world().announcer, shop, order, units))


@routes.post("/<number>/delete")
def delete(domain: str, number: str) -> Response:
    """The order is gone."""
    shop = the_shop(domain)
    order = the_order(shop, number)
    trade.delete(the_world().announcer, shop, order)
    return jsonify(deleted=order.id)


@routes.post("/<number>/tags")
def tags(domain: str, number: str) -> tuple[Response, int] | Response:
    """The order's own tags: ``{add, remove}``."""
    shop, body = the_shop(domain), said()
    order = the_order(shop, number)
    add, remove = list(body.get("add", [])), list(body.get("remove", []))
    return _done(order, lambda: trade.label(the_world().announcer, shop, order, add, remove))


def _done(order: Order, act: Any) -> tuple[Response, int] | Response:
    try:
        act()
    except (CommerceError, TagError) as error:
        return refuse(error)
    return jsonify(shown.order(order))


def _cart(shop: Shop, who: Customer | None, body: dict[str, Any]) -> Cart:
    items = []
    for line in body["lines"]:
        price = Decimal(str(line["price"])) if line.get("price") is not None else None
        product = shop.products[number_of(line["product_id"])]
        items.append(Item(product, int(line.get("quantity", 1)), price))
    if not items or any(item.quantity < 1 for item in items):
        raise CommerceError("an order has at least one line, and a line at least one unit")
    discounts = []
    if body.get("discount_code"):
        code = str(body["discount_code"])
        percent = Decimal(str(body.get("discount_percent", 10)))
        discounts.append(Discount(code, code, percent))
    return Cart(
        items=items,
        customer=who,
        discounts=discounts,
        source_name=str(body.get("source_name", "web")),
        email=body.get("email"),
        test=bool(body.get("test", False)),
        note=body.get("note"),
        tags=tuple(body.get("tags", ())),
    )
