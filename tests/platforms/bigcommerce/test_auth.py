"""A visitor is let in only by the platform's own word: a signed callback, once."""

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
import pytest
from redis import Redis

from plugin.platforms.base import Identity, NotGenuine
from plugin.platforms.bigcommerce.auth import (
    App,
    Memory,
    Use,
    UsedBefore,
    hash_in,
    own_path,
    store_hash,
    use,
    verify_callback,
)
from tests.platforms.bigcommerce.callback import APP, AT, CLIENT_ID, DAY, NOW, SECRET, STORE, a_token, claims


def test_a_load_names_store_user_owner_and_place() -> None:
    found = verify_callback(a_token(url="/customers/5/segments?x=1", channel_id=3), APP, NOW)

    assert (found.store, found.user_id, found.owner_id) == (STORE, "9876543", "7654321")
    assert (found.path, found.channel_id, found.locale) == ("/customers/5/segments?x=1", 3, "en-US")
    assert found.since == datetime.fromtimestamp(AT - 10, UTC)
    assert found.expires_at == datetime.fromtimestamp(AT - 15 + DAY, UTC)
    assert not found.is_owner
    assert found.identity == Identity(STORE, "9876543", found.since, found.expires_at)


def test_who_has_the_owners_number_is_the_owner() -> None:
    assert verify_callback(a_token(user={"id": 7654321}), APP, NOW).is_owner


def test_no_address_of_a_person_is_kept() -> None:
    assert "@" not in repr(verify_callback(a_token(), APP, NOW))


def test_every_altered_character_is_refused() -> None:
    token = a_token()
    for at, letter in enumerate(token):
        for other in {"A", "B", ".", "="} - {letter}:
            with pytest.raises(NotGenuine):
                verify_callback(token[:at] + other + token[at + 1 :], APP, NOW)


@pytest.mark.parametrize(
    ("seconds", "is_accepted"),
    [(-71, False), (-69, True), (0, True), (DAY + 44, True), (DAY + 46, False)],
)
def test_clocks_may_differ_by_a_minute(seconds: int, is_accepted: bool) -> None:
    now = NOW + timedelta(seconds=seconds)
    if is_accepted:
        assert verify_callback(a_token(), APP, now).store == STORE
    else:
        with pytest.raises(NotGenuine):
            verify_callback(a_token(), APP, now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another_app"},
        {"aud": [CLIENT_ID]},
        {"aud": None},
        {"iss": "BC"},
        {"iss": None},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 10**30},
        {"exp": float("nan")},
        {"nbf": None},
        {"nbf": AT + 61},
        {"iat": None},
        {"iat": AT + 61},
        {"jti": None},
        {"jti": ""},
        {"jti": 5},
        {"jti": "x" * 201},
        {"sub": None},
        {"sub": STORE},
        {"sub": "stores/"},
        {"sub": "stores/Z4zn3wo"},
        {"sub": "stores/z4zn3wo\n"},
        {"sub": "stores/z4/../zn"},
        {"sub": "xstores/z4zn3wo"},
        {"sub": ["stores/z4zn3wo"]},
        {"user": None},
        {"user": {}},
        {"user": {"id": "9876543"}},
        {"user": {"id": True}},
        {"user": {"id": 0}},
        {"user": "9876543"},
    ],
)
def test_a_token_of_ours_with_wrong_claims_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotGenuine):
        verify_callback(a_token(**wrong), APP, NOW)


@pytest.mark.parametrize("less", [{"owner": None}, {"url": None}, {"user": {"id": 5}}, {"channel_id": "3"}])
def test_what_only_helps_may_be_missing(less: dict[str, Any]) -> None:
    assert verify_callback(a_token(**less), APP, NOW).store == STORE


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "é.é.é",
        a_token() + "=",
        a_token() + "\n",
        a_token(algorithm="HS384"),
        a_token(algorithm="HS512"),
        a_token("9" * 64),
        jwt.encode(claims(), "", algorithm="none"),
        jwt.encode(claims(), SECRET, algorithm="HS256").rpartition(".")[0] + ".",
    ],
)
def test_what_hs256_and_our_secret_did_not_sign_is_refused(token: str) -> None:
    with pytest.raises(NotGenuine):
        verify_callback(token, APP, NOW)


def test_the_legacy_payload_is_refused() -> None:
    body = urlsafe_b64encode(b'{"store_hash":"z4zn3wo"}').decode().rstrip("=")

    with pytest.raises(NotGenuine):
        verify_callback(f"{body}.{body}", APP, NOW)


