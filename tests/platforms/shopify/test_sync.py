"""Reads and exports say to Shopify only what is needed, and lose nothing it answers."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.domain.errors import PlatformError, Throttled
from plugin.domain.facts import Kind, OrderSeen, ReadAnswered, RefundSeen
from plugin.platforms.base import Export, ExportState, StoreInfo
from plugin.platforms.http import Http
from plugin.platforms.shopify import sync
from plugin.platforms.shopify.client import Client
from plugin.platforms.shopify.translate import translate
from tests.platforms.server import Reply, Server
from tests.platforms.shopify.test_reads import a_line_node, a_refund_node, an_order_node

BEGAN = datetime(2026, 11, 21, 18, tzinfo=UTC)
COSTLY = [{"message": "too much", "extensions": {"code": "MAX_COST_EXCEEDED"}}]
PAGE = {"hasNextPage": True, "endCursor": "c1"}
LAST = {"hasNextPage": False, "endCursor": None}


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def test_the_store_tells_its_particulars(server: Server, client: Client) -> None:
    shop = {
        "id": gid("Shop", 5),
        "name": "A",
        "myshopifyDomain": "a.myshopify.com",
        "ianaTimezone": "Asia/Tokyo",
        "currencyCode": "JPY",
        "taxesIncluded": True,
    }
    scopes = [{"handle": "write_customers"}, {"handle": "read_orders"}]
    server.answer({"shop": shop, "currentAppInstallation": {"accessScopes": scopes}})

    assert sync.store_info(client) == StoreInfo(
        5, "a.myshopify.com", "A", "Asia/Tokyo", "JPY", ("read_orders", "write_customers"), True
    )


def test_a_read_stores_the_answer_with_what_it_answers(server: Server, client: Client) -> None:
    server.answer({"nodes": [{"id": gid("Customer", 1)}, None]})
    body = json.loads(sync.read(client, Kind.CUSTOMER, {1: 4, 2: 9}, BEGAN))

    assert body == {
        "read_began": "2026-11-21T18:00:00Z",
        "counters": {gid("Customer", 1): 4, gid("Customer", 2): 9},
        "nodes": [{"id": gid("Customer", 1)}, None],
    }
    assert server.asked[0].json["variables"] == {"ids": [gid("Customer", 1), gid("Customer", 2)]}


def test_a_long_read_goes_in_batches(server: Server, client: Client) -> None:
    for size in (50, 50, 20):
        server.answer({"nodes": [None] * size})
    body = json.loads(sync.read(client, Kind.CUSTOMER, dict.fromkeys(range(1, 121), 1), BEGAN))

    assert [len(asked.json["variables"]["ids"]) for asked in server.asked] == [50, 50, 20]
    assert len(body["nodes"]) == 120


def test_a_read_that_costs_too_much_asks_for_half(server: Server, client: Client) -> None:
    server.answer(None, errors=COSTLY)
    for size in (2, 2, 1):
        server.answer({"nodes": [None] * size})
    sync.read(client, Kind.ORDER, dict.fromkeys(range(1, 6), 1), BEGAN)

    assert [len(asked.json["variables"]["ids"]) for asked in server.asked] == [5, 2, 2, 1]


def test_a_read_that_is_throttled_half_way_answers_the_first_half(server: Server, client: Client) -> None:
    server.answer({"nodes": [None] * 5})
    server.replies.append(Reply(status=429))
    body = json.loads(sync.read(client, Kind.ORDER, dict.fromkeys(range(1, 8), 4), BEGAN))

    assert body["counters"] == {gid("Order", number): 4 for number in range(1, 6)}
    assert len(body["nodes"]) == 5
    with pytest.raises(Throttled):
        sync.read(client, Kind.ORDER, {6: 4, 7: 4}, BEGAN)


def test_an_order_is_read_with_every_line_and_every_refund_line(server: Server, client: Client) -> None:
    refund = a_refund_node(7, lines=[(11, 1, "1.00")])
    refund["refundLineItems"]["pageInfo"] = PAGE
    order = an_order_node(lines=[a_line_node(11)], refunds=[{"id": refund["id"]}])
    order["lineItems"]["pageInfo"] = PAGE
    more = a_refund_node(7, lines=[(12, 1, "2.00")])["refundLineItems"]["nodes"]
    server.answer({"nodes": [order]})
    server.answer({"node": {"lineItems": {"nodes": [a_line_node(12)], "pageInfo": PAGE | {"endCursor": "c2"}}}})
    server.answer({"node": {"lineItems": {"nodes": [a_line_node(13)], "pageInfo": LAST}}})
    server.answer({"nodes": [{"id": order["id"], "refunds": [refund]}]})
    server.answer({"node": {"refundLineItems": {"nodes": more, "pageInfo": LAST}}})

    body = sync.read(client, Kind.ORDER, {1: 3}, BEGAN)
    seen, refunded, answered = translate("api/orders", body, BEGAN)

    assert isinstance(seen, OrderSeen)
    assert [line.id for line in seen.lines] == [11, 12, 13]
    assert isinstance(refunded, RefundSeen)
    assert [line.line_id for line in refunded.lines] == [11, 12]
    assert answered == ReadAnswered(Kind.ORDER, 1, 3)
    assert [asked.json["variables"].get("after") for asked in server.asked] == [None, "c1", "c2", None, "c1"]


def test_an_export_of_everything_has_no_filter(server: Server, client: Client) -> None:
    answer = {"bulkOperation": {"id": gid("BulkOperation", 3), "status": "CREATED"}, "userErrors": []}
    server.answer({"bulkOperationRunQuery": answer})

    assert sync.start_export(client, Kind.ORDER, None) == gid("BulkOperation", 3)
    assert "updated_at" not in server.asked[0].json["variables"]["query"]


def test_an_export_of_changes_quotes_its_moment_and_takes_customers_a_day_earlier() -> None:
    assert """orders(query: "updated_at:>='2026-11-21T18:00:00Z'")""" in sync.export_query(Kind.ORDER, BEGAN)
    assert """customers(query: "updated_at:>='2026-11-20T18:00:00Z'")""" in sync.export_query(Kind.CUSTOMER, BEGAN)


def test_an_export_that_finds_no_room_can_come_later(server: Server, client: Client) -> None:
    error = {"code": "OPERATION_IN_PROGRESS", "field": None, "message": "already running"}
    server.answer({"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": [error]}})

    with pytest.raises(PlatformError, match="already running"):
        sync.start_export(client, Kind.ORDER, None)


@pytest.mark.parametrize(
    ("told", "export"),
    [
        (("CREATED", None, "0", None), Export(ExportState.RUNNING, 0, None)),
        (("RUNNING", None, "70", None), Export(ExportState.RUNNING, 70, None)),
        (("COMPLETED", None, "70", "http://f"), Export(ExportState.DONE, 70, "http://f")),
        (("COMPLETED", None, "0", None), Export(ExportState.DONE, 0, None)),
        (("FAILED", "TIMEOUT", "7", None), Export(ExportState.FAILED, 7, None, "TIMEOUT")),
        (("CANCELED", None, "7", None), Export(ExportState.FAILED, 7, None, "CANCELED")),
        (("EXPIRED", None, "7", None), Export(ExportState.FAILED, 7, None, "EXPIRED")),
    ],
)
def test_an_export_runs_is_done_or_failed(
    server: Server, client: Client, told: tuple[Any, ...], export: Export
) -> None:
    names = ("status", "errorCode", "objectCount", "url")
    server.answer({"bulkOperation": dict(zip(names, told, strict=True))})

    assert sync.poll_export(client, gid("BulkOperation", 3)) == export


def test_an_export_that_the_shop_does_not_know_has_failed(server: Server, client: Client) -> None:
    server.answer({"bulkOperation": None})

    assert sync.poll_export(client, gid("BulkOperation", 3)).state is ExportState.FAILED


def a_result(families: int, children: int) -> bytes:
    """A bulk result of orders with lines; a line is about 100 bytes."""
    lines = []
    for number in range(1, families + 1):
        lines.append({"id": gid("Order", number), "pad": "x" * 60})
        lines += [{"id": gid("LineItem", 9), "__parentId": gid("Order", number), "p": "x" * 20}] * children
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_an_export_comes_in_chunks_that_keep_families_together(server: Server, http: Http) -> None:
    result = a_result(3000, 2)
    server.replies.append(Reply(result))
    chunks = list(sync.file_chunks(http, server.url + "/f"))

    assert b"".join(chunk.body for chunk in chunks) == result
    assert all(len(chunk.body) <= sync.CHUNK + 300 for chunk in chunks)
    assert all(b"__parentId" not in chunk.body.split(b"\n", 1)[0] for chunk in chunks)
    assert sum(chunk.objects for chunk in chunks) == 9000
    assert len(chunks) > 3


def test_an_export_goes_on_after_the_last_chunk_that_was_stored(server: Server, http: Http) -> None:
    server.replies.append(Reply(a_result(3000, 2)))
    whole = list(sync.file_chunks(http, server.url + "/f"))
    rest = list(sync.file_chunks(http, server.url + "/f", int(whole[1].position)))

    assert rest == whole[2:]


def test_a_family_larger_than_a_chunk_stays_whole(server: Server, http: Http) -> None:
    server.replies.append(Reply(a_result(1, 5000) + a_result(1, 1)))
    chunks = list(sync.file_chunks(http, server.url + "/f"))

    assert [chunk.objects for chunk in chunks] == [5001, 2]


def test_an_empty_export_has_no_chunks(server: Server, http: Http) -> None:
    server.replies.append(Reply(b""))

    assert list(sync.file_chunks(http, server.url + "/f")) == []
