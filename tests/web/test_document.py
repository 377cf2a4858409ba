"""The page's document: framed by its store alone, without cookies, inline code or a way round the token."""

import base64
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.db import stores
from plugin.db.stores import State
from plugin.db.transaction import Database as Doors
from plugin.flow.house import House
from plugin.web.app import create_app
from tests.builders import NOON, a_store
from tests.web.conftest import CLIENT_ID, id_token

SHOP = "corner.myshopify.com"
HOST = base64.b64encode(b"admin.shopify.com/store/corner").decode().rstrip("=")


def policy(answer: TestResponse) -> dict[str, str]:
    """The answer's Content-Security-Policy by directive."""
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, _, values in parts}


@pytest.fixture
def page(client: FlaskClient, at: Doors) -> TestResponse:
    """The page of an installed store, opened with a fresh token."""
    a_store(at, SHOP)
    return client.get("/shopify", query_string={"id_token": id_token(SHOP), "shop": SHOP})


def test_the_page_may_be_framed_by_its_store_and_the_admin_alone(page: TestResponse) -> None:
    assert page.status_code == 200
    assert policy(page)["frame-ancestors"] == f"https://{SHOP} https://admin.shopify.com"


def test_the_frame_is_that_of_the_token_whatever_the_address_says(client: FlaskClient, at: Doors) -> None:
    a_store(at, SHOP)

    answer = client.get("/shopify", query_string={"id_token": id_token(SHOP), "shop": "evil.myshopify.com"})

    assert "evil" not in answer.headers["Content-Security-Policy"]


def test_only_our_own_scripts_and_the_platforms_two_may_run(page: TestResponse) -> None:
    found = policy(page)

    assert found["default-src"] == "'none'"
    assert found["script-src"] == "'self' https://cdn.shopify.com"
    assert found["connect-src"] == "'self'"
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_the_page_has_no_inline_script_style_or_handler(page: TestResponse) -> None:
    html = page.get_data(as_text=True)

    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", html) == []
    assert "<style" not in html
    assert re.findall(r"\s(?:style|on\w+)=", html) == []


def test_app_bridge_is_the_first_script_and_knows_the_app(page: TestResponse) -> None:
    html = page.get_data(as_text=True)
    scripts = re.findall(r'<script[^>]*src="([^"]+)"', html)

    assert scripts[0] == "https://cdn.shopify.com/shopifycloud/app-bridge.js"
    assert html.index(f'name="shopify-api-key" content="{CLIENT_ID}"') < html.index("<script")


def test_the_browser_is_told_early_of_both_vendor_scripts(page: TestResponse) -> None:
    links = page.headers.getlist("Link")

    assert [link.partition(">")[0].rpartition("/")[2] for link in links] == ["app-bridge.js", "polaris.js"]
    assert all("rel=preload" in link for link in links)


def test_the_page_carries_the_headers_that_keep_it_private(page: TestResponse) -> None:
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    assert "X-Frame-Options" not in page.headers
    assert "Set-Cookie" not in page.headers


def test_every_view_has_an_address_of_its_own(client: FlaskClient, at: Doors) -> None:
    a_store(at, SHOP)

    for path in ("/shopify/segments/5/plan", "/shopify/customers/77", "/shopify/activity"):
        assert client.get(path, query_string={"id_token": id_token(SHOP)}).status_code == 200


@pytest.mark.parametrize("token", ["", "nonsense", id_token(SHOP, exp=1)], ids=["none", "nonsense", "stale"])
def test_without_a_fresh_token_the_document_goes_to_fetch_one(client: FlaskClient, token: str) -> None:
    asked = {"id_token": token, "shop": SHOP, "host": HOST, "embedded": "1", "hmac": "0", "timestamp": "1"}

    answer = client.get("/shopify/segments/5", query_string=asked)

    place = urlsplit(answer.headers["Location"])
    query = parse_qs(place.query)
    assert (answer.status_code, place.path) == (302, "/shopify/bounce")
    again = urlsplit(query["shopify-reload"][0])
    assert again.path == "/shopify/segments/5"
    assert parse_qs(again.query) == {"shop": [SHOP], "host": [HOST], "embedded": ["1"]}


def test_the_bounce_page_loads_app_bridge_and_nothing_else(client: FlaskClient) -> None:
    answer = client.get("/shopify/bounce", query_string={"shop": SHOP, "shopify-reload": "/shopify?shop=x"})

    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert re.findall(r'<script[^>]*src="([^"]+)"', html) == ["https://cdn.shopify.com/shopifycloud/app-bridge.js"]
    assert policy(answer)["frame-ancestors"] == f"https://{SHOP} https://admin.shopify.com"


@pytest.mark.parametrize(
    "target", ["", "https://evil.example/", "//evil.example", "/\\evil.example", "/a\tb", "javascript:alert(1)"]
)
def test_the_bounce_page_never_leads_elsewhere(client: FlaskClient, target: str) -> None:
    answer = client.get("/shopify/bounce", query_string={"shop": SHOP, "shopify-reload": target})

    assert answer.status_code == 400
    assert "<script" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "shop", ["", "evil.example", "corner.myshopify.com.evil.example", "x.myshopify.com; script-src *", "a b"]
)
def test_who_is_no_shop_may_frame_nothing(client: FlaskClient, shop: str) -> None:
    answer = client.get("/shopify/bounce", query_string={"shop": shop, "shopify-reload": "/shopify"})

    assert policy(answer)["frame-ancestors"] == "'none'"
    assert "script-src *" not in answer.headers["Content-Security-Policy"]


def test_the_address_opened_by_itself_leads_into_the_admin(client: FlaskClient) -> None:
    answer = client.get("/shopify", query_string={"shop": SHOP, "host": HOST})

    assert answer.headers["Location"] == f"https://admin.shopify.com/store/corner/apps/{CLIENT_ID}"


def test_a_forged_host_leads_nowhere(client: FlaskClient) -> None:
    host = base64.b64encode(b"evil.example/store/corner").decode()

    answer = client.get("/shopify", query_string={"shop": SHOP, "host": host})

    assert urlsplit(answer.headers["Location"]).netloc == ""


def test_the_front_door_leads_to_the_page_with_what_was_said_at_it(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/shopify"
    assert client.get(f"/?shop={SHOP}&host={HOST}").headers["Location"] == f"/shopify?shop={SHOP}&host={HOST}"


@pytest.mark.parametrize("state", [None, State.UNINSTALLED, State.NEEDS_AUTHORISATION])
def test_a_store_that_sleeps_and_cannot_be_woken_is_told_so_on_a_page(
    house: House, at: Doors, state: State | None
) -> None:
    """The platform is away: there is no page to show and no token to be had."""
    if state is not None:
        store_id = a_store(at, SHOP)
        with at.store(store_id) as tx:
            stores.set_state(tx, state, NOON)
    away = replace(house, settings=replace(house.settings, shopify_shop_url="http://127.0.0.1:1/{shop}"))

    answer = create_app(away).test_client().get("/shopify", query_string={"id_token": id_token(SHOP)})

    assert answer.status_code == 502
    assert "Shopify doesn’t answer" in answer.get_data(as_text=True).replace("&#39;", "’")
    assert policy(answer)["frame-ancestors"].startswith(f"https://{SHOP}")


def test_scripts_and_styles_are_served_with_their_types(app: Flask, client: FlaskClient) -> None:
    script, style = client.get("/static/app.js"), client.get("/static/app.css")

    assert script.mimetype in ("text/javascript", "application/javascript")
    assert style.mimetype == "text/css"
    assert script.headers["X-Content-Type-Options"] == "nosniff"
