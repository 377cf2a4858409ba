"""A history of any size is read in the same little memory."""

import json
import tracemalloc

import pytest

from plugin.platforms.http import Http
from plugin.platforms.shopify import listing, sync
from tests.platforms.server import Reply, Server
from tests.platforms.shopify.test_sync import gid

SMALL, LARGE = 2 * 1024 * 1024, 40 * 1024 * 1024
BOUND = 3 * 1024 * 1024
"""Bytes: some chunks of a quarter of a megabyte, and what the network holds."""


def a_file(size: int) -> bytes:
    """So many bytes of orders, each of one line."""
    text = "x" * 400
    order = json.dumps({"id": gid("Order", 1), "updatedAt": "2026-11-21T18:00:00Z", "note": text}).encode() + b"\n"
    line = json.dumps({"id": gid("LineItem", 1), "__parentId": gid("Order", 1)}).encode() + b"\n"
    return (order + line) * (size // (len(order) + len(line)))


def peak(http: Http, url: str, skip: int) -> tuple[int, int, int]:
    """The most memory held while the file is read, and how many chunks and things there were."""
    tracemalloc.start()
    chunks = things = 0
    for chunk in sync.file_chunks(http, url, skip):
        chunks += 1
        things += len(listing.stamps(chunk.body))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most, chunks, things


@pytest.mark.parametrize("skip", [0, 1], ids=["from the start", "from the middle"])
def test_a_file_of_forty_megabytes_needs_no_more_memory_than_one_of_two(server: Server, http: Http, skip: int) -> None:
    held = {}
    for size in (SMALL, LARGE):
        body = a_file(size)
        server.replies[:] = [Reply(body)]
        half = skip * (body.count(b"\n") // 4) * (len(body) // (body.count(b"\n") // 2))
        held[size], chunks, things = peak(http, f"{server.url}/file", half)
        assert chunks >= (size - half) // sync.CHUNK
        assert things == body[half:].count(b"updatedAt")

    assert held[LARGE] < BOUND
    assert held[LARGE] < 2 * held[SMALL] + 512 * 1024
