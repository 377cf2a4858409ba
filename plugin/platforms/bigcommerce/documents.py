"""Documents about customers, kept in a metafield of the app's own (README §8)."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.json import encode

from plugin.db.documents import Document
from plugin.domain.errors import PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.base import WriteResult
from plugin.platforms.bigcommerce.client import Api, Call, Client

AT_ONCE = 10
PLACE = {"namespace": "regulars", "key": "segments"}
ABOUT = {"permission_set": "read", "description": "The customer's segments, kept up to date by Regulars."}
LONGEST = 65_535
"""Characters of a value."""
MANY = "/customers/metafields"


def prepare(client: Client) -> None:
    """Nothing is to be prepared: a metafield needs no definition."""


def write(client: Client, documents: Mapping[CustomerId, Document]) -> list[WriteResult]:
    """What became of each; an empty document is removed. At most AT_ONCE. Raises PlatformError.

    A document is written whole: after a trouble in the middle all of them may be written again.
    """
    values = {each: encode(document).decode() for each, document in documents.items() if document}
    long = [each for each, value in values.items() if len(value) > LONGEST]
    results = [_refused(each, f"What is to be said is longer than {LONGEST} characters.") for each in long]
    fitting = {each: value for each, value in values.items() if each not in long}
    if fitting:
        results += _make(client, fitting)
    return results + [_remove(client, each) for each, document in documents.items() if not document]


def _make(client: Client, values: Mapping[CustomerId, str]) -> list[WriteResult]:
    """All are made in one call. What is refused of it, as what is there already, is looked at one by one: which of
    the others were made the store itself says best."""
    body = [{**PLACE, **ABOUT, "value": value, "resource_id": each} for each, value in values.items()]
    try:
        client.run(Call("POST", Api.V3, MANY, body=body))
    except PlatformRefused:
        return _change(client, values)
    return [WriteResult(each, ok=True) for each in values]


def _change(client: Client, values: Mapping[CustomerId, str]) -> list[WriteResult]:
    """What is there is made to say this, in one call; what is not is made by itself."""
    results, others = [], {}
    for each, value in values.items():
        found = _find(client, each)
        if found is None:
            results.append(_alone(client, each, "POST", "", {**PLACE, **ABOUT, "value": value}))
        elif found["value"] == value:
            results.append(WriteResult(each, ok=True))
        else:
            others[each] = (int(found["id"]), value)
    return results + (_put(client, others) if others else [])


def _put(client: Client, values: Mapping[CustomerId, tuple[int, str]]) -> list[WriteResult]:
    body = [{"id": number, "value": value} for number, value in values.values()]
    try:
        client.run(Call("PUT", Api.V3, MANY, body=body))
    except PlatformRefused:
        alone = [(each, f"/{number}", {"id": number, "value": value}) for each, (number, value) in values.items()]
        return [_alone(client, each, "PUT", path, changed) for each, path, changed in alone]
    return [WriteResult(each, ok=True) for each in values]


def _alone(client: Client, customer_id: CustomerId, method: str, path: str, body: Any) -> WriteResult:
    try:
        told = client.run(Call(method, Api.V3, f"{_of(customer_id)}{path}", body=body), may_miss=True)
    except PlatformRefused as error:
        return _refused(customer_id, error.message)
    if told is not None:
        return WriteResult(customer_id, ok=True)
    there = client.rows(Api.V3, "/customers", {"id:in": (customer_id,)})
    reason = "It was deleted a moment ago." if there else "no such customer"
    return WriteResult(customer_id, ok=False, gone=not there, error=reason)


def _remove(client: Client, customer_id: CustomerId) -> WriteResult:
    """What is not there, or whose customer is not, is deleted already."""
    found = _find(client, customer_id)
    if found is not None:
        path = f"{_of(customer_id)}/{found['id']}"
        try:
            client.run(Call("DELETE", Api.V3, path), may_miss=True)
        except PlatformRefused as error:
            return _refused(customer_id, error.message)
    return WriteResult(customer_id, ok=True)


def _find(client: Client, customer_id: CustomerId) -> Any:
    """The customer's metafield; None where there is none, or no customer."""
    told = client.get(Api.V3, _of(customer_id), {**PLACE, "limit": 10}) or {}
    found: Sequence[Any] = told.get("data") or ()
    return next((each for each in found if all(each[name] == value for name, value in PLACE.items())), None)


def _of(customer_id: CustomerId) -> str:
    return f"/customers/{customer_id}/metafields"


def _refused(customer_id: CustomerId, reason: str) -> WriteResult:
    return WriteResult(customer_id, ok=False, error=reason)
