"""V2 orders: lists, single ones, their parts, counts and statuses. The app only reads."""

from collections import Counter
from typing import Any

from flask import Response, jsonify, request

from sandbox.bigcommerce.api import line_body, order_body
from sandbox.bigcommerce.api.answers import Refused, listed, the_store, the_world
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.order_search import found, in_order
from sandbox.bigcommerce.api.paging import sliced
from sandbox.bigcommerce.store import statuses
from sandbox.bigcommerce.store.order import Order

INCLUDES = {"consignments", "consignments.line_items", "fees"}


@api.get("/v2/orders")
def orders() -> Response:
    """A page of orders, by id unless sorted otherwise."""
    store, include = the_store(), _includes()
    with store.lock:
        return listed([_shown(order, include) for order in sliced(in_order(found()))])


@api.get("/v2/orders/count")
def count() -> Response:
    """How many there are, of each status too."""
    with the_store().lock:
        number = Counter(order.status_id for order in found())
    rows = [_status(status) | {"count": number[status], "sort_order": status} for status in statuses.NAMES]
    return jsonify(statuses=rows, count=number.total())


@api.get("/v2/order_statuses")
def order_statuses() -> Response:
    """All statuses with the merchant's labels."""
    return jsonify([_status(status) for status in statuses.NAMES])


@api.get("/v2/order_statuses/<int:number>")
def order_status(number: int) -> Response:
    """One status."""
    if number not in statuses.NAMES:
        raise Refused(404, "The requested resource was not found.")
    return jsonify(_status(number))


@api.get("/v2/orders/<int:number>")
def order(number: int) -> Response:
    """One order; an archived one too."""
    with the_store().lock:
        return jsonify(_shown(_the_order(number), _includes()))


@api.get("/v2/orders/<int:number>/products")
def products(number: int) -> Response:
    """Its lines."""
    with the_store().lock:
        found = _the_order(number)
        return listed([line_body.line(found, each) for each in sliced(found.lines)])


@api.get("/v2/orders/<int:number>/products/<int:line>")
def product(number: int, line: int) -> Response:
    """One line."""
    with the_store().lock:
        found = _the_order(number)
        for each in found.lines:
            if each.id == line:
                return jsonify(line_body.line(found, each))
    raise Refused(404, "The requested resource was not found.")


@api.get("/v2/orders/<int:number>/coupons")
def coupons(number: int) -> Response:
    """The coupons that were redeemed."""
    with the_store().lock:
        found = _the_order(number)
        return listed([line_body.coupon(found, each) for each in sliced(found.coupons)])


@api.get("/v2/orders/<int:number>/shipping_addresses")
def shipping_addresses(number: int) -> Response:
    """Where it went."""
    with the_store().lock:
        return listed(sliced(line_body.shipping_addresses(_the_order(number), _address())))


@api.get("/v2/orders/<int:number>/consignments")
def consignments(number: int) -> Response:
    """Where each line goes."""
    with the_store().lock:
        lines = "consignments.line_items" in request.args.get("include", "")
        return jsonify(line_body.consignments(_the_order(number), _address(), lines=lines))


def _the_order(number: int) -> Order:
    found = the_store().orders.get(number)
    if found is None:
        raise Refused(404, "The requested resource was not found.")
    return found


def _address() -> str:
    return f"{the_world().api}/stores/{the_store().hash}/v2"


def _shown(order: Order, include: set[str]) -> dict[str, Any]:
    shown = order_body.order(the_store(), order, _address())
    if include & {"consignments", "consignments.line_items"}:
        lines = "consignments.line_items" in include
        shown["consignments"] = line_body.consignments(order, _address(), lines=lines)
        if request.args.get("consignment_structure") != "object":
            shown["consignments"] = [shown["consignments"]]
    if "fees" in include:
        shown["fees"] = []
    return shown


def _includes() -> set[str]:
    include = set(filter(None, request.args.get("include", "").split(",")))
    if include - INCLUDES:
        raise Refused(400, "The field 'include' is invalid.", invalid_reason="not an includable resource")
    return include


def _status(number: int) -> dict[str, Any]:
    name = statuses.NAMES[number]
    return {
        "id": number,
        "name": name,
        "system_label": name,
        "custom_label": the_store().status_name(number, name),
        "system_description": statuses.DESCRIPTIONS[number],
    }
