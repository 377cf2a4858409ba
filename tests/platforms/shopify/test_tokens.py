"""Tokens come by exchange and live on by refresh; a lost answer loses nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.domain.errors import AppRefused, NeedsReauthorisation, StoreUnavailable, Throttled
from plugin.platforms.base import Grant, NotGenuine
from plugin.platforms.http import CallFailed, Http
from plugin.platforms.shopify.auth import App
from plugin.platforms.shopify.grants import exchange, exchange_code, exchange_permanent, refresh
from tests.platforms.server import Reply, Server

NOW = datetime(2026, 11, 21, tzinfo=UTC)
APP = App("an_id", ("a_secret", "an_old_secret"))
WHOLE = {
    "access_token": "shpat_1",
    "scope": "write_customers,read_orders",
    "expires_in": 3600,
    "refresh_token": "shprt_1",
    "refresh_token_expires_in": 7776000,
}


def says(server: Server, told: Any, status: int = 200) -> None:
    server.replies.append(Reply(json.dumps(told).encode(), status))


def test_an_id_token_is_exchanged_for_an_expiring_offline_token(server: Server, http: Http) -> None:
    says(server, WHOLE)
    grant = exchange(http, server.url, APP, "an.id.token", NOW)

    assert grant == Grant(
        "shpat_1",
        ("read_orders", "write_customers"),
        NOW + timedelta(hours=1),
        "shprt_1",
        NOW + timedelta(days=90),
    )
    (asked,) = server.asked
    assert asked.path == "/admin/oauth/access_token"
    assert asked.json == {
        "client_id": "an_id",
        "client_secret": "a_secret",
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": "an.id.token",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
        "expiring": "1",
    }


def test_a_refresh_brings_a_new_pair(server: Server, http: Http) -> None:
    says(server, WHOLE | {"access_token": "shpat_2", "refresh_token": "shprt_2"})
    grant = refresh(http, server.url, APP, "shprt_1", NOW)

    assert (grant.access_token, grant.refresh_token) == ("shpat_2", "shprt_2")
    assert server.asked[0].json["grant_type"] == "refresh_token"
    assert server.asked[0].json["refresh_token"] == "shprt_1"


@pytest.mark.parametrize("life", [None, 0, -5, "3600", 10**12])
def test_a_token_whose_life_is_not_told_is_taken_for_an_hour(server: Server, http: Http, life: Any) -> None:
    says(server, WHOLE | {"expires_in": life})

    assert refresh(http, server.url, APP, "shprt_1", NOW).expires_at == NOW + timedelta(hours=1)


def test_a_stale_id_token_asks_the_browser_for_another(server: Server, http: Http) -> None:
    says(server, {"error": "invalid_subject_token"}, 400)

    with pytest.raises(NotGenuine):
        exchange(http, server.url, APP, "an.id.token", NOW)


def test_wrong_credentials_are_our_fault(server: Server, http: Http) -> None:
    says(server, {"error": "invalid_client"}, 400)

    with pytest.raises(AppRefused):
        exchange(http, server.url, APP, "an.id.token", NOW)
    with pytest.raises(AppRefused):
        refresh(http, server.url, APP, "shprt_1", NOW)


def test_a_spent_refresh_token_needs_the_merchant(server: Server, http: Http) -> None:
    says(server, {"error": "invalid_grant"}, 400)

    with pytest.raises(NeedsReauthorisation):
        refresh(http, server.url, APP, "shprt_1", NOW)


def test_a_broken_refresh_may_have_happened_and_can_be_tried_again(server: Server, http: Http) -> None:
    server.replies.append(Reply(b"<html>", 520))

    with pytest.raises(CallFailed) as caught:
        refresh(http, server.url, APP, "shprt_1", NOW)
    assert caught.value.sent


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"access_token":null}'])
def test_an_answer_without_a_token_is_no_grant(server: Server, http: Http, body: bytes) -> None:
    server.replies.append(Reply(body))

    with pytest.raises(CallFailed):
        exchange(http, server.url, APP, "an.id.token", NOW)


def test_a_busy_or_missing_shop_says_so(server: Server, http: Http) -> None:
    server.replies += [Reply(status=429, headers={"Retry-After": "1.5"}), Reply(status=404)]

    with pytest.raises(Throttled):
        exchange(http, server.url, APP, "an.id.token", NOW)
    with pytest.raises(StoreUnavailable):
        exchange(http, server.url, APP, "an.id.token", NOW)


def test_no_repr_shows_a_secret() -> None:
    grant = Grant("shpat_1", (), NOW, "shprt_1", NOW)

    assert "shpat_1" not in repr(grant)
    assert "shprt_1" not in repr(grant)
    assert "secret" not in repr(APP).replace("secrets", "")


def test_a_code_is_exchanged_for_an_expiring_pair(server: Server, http: Http) -> None:
    says(server, WHOLE)

    assert exchange_code(http, server.url, APP, "a_code", NOW).refresh_token == "shprt_1"

    assert server.asked[0].json == {
        "client_id": "an_id",
        "client_secret": "a_secret",
        "code": "a_code",
        "expiring": "1",
    }


def test_a_code_that_does_not_count_is_no_proof(server: Server, http: Http) -> None:
    says(server, {"error": "invalid_request"}, 400)

    with pytest.raises(NotGenuine):
        exchange_code(http, server.url, APP, "a_code", NOW)


def test_a_token_that_never_expires_is_exchanged_for_a_pair(server: Server, http: Http) -> None:
    says(server, WHOLE)

    assert exchange_permanent(http, server.url, APP, "shpat_old", NOW).refresh_token == "shprt_1"

    offline = "urn:shopify:params:oauth:token-type:offline-access-token"
    asked = server.asked[0].json
    assert (asked["subject_token"], asked["expiring"]) == ("shpat_old", "1")
    assert (asked["subject_token_type"], asked["requested_token_type"]) == (offline, offline)


def test_a_permanent_token_that_is_dead_needs_the_merchant(server: Server, http: Http) -> None:
    says(server, {"error": "invalid_subject_token"}, 400)

    with pytest.raises(NeedsReauthorisation):
        exchange_permanent(http, server.url, APP, "shpat_old", NOW)


def test_a_token_without_life_and_without_a_second_one_never_expires(server: Server, http: Http) -> None:
    says(server, {"access_token": "shpat_1", "scope": "read_orders"})

    grant = exchange_code(http, server.url, APP, "a_code", NOW)

    assert (grant.expires_at, grant.refresh_token) == (None, None)
