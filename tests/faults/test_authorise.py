"""The older way in: a merchant agrees on Shopify's page and comes back with a code that counts once."""

import time
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.db import credentials, stores
from plugin.db.stores import State
from plugin.flow.house import House
from plugin.platforms.shopify.webhooks import sign
from plugin.web.app import create_app
from sandbox.oauth.signing import query_signature
from tests.faults.shop import Merchant, Shop
from tests.flow.conftest import SECRET

START, CALLBACK = "/shopify/auth", "/shopify/auth/callback"
LEAVE = "X-Shopify-API-Request-Failure-Reauthorize-Url"


@pytest.fixture
def asking(house: House) -> House:
    """A house that asks merchants itself; the sandbox knows its address."""
    return replace(house, settings=replace(house.settings, shopify_install="code"))


@pytest.fixture
def client(asking: House) -> FlaskClient:
    return create_app(asking).test_client()


@pytest.fixture
def other(asking: House) -> FlaskClient:
    """Another browser."""
    return create_app(asking).test_client()


def leave(client: FlaskClient, shop: Shop) -> str:
    """The merchant goes to Shopify's page; its address."""
    answer = client.get(START, query_string={"shop": shop.domain})
    assert answer.status_code == 302
    return answer.headers["Location"]


def agree(address: str) -> str:
    """The merchant agrees; the query their browser comes back with."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    assert answer.status == 302, answer.read()
    return urlsplit(answer.headers["Location"]).query


def come_back(client: FlaskClient, query: str) -> TestResponse:
    return client.get(f"{CALLBACK}?{query}")


def resigned(query: str, **changed: str) -> str:
    """The query with other values, signed by Shopify all the same."""
    values = dict(parse_qsl(query)) | changed
    values.pop("hmac")
    return urlencode(values | {"hmac": query_signature(SECRET, values)})


def installed(house: House) -> list[stores.Store]:
    return stores.every(house.database)


def test_who_agrees_has_the_app_with_a_pair_of_tokens(client: FlaskClient, asking: House, shop: Shop) -> None:
    answer = come_back(client, agree(leave(client, shop)))

    (store,) = installed(asking)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://admin.shopify.com/store/faulty-")
    assert answer.headers["Location"].endswith("/apps/test-client-id")
    assert (store.domain, store.state) == (shop.domain, State.INSTALLING)
    with asking.database.store(store.id) as tx:
        pair = credentials.get(tx, asking.keys)
    assert pair is not None
    assert pair.refresh_token


def test_the_merchant_is_asked_for_what_the_manifest_says(client: FlaskClient, shop: Shop) -> None:
    asked = parse_qs(urlsplit(leave(client, shop)).query)

    assert asked["client_id"] == ["test-client-id"]
    assert asked["scope"] == ["read_customers,write_customers,read_orders,read_products"]
    assert asked["redirect_uri"] == [f"http://127.0.0.1:1{CALLBACK}"]


def test_the_cookie_goes_to_the_way_back_alone_and_is_gone_after_it(client: FlaskClient, shop: Shop) -> None:
    answer = client.get(START, query_string={"shop": shop.domain})
    cookie = answer.headers["Set-Cookie"]
    back = come_back(client, agree(answer.headers["Location"]))

    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", f"Path={CALLBACK}", "Max-Age=600"))
    assert "Max-Age=0" in back.headers["Set-Cookie"]


def test_a_way_back_counts_once(client: FlaskClient, asking: House, shop: Shop) -> None:
    answer = client.get(START, query_string={"shop": shop.domain})
    cookie = answer.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    query = agree(answer.headers["Location"])
    assert come_back(client, query).status_code == 302

    client.set_cookie("regulars_state", cookie, path=CALLBACK)

    assert come_back(client, query).status_code == 400


def test_another_browser_cannot_come_back_for_this_one(
    client: FlaskClient, other: FlaskClient, asking: House, shop: Shop
) -> None:
    query = agree(leave(client, shop))

    assert come_back(other, query).status_code == 400
    leave(other, shop)
    assert come_back(other, query).status_code == 400
    assert installed(asking) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda query: query.replace("code=", "code=x"),
        lambda query: resigned(query, shop="another.myshopify.com"),
        lambda query: resigned(query, shop="evil.example"),
        lambda query: resigned(query, state="another"),
        lambda query: resigned(query, timestamp=str(int(time.time()) - 95)),
        lambda query: resigned(query, code="made up"),
        lambda query: "",
    ],
    ids=["not signed", "another shop", "no shop", "another state", "old", "no code of theirs", "nothing"],
)
def test_a_way_back_that_is_not_right_installs_nothing(
    client: FlaskClient, asking: House, shop: Shop, change: Callable[[str], str]
) -> None:
    query = agree(leave(client, shop))

    assert come_back(client, change(query)).status_code == 400

    assert installed(asking) == []


def test_the_states_signature_is_no_signature_of_shopifys(client: FlaskClient, shop: Shop) -> None:
    """Made with the client secret it could be shown to us again as a webhook's."""
    answer = client.get(START, query_string={"shop": shop.domain})
    signature, _, said = answer.headers["Set-Cookie"].partition(";")[0].partition("=")[2].partition(".")

    assert signature not in (sign(said.encode(), SECRET), query_signature(SECRET, {"state": said}))
    webhook = {"X-Shopify-Hmac-Sha256": signature, "X-Shopify-Topic": "orders/create"}
    assert client.post("/webhooks/shopify", data=said, headers=webhook).status_code == 401


