"""Reading from a shop: single reads, whole exports (README §4)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.json import Decoder, encode

from plugin.domain.errors import PlatformError, PlatformRefused, StoreUnavailable
from plugin.domain.facts import Kind
from plugin.platforms.base import Chunk, Export, ExportLost, ExportState, StoreInfo
from plugin.platforms.http import CallFailed, Http
from plugin.platforms.shopify.answers import ExportLine
from plugin.platforms.shopify.client import Client, TooCostly, document, user_errors
from plugin.platforms.shopify.values import number

CHUNK = 256 * 1024
"""Bytes of an export that become one row of the inbox, unless a single family is larger."""
BATCH = {Kind.CUSTOMER: 50, Kind.ORDER: 5, Kind.REFUND: 10, Kind.PRODUCT: 10}
"""Things read in one call: about half of the thousand points that one call may ask for."""
DAY = timedelta(days=1)

GIDS = {
    Kind.CUSTOMER: "gid://shopify/Customer/",
    Kind.ORDER: "gid://shopify/Order/",
    Kind.REFUND: "gid://shopify/Order/",
    Kind.PRODUCT: "gid://shopify/Product/",
}
_READ = {
    Kind.CUSTOMER: "read_customers",
    Kind.ORDER: "read_orders",
    Kind.REFUND: "read_refunds",
    Kind.PRODUCT: "read_products",
}
_EXPORT = {Kind.CUSTOMER: "export_customers", Kind.ORDER: "export_orders", Kind.PRODUCT: "export_products"}
_SINCE = """(query: "updated_at:>='1970-01-01T00:00:00Z'")"""
STATES = {"COMPLETED": ExportState.DONE, "CREATED": ExportState.RUNNING, "RUNNING": ExportState.RUNNING}
_line = Decoder(ExportLine)


def store_info(client: Client) -> StoreInfo:
    """The shop's particulars and what the merchant granted."""
    data = client.run("store_info", {})
    shop, scopes = data["shop"], data["currentAppInstallation"]["accessScopes"]
    return StoreInfo(
        remote_id=number(shop["id"]),
        domain=shop["myshopifyDomain"],
        name=shop["name"],
        timezone=shop["ianaTimezone"],
        currency=shop["currencyCode"],
        scopes=tuple(sorted(scope["handle"] for scope in scopes)),
        taxes_included=shop["taxesIncluded"],
    )


