"""Who may ask: every route is closed, the short public list excepted."""

import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from plugin.db.transaction import Database as Doors
from plugin.web.errors import RETRY_SESSION
from plugin.web.session import PUBLIC
from tests.builders import a_store
from tests.web.conftest import id_token
from tests.web.visit import Visit


def routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every rule with each of its methods and an address that fits it."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            path = rule.rule
            for name in rule.arguments:
                path = path.replace(f"<int:{name}>", "1").replace(f"<path:{name}>", "x")
            yield rule, method, path


def test_every_route_that_is_not_public_refuses_who_has_no_token(app: Flask, client: FlaskClient) -> None:
    closed = [(method, path) for rule, method, path in routes(app) if rule.endpoint not in PUBLIC]

    answers = {(method, path): client.open(path, method=method, json={}) for method, path in closed}

    assert len(closed) >= 19
    assert {answer.status_code for answer in answers.values()} == {401}
    assert all(answer.headers[RETRY_SESSION] == "1" for answer in answers.values())


def test_the_public_list_names_routes_that_exist_and_none_of_the_api(app: Flask) -> None:
    endpoints = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}

    assert endpoints.keys() >= PUBLIC
    assert {endpoints[name] for name in PUBLIC if endpoints[name].startswith("/api")} == {"/api/openapi.json"}


def test_no_answer_of_any_route_sets_a_cookie(app: Flask, visit: Callable[..., Visit]) -> None:
    owner = visit()
    authorization = {"Authorization": f"Bearer {id_token()}"}

    for _, method, path in routes(app):
        for headers in ({}, authorization):
            answer = owner.client.open(path, method=method, json={}, headers=headers)
            assert "Set-Cookie" not in answer.headers, (method, path)
            assert "X-Frame-Options" not in answer.headers, (method, path)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 60},
        {"nbf": int(time.time()) + 3600},
        {"aud": "another app"},
        {"dest": "https://evil.example", "iss": "https://evil.example/admin"},
    ],
    ids=["stale", "not yet valid", "for another app", "not a shop"],
)
def test_a_token_that_does_not_hold_is_sent_for_a_fresh_one(
    visit: Callable[..., Visit], claims: dict[str, object]
) -> None:
    visitor = visit()

    answer = visitor.client.get(
        "/api/overview", headers={"Authorization": f"Bearer {id_token(visitor.domain, **claims)}"}
    )

    assert (answer.status_code, answer.headers[RETRY_SESSION]) == (401, "1")
    assert answer.get_json()["error"]["code"] == "not_genuine"


def test_a_genuine_visitor_of_a_store_that_was_never_opened_is_told_to_open_the_app(client: FlaskClient) -> None:
    answer = client.get("/api/overview", headers={"Authorization": f"Bearer {id_token('stranger.myshopify.com')}"})

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "store_unknown")


def test_the_store_comes_from_the_token_and_from_nothing_a_request_says(visit: Callable[..., Visit], at: Doors) -> None:
    mine = visit("mine.myshopify.com")
    a_store(at, "theirs.myshopify.com")

    answer = mine.client.get(
        "/api/overview?shop=theirs.myshopify.com",
        headers={
            "Authorization": f"Bearer {mine.token()}",
            "X-Shopify-Shop-Domain": "theirs.myshopify.com",
        },
    )

    assert answer.get_json()["store"]["domain"] == "mine.myshopify.com"
