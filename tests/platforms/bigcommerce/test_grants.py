"""A store's token is ours only after the platform has said whose it is."""

import json
from typing import Any

import pytest

from plugin.domain.errors import AppRefused, OpenTransaction, PlatformRefused, Throttled
from plugin.platforms.base import NotGenuine
from plugin.platforms.bigcommerce.auth import App
from plugin.platforms.bigcommerce.grants import (
    Consent,
    consent_in,
    exchange,
    install_url,
    installed_url,
    missing_scopes,
)
from plugin.platforms.http import CallFailed, Http, Timeout
from tests.platforms.server import Reply, Server

APP = App("an_id", ("a_secret", "the one before"))
CALLBACK = "https://app.example/bigcommerce/auth"
QUERY = (
    "account_uuid=12345678-90ab-cdef-1234-567890abcdef&code=qr6h3thvbvag2ffq&context=stores%2Fg5cd38"
    "&scope=store_v2_customers+store_v2_orders_read_only"
)
CONSENT = consent_in(QUERY)


def told(**more: Any) -> bytes:
    answer = {
        "access_token": "a_token",
        "scope": "store_v2_orders_read_only store_v2_customers",
        "user": {"id": 24654, "username": "m@example.com", "email": "m@example.com"},
        "owner": {"id": 12345, "username": "o@example.com", "email": "o@example.com"},
        "context": "stores/g5cd38",
        "account_uuid": "12345678-90ab-cdef-1234-567890abcdef",
        **more,
    }
    return json.dumps({name: value for name, value in answer.items() if value is not None}).encode()


def test_the_callbacks_address_is_read_as_it_was_sent() -> None:
    assert (
        Consent("qr6h3thvbvag2ffq", "store_v2_customers store_v2_orders_read_only", "stores/g5cd38", is_external=False)
        == CONSENT
    )


@pytest.mark.parametrize("more", ["&external_install=true", "&external_install", "&external_install="])
def test_an_installation_from_outside_is_known(more: str) -> None:
    assert consent_in(QUERY + more).is_external


@pytest.mark.parametrize(
    "query",
    ["", "code=", "code=1", "code=1&context=", "context=stores/g5cd38", "code=&context=stores/g5cd38",
     "code=1&context=g5cd38", "code=1&context=stores/g5cd38/v3", "code=1&context=stores/G5CD38",
     QUERY + "&code=2", QUERY + "&context=stores%2Fother", "&".join(f"a{n}=1" for n in range(60))],
)  # fmt: skip
def test_an_address_that_is_no_callback_is_refused(query: str) -> None:
    with pytest.raises(NotGenuine):
        consent_in(query)


def test_a_code_is_exchanged_for_a_token_that_lasts(server: Server, http: Http) -> None:
    server.replies = [Reply(told())]

    found = exchange(http, server.url, APP, CONSENT, CALLBACK)

    assert server.asked[0].path == "/oauth2/token"
    assert server.asked[0].json == {
        "client_id": "an_id",
        "client_secret": "a_secret",
        "code": "qr6h3thvbvag2ffq",
        "scope": "store_v2_customers store_v2_orders_read_only",
        "grant_type": "authorization_code",
        "redirect_uri": CALLBACK,
        "context": "stores/g5cd38",
    }
    assert (found.store, found.user_id, found.owner_id) == ("g5cd38", "24654", "12345")
    assert found.grant.access_token == "a_token"
    assert found.grant.scopes == ("store_v2_customers", "store_v2_orders_read_only")
    assert (found.grant.expires_at, found.grant.refresh_token) == (None, None)


def test_neither_token_code_nor_secret_show_where_they_could_be_logged(server: Server, http: Http) -> None:
    server.replies = [Reply(told())]

    shown = repr(exchange(http, server.url, APP, CONSENT, CALLBACK)) + repr(CONSENT) + repr(APP)

    assert not [secret for secret in ("a_token", "qr6h3thvbvag2ffq", "a_secret", "@example.com") if secret in shown]


