"""Bundles: very many customers' tags in one file, worked through by a bulk mutation (README §6).

A bulk mutation holds a single mutation, so a bundle adds or removes; its lines run in parallel, so a customer
stands in it once. Its results come in any order, with the number of their line.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import DecodeError
from msgspec.json import decode, encode

from plugin.domain.errors import PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.base import BundleBusy, BundleLost, Export, ExportState, TagDelta, Told, WriteResult
from plugin.platforms.http import CallFailed, Http, Request, Upload
from plugin.platforms.shopify.client import Client, document, user_errors
from plugin.platforms.shopify.sync import STATES
from plugin.platforms.shopify.tagging import CUSTOMER, is_gone, outcome
from plugin.platforms.shopify.values import number

AT_ONCE = 500
"""Results that are settled together."""
BUSY = {"LIMIT_REACHED", "OPERATION_IN_PROGRESS"}
LOST = {"NO_SUCH_FILE", "INTERNAL_FILE_SERVER_ERROR"}
MIME_TYPE = "text/jsonl"


def upload(client: Client, http: Http, deltas: Sequence[TagDelta]) -> str:
    """The file with a line for each of these is at Shopify; gives its key, by which ``start`` names it.

    All of them add, or all remove. Raises PlatformError.
    """
    name = "tags.jsonl"
    asked = {"resource": "BULK_MUTATION_VARIABLES", "filename": name, "mimeType": MIME_TYPE, "httpMethod": "POST"}
    answer = client.run("staged_upload", {"input": [asked]})["stagedUploadsCreate"]
    if refusal := user_errors(answer):
        raise PlatformRefused(refusal)
    target = answer["stagedTargets"][0]
    fields = [(each["name"], each["value"]) for each in target["parameters"]]
    body = b"".join(
        encode({"id": f"{CUSTOMER}{delta.customer_id}", "tags": delta.add or delta.remove}) + b"\n" for delta in deltas
    )
    # No header of ours: the storage is not Shopify's own, and is told no token.
    request = Request("POST", target["url"], upload=Upload(fields, name, body, MIME_TYPE), private=True)
    http.send(request, accept=frozenset({200, 201, 204}))
    return str(dict(fields)["key"])


def start(client: Client, adds: bool, path: str, mark: str) -> str:
    """The id of the operation that works through the file. Its text carries the mark, so that it is found
    again if its answer is lost. Raises BundleBusy, BundleLost, PlatformRefused and what ``Client.run`` raises."""
    answer = client.run("bundle_start", {"mutation": mutation(adds, mark), "path": path})["bulkOperationRunMutation"]
    if refusal := user_errors(answer):
        codes = {error.get("code") for error in answer["userErrors"]}
        kind = BundleBusy if codes & BUSY else BundleLost if codes & LOST else PlatformRefused
        raise kind(refusal, codes=sorted(filter(None, codes)))
    return str(answer["bulkOperation"]["id"])


def mutation(adds: bool, mark: str) -> str:
    """The mutation of each line."""
    text, name = (document("tags_add"), "TagsAdd") if adds else (document("tags_remove"), "TagsRemove")
    return text.replace(f"mutation {name}(", f"mutation {name}_{mark}(")


def find(client: Client, mark: str) -> str | None:
    """The id of the newest operation that carries the mark, if one was begun."""
    nodes = client.run("bundle_find", {})["bulkOperations"]["nodes"]
    return next((str(node["id"]) for node in nodes if f"_{mark}(" in node["query"]), None)


def poll(client: Client, remote_id: str) -> Export:
    """How the operation stands. Of one that failed ``url`` is what it did before that."""
    told = client.run("bundle_poll", {"id": remote_id})["bulkOperation"]
    if told is None:
        return Export(ExportState.FAILED, 0, None, "the shop does not know this operation")
    state = STATES.get(told["status"], ExportState.FAILED)
    error = (told["errorCode"] or told["status"]) if state is ExportState.FAILED else None
    return Export(state, int(told["objectCount"]), told["url"] or told["partialDataUrl"], error)


def results(http: Http, url: str, deltas: Mapping[int, TagDelta], skip: int = 0) -> Iterator[Told]:
    """The results from byte ``skip`` on, a few hundred at a time; ``deltas``: the lines that wait for one.

    ``skip`` is the ``offset`` of the last piece that was settled.
    """
    held: list[bytes] = []
    offset = skip
    for line in http.lines(url, offset=skip):
        held.append(line)
        if len(held) == AT_ONCE:
            offset += sum(map(len, held))
            yield Told(_results(held, deltas), offset)
            held = []
    if held:
        yield Told(_results(held, deltas), offset + sum(map(len, held)))


def _results(lines: Sequence[bytes], deltas: Mapping[int, TagDelta]) -> dict[int, WriteResult]:
    """By line. Where lines are counted from is written nowhere: it is learned from those that name their customer."""
    try:
        told = [decode(line) for line in lines if line.strip()]
    except DecodeError as error:
        raise CallFailed("the results are not JSON lines", sent=False) from error
    places = {delta.customer_id: place for place, delta in deltas.items()}
    firsts = {each["__lineNumber"] - places[who] for each in told if (who := _customer(each)) in places}
    if len(firsts) > 1:
        raise CallFailed("the results count lines in no order", sent=False)
    first = firsts.pop() if firsts else 0
    found = ((each["__lineNumber"] - first, each) for each in told)
    return {place: _result(deltas[place], each) for place, each in found if place in deltas}


def _customer(told: Mapping[str, Any]) -> CustomerId | None:
    node = (_payload(told) or {}).get("node") or {}
    return CustomerId(number(node["id"])) if "id" in node else None


def _payload(told: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the line's one mutation answers."""
    return next(iter((told.get("data") or {}).values()), None)


def _result(delta: TagDelta, told: Mapping[str, Any]) -> WriteResult:
    payload = _payload(told)
    if payload is not None:
        return outcome(delta, [payload])
    errors = told.get("errors") or [{"message": "no answer"}]
    message = "; ".join(str(error.get("message")) for error in errors)
    gone = bool(message) and is_gone(message)
    return WriteResult(delta.customer_id, ok=False, gone=gone, error=message, unsure=not gone)
