"""Failures in one form, and nothing of ours in them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.visit import Visit


def test_an_unknown_address_of_the_api_is_told_as_json(client: FlaskClient) -> None:
    answer = client.get("/api/nothing")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found")


def test_a_wrong_method_of_the_api_is_told_as_json(client: FlaskClient) -> None:
    answer = client.delete("/api/overview")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_a_body_that_is_no_json_is_told_as_json(visit: Callable[..., Visit]) -> None:
    owner = visit()

    answer = owner.client.post(
        "/api/segments",
        data=b"{",
        content_type="application/json",
        headers={"Authorization": f"Bearer {owner.token()}"},
    )

    assert answer.status_code in (400, 422)
    assert answer.get_json()["error"]["message"]


def test_a_body_that_is_too_large_is_refused(visit: Callable[..., Visit]) -> None:
    owner = visit()

    answer = owner.send("POST", "/rules/check", {"definition": {"rule": "x" * 1024 * 1024}})

    assert (answer.status_code, answer.get_json()["error"]["message"]) == (413, "This is too large to be saved.")


def test_the_unexpected_gets_an_apology_and_a_number_that_is_in_the_log(
    app: Flask, visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr("plugin.web.api.overview.problems.listed", broken)

    answer = visit().send("GET", "/problems")

    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (500, "unexpected")
    assert error["reference"] in error["message"]
    assert "secret" not in answer.get_data(as_text=True)
    assert error["reference"] in capsys.readouterr().out


def test_an_unknown_page_is_a_small_page(client: FlaskClient) -> None:
    answer = client.get("/nothing")

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</textarea>"])
def test_markup_in_a_name_stays_text(visit: Callable[..., Visit], name: str) -> None:
    owner = visit()
    draft = {"name": name, "definition": {"kind": "rule", "rule": "number_of_orders > 1"}, "outputs": {"": name}}
    owner.post("/segments", draft)

    answer = owner.send("GET", "/overview")

    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.get_json()["segments"][0]["name"] == name


def test_the_api_describes_itself(client: FlaskClient) -> None:
    described = client.get("/api/openapi.json").get_json()

    assert described["openapi"].startswith("3.0")
    assert "/api/segments/{segment_id}/plan" in described["paths"]
    assert described["security"] == [{"id_token": []}]
