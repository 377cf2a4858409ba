"""V3 customer metafields: an app's own notes, which only it may change."""

from typing import Any

from flask import Response, jsonify, request

from sandbox import moments
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import KIND, Refused, data, nothing, said_list, said_object, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.metafield_writes import change, forget, make
from sandbox.bigcommerce.api.paging import by_cursor
from sandbox.bigcommerce.store.extras import Metafield

FILTERS = ("key", "key:in", "namespace", "namespace:in", "direction", "include_fields", "date_created:min",
           "date_created:max", "date_modified:min", "date_modified:max")  # fmt: skip
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
        return data([shown(make({**said_object(), "resource_id": number}))])


@api.put(f"{OF_ONE}/<int:which>")
def update(number: int, which: int) -> Response:
    """It says this."""
    with the_store().lock:
        _the_metafield(number, which)
        return data([shown(change({**said_object(), "id": which}))])


@api.delete(f"{OF_ONE}/<int:which>")
def delete(number: int, which: int) -> Response:
    """It is gone."""
    with the_store().lock:
        forget(_the_metafield(number, which))
    return nothing()


@api.post(ALL)
def create_many() -> Response:
    """New ones; what can be made is made."""
    return _each(said_list(), make)


@api.put(ALL)
def update_many() -> Response:
    """They say this; what can be changed is changed."""
    return _each(said_list(), change)


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
                forget(found)
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