def read(
    client: Client, kind: Kind, wanted: Mapping[int, int], read_began: datetime, unheard: Collection[int] = ()
) -> bytes:
    """A body for the inbox, topic ``api/customers``, ``api/orders``, ``api/refunds`` or ``api/products``.

    ``wanted`` maps an id to the counter of its read. The body answers those it names: after a trouble
    (throttled, token dead, store away) only the ones before it. One of the ``unheard`` that is not there may be
    there in a moment: it is not answered. Raises if nothing was done.
    """
    nodes: list[dict[str, Any] | None] = []
    gids = [GIDS[kind] + str(each) for each in wanted]
    size = BATCH[kind]
    while batch := gids[len(nodes) : len(nodes) + size]:
        try:
            nodes += _nodes(client, kind, batch)
        except TooCostly:
            if size == 1:
                raise
            size = max(1, size // 2)
        except PlatformError:
            if not nodes:
                raise
            break
    answered = [
        (gid, counter, node)
        for gid, (each, counter), node in zip(gids, wanted.items(), nodes, strict=False)
        if node is not None or each not in unheard
    ]
    counters = {gid: counter for gid, counter, _ in answered}
    return encode({"read_began": read_began, "counters": counters, "nodes": [node for _, _, node in answered]})


def _nodes(client: Client, kind: Kind, gids: Sequence[str]) -> list[dict[str, Any] | None]:
    """One node, or None, for each gid; orders with all their lines and refunds, products with all of theirs."""
    found: list[dict[str, Any] | None] = client.run(_READ[kind], {"ids": gids})["nodes"]
    if len(found) != len(gids):
        raise CallFailed("the answer has another length than the question", sent=False)
    if kind is Kind.ORDER:
        orders = [order for order in found if order is not None]
        for order in orders:
            _rest(client, "order_lines", order["id"], "lineItems", order["lineItems"])
        _add_refunds(client, [order for order in orders if order["refunds"]])
    if kind is Kind.REFUND:
        _whole_refunds(client, [order for order in found if order is not None])
    if kind is Kind.PRODUCT:
        for product in filter(None, found):
            _rest(client, "product_variants", product["id"], "variants", product["variants"])
            _rest(client, "product_collections", product["id"], "collections", product["collections"])
    return found


def _add_refunds(client: Client, orders: Sequence[dict[str, Any]]) -> None:
    """The orders' refunds, of which only the ids were read, are there with all their lines."""
    if not orders:
        return
    told = client.run("read_refunds", {"ids": [order["id"] for order in orders]})["nodes"]
    for order, answer in zip(orders, told, strict=True):
        order["refunds"] = [] if answer is None else answer["refunds"]
    _whole_refunds(client, orders)


def _whole_refunds(client: Client, orders: Sequence[dict[str, Any]]) -> None:
    for order in orders:
        for refund in order["refunds"]:
            _rest(client, "refund_lines", refund["id"], "refundLineItems", refund["refundLineItems"])


def _rest(client: Client, operation: str, gid: str, name: str, connection: dict[str, Any]) -> None:
    page = connection["pageInfo"]
    while page["hasNextPage"]:
        node = client.run(operation, {"id": gid, "after": page["endCursor"]})["node"]
        if node is None:
            return
        connection["nodes"] += node[name]["nodes"]
        page = node[name]["pageInfo"]


def start_export(client: Client, kind: Kind, since: datetime | None) -> str:
    """The id of a bulk operation that writes out everything updated since (None: everything).

    Raises PlatformError (later) while the shop has no room for another, PlatformRefused otherwise.
    """
    return start_bulk(client, export_query(kind, since))


def start_bulk(client: Client, text: str) -> str:
    """The id of a bulk operation over this query; raises as ``start_export``."""
    answer = client.run("export_start", {"query": text})["bulkOperationRunQuery"]
    if refusal := user_errors(answer):
        codes = tuple(error.get("code") for error in answer["userErrors"])
        raise PlatformError(refusal, codes=codes)
    return str(answer["bulkOperation"]["id"])


def export_query(kind: Kind, since: datetime | None) -> str:
    """The bulk query's text. Customers are searched by whole days, so theirs begins a day early."""
    text = document(_EXPORT[kind])
    if since is None:
        return text.replace(_SINCE, "")
    begin = since - DAY if kind is Kind.CUSTOMER else since
    return text.replace("1970-01-01T00:00:00Z", f"{begin:%Y-%m-%dT%H:%M:%SZ}")


def poll_export(client: Client, export_id: str) -> Export:
    """How the export stands. One that expired, failed or was cancelled is FAILED: start another."""
    told = client.run("export_poll", {"id": export_id})["bulkOperation"]
    if told is None:
        return Export(ExportState.FAILED, 0, None, "the shop does not know this export")
    state = STATES.get(told["status"], ExportState.FAILED)
    error = (told["errorCode"] or told["status"]) if state is ExportState.FAILED else None
    roots = int(told.get("rootObjectCount") or 0)
    return Export(state, int(told["objectCount"]), told["url"], error, roots)


def export_chunks(client: Client, http: Http, url: str, position: str = "") -> Iterator[Chunk]:
    """The result in pieces, from the ``position`` of the last chunk that was stored on; a position is a number of
    bytes. Whoever has the file's address needs no token. Raises ExportLost: files are kept for seven days."""
    try:
        yield from file_chunks(http, url, int(position or 0))
    except (StoreUnavailable, PlatformRefused) as error:
        raise ExportLost(f"the file can't be had any more: {error.message}") from error


def file_chunks(http: Http, url: str, skip: int = 0) -> Iterator[Chunk]:
    """The file in pieces of about 256 kB that end between two families, from byte ``skip`` on. Nothing but one
    chunk is held."""
    held: list[bytes] = []
    size, offset = 0, skip
    for line in http.lines(url, offset=skip):
        if held and size + len(line) > CHUNK and _line.decode(line).parent is None:
            offset += size
            yield Chunk(b"".join(held), str(offset), len(held))
            held, size = [], 0
        held.append(line)
        size += len(line)
    if held:
        yield Chunk(b"".join(held), str(offset + size), len(held))
