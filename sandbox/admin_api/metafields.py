"""Metafields of customers: set, deleted, defined. Setting is atomic: with one mistake nothing is set."""

import json
from typing import Any

from sandbox import moments
from sandbox.admin_api.asking import ApiError, Asking, FieldFunction
from sandbox.ids import gid, split
from sandbox.store.customer import Customer
from sandbox.store.metafield import Definition, Metafield, stored

MOST = 25
LONGEST = 128 * 1024


def _owner(asking: Asking, owner_id: str) -> Customer | None:
    parts = split(owner_id)
    if parts is None or parts[0] != "Customer":
        raise ApiError(f"Invalid global id '{owner_id}'", "RESOURCE_NOT_FOUND")
    return asking.shop.customers.get(parts[1])


def _mistake(asking: Asking, asked: dict[str, Any]) -> tuple[str, str, str] | None:
    """Code, field and sentence of what is wrong."""
    if _owner(asking, asked["owner_id"]) is None:
        return "INVALID", "ownerId", "Owner does not exist."
    if not asked.get("type"):
        place = stored(asked.get("namespace") or "$app"), asked["key"]
        if place not in asking.shop.definitions:
            return "BLANK", "type", "Type can't be blank"
    if len(asked["value"]) > LONGEST:
        return "TOO_LONG", "value", "Value is too long."
    if asked.get("type") == "json":
        try:
            json.loads(asked["value"])
        except ValueError:
            return "INVALID_VALUE", "value", "Value is invalid JSON."
    return None


def _set(root: None, asking: Asking, metafields: list[dict[str, Any]]) -> dict[str, Any]:
    if len(metafields) > MOST:
        raise ApiError(f"The input array size of {len(metafields)} is greater than the maximum allowed of {MOST}.")
    problems = []
    for place, asked in enumerate(metafields):
        if (found := _mistake(asking, asked)) is not None:
            code, field, message = found
            said = {"code": code, "element_index": place, "field": ["metafields", str(place), field]}
            problems.append(said | {"message": message})
    if problems:
        return {"metafields": None, "user_errors": problems}
    return {"metafields": [_put(asking, asked) for asked in metafields], "user_errors": []}


def _put(asking: Asking, asked: dict[str, Any]) -> Metafield:
    owner, now = _owner(asking, asked["owner_id"]), moments.now()
    assert owner is not None
    place = stored(asked.get("namespace") or "$app"), asked["key"]
    found = owner.metafields.get(place)
    if found is None:
        number = asking.shop.numbers.next("Metafield")
        kind = asked.get("type") or asking.shop.definitions[place].type
        found = owner.metafields[place] = Metafield(number, *place, kind, asked["value"], now, now)
    else:
        found.value, found.updated_at = asked["value"], now
    return found


def _delete(root: None, asking: Asking, metafields: list[dict[str, Any]]) -> dict[str, Any]:
    deleted: list[dict[str, Any] | None] = []
    for asked in metafields:
        owner, place = _owner(asking, asked["owner_id"]), (stored(asked["namespace"]), asked["key"])
        gone = None if owner is None else owner.metafields.pop(place, None)
        said = {"key": place[1], "namespace": place[0], "owner_id": asked["owner_id"]}
        deleted.append(None if gone is None else said)
    return {"deleted_metafields": deleted, "user_errors": []}


def _define(root: None, asking: Asking, definition: dict[str, Any]) -> dict[str, Any]:
    place = stored(definition.get("namespace") or "$app"), definition["key"]
    if place in asking.shop.definitions:
        message = f"Key is in use for {definition['owner_type']} metafields on the '{place[0]}' namespace."
        said = {"code": "TAKEN", "element_index": None, "element_key": None, "field": ["definition", "key"]}
        return {"created_definition": None, "user_errors": [said | {"message": message}]}
    number = asking.shop.numbers.next("MetafieldDefinition")
    made = Definition(
        number, *place, definition["type"], definition["name"], definition["owner_type"], definition.get("description")
    )
    asking.shop.definitions[place] = made
    return {"created_definition": made, "user_errors": []}


FIELDS: dict[tuple[str, str], FieldFunction] = {
    ("Mutation", "metafieldsSet"): _set,
    ("Mutation", "metafieldsDelete"): _delete,
    ("Mutation", "metafieldDefinitionCreate"): _define,
    ("Metafield", "id"): lambda found, asking: gid("Metafield", found.id),
    ("MetafieldDefinition", "id"): lambda found, asking: gid("MetafieldDefinition", found.id),
}
