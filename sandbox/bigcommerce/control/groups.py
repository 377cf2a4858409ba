"""Control of what a merchant sets up for groups: discounts, price lists, promotions; and attribute definitions."""

from typing import Any

from flask import Response, jsonify
from werkzeug.exceptions import NotFound

from sandbox import moments
from sandbox.bigcommerce.control.answers import control, the_store
from sandbox.bigcommerce.store.extras import Attribute
from sandbox.bigcommerce.store.group import Assignment, Group, PriceList, Promotion
from sandbox.bigcommerce.store.store import Store
from sandbox.control.answers import said


@control.get("/stores/<store>/groups")
def groups(store: str) -> Response:
    """Groups, with how many customers are in each."""
    found = the_store(store)
    with found.lock:
        return jsonify([_shown(found, each) for each in found.groups.values()])


@control.post("/stores/<store>/groups")
def create(store: str) -> tuple[Response, int]:
    """A group of the merchant's own."""
    found, body = the_store(store), said()
    with found.lock:
        at = moments.now()
        group = Group(found.numbers.next("group"), str(body["name"]), at, at)
        found.groups[group.id] = group
        _fill(found, group, body)
        return jsonify(_shown(found, group)), 201


@control.patch("/stores/<store>/groups/<int:number>")
def change(store: str, number: int) -> Response:
    """The merchant's group is this."""
    found = the_store(store)
    with found.lock:
        group = _the_group(found, number)
        _fill(found, group, said())
        return jsonify(_shown(found, group))


@control.delete("/stores/<store>/groups/<int:number>")
def delete(store: str, number: int) -> Response:
    """The merchant deletes a group; who was in it is in none."""
    found = the_store(store)
    with found.lock:
        found.forget_group(_the_group(found, number))
    return jsonify(deleted=number)


@control.post("/stores/<store>/promotions")
def promote(store: str) -> tuple[Response, int]:
    """A promotion for ``group_ids``, not for ``excluded_group_ids``, for ``segment_ids``."""
    found, body = the_store(store), said()
    made = Promotion(
        found.numbers.next("promotion"),
        str(body.get("name", "Promotion")),
        tuple(body.get("group_ids") or ()),
        tuple(body.get("excluded_group_ids") or ()),
        tuple(body.get("segment_ids") or ()),
        str(body.get("status", "ENABLED")),
    )
    found.promotions[made.id] = made
    return jsonify(id=made.id, name=made.name), 201


@control.post("/stores/<store>/attributes")
def define(store: str) -> tuple[Response, int]:
    """Another app, or the merchant, defines ``count`` attributes: ``name``, ``type``."""
    found, body = the_store(store), said()
    made = []
    with found.lock:
        for index in range(int(body.get("count", 1))):
            at, name = moments.now(), str(body["name"]) + (f" {index + 1}" if "count" in body else "")
            attribute = Attribute(found.numbers.next("attribute"), name, str(body.get("type", "string")), at, at)
            found.attributes[attribute.id] = attribute
            made.append({"id": attribute.id, "name": name})
    return jsonify(made), 201


@control.patch("/stores/<store>/attributes/<int:number>")
def rename(store: str, number: int) -> Response:
    """The merchant gives an attribute another ``name``."""
    found = the_store(store).attributes[number]
    found.name, found.updated_at = str(said()["name"]), moments.now()
    return jsonify(id=found.id, name=found.name)


@control.delete("/stores/<store>/attributes/<int:number>")
def undefine(store: str, number: int) -> Response:
    """The merchant deletes an attribute, and all it said."""
    found = the_store(store)
    with found.lock:
        found.forget_attribute(number)
    return jsonify(deleted=number)


def _the_group(store: Store, number: int) -> Group:
    found = store.groups.get(number)
    if found is None:
        raise NotFound(f"no group {number}")
    return found


def _fill(store: Store, group: Group, body: dict[str, Any]) -> None:
    group.name = str(body.get("name", group.name))
    group.discount_rules = body.get("discount_rules", group.discount_rules)
    group.access = str(body.get("category_access", group.access))
    group.categories = list(body.get("categories", group.categories))
    group.updated_at = moments.now()
    if "default" in body:
        group.is_default = bool(body["default"])
        store.default_group_id = group.id if group.is_default else None
    if "guests" in body:
        group.is_for_guests = bool(body["guests"])
        store.guest_group_id = group.id if group.is_for_guests else None
    if body.get("price_list"):
        prices = PriceList(store.numbers.next("price_list"), str(body["price_list"]), True, moments.now())
        assigned = Assignment(store.numbers.next("assignment"), prices.id, group.id, 1)
        store.price_lists[prices.id], store.assignments[assigned.id] = prices, assigned


def _shown(store: Store, it: Group) -> dict[str, Any]:
    return {
        "id": it.id,
        "name": it.name,
        "default": it.is_default,
        "guests": it.is_for_guests,
        "discount_rules": it.discount_rules,
        "customers": sum(1 for each in store.customers.values() if each.group_id == it.id),
    }
