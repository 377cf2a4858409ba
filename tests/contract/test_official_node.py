"""What Shopify's library for Node signs we accept, what we sign it accepts, and both refuse the same."""

import time
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest

from plugin.platforms.base import NotGenuine
from plugin.platforms.shopify import auth, webhooks
from sandbox.config import Config
from sandbox.oauth import signing
from sandbox.store.shop import Profile, Shop
from tests.contract.official import Judge
from tests.contract.vectors import (
    AT,
    BODY,
    BODY_SIGNATURE,
    CLIENT_ID,
    NOW,
    PROXY,
    QUERY,
    SECRET,
    SHOP,
    TOKEN,
    altered,
)

pytestmark = pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")

APP = auth.App(CLIENT_ID, (SECRET,))
CONFIG = Config("https://app.example", CLIENT_ID, SECRET, "https://sandbox.example")
BODIES = (BODY, "{}", '{"a": "\u20ac \U0001f600"}', '{"n": 9007199254740993}', '{\n  "spaced" : [1,2 ]}\n')
VALUES = ("plain", "a b", "a+b", "a&b=c", "%41", "zo\u00eb", "a/b?c", "")


def webhook(body: str, signature: str | None) -> dict[str, Any]:
    """The question about a webhook with this signature."""
    headers = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Api-Version": "2026-10",
        "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    }
    if signature is not None:
        headers["X-Shopify-Hmac-Sha256"] = signature
    return {"headers": headers, "body": body}


def accepts_webhook(body: str, signature: str) -> bool:
    """Our own verdict."""
    try:
        found = webhooks.verify(webhook(body, signature)["headers"], body.encode(), [SECRET])
    except NotGenuine:
        return False
    return found.remote_store == SHOP


def accepts_query(query: str) -> bool:
    """Our own verdict at the moment of the vectors."""
    try:
        return bool(auth.verify_query(query, [SECRET], NOW))
    except NotGenuine:
        return False


def accepts_token(token: str) -> bool:
    """Our own verdict at the moment of the vectors."""
    try:
        return auth.verify_id_token(token, APP, NOW).store == SHOP
    except NotGenuine:
        return False


def claims(**more: Any) -> dict[str, Any]:
    """Claims of an ID token that is good at the moment of the vectors."""
    return {
        "iss": f"https://{SHOP}/admin",
        "dest": f"https://{SHOP}",
        "aud": CLIENT_ID,
        "sub": "42",
        "exp": AT + 50,
        "nbf": AT - 10,
        "iat": AT - 10,
        **more,
    }


def test_the_fixed_vectors_are_accepted_by_both(judge: Judge) -> None:
    assert judge.ask("webhook", at=AT, **webhook(BODY, BODY_SIGNATURE))["ok"]
    assert judge.ask("query", at=AT, query=QUERY)["ok"]
    assert judge.ask("proxy", at=AT, query=PROXY)["ok"]
    assert judge.ask("token", at=AT, token=TOKEN)["claims"]["dest"] == f"https://{SHOP}"
    assert accepts_webhook(BODY, BODY_SIGNATURE)
    assert accepts_query(QUERY)
    assert accepts_token(TOKEN)


def test_a_webhook_with_any_one_character_changed_is_refused_by_both(judge: Judge) -> None:
    changed = [(body, BODY_SIGNATURE) for body in altered(BODY)]
    changed += [(BODY, signature) for signature in altered(BODY_SIGNATURE)]

    assert [pair for pair in changed if accepts_webhook(*pair)] == []
    assert [pair for pair in changed if judge.ask("webhook", at=AT, **webhook(*pair))["ok"]] == []


def test_a_query_with_any_one_character_changed_is_refused_by_both(judge: Judge) -> None:
    assert [query for query in altered(QUERY) if accepts_query(query)] == []
    assert [query for query in altered(QUERY) if judge.ask("query", at=AT, query=query)["ok"]] == []


def test_a_proxys_query_with_any_one_character_changed_is_refused(judge: Judge) -> None:
    assert [query for query in altered(PROXY) if judge.ask("proxy", at=AT, query=query)["ok"]] == []


def test_an_id_token_with_any_one_character_changed_is_refused_by_both(judge: Judge) -> None:
    assert [token for token in altered(TOKEN) if accepts_token(token)] == []
    assert [token for token in altered(TOKEN) if judge.ask("token", at=AT, token=token)["ok"]] == []


