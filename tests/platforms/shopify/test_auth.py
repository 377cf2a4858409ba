"""A visitor is let in only by Shopify's own word: a signed ID token or a signed query."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from plugin.platforms.base import NotGenuine
from plugin.platforms.shopify.auth import (
    App,
    app_url,
    decode_host,
    reload_path,
    shop_domain,
    verify_id_token,
    verify_query,
)

pytestmark = pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")

SECRET = "test_client_secret"
APP = App("test_client_id", (SECRET,))
NOW = datetime.fromtimestamp(1790000010, UTC)
TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL3NlZ21lbnQtZGV2Lm15c2hvcGlmeS5jb20vYWRtaW4iLCJkZXN0"
    "IjoiaHR0cHM6Ly9zZWdtZW50LWRldi5teXNob3BpZnkuY29tIiwiYXVkIjoidGVzdF9jbGllbnRfaWQiLCJzdWIiOiI0MiIsImV4cCI6MTc5M"
    "DAwMDA2MCwibmJmIjoxNzkwMDAwMDAwLCJpYXQiOjE3OTAwMDAwMDAsImp0aSI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMD"
    "AwMSIsInNpZCI6InMxIn0.QymiXOJJepku_uin8uq_1-X3lkhlKazJagKNdxzURvg"
)
QUERY = (
    "embedded=1&host=YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvc2VnbWVudC1kZXY%3D&locale=en"
    "&shop=segment-dev.myshopify.com&timestamp=1790000000"
    "&hmac=90296ce7cc131f72b9b85a9139a12738813c8d24dc8744b1bd9b94ee7c295ef0"
)


def a_token(secret: str = SECRET, algorithm: str = "HS256", **more: Any) -> str:
    claims = {
        "iss": "https://a.myshopify.com/admin",
        "dest": "https://a.myshopify.com",
        "aud": "test_client_id",
        "sub": "42",
        "exp": 1790000060,
        "nbf": 1790000000,
        "iat": 1790000000,
    }
    given = {name: value for name, value in (claims | more).items() if value is not None}
    return jwt.encode(given, secret, algorithm=algorithm)


def test_the_fixed_id_token_names_shop_and_user() -> None:
    found = verify_id_token(TOKEN, APP, NOW)

    assert (found.store, found.user_id) == ("segment-dev.myshopify.com", "42")
    assert found.expires_at == datetime.fromtimestamp(1790000060, UTC)


@pytest.mark.parametrize("at", [*range(0, len(TOKEN), 7), len(TOKEN) - 2])
def test_an_altered_id_token_is_refused(at: int) -> None:
    letter = "A" if TOKEN[at] != "A" else "B"

    with pytest.raises(NotGenuine):
        verify_id_token(TOKEN[:at] + letter + TOKEN[at + 1 :], APP, NOW)


@pytest.mark.parametrize(("seconds", "is_accepted"), [(-21, False), (-19, True), (0, True), (59, True), (61, False)])
def test_clocks_may_differ_by_ten_seconds(seconds: int, is_accepted: bool) -> None:
    now = NOW + timedelta(seconds=seconds)
    if is_accepted:
        assert verify_id_token(TOKEN, APP, now).user_id == "42"
    else:
        with pytest.raises(NotGenuine):
            verify_id_token(TOKEN, APP, now)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another_app"},
        {"aud": ["test_client_id"]},
        {"aud": None},
        {"exp": None},
        {"nbf": None},
        {"sub": None},
        {"dest": "https://b.myshopify.com"},
        {"dest": "http://a.myshopify.com"},
        {"dest": "https://a.myshopify.com/x"},
        {"iss": "https://a.myshopify.com/other"},
        {"iss": "https://evil.example/admin", "dest": "https://evil.example"},
        {"iss": "https://a.myshopify.com.evil.example/admin", "dest": "https://a.myshopify.com.evil.example"},
        {"iss": "https://u@a.myshopify.com/admin", "dest": "https://u@a.myshopify.com"},
        {"exp": "soon"},
        {"exp": 10**30},
        {"nbf": 1790000100},
    ],
)
def test_a_token_of_ours_with_wrong_claims_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(NotGenuine):
        verify_id_token(a_token(**claims), APP, NOW)


@pytest.mark.parametrize("token", ["", "a.b.c", "é", a_token(algorithm="HS512"), a_token("another secret")])
def test_what_hs256_and_our_secret_did_not_sign_is_refused(token: str) -> None:
    with pytest.raises(NotGenuine):
        verify_id_token(token, APP, NOW)


def test_an_unsigned_token_is_refused() -> None:
    claims = jwt.decode(TOKEN, options={"verify_signature": False})

    with pytest.raises(NotGenuine):
        verify_id_token(jwt.encode(claims, "", algorithm="none"), APP, NOW)


def test_the_secret_before_a_rotation_still_opens() -> None:
    rotated = App("test_client_id", ("a new secret", SECRET))

    assert verify_id_token(TOKEN, rotated, NOW).user_id == "42"


def test_no_secret_opens_nothing() -> None:
    for secrets in ((), ("",)):
        with pytest.raises(NotGenuine):
            verify_id_token(TOKEN, App("test_client_id", secrets), NOW)


def test_the_fixed_query_is_accepted_in_any_order_of_its_parameters() -> None:
    reversed_query = "&".join(reversed(QUERY.split("&")))

    for query in (QUERY, reversed_query):
        found = verify_query(query, [SECRET], NOW)
        assert found["shop"] == "segment-dev.myshopify.com"
        assert "hmac" not in found


@pytest.mark.parametrize("at", [*range(0, len(QUERY), 5), len(QUERY) - 1])
def test_an_altered_query_is_refused(at: int) -> None:
    letter = "x" if QUERY[at] != "x" else "y"

    with pytest.raises(NotGenuine):
        verify_query(QUERY[:at] + letter + QUERY[at + 1 :], [SECRET], NOW)


@pytest.mark.parametrize("query", ["", "hmac=", "shop=a", QUERY + "&shop=b.myshopify.com", QUERY + "&hmac=1"])
def test_a_query_without_one_clear_signature_is_refused(query: str) -> None:
    with pytest.raises(NotGenuine):
        verify_query(query, [SECRET], NOW)


@pytest.mark.parametrize(("seconds", "is_accepted"), [(-101, False), (-99, True), (79, True), (81, False)])
def test_a_query_is_good_for_ninety_seconds(seconds: int, is_accepted: bool) -> None:
    now = NOW + timedelta(seconds=seconds)
    if is_accepted:
        assert verify_query(QUERY, [SECRET], now)
    else:
        with pytest.raises(NotGenuine):
            verify_query(QUERY, [SECRET], now)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a.myshopify.com\n", "-a.myshopify.com", "a.myshopify.com.evil.example", "a_b.myshopify.com",
     "x/a.myshopify.com", "a.myshopify.com:80", "myshopify.com"],
)  # fmt: skip
def test_what_is_no_shop_is_refused(text: str) -> None:
    with pytest.raises(NotGenuine):
        shop_domain(text)


def test_a_shop_is_known_by_its_lower_case_domain() -> None:
    assert shop_domain("Segment-Dev.myshopify.com") == "segment-dev.myshopify.com"


@pytest.mark.parametrize(
    "host", ["YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvc2VnbWVudC1kZXY=", "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvc2VnbWVudC1kZXY"]
)
def test_the_host_names_the_admin_with_or_without_padding(host: str) -> None:
    assert decode_host(host) == "admin.shopify.com/store/segment-dev"
    assert app_url(host, "abc") == "https://admin.shopify.com/store/segment-dev/apps/abc"


@pytest.mark.parametrize("host", ["", "!", "ZXZpbC5leGFtcGxl", "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvYS8uLi8uLg", "é"])
def test_a_host_that_is_not_the_admin_is_refused(host: str) -> None:
    with pytest.raises(NotGenuine):
        decode_host(host)


@pytest.mark.parametrize("path", ["/shopify", "/shopify?shop=a&x=1", "/"])
def test_a_bounce_comes_back_to_our_own_pages(path: str) -> None:
    assert reload_path(path) == path


@pytest.mark.parametrize(
    "path", ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/a b", "a", "/a\\b"]
)
def test_a_bounce_goes_nowhere_else(path: str) -> None:
    with pytest.raises(NotGenuine):
        reload_path(path)
