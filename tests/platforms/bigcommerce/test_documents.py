"""A document about a customer stands in one metafield of the app's own; what fails of ten fails alone."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from plugin.domain.errors import StoreUnavailable
from plugin.domain.ids import CustomerId
from plugin.platforms.base import WriteResult
from plugin.platforms.bigcommerce import documents
from plugin.platforms.bigcommerce.client import Client
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.reading import a_past, asked, calls
from tests.platforms.server import Reply, Server, serving

VIP = [{"segment": "VIP", "since": "2026-03-01"}]
NEW = [{"segment": "New"}]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, Server]]:
    """A sandbox, and the app it calls."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def store(sandbox: tuple[str, Server]) -> Pretended:
    """A store of this test's own, with customers."""
    return a_past(*sandbox, customers=10, years=0.1)


def people(store: Pretended) -> list[CustomerId]:
    return [CustomerId(row["id"]) for row in store.control("GET", "/customers")]


def kept(store: Pretended, customer: CustomerId) -> Any:
    found = store.control("GET", f"/customers/{customer}")["metafields"]
    return {name: json.loads(value) for name, value in found.items()}


def writes(store: Pretended) -> list[str]:
    return [call.partition("/v3")[2] for call in asked(store) if not call.startswith("GET")]


def test_new_documents_are_made_in_one_call(store: Pretended) -> None:
    ids, client = people(store), calls(store)
    documents.prepare(client)
    results = documents.write(client, dict.fromkeys(ids, VIP))

    assert results == [WriteResult(each, ok=True) for each in ids]
    assert [kept(store, each) for each in ids] == [{"regulars.segments": VIP}] * len(ids)
    assert writes(store) == ["/customers/metafields"]


def test_what_is_there_is_changed_what_is_new_is_made_and_what_is_empty_is_removed(store: Pretended) -> None:
    (one, other, third, fourth, *_), client = people(store), calls(store)
    documents.write(client, {one: VIP, other: VIP, fourth: VIP})
    results = documents.write(client, {one: NEW, other: [], third: NEW, fourth: VIP})

    assert {result.customer_id: result.ok for result in results} == dict.fromkeys([one, other, third, fourth], True)
    found = [kept(store, each).get("regulars.segments") for each in (one, other, third, fourth)]
    assert found == [NEW, None, NEW, VIP]


def test_once_more_is_as_once(store: Pretended) -> None:
    (one, other, *_), client = people(store), calls(store)
    for _ in range(2):
        assert all(result.ok for result in documents.write(client, {one: VIP, other: []}))
    assert kept(store, one) == {"regulars.segments": VIP}


def test_a_customer_who_is_gone_takes_nobody_with_them(store: Pretended) -> None:
    (one, gone, other, *_), client = people(store), calls(store)
    documents.write(client, {one: VIP})
    store.control("DELETE", f"/customers/{gone}")
    results = {result.customer_id: result for result in documents.write(client, {one: NEW, gone: VIP, other: VIP})}

    assert [(results[each].ok, results[each].gone) for each in (one, gone, other)] == [
        (True, False),
        (False, True),
        (True, False),
    ]
    assert (kept(store, one), kept(store, other)) == ({"regulars.segments": NEW}, {"regulars.segments": VIP})
    assert documents.write(client, {gone: []}) == [WriteResult(gone, ok=True)]


def test_a_document_that_is_too_long_is_refused_and_the_others_are_written(store: Pretended) -> None:
    (one, other, *_), client = people(store), calls(store)
    long = [{"segment": "x" * documents.LONGEST}]
    results = {result.customer_id: result for result in documents.write(client, {one: long, other: VIP})}

    assert (results[one].ok, results[other].ok) == (False, True)
    assert "longer than 65535" in (results[one].error or "")


def test_a_store_that_is_away_is_no_answer(store: Pretended) -> None:
    (one, *_), client = people(store), calls(store)
    store.control("PUT", "/faults", {"api": {"frozen": 503}})

    with pytest.raises(StoreUnavailable):
        documents.write(client, {one: VIP})


def test_whom_a_call_refuses_is_told_with_the_reason(server: Server, client: Client) -> None:
    found = json.dumps({"data": [{"id": 7, "namespace": "regulars", "key": "segments", "value": "[]"}]}).encode()
    refusal = Reply(b'{"status":422,"title":"No","errors":{"value":"not that"}}', 422)
    server.replies += [refusal, Reply(found), refusal, refusal]
    (result,) = documents.write(client, {CustomerId(5): VIP})

    assert (result.ok, result.gone) == (False, False)
    assert "not that" in (result.error or "")
    assert [each.method for each in server.asked] == ["POST", "GET", "PUT", "PUT"]