@pytest.mark.parametrize("context", ["stores/other", "stores/", "g5cd38", "stores/g5cd38/", None, 5])
def test_a_token_for_another_store_than_the_address_names_is_refused(
    server: Server, http: Http, context: object
) -> None:
    server.replies = [Reply(told(context=context))]

    with pytest.raises(NotGenuine):
        exchange(http, server.url, APP, CONSENT, CALLBACK)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"error":"invalid_grant"}'),
        (400, b'{"error":"Invalid scope(s) or code."}'),
        (400, b"<html>"),
        (400, b""),
        (401, b'{"error":"invalid_grant"}'),
        (422, b"[]"),
    ],
)
def test_a_code_that_does_not_count_lets_nobody_in(server: Server, http: Http, status: int, body: bytes) -> None:
    server.replies = [Reply(body, status)]

    with pytest.raises(NotGenuine):
        exchange(http, server.url, APP, CONSENT, CALLBACK)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"error":"invalid_client"}'),
        (401, b'{"error":"unauthorized_client"}'),
        (401, b'{"error":"Invalid client credentials."}'),
        (400, b'{"error":"redirect_uri_mismatch"}'),
        (401, b""),
        (403, b"<html>"),
        (404, b"{}"),
    ],
)
def test_a_mistake_of_our_own_is_told_from_a_forged_code(server: Server, http: Http, status: int, body: bytes) -> None:
    server.replies = [Reply(body, status)]

    with pytest.raises(AppRefused):
        exchange(http, server.url, APP, CONSENT, CALLBACK)


def test_nobody_is_followed_to_another_address(server: Server, http: Http) -> None:
    server.replies = [Reply(status=302, headers={"Location": f"{server.url}/elsewhere"})]

    with pytest.raises(PlatformRefused):
        exchange(http, server.url, APP, CONSENT, CALLBACK)
    assert len(server.asked) == 1


@pytest.mark.parametrize("reply", [Reply(status=500), Reply(status=503), Reply(b"<html>"), Reply(b"[]"), Reply(b"{}")])
def test_an_answer_that_is_none_is_never_taken_for_a_token(server: Server, http: Http, reply: Reply) -> None:
    server.replies = [reply]

    with pytest.raises(CallFailed):
        exchange(http, server.url, APP, CONSENT, CALLBACK)


def test_a_busy_platform_says_so(server: Server, http: Http) -> None:
    server.replies = [Reply(status=429)]

    with pytest.raises(Throttled):
        exchange(http, server.url, APP, CONSENT, CALLBACK)


def test_no_code_is_exchanged_inside_a_transaction(server: Server) -> None:
    inside = Http(Timeout(), None, lambda: True)

    with pytest.raises(OpenTransaction):
        exchange(inside, server.url, APP, CONSENT, CALLBACK)


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        (["store_v2_customers", "store_v2_orders_read_only", "store_v2_default"], ()),
        (["store_v2_customers", "store_v2_orders"], ()),
        (["store_v2_customers_read_only", "store_v2_orders_read_only"], ("store_v2_customers",)),
        ([], ("store_v2_customers", "store_v2_orders_read_only")),
    ],
)
def test_who_may_change_may_read_and_not_the_other_way_round(granted: list[str], missing: tuple[str, ...]) -> None:
    assert missing_scopes(["store_v2_customers", "store_v2_orders_read_only"], granted) == missing


def test_an_installation_from_outside_begins_and_ends_at_the_platforms_own_pages() -> None:
    login = "https://login.bigcommerce.com"

    assert install_url(login, "an_id") == f"{login}/app/an_id/install"
    assert installed_url(login, "an_id", succeeded=True) == f"{login}/app/an_id/install/succeeded"
    assert installed_url(login, "an_id", succeeded=False) == f"{login}/app/an_id/install/failed"