def test_the_secret_before_a_rotation_still_opens() -> None:
    assert verify_callback(a_token(), App(CLIENT_ID, ("f" * 64, SECRET)), NOW).store == STORE


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_no_secret_opens_nothing(secrets: tuple[str, ...]) -> None:
    said = a_token().rpartition(".")[0]
    signature = urlsafe_b64encode(hmac.digest(b"", said.encode(), sha256)).decode().rstrip("=")

    for token in (a_token(), f"{said}.{signature}"):
        with pytest.raises(NotGenuine):
            verify_callback(token, App(CLIENT_ID, secrets), NOW)


class Remembered(dict[str, str]):
    """What a store for used tokens does."""

    def __call__(self, memory: Memory, value: str) -> str | None:
        self.seconds = memory.seconds
        before = self.get(memory.key)
        self.setdefault(memory.key, value)
        return before


def test_a_page_is_opened_once_and_that_is_remembered_as_long_as_the_token_lives() -> None:
    remember, found = Remembered(), verify_callback(a_token(), APP, NOW)

    use(found, Use.LOAD, NOW, remember)

    assert remember.seconds == DAY - 15 + 60
    with pytest.raises(UsedBefore):
        use(found, Use.LOAD, NOW, remember)


@pytest.mark.parametrize("other", [Use.UNINSTALL, Use.REMOVE_USER])
def test_what_has_opened_a_page_removes_nothing(other: Use) -> None:
    remember, found = Remembered(), verify_callback(a_token(), APP, NOW)
    use(found, Use.LOAD, NOW, remember)

    with pytest.raises(NotGenuine):
        use(found, other, NOW, remember)


@pytest.mark.parametrize("purpose", [Use.UNINSTALL, Use.REMOVE_USER])
def test_what_the_platforms_server_repeats_counts_again(purpose: Use) -> None:
    remember, found = Remembered(), verify_callback(a_token(), APP, NOW)

    use(found, purpose, NOW, remember)
    use(found, purpose, NOW, remember)

    with pytest.raises(NotGenuine):
        use(found, Use.LOAD, NOW, remember)


def test_redis_can_remember_what_a_token_was_used_for(redis_url: str) -> None:
    found = verify_callback(a_token(), APP, NOW)
    with Redis.from_url(redis_url, decode_responses=True) as server:

        def remember(memory: Memory, value: str) -> str | None:
            before = server.set(memory.key, value, nx=True, ex=memory.seconds, get=True)
            return None if before is None else str(before)

        use(found, Use.UNINSTALL, NOW, remember)
        use(found, Use.UNINSTALL, NOW, remember)
        with pytest.raises(NotGenuine):
            use(found, Use.LOAD, NOW, remember)
        assert DAY < server.ttl(f"jti:bigcommerce:{STORE}:{found.token_id}") <= DAY - 15 + 60


def test_the_same_id_at_another_store_is_another_token() -> None:
    remember = Remembered()

    for store in (STORE, "abc"):
        use(verify_callback(a_token(sub=f"stores/{store}"), APP, NOW), Use.LOAD, NOW, remember)

    assert len(remember) == 2


@pytest.mark.parametrize("url", ["/", "/customers/5/segments", "/a?b=1&c=%2F"])
def test_a_visitor_is_led_to_our_own_pages(url: str) -> None:
    assert own_path(url) == url


@pytest.mark.parametrize(
    ("url", "path"),
    [("/bigcommerce", "/"), ("/bigcommerce/segments/3", "/segments/3"), ("/bigcommerces", "/bigcommerces")],
)
def test_the_address_our_page_told_the_control_panel_leads_back_to_its_view(url: str, path: str) -> None:
    assert own_path(url) == path


@pytest.mark.parametrize(
    "url",
    [
        None,
        5,
        "",
        "a",
        "//evil.example",
        "/bigcommerce//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\nb",
        "/a b",
        "/a\\b",
    ],
)
def test_a_visitor_is_led_nowhere_else(url: object) -> None:
    assert own_path(url) == "/"


@pytest.mark.parametrize("text", ["", "Z4", "a/b", "a\n", "é", "a-b"])
def test_what_is_no_stores_hash_is_refused(text: str) -> None:
    with pytest.raises(NotGenuine):
        store_hash(text)
    with pytest.raises(NotGenuine):
        hash_in(f"stores/{text}")


def test_a_context_names_its_store() -> None:
    assert hash_in("stores/z4zn3wo") == store_hash("z4zn3wo") == "z4zn3wo"
