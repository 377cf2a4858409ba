"""What the doors ask of BigCommerce is what its own description of webhooks says one may ask."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.platforms.bigcommerce.health import health
from plugin.platforms.bigcommerce.limits import pacer
from plugin.platforms.bigcommerce.subscriptions import ensure
from plugin.platforms.bigcommerce.webhooks import EXCEPTIONS, new_secret
from plugin.platforms.http import Http, Timeout
from tests.contract.openapi import Published
from tests.platforms.bigcommerce.doors import a_store, pretending
from tests.platforms.server import Server

INFORMED, CUSTOMER = "store/information/updated", "store/customer/updated"


def test_hooks_are_asked_for_as_described(described: Published, app: Server, redis_url: str) -> None:
    asked: list[Mapping[str, object]] = []
    http = Http(Timeout(), asked.append, lambda: False)
    with pretending(app) as url:
        store = a_store(url, app)
        client = store.client(http, pacer(redis_url, patience=10), store.token())
        earlier = store.uri.replace("127.0.0.1", "localhost")

        ensure(client, [INFORMED, CUSTOMER, EXCEPTIONS], earlier, new_secret())
        ensure(client, [INFORMED, CUSTOMER], store.uri, new_secret())
        ensure(client, ["store/customer/*"], store.uri, new_secret())
        health(client, store.uri, {}, datetime.now(UTC))

    assert {entry["method"] for entry in asked} == {"GET", "POST", "PUT", "DELETE"}
    assert [(entry, described.faults_of_entry(entry)) for entry in asked if described.faults_of_entry(entry)] == []


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("POST", "/hooks", {}, {"scope": INFORMED}),
        ("POST", "/hooks", {}, {"scope": INFORMED, "destination": 5}),
        ("POST", "/hooks", {}, {"scope": INFORMED, "destination": "x", "headers": {"a": 5}}),
        ("PUT", "/hooks/5", {}, {"is_active": "yes"}),
        ("GET", "/hooks", {"limit": "many"}, None),
        ("GET", "/hooks", {"unheard": "of"}, None),
        ("PATCH", "/hooks", {}, None),
        ("GET", "/hook", {}, None),
        ("DELETE", "/hooks/5", {}, {"a": 1}),
    ],
)
def test_what_is_not_described_would_be_found(
    described: Published, method: str, path: str, query: dict[str, str], body: Any
) -> None:
    assert described.faults_of_request(method, f"/v3{path}", query, body)
