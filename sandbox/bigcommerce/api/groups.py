"""V2 customer groups."""

from typing import Any

from flask import Response, jsonify

from sandbox import moments
from sandbox.bigcommerce import forms
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused, listed, nothing, said_object, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import sliced
from sandbox.bigcommerce.store.group import Group

RULES = ("price_list", "category", "product", "all")


@api.get("/v2/customer_groups")
def groups() -> Response:
    """Groups, without a word on who is in them."""
    _offered()
    with the_store().lock:
        return listed([shown(each) for each in sliced(_found())])


@api.get("/v2/customer_groups/count")
def count() -> Response:
    """How many there are."""
    _offered()
    return jsonify(count=len(the_store().groups))


@api.get("/v2/customer_groups/<int:number>")
def group(number: int) -> Response:
    """One group."""
    _offered()
    return jsonify(shown(_the_group(number)))


@api.post("/v2/customer_groups")
def create() -> Response:
    """A new group."""
    _offered()
    store, said = the_store(), said_object()
    with store.lock:
        if not isinstance(said.get("name"), str) or not said["name"].strip():
            raise Refused(400, "The required field 'name' was not supplied.", invalid_reason="missing")
        if any(each.name == said["name"] for each in store.groups.values()):
            raise Refused(409, "The group name is taken.", conflict_reason="The group name is taken.")
        at = moments.now()
        made = Group(store.numbers.next("group"), said["name"], at, at)
        _fill(made, said)
        store.groups[made.id] = made
        return jsonify(shown(made))


@api.put("/v2/customer_groups/<int:number>")
def update(number: int) -> Response:
    """The group is this; rules that are named replace all there were."""
    _offered()
    with the_store().lock:
        found, said = _the_group(number), said_object()
        _fill(found, said)
        found.updated_at = moments.now()
        return jsonify(shown(found))


@api.delete("/v2/customer_groups/<int:number>")
def delete(number: int) -> Response:
    """The group is gone, and who was in it is in none."""
    _offered()
    with the_store().lock:
        the_store().forget_group(_the_group(number))
    return nothing()


def shown(it: Group) -> dict[str, Any]:
    """A group as the API tells it."""
    access: dict[str, Any] = {"type": it.access}
    if it.access == "specific":
        access["categories"] = it.categories
    return {
        "id": it.id,
        "name": it.name,
        "is_default": it.is_default,
        "is_group_for_guests": it.is_for_guests,
        "category_access": access,
        "discount_rules": it.discount_rules,
        "date_created": forms.plain(it.created_at),
        "date_modified": forms.plain(it.updated_at),
    }


def _offered() -> None:
    """The store's plan has groups. Raises Refused."""
    status = the_store().faults.api.groups_status
    if status or the_store().details.plan == "standard":
        raise Refused(status or 403, "Customer groups are not available on this plan.")


def _the_group(number: int) -> Group:
    found = the_store().groups.get(number)
    if found is None:
        raise Refused(404, "The requested resource was not found.")
    return found


def _found() -> list[Group]:
    name, like = asking.text("name"), asking.text("name:like")
    default, guests = asking.text("is_default"), asking.text("is_group_for_guests")
    modified = asking.span("date_modified")
    return [
        each
        for each in the_store().groups.values()
        if name in {None, each.name}
        and (like is None or like.strip("%").casefold() in each.name.casefold())
        and (default is None or each.is_default == (default in {"true", "1"}))
        and (guests is None or each.is_for_guests == (guests in {"true", "1"}))
        and asking.within(each.updated_at, *modified)
    ]


def _fill(group: Group, said: dict[str, Any]) -> None:
    rules, access = said.get("discount_rules"), said.get("category_access")
    if rules is not None:
        if not isinstance(rules, list) or any(rule.get("type") not in RULES for rule in rules):
            raise Refused(400, "The field 'discount_rules' is invalid.")
        if any(rule["type"] == "price_list" for rule in rules) and len(rules) > 1:
            raise Refused(400, "A price list excludes other discount rules.")
        group.discount_rules = rules
    if access is not None:
        group.access, group.categories = access.get("type", "all"), list(access.get("categories", ()))
    group.name = said.get("name", group.name)
    store = the_store()
    if said.get("is_default"):
        for each in store.groups.values():
            each.is_default = False
        group.is_default, store.default_group_id = True, group.id
    if said.get("is_group_for_guests"):
        for each in store.groups.values():
            each.is_for_guests = False
        group.is_for_guests, store.guest_group_id = True, group.id
