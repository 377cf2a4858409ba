"""Control of orders: buying, and what follows."""

from decimal import Decimal
from typing import Any

from flask import Response, jsonify, request

from sandbox import moments
from sandbox.bigcommerce.commerce import trade
from sandbox.bigcommerce.commerce.draft import PERCENT, TOTAL, Cart, Item, Off
from sandbox.bigcommerce.commerce.giving import Giving
from sandbox.bigcommerce.control import shown
from sandbox.bigcommerce.control.answers import control, the_customer, the_order, the_store, the_world
from sandbox.bigcommerce.control.people import address_of
from sandbox.bigcommerce.store.customer import Customer
from sandbox.bigcommerce.store.store import Store
from sandbox.control.answers import said
from sandbox.money import ZERO

ORDERS = "/stores/<store>/orders"
PLAIN = ("status_id", "channel_id", "source", "external_source", "payment_method", "payment_status", "currency",
         "staff_notes", "message", "display_currency", "email_opt_in")  # fmt: skip
AMOUNTS = ("exchange_rate", "store_credit", "gift_certificate", "shipping")


@control.get(ORDERS)
def orders(store: str) -> Response:
    """All orders, oldest first. ``?customer_id= &limit=`` (the newest of them)."""
    found, who = the_store(store), request.args.get("customer_id", type=int)
    limit = request.args.get("limit", type=int)
    with found.lock:
        rows = list(found.orders.values()) if who is None else list(found.orders_of.get(who, ()))
        return jsonify([shown.order(each) for each in (rows[-limit:] if limit else rows)])


@control.get(f"{ORDERS}/<int:number>")
def order(store: str, number: int) -> Response:
    """One order."""
    found = the_store(store)
    with found.lock:
        return jsonify(shown.order(the_order(found, number)))


@control.post(ORDERS)
def buy(store: str) -> tuple[Response, int]:
    """Someone buys."""
    found, body = the_store(store), said()
    with found.lock:
        who = the_customer(found, body["customer_id"]) if body.get("customer_id") else None
        at = moments.parse(body["created_at"]) if body.get("created_at") else None
        begun = bool(body.get("begun", False))
        made = trade.buy(the_world().announcer, found, _cart(found, who, body), created_at=at, begun=begun)
        return jsonify(shown.order(made)), 201


@control.patch(f"{ORDERS}/<int:number>")
def change(store: str, number: int) -> Response:
    """The order's ``status_id`` is another, or other fields of it."""
    found, body = the_store(store), said()
    with found.lock:
        it, status = the_order(found, number), body.pop("status_id", None)
        if body:
            trade.change(the_world().announcer, found, it, body)
        if status is not None:
            trade.move(the_world().announcer, found, it, int(status))
        return jsonify(shown.order(it))


@control.post(f"{ORDERS}/<int:number>/refund")
def refund(store: str, number: int) -> Response:
    """Refunds ``lines`` ``[{line_id, quantity}]``, ``amount`` without lines, or all that is left."""
    found, body = the_store(store), said()
    it = the_order(found, number)
    units: dict[int, int] | None = None
    if "lines" in body:
        units = {int(line["line_id"]): int(line["quantity"]) for line in body["lines"]}
    elif "amount" in body:
        units = {}
    giving = Giving(
        units=units,
        shipping=bool(body.get("shipping", units is None)),
        bare=Decimal(str(body.get("amount", ZERO))),
        reason=str(body.get("reason", "")),
    )
    made = trade.refund(the_world().announcer, found, it, giving)
    return jsonify(shown.order(it) | {"refund_id": made.id})


@control.post(f"{ORDERS}/<int:number>/archive")
def archive(store: str, number: int) -> Response:
    """The order is archived; ``back`` brings it back."""
    found = the_store(store)
    it = the_order(found, number)
    trade.archive(the_world().announcer, found, it, back=bool(said().get("back", False)))
    return jsonify(shown.order(it))


@control.delete(f"{ORDERS}/<int:number>")
def delete(store: str, number: int) -> Response:
    """The order is gone for good."""
    found = the_store(store)
    trade.delete(the_world().announcer, found, the_order(found, number))
    return jsonify(deleted=number)


def _cart(store: Store, who: Customer | None, body: dict[str, Any]) -> Cart:
    offs = []
    if body.get("coupon_code"):
        amount = body.get("coupon_amount")
        value = Decimal(str(body.get("coupon_percent", 10) if amount is None else amount))
        offs.append(Off(value, str(body["coupon_code"]), PERCENT if amount is None else TOTAL))
    if body.get("discount_percent"):
        offs.append(Off(Decimal(str(body["discount_percent"]))))
    details: dict[str, Any] = {name: body[name] for name in PLAIN if name in body}
    details |= {name: Decimal(str(body[name])) for name in AMOUNTS if name in body}
    address = body.get("address")
    return Cart(
        items=[item_of(store, line) for line in body["lines"]],
        customer=who,
        email=str(body.get("email", "")),
        offs=offs,
        address=address_of(store, address, *((who.first_name, who.last_name) if who else ("Guest", "Buyer")))
        if address
        else None,
        posted=bool(body.get("posted", True)),
        details=details,
    )


def item_of(store: Store, line: dict[str, Any]) -> Item:
    """What a line of a request asks for. Raises KeyError for an unknown product."""
    price = Decimal(str(line["price"])) if line.get("price") is not None else None
    product = store.products[int(line["product_id"])] if line.get("product_id") else None
    options = tuple((str(name), str(value)) for name, value in (line.get("options") or {}).items())
    return Item(product, int(line.get("quantity", 1)), price, str(line.get("name", "")), options)