def test_a_cookie_of_somebodys_making_counts_for_nothing(client: FlaskClient, asking: House, shop: Shop) -> None:
    query = agree(leave(client, shop))
    state = dict(parse_qsl(query))["state"]
    client.set_cookie("regulars_state", f"{'0' * 64}.{state}.{2**33}.{shop.domain}", path=CALLBACK)

    assert come_back(client, query).status_code == 400

    assert installed(asking) == []


@pytest.mark.parametrize("shop", ["", "evil.example", "a.myshopify.com.evil.example", "a.myshopify.com/x"])
def test_nobody_is_sent_to_what_is_no_shop(client: FlaskClient, shop: str) -> None:
    answer = client.get(START, query_string={"shop": shop})

    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers


def test_without_redis_nothing_is_installed_and_the_page_says_so(asking: House, shop: Shop) -> None:
    gone = type(asking.redis).from_url("redis://127.0.0.1:1/0")
    away = replace(asking, redis=gone, memory=gone)
    client = create_app(away).test_client()

    answer = come_back(client, agree(leave(client, shop)))

    assert answer.status_code == 502
    assert "Nothing was changed" in answer.get_data(as_text=True)
    assert installed(asking) == []


@pytest.mark.parametrize("path", [START, CALLBACK])
def test_where_shopify_installs_the_app_there_is_no_such_way(house: House, path: str) -> None:
    assert create_app(house).test_client().get(path, query_string={"shop": "a.myshopify.com"}).status_code == 404


@pytest.fixture
def framed(shop: Shop) -> dict[str, Any]:
    """The query with which the admin loads our page."""
    return dict(parse_qsl(urlsplit(shop.post("/open")["url"]).query))


def test_inside_the_frame_the_page_leaves_it_to_ask(client: FlaskClient, shop: Shop, framed: dict[str, Any]) -> None:
    answer = client.get("/shopify", query_string=framed)

    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'name="leave-for" content="http://127.0.0.1:1{START}?shop={shop.domain}"' in html
    assert html.index("app-bridge.js") < html.index("leave.js")
    assert f"https://{shop.domain}" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


def test_a_fetch_inside_the_frame_is_told_to_leave_it(client: FlaskClient, shop: Shop) -> None:
    answer = client.get("/api/overview", headers={"Authorization": f"Bearer {shop.id_token()}"})

    assert answer.status_code == 403
    assert answer.headers[LEAVE] == f"http://127.0.0.1:1{START}?shop={shop.domain}"
    assert answer.get_json()["error"]["code"] == "grant_wanted"


def test_shopifys_word_to_install_leads_to_the_merchants_consent(
    client: FlaskClient, shop: Shop, framed: dict[str, Any]
) -> None:
    asked = {"shop": shop.domain, "host": framed["host"], "timestamp": str(int(time.time()))}

    signed = client.get("/shopify", query_string={**asked, "hmac": query_signature(SECRET, asked)})
    unsigned = client.get("/shopify", query_string={**asked, "hmac": "0" * 64})

    assert signed.headers["Location"] == f"http://127.0.0.1:1{START}?shop={shop.domain}"
    assert urlsplit(unsigned.headers["Location"]).path == f"/store/{shop.domain.partition('.')[0]}/apps/test-client-id"


def test_who_has_the_app_sees_the_page(asking: House, client: FlaskClient, shop: Shop, framed: dict[str, Any]) -> None:
    Merchant.of(asking, shop)

    answer = client.get("/shopify", query_string=framed)

    assert 'type="module"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("change", ["scopes", "token"])
def test_who_grants_too_little_or_lost_the_token_is_asked_again(
    asking: House, client: FlaskClient, shop: Shop, framed: dict[str, Any], change: str
) -> None:
    merchant = Merchant.of(asking, shop)
    with asking.database.store(merchant.store) as tx:
        if change == "scopes":
            stores.set_scopes(tx, ("write_customers", "read_orders"))
        else:
            stores.set_state(tx, State.NEEDS_AUTHORISATION, asking.now())

    assert "leave-for" in client.get("/shopify", query_string=framed).get_data(as_text=True)
    assert come_back(client, agree(leave(client, shop))).status_code == 302
    merchant.read_history()
    assert "leave-for" not in client.get("/shopify", query_string=framed).get_data(as_text=True)
