"""V3 customer metafields: an app's own notes, which only it may change."""

from typing import Any

from flask import Response, jsonify, request

from sandbox import moments
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import KIND, Refused, data, nothing, said_list, said_object, the_store, the_world
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import by_cursor
from sandbox.bigcommerce.store.extras import Metafield

LENGTHS = {"namespace": (1, 64), "key": (1, 64), "value": (1, 65535), "description": (0, 255)}
PERMISSIONS = ("app_only", "read", "write", "read_and_sf_access", "write_and_sf_access")
FILTERS = ("key", "key:in", "namespace", "namespace:in", "direction", "include_fields", "date_created:min",
           "date_created:max", "date_modified:min", "date_modified:max")  # fmt: skip
MOST = 250
"""Of one client, at one customer."""
ALL, OF_ONE = "/v3/customers/metafields", "/v3/customers/<int:number>/metafields"


@api.get(ALL)
def metafields() -> Response:
    """Of all customers."""
    return _listed(None)


@api.get(OF_ONE)
def metafields_of(number: int) -> Response:
    """Of one customer."""
    return _listed(number)


@api.get(f"{OF_ONE}/<int:which>")
def metafield(number: int, which: int) -> Response:
    """One."""
    return data(shown(_the_metafield(number, which)))


@api.post(OF_ONE)
def create(number: int) -> Response:
    """A new one."""
    with the_store().lock:
        return data([shown(_create({**said_object(), "resource_id": number}))])


@api.put(f"{OF_ONE}/<int:which>")
def update(number: int, which: int) -> Response:
    """It says this."""
    with the_store().lock:
        _the_metafield(number, which)
        return data([shown(_update({**said_object(), "id": which}))])


@api.delete(f"{OF_ONE}/<int:which>")
def delete(number: int, which: int) -> Response:
    """It is gone."""
    with the_store().lock:
        _forget(_the_metafield(number, which))
    return nothing()


@api.post(ALL)
def create_many() -> Response:
    """New ones; what can be made is made."""
    return _each(said_list(), _create)


@api.put(ALL)
def update_many() -> Response:
    """They say this; what can be changed is changed."""
    return _each(said_list(), _update)


@api.delete(ALL)
def delete_many() -> Response:
    """These, by their ids, are gone."""
    ids = request.get_json(silent=True)
    if not isinstance(ids, list):
        raise Refused(400, "Input is invalid")
    done, failed = [], []
    with the_store().lock:
        for each in ids:
            found = the_store().metafields.get(each)
            if found is None:
                failed.append(_error(Refused(404, f"Metafield {each} does not exist.")))
            else:
                _forget(found)
                done.append(each)
    return _partly(done, failed)


def shown(it: Metafield) -> dict[str, Any]:
    """A metafield as the API tells it."""
    return {
        "id": it.id,
        "namespace": it.namespace,
        "key": it.key,
        "value": it.value,
        "description": it.description,
        "permission_set": it.permission_set,
        "resource_type": "customer",
        "resource_id": it.customer_id,
        "date_created": moments.zulu(it.created_at),
        "date_modified": moments.zulu(it.updated_at),
        "owner_client_id": it.client_id,
    }


def _listed(owner: int | None) -> Response:
    asking.only(*FILTERS)
    key, keys = asking.text("key"), asking.texts("key:in")
    namespace, namespaces = asking.text("namespace"), asking.texts("namespace:in")
    modified = asking.span("date_modified")
    created = asking.span("date_created")
    with the_store().lock:
        found = [
            each
            for each in the_store().metafields.values()
            if owner in {None, each.customer_id}
            and key in {None, each.key}
            and namespace in {None, each.namespace}
            and (keys is None or each.key.casefold() in keys)
            and (namespaces is None or each.namespace.casefold() in namespaces)
            and asking.within(each.updated_at, *modified)
            and asking.within(each.created_at, *created)
        ]
        found.sort(key=lambda each: each.id, reverse=asking.text("direction") == "desc")
        rows, meta = by_cursor(found, lambda each: each.id)
        return data([shown(each) for each in rows], meta)


def _the_metafield(number: int, which: int) -> Metafield:
    found = the_store().metafields.get(which)
    if found is None or found.customer_id != number:
        raise Refused(404, "The resource at that URL is not found.")
    return found


def _create(said: dict[str, Any]) -> Metafield:
    store, client = the_store(), the_world().registration.client_id
    missing = [name for name in ("namespace", "key", "value", "permission_set") if name not in said]
    if missing:
        raise Refused(422, "JSON data is missing or invalid", {name: f"{name} is required" for name in missing})
    _check(said)
    owner = said.get("resource_id")
    if owner not in store.customers:
        raise Refused(404, f"Customer {owner} does not exist.")
    mine = [each for each in store.metafields.values() if each.customer_id == owner and each.client_id == client]
    if any((each.namespace, each.key) == (said["namespace"], said["key"]) for each in mine):
        raise Refused(409, "The metafield conflicts with another metafield.")
    if len(mine) >= MOST:
        raise Refused(422, "Too many metafields.", {"key": f"{MOST} metafields at most"})
    at = moments.now()
    made = Metafield(
        store.numbers.next("metafield"), owner, client, said["namespace"], said["key"], said["value"],
        str(said.get("description", "")), said["permission_set"], at, at,
    )  # fmt: skip
    store.metafields[made.id] = made
    _tell(made, "created")
    return made


def _update(said: dict[str, Any]) -> Metafield:
    found = the_store().metafields.get(said.get("id", 0))
    if found is None:
        raise Refused(404, f"Metafield {said.get('id')} does not exist.")
    if found.client_id != the_world().registration.client_id:
        raise Refused(403, "The metafield belongs to another app.")
    _check(said)
    for name in ("namespace", "key", "value", "description", "permission_set"):
        if name in said:
            setattr(found, name, said[name])
    found.updated_at = moments.now()
    _tell(found, "updated")
    return found


def _forget(it: Metafield) -> None:
    del the_store().metafields[it.id]
    _tell(it, "deleted")


def _check(said: dict[str, Any]) -> None:
    wrong = {}
    for name, (least, most) in LENGTHS.items():
        value = said.get(name, "x" * least)
        if not isinstance(value, str) or not least <= len(value) <= most:
            wrong[name] = f"{name} must be a text of {least} to {most} characters"
    if said.get("permission_set", "read") not in PERMISSIONS:
        wrong["permission_set"] = f"permission_set is one of {', '.join(PERMISSIONS)}"
    if wrong:
        raise Refused(422, "JSON data is missing or invalid", wrong)


def _tell(it: Metafield, verb: str) -> None:
    data = {"type": "metafield", "metafield_id": it.id, "resource_id": str(it.customer_id), "resource_type": "customer"}
    scopes = (f"store/customer/metafield/{verb}", f"store/metafield/{verb}")
    the_world().announcer.announce(the_store(), *((scope, data) for scope in scopes))


def _each(said: list[dict[str, Any]], act: Any) -> Response:
    done, failed = [], []
    with the_store().lock:
        for each in said:
            try:
                done.append(shown(act(each)))
            except Refused as refused:
                failed.append(_error(refused))
    return _partly(done, failed)


def _error(refused: Refused) -> dict[str, Any]:
    return {"status": refused.status, "title": refused.title, "type": KIND, "errors": refused.errors or {}}


def _partly(done: list[Any], failed: list[dict[str, Any]]) -> Response:
    count = {"total": len(done) + len(failed), "success": len(done), "failed": len(failed)}
    response = jsonify(data=done, errors=failed, meta=count)
    response.status_code = 422 if failed else 200
    return response
