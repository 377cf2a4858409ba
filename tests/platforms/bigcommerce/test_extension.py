"""The panel beside a customer stands once, whatever was there before."""

from collections.abc import Iterator
from typing import Any

import pytest

from plugin.domain.errors import AccessDenied, PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.extension import KIND, LABEL, PATH, Ensured, customer_in, ensure
from plugin.platforms.http import CallFailed
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.reading import SCOPES, a_past, asked, calls
from tests.platforms.server import Reply, Server, serving

ALLOWED = (*SCOPES, "store_app_extensions_manage")
LIST = "{ store { appExtensions { edges { node { id context model url label { defaultValue } } } } } }"
MAKE = """mutation ($input: CreateAppExtensionInput!) { appExtension { createAppExtension(input: $input) {
  appExtension { id } } } }"""
REMOVE = """mutation ($input: DeleteAppExtensionInput!) { appExtension { deleteAppExtension(input: $input) {
  deletedAppExtensionId } } }"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, Server]]:
    """A sandbox, and the app it calls."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def store(sandbox: tuple[str, Server]) -> Pretended:
    """A store of this test's own."""
    return a_past(*sandbox, customers=1, years=0.1)


@pytest.fixture
def calling(store: Pretended) -> Client:
    """A client of it that may make panels."""
    return calls(store, scopes=ALLOWED)


def graph(client: Client, query: str, **variables: Any) -> Any:
    return client.run(Call("POST", Api.GRAPHQL, "", body={"query": query, "variables": variables}))


def panels(client: Client) -> list[dict[str, Any]]:
    return [edge["node"] for edge in graph(client, LIST)["data"]["store"]["appExtensions"]["edges"]]


def there_is(client: Client, **more: Any) -> None:
    assert "errors" not in graph(client, MAKE, input={**KIND, "url": PATH, "label": LABEL, **more})


def stands(client: Client) -> bool:
    (one,) = (each for each in panels(client) if each["model"] == "CUSTOMERS")
    return (one["context"], one["url"], one["label"]["defaultValue"]) == ("PANEL", PATH, "Segments")


def test_it_is_made_once(store: Pretended, calling: Client) -> None:
    assert ensure(calling) is Ensured.MADE
    before = len(asked(store))
    assert ensure(calling) is Ensured.KEPT
    assert len(asked(store)) == before + 1
    assert stands(calling)


@pytest.mark.parametrize(
    "other",
    [
        {"url": "/people/${id}"},
        {"label": LABEL | {"defaultValue": "Groups"}},
        {"label": LABEL | {"locales": [{"value": "Gruppen", "localeCode": "de-DE"}]}},
    ],
)
def test_one_of_an_earlier_version_is_put_right_and_keeps_its_id(calling: Client, other: dict[str, Any]) -> None:
    there_is(calling, **other)
    (before,) = panels(calling)

    assert ensure(calling) is Ensured.REPAIRED
    assert stands(calling)
    assert panels(calling)[0]["id"] == before["id"]
    assert ensure(calling) is Ensured.KEPT


def test_one_that_was_removed_is_made_again(calling: Client) -> None:
    ensure(calling)
    graph(calling, REMOVE, input={"id": panels(calling)[0]["id"]})

    assert ensure(calling) is Ensured.MADE
    assert stands(calling)


@pytest.mark.parametrize("other", [{}, {"url": "/people/${id}"}])
def test_of_two_one_stays_and_it_is_the_right_one(calling: Client, other: dict[str, Any]) -> None:
    there_is(calling, **other)
    there_is(calling)

    assert ensure(calling) is Ensured.REPAIRED
    assert stands(calling)


def test_what_else_the_app_has_there_is_left_alone(calling: Client) -> None:
    there_is(calling, model="ORDERS", url="/orders/${id}")

    assert ensure(calling) is Ensured.MADE
    assert {each["model"] for each in panels(calling)} == {"ORDERS", "CUSTOMERS"}


def test_where_there_is_no_room_the_platforms_reason_is_told(calling: Client) -> None:
    there_is(calling, model="ORDERS", url="/orders/${id}")
    there_is(calling, model="PRODUCTS", url="/products/${id}")

    with pytest.raises(PlatformRefused, match="maximum number of app extensions is 2"):
        ensure(calling)


def test_a_store_that_did_not_allow_it_is_not_shut_out_for_that(store: Pretended) -> None:
    heard: list[Any] = []
    client = calls(store)
    client._watch = heard.append

    with pytest.raises(AccessDenied):
        ensure(client)
    assert heard == []


@pytest.mark.parametrize("body", [b"[]", b'{"data": {}}', b'{"data": {"store": {"appExtensions": {"edges": 1}}}}'])
def test_what_is_no_answer_makes_no_panel(client: Client, server: Server, body: bytes) -> None:
    server.replies.append(Reply(body))

    with pytest.raises(CallFailed):
        ensure(client)
    assert len(server.asked) == 1


def test_the_panel_opens_the_page_of_its_customer(store: Pretended, calling: Client) -> None:
    ensure(calling)
    (panel,) = panels(calling)

    assert customer_in(panel["url"].replace("${id}", "1234")) == CustomerId(1234)


@pytest.mark.parametrize(
    "path", ["/", "/customers/0/segments", "/customers/1/segments/", "/customers/x/segments", "/customers/" + "9" * 40]
)
def test_another_path_is_nobodys(path: str) -> None:
    assert customer_in(path) is None
