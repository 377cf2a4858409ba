"""Documents about customers, kept in a metafield of the app's own (README §6)."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.json import encode

from plugin.db.documents import Document
from plugin.domain.errors import PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.base import WriteResult
from plugin.platforms.shopify.client import Client, user_errors
from plugin.platforms.shopify.tagging import CUSTOMER, is_gone

AT_ONCE = 25
"""Metafields in one call: Shopify takes no more."""
PLACE = {"namespace": "$app:regulars", "key": "segments"}
DEFINITION = {
    **PLACE,
    "name": "Segments",
    "description": "The customer's segments, kept up to date by Regulars.",
    "ownerType": "CUSTOMER",
    "type": "json",
    "access": {"admin": "MERCHANT_READ"},
}
GONE = ("owner does not exist", "owner not found")


def prepare(client: Client) -> None:
    """The shop shows the metafield to its people and lets no other app write it. Safe to ask for again.

    Raises PlatformRefused with Shopify's reason.
    """
    answer = client.run("documents_define", {"definition": DEFINITION})["metafieldDefinitionCreate"]
    others = [error for error in answer["userErrors"] if error.get("code") != "TAKEN"]
    if others:
        raise PlatformRefused(user_errors({"userErrors": others}))


def write(client: Client, documents: Mapping[CustomerId, Document]) -> list[WriteResult]:
    """What became of each; an empty document is removed. At most AT_ONCE. Raises PlatformError.

    A document is written whole: after a trouble in the middle all of them may be written again.
    """
    results: list[WriteResult] = []
    setting = [customer_id for customer_id, document in documents.items() if document]
    deleting = [customer_id for customer_id, document in documents.items() if not document]
    if setting:
        results += _set(client, setting, documents)
    if deleting:
        results += _delete(client, deleting)
    return results


def _set(client: Client, ids: Sequence[CustomerId], documents: Mapping[CustomerId, Document]) -> list[WriteResult]:
    """One mistake and nothing of the call is set: it is made again without those that were named."""
    inputs = [{**_place(each), "type": "json", "value": encode(documents[each]).decode()} for each in ids]
    errors = client.run("documents_set", {"metafields": inputs})["metafieldsSet"]["userErrors"]
    if not errors:
        return [WriteResult(each, ok=True) for each in ids]
    named = {error["elementIndex"]: str(error["message"]) for error in errors if error.get("elementIndex") is not None}
    if not named:
        return _alone(client, ids, documents, "; ".join(str(error["message"]) for error in errors))
    refused = [_refused(ids[place], message) for place, message in named.items()]
    left = [each for place, each in enumerate(ids) if place not in named]
    return refused + (_set(client, left, documents) if left else [])


def _alone(
    client: Client, ids: Sequence[CustomerId], documents: Mapping[CustomerId, Document], message: str
) -> list[WriteResult]:
    """Nobody says whose mistake it was: each is asked for by itself."""
    if len(ids) == 1:
        return [_refused(ids[0], message)]
    return [result for each in ids for result in _set(client, [each], documents)]


def _delete(client: Client, ids: Sequence[CustomerId]) -> list[WriteResult]:
    """What is not there, or whose customer is not, is deleted already."""
    answer = client.run("documents_delete", {"metafields": [_place(each) for each in ids]})["metafieldsDelete"]
    refusal = user_errors(answer)
    if not refusal:
        return [WriteResult(each, ok=True) for each in ids]
    if len(ids) == 1:
        return [_refused(ids[0], refusal)]
    return [result for each in ids for result in _delete(client, [each])]


def _refused(customer_id: CustomerId, message: str) -> WriteResult:
    gone = is_gone(message) or any(words in message.casefold() for words in GONE)
    return WriteResult(customer_id, ok=False, gone=gone, error=message)


def _place(customer_id: CustomerId) -> dict[str, Any]:
    return {"ownerId": f"{CUSTOMER}{customer_id}", **PLACE}
