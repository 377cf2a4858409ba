"""Installing, opening, people, leaving."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from tests.sandbox.bigcommerce.app import App
from tests.sandbox.bigcommerce.clerk import CLIENT_ID, CLIENT_SECRET, Clerk
from tests.sandbox.bigcommerce.conftest import NewStore


def carried(address: str) -> dict[str, str]:
    """What the merchant's browser carries in an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def exchanged(store: Clerk, query: dict[str, str], *, form: bool = False, **instead: Any) -> requests.Response:
    """The answer of the token endpoint to what was carried."""
    said = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "grant_type": "authorization_code",
        "redirect_uri": f"{store.app_url}/bigcommerce/auth",
        **{name: query[name] for name in ("code", "scope", "context")},
    } | instead
    body: dict[str, Any] = {"data": said} if form else {"json": said}
    return requests.post(f"{store.base}/bigcommerce/login/oauth2/token", timeout=30, **body)


def claims(token: str) -> dict[str, Any]:
    """What a signed payload claims, with every check there is."""
    found: dict[str, Any] = jwt.decode(
        token, CLIENT_SECRET, algorithms=["HS256"], audience=CLIENT_ID, issuer="bc", leeway=10,
        options={"require": ["exp", "nbf", "iat", "sub", "jti"]},
    )  # fmt: skip
    return found


@pytest.fixture
def fresh(new_store: NewStore) -> Clerk:
    """A store that does not have the app."""
    return new_store(installed=False, customers=3)


@pytest.mark.parametrize("form", [False, True])
def test_a_code_becomes_a_token_that_opens_the_store(fresh: Clerk, form: bool) -> None:
    query = carried(fresh.control("POST", "/install")["url"])

    answer = exchanged(fresh, query, form=form)

    said = answer.json()
    assert answer.status_code == 200
    assert said["context"] == query["context"] == f"stores/{fresh.store}"
    assert said["account_uuid"] == query["account_uuid"]
    assert (said["user"]["id"], set(said["user"])) == (said["owner"]["id"], {"id", "username", "email"})
    fresh.token = said["access_token"]
    fresh.get("/v2/store")


def test_a_code_is_good_once(fresh: Clerk) -> None:
    query = carried(fresh.control("POST", "/install")["url"])
    exchanged(fresh, query)

    assert exchanged(fresh, query).status_code == 400


@pytest.mark.parametrize(
    "instead",
    [{"client_secret": "wrong"}, {"redirect_uri": "http://elsewhere.example/"}, {"code": "none"}, {"scope": "none"},
     {"context": "stores/nobody"}, {"grant_type": "password"}],
)  # fmt: skip
def test_anything_that_does_not_fit_is_refused(fresh: Clerk, instead: dict[str, Any]) -> None:
    query = carried(fresh.control("POST", "/install")["url"])

    assert exchanged(fresh, query, **instead).status_code in {400, 401}


def test_a_new_consent_kills_the_token(store: Clerk) -> None:
    query = carried(store.control("POST", "/install", {"scopes": ["store_v2_default"]})["url"])
    store.get("/v3/hooks", status=401)

    store.token = exchanged(store, query).json()["access_token"]

    store.get("/v3/hooks")
    store.get("/v3/customers", status=403)


def test_from_an_outside_link_the_browser_carries_that_too(fresh: Clerk) -> None:
    link = f"{fresh.base}/bigcommerce/login/app/{CLIENT_ID}/install"

    answer = requests.get(link, params={"store": fresh.store}, allow_redirects=False, timeout=30)

    assert carried(answer.headers["Location"])["external_install"] == "true"
    assert requests.get(f"{link}/succeeded", timeout=30).status_code == 200
    assert requests.get(f"{link}/exploded", timeout=30).status_code == 404


def test_opening_brings_a_signed_payload(store: Clerk) -> None:
    url = store.control("POST", "/load", {"path": "/segments/5", "channel_id": 1})["url"]

    found = claims(carried(url)["signed_payload_jwt"])

    assert urlsplit(url).path == "/bigcommerce/load"
    assert (found["sub"], found["url"], found["channel_id"]) == (f"stores/{store.store}", "/segments/5", 1)
    assert found["user"]["id"] == found["owner"]["id"]
    assert found["exp"] - found["iat"] == 24 * 3600


def test_payloads_are_as_bad_as_a_test_wants(store: Clerk) -> None:
    stale = store.control("POST", "/signed-payload", {"lifetime": -60})["signed_payload_jwt"]
    other = store.control("POST", "/signed-payload", {"claims": {"iss": "somebody"}})["signed_payload_jwt"]
    bare = store.control("POST", "/signed-payload", {"claims": {"exp": None}})["signed_payload_jwt"]

    with pytest.raises(jwt.ExpiredSignatureError):
        claims(stale)
    with pytest.raises(jwt.InvalidIssuerError):
        claims(other)
    with pytest.raises(jwt.MissingRequiredClaimError):
        claims(bare)


def test_another_user_opens_and_is_removed(store: Clerk, app: App) -> None:
    clerk = store.control("POST", "/users", {"email": "clerk@example.com"})
    url = store.control("POST", "/load", {"user_id": clerk["id"]})["url"]

    removed = store.control("DELETE", f"/users/{clerk['id']}")

    opened = claims(carried(url)["signed_payload_jwt"])
    told = claims(app.at("/bigcommerce/remove-user")[-1].query["signed_payload_jwt"])
    assert removed == {"callback": 200}
    assert opened["user"]["email"] == "clerk@example.com" != opened["owner"]["email"]
    assert told["user"]["id"] == clerk["id"]
    store.control("POST", "/load", {"user_id": clerk["id"]}, 404)


@pytest.mark.parametrize("with_callback", [True, False])
def test_the_app_is_removed_with_or_without_a_word(store: Clerk, app: App, with_callback: bool) -> None:
    store.hook("store/app/uninstalled")
    before = len(app.at("/bigcommerce/uninstall"))

    store.control("POST", "/uninstall", {"callback": with_callback})
    store.quiet()

    calls = app.at("/bigcommerce/uninstall")[before:]
    assert [claims(call.query["signed_payload_jwt"])["sub"] for call in calls] == [
        f"stores/{store.store}"
    ] * with_callback
    assert app.scopes(store.path) == ["store/app/uninstalled"]
    store.get("/v3/hooks", status=401)
    store.install()
    assert store.get("/v3/hooks")["data"] == []
