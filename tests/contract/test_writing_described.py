"""What is written to BigCommerce is written as its own description says one may write."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from plugin.domain.ids import CustomerId
from plugin.platforms.base import TagDelta
from plugin.platforms.bigcommerce import documents, labels, tagging
from plugin.platforms.bigcommerce.client import Api
from plugin.platforms.http import Http, Timeout
from tests.contract.openapi import Published
from tests.platforms.bigcommerce.doors import pretending
from tests.platforms.bigcommerce.reading import a_past, calls
from tests.platforms.server import Server

VIP, NEW = [{"segment": "VIP"}], [{"segment": "New"}]


def test_everything_is_written_as_described(described: Published, app: Server) -> None:
    asked: list[Mapping[str, Any]] = []
    with pretending(app) as url:
        store = a_past(url, app, customers=12, years=0.1)
        client = calls(store, http=Http(Timeout(), asked.append, lambda: False))
        people = [CustomerId(row["id"]) for row in store.control("GET", "/customers")]
        tagging.write_tags(client, [TagDelta(each, add=("VIP",)) for each in people])
        tagging.write_tags(client, [TagDelta(people[0], remove=("VIP",)), TagDelta(people[1], add=("New",))])
        tagging.read_tags(client, people)
        documents.write(client, {people[0]: VIP, people[1]: VIP})
        documents.write(client, {people[0]: NEW, people[1]: [], people[2]: VIP})
        store.control("DELETE", f"/customers/{people[3]}")
        tagging.write_tags(client, [TagDelta(each, add=("Gold",)) for each in people])
        documents.write(client, dict.fromkeys(people[2:6], NEW))
        client.delete(Api.V3, labels.ATTRIBUTES, [labels.make(client)])
        tagging.write_tags(client, [TagDelta(people[0], add=("VIP",))])

    done = {(entry["method"], urlsplit(entry["url"]).path.partition("/v3")[2]) for entry in asked}
    one = f"/customers/{people[1]}/metafields"
    assert {("PUT", tagging.VALUES), ("DELETE", tagging.VALUES), ("POST", labels.ATTRIBUTES), ("GET", one)} <= done
    assert {("POST", documents.MANY), ("PUT", documents.MANY)} <= done
    assert any(method == "DELETE" and path.startswith(one) for method, path in done)
    found = {(entry["method"], entry["url"]): described.faults_of_entry(entry) for entry in asked}
    assert {call: wrong for call, wrong in found.items() if wrong} == {}