def test_of_the_spellings_of_one_signature_we_accept_only_the_usual() -> None:
    """The last letter of a signature has two bits that say nothing: others read four spellings as one."""
    assert TOKEN.endswith("g")

    assert [letter for letter in "ghij" if accepts_token(TOKEN[:-1] + letter)] == ["g"]


@pytest.mark.parametrize("body", BODIES)
def test_webhooks_are_signed_alike_by_the_library_by_us_and_by_the_sandbox(judge: Judge, body: str) -> None:
    signature = judge.ask("sign", body=body)["signature"]

    assert webhooks.sign(body.encode(), SECRET) == signature
    assert signing.webhook_signature(SECRET, body.encode()) == signature
    assert accepts_webhook(body, signature)
    assert judge.ask("webhook", at=AT, **webhook(body, signature))["ok"]


@pytest.mark.parametrize("value", VALUES)
def test_queries_are_signed_alike_by_the_library_and_by_the_sandbox(judge: Judge, value: str) -> None:
    asked = {"shop": SHOP, "timestamp": str(AT), "state": value}
    query = urlencode(asked)
    signed = judge.ask("signQuery", query=query)["hmac"]

    assert signing.query_signature(SECRET, asked) == signed
    assert accepts_query(f"{query}&hmac={signed}")
    assert judge.ask("query", at=AT, query=f"{query}&hmac={signed}")["ok"]


def test_an_id_token_of_the_library_is_accepted_by_us(judge: Judge) -> None:
    assert accepts_token(judge.ask("signToken", claims=claims())["token"])


def test_id_token_and_address_of_the_sandbox_are_accepted_by_the_library(judge: Judge) -> None:
    shop = Shop(Profile(SHOP, "Segments"), 1)
    now = int(time.time())

    told = judge.ask("token", at=now, token=signing.id_token(CONFIG, shop))
    address = signing.app_address(CONFIG, shop)

    assert told["claims"]["aud"] == CLIENT_ID
    assert judge.ask("query", at=now, query=address.partition("?")[2])["ok"]


@pytest.mark.parametrize(
    "wrong",
    [{"aud": "another"}, {"exp": AT - 11}, {"nbf": AT + 11}],
    ids=["for another app", "stale", "not yet"],
)
def test_an_id_token_with_wrong_claims_is_refused_by_both(judge: Judge, wrong: dict[str, Any]) -> None:
    token = judge.ask("signToken", claims=claims(**wrong))["token"]

    assert not judge.ask("token", at=AT, token=token)["ok"]
    assert not accepts_token(token)


@pytest.mark.parametrize("edge", [{"exp": AT - 9}, {"nbf": AT + 9}], ids=["just stale", "nearly begun"])
def test_an_id_token_is_accepted_by_both_within_ten_seconds(judge: Judge, edge: dict[str, Any]) -> None:
    token = judge.ask("signToken", claims=claims(**edge))["token"]

    assert judge.ask("token", at=AT, token=token)["ok"]
    assert accepts_token(token)


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "none"])
def test_an_id_token_by_another_algorithm_is_refused_by_both(judge: Judge, algorithm: str) -> None:
    token = jwt.encode(claims(), "" if algorithm == "none" else SECRET, algorithm=algorithm)

    assert not judge.ask("token", at=AT, token=token)["ok"]
    assert not accepts_token(token)


def test_a_query_is_judged_alike_by_its_age(judge: Judge) -> None:
    ages = {seconds: judge.ask("query", at=1790000000 + seconds, query=QUERY)["ok"] for seconds in (-91, -90, 90, 91)}

    assert ages == {-91: False, -90: True, 90: True, 91: False}


def test_a_webhook_without_signature_or_body_is_refused_by_both(judge: Judge) -> None:
    assert judge.ask("webhook", at=AT, **webhook(BODY, None))["why"] == "missing_hmac"
    with pytest.raises(NotGenuine):
        webhooks.verify(webhook(BODY, None)["headers"], BODY.encode(), [SECRET])


@pytest.mark.parametrize("shop", ["a.myshopify.com", "A-1.myshopify.com"])
def test_a_shop_is_a_shop_for_both(judge: Judge, shop: str) -> None:
    assert judge.ask("shop", shop=shop)["ok"]
    assert auth.shop_domain(shop) == shop.lower()


@pytest.mark.parametrize(
    "shop", ["a.myshopify.com.evil.example", "evil.example", "a/b.myshopify.com", "-.myshopify.com"]
)
def test_what_is_no_shop_is_none_for_both(judge: Judge, shop: str) -> None:
    assert not judge.ask("shop", shop=shop)["ok"]
    with pytest.raises(NotGenuine):
        auth.shop_domain(shop)
