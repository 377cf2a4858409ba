"""Which orders a V2 list has, and in which order."""

from collections.abc import Callable
from typing import Any

from flask import request

from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused, the_store
from sandbox.bigcommerce.store import totals
from sandbox.bigcommerce.store.order import Order

SORTS: dict[str, Callable[[Order], Any]] = {
    "id": lambda order: order.id,
    "customer_id": lambda order: (order.customer_id, order.id),
    "date_created": lambda order: (order.created_at, order.id),
    "date_modified": lambda order: (order.updated_at, order.id),
    "status_id": lambda order: (order.status_id, order.id),
    "channel_id": lambda order: (order.channel_id, order.id),
    "external_id": lambda order: order.id,
}


def found() -> list[Order]:
    """The orders the call asks for. Raises Refused."""
    store, equal = the_store(), _equal()
    ids = (asking.integer("min_id"), asking.integer("max_id"))
    amounts = (asking.amount("min_total"), asking.amount("max_total"))
    created = asking.span("date_created", style="{end}_{name}")
    modified = asking.span("date_modified", style="{end}_{name}")
    archived = request.args.get("is_deleted") == "true"
    both = store.faults.api.list_archived
    rows: list[Order] = list(store.orders.values())
    if equal.get("customer_id"):
        rows = list(store.orders_of.get(equal["customer_id"], ()))
    return [
        order
        for order in rows
        if (both or order.is_deleted == archived)
        and all(getattr(order, name) == value for name, value in equal.items())
        and (ids[0] is None or order.id >= ids[0])
        and (ids[1] is None or order.id <= ids[1])
        and asking.within(order.created_at, *created)
        and asking.within(order.updated_at, *modified)
        and (amounts[0] is None or totals.total(order) >= amounts[0])
        and (amounts[1] is None or totals.total(order) <= amounts[1])
    ]


def _equal() -> dict[str, Any]:
    wanted: dict[str, Any] = {name: asking.integer(name) for name in ("customer_id", "status_id", "channel_id")}
    wanted |= {"email": asking.text("email"), "payment_method": asking.text("payment_method")}
    return {name: value for name, value in wanted.items() if value is not None}


def in_order(rows: list[Order]) -> list[Order]:
    """They in the order the call asks for, by id otherwise. Raises Refused."""
    name, _, way = request.args.get("sort", "id").partition(":")
    if name not in SORTS or way not in {"", "asc", "desc"}:
        raise Refused(400, f"The field 'sort' is invalid: {name}.")
    return sorted(rows, key=SORTS[name], reverse=way == "desc")
