"""V3 customer attributes: fifty definitions a store, whoever made them."""

from typing import Any

from flask import Response

from sandbox import moments
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused, data, nothing, said_list, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.store.extras import ATTRIBUTES, Attribute

BATCH, LONGEST = 10, 255
DATES = ("date_created", "date_created:min", "date_created:max", "date_modified", "date_modified:min",
         "date_modified:max")  # fmt: skip
KINDS = ("string", "number", "date")


@api.get("/v3/customers/attributes")
def attributes() -> Response:
    """Definitions."""
    asking.only("name", "name:like", "type", *DATES)
    name, like, kind = asking.text("name"), asking.text("name:like"), asking.text("type")
    created, modified = spans()
    with the_store().lock:
        found = [
            each
            for each in the_store().attributes.values()
            if name in {None, each.name}
            and kind in {None, each.kind}
            and (like is None or like.strip("%").casefold() in each.name.casefold())
            and asking.within(each.created_at, *created)
            and asking.within(each.updated_at, *modified)
        ]
        rows, meta = numbered(found)
        return data([_shown(each) for each in rows], meta)


@api.post("/v3/customers/attributes")
def create() -> Response:
    """New definitions, as long as there is room."""
    store, said, made = the_store(), said_list(BATCH), []
    with store.lock:
        names = {each.name for each in store.attributes.values()}
        for index, each in enumerate(said):
            _check(each, index, names)
            if each.get("type") not in KINDS:
                raise Refused(422, "Create attributes failed.", {f"{index}.type": f"type is one of {', '.join(KINDS)}"})
        if len(store.attributes) + len(said) > ATTRIBUTES:
            message = f"a store has {ATTRIBUTES} attributes at most"
            raise Refused(422, "Create attributes failed.", {"0.name": message})
        for each in said:
            at = moments.now()
            attribute = Attribute(store.numbers.next("attribute"), each["name"], each["type"], at, at)
            store.attributes[attribute.id] = attribute
            made.append(attribute)
        return data([_shown(each) for each in made])


@api.put("/v3/customers/attributes")
def rename() -> Response:
    """Other names; the type stays what it was."""
    store, said = the_store(), said_list(BATCH)
    with store.lock:
        for index, each in enumerate(said):
            if each.get("id") not in store.attributes:
                raise Refused(422, "Update attributes failed.", {f"{index}.id": "attribute does not exist"})
            if "type" in each and each["type"] != store.attributes[each["id"]].kind:
                raise Refused(422, "Update attributes failed.", {f"{index}.type": "type cannot be changed"})
            _check(each, index, {a.name for a in store.attributes.values() if a.id != each["id"]})
        for each in said:
            attribute = store.attributes[each["id"]]
            attribute.name, attribute.updated_at = each["name"], moments.now()
        return data([_shown(store.attributes[each["id"]]) for each in said])


@api.delete("/v3/customers/attributes")
def delete() -> Response:
    """They are gone, and all that they said."""
    with the_store().lock:
        for number in asking.integers("id:in") or set():
            the_store().forget_attribute(number)
    return nothing()


def spans() -> tuple[asking.Span, asking.Span]:
    """When it was made and changed, as far as the call asks."""
    return asking.span("date_created"), asking.span("date_modified")


def _shown(it: Attribute) -> dict[str, Any]:
    created, modified = moments.zulu(it.created_at), moments.zulu(it.updated_at)
    return {"id": it.id, "name": it.name, "type": it.kind, "date_created": created, "date_modified": modified}


def _check(said: dict[str, Any], index: int, names: set[str]) -> None:
    name = said.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST:
        raise Refused(
            422, "Create/update attributes failed.", {f"{index}.name": "name is a text of 1 to 255 characters"}
        )
    if name in names:
        raise Refused(422, "Create/update attributes failed.", {f"{index}.name": f"attribute {name} already exists"})
