"""Whatever a stranger sends, the doors answer with one refusal and never with a mistake of their own."""

import json
from contextlib import suppress
from datetime import UTC
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jwt.api_jws import encode

from plugin.db.crypto import new_key
from plugin.platforms.base import NotGenuine, Trust
from plugin.platforms.bigcommerce.app_tokens import renew_token, verify_token
from plugin.platforms.bigcommerce.auth import verify_callback
from plugin.platforms.bigcommerce.grants import consent_in
from plugin.platforms.bigcommerce.webhooks import digest, new_secret, verify_environ
from tests.platforms.bigcommerce.callback import APP, NOW, STORE, claims
from tests.platforms.bigcommerce.callback import SECRET as SIGNED_WITH

KEYS = (new_key(),)
SECRET = new_secret()
TRUST = Trust(APP.secrets, lambda store: [digest(SECRET)])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
HEADERS = ("HTTP_X_REGULARS_SECRET", "HTTP_WEBHOOK_ID", "HTTP_WEBHOOK_TIMESTAMP", "HTTP_WEBHOOK_SIGNATURE")
LETTERS = st.text(st.characters(codec="latin-1"))
"""What a WSGI server makes of the bytes of a header."""


@given(st.text() | st.from_regex(r"[\w-]+\.[\w-]+\.[\w-]+"))
def test_a_text_that_is_no_token_is_refused(text: str) -> None:
    for open_door in (
        lambda: verify_callback(text, APP, NOW),
        lambda: verify_token(text, KEYS, NOW),
        lambda: renew_token(text, KEYS, NOW),
    ):
        with suppress(NotGenuine):
            raise AssertionError(open_door())


@given(st.sampled_from(sorted(claims())), ANYTHING)
def test_a_signed_token_with_any_claim_is_understood_or_refused(name: str, value: Any) -> None:
    with suppress(NotGenuine):
        found = verify_callback(encode(json.dumps(claims() | {name: value}).encode(), SIGNED_WITH), APP, NOW)
        assert found.store.isalnum()
        assert found.path.startswith("/")
        assert not found.path.startswith("//")


@given(st.text())
def test_any_address_is_a_consent_or_refused(query: str) -> None:
    with suppress(NotGenuine):
        assert consent_in(query).code


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(HEADERS, LETTERS)), LETTERS, st.binary())
def test_no_headers_without_the_secret_bring_anything_in(headers: dict[str, str], path: str, body: bytes) -> None:
    for place in (path, f"/webhooks/bigcommerce/{STORE}"):
        with suppress(NotGenuine):
            raise AssertionError(verify_environ({**headers, "PATH_INFO": place}, body, TRUST, NOW))


@given(st.binary() | ANYTHING.map(lambda told: json.dumps(told).encode()))
def test_any_body_is_understood_or_refused(body: bytes) -> None:
    environ = {"PATH_INFO": f"/webhooks/bigcommerce/{STORE}", "HTTP_X_REGULARS_SECRET": SECRET}

    with suppress(NotGenuine):
        raise AssertionError(verify_environ(environ, body, TRUST, NOW))


@given(
    st.from_regex(r"[a-zA-Z/*0-9]{1,60}", fullmatch=True),
    st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
)
def test_whatever_a_delivery_of_the_store_says_of_its_moment_it_is_taken(scope: str, moment: float | str) -> None:
    environ = {"PATH_INFO": f"/webhooks/bigcommerce/{STORE}", "HTTP_X_REGULARS_SECRET": SECRET}
    told = {"producer": f"stores/{STORE}", "scope": f"store/{scope}", "created_at": moment}

    found = verify_environ(environ, json.dumps(told).encode(), TRUST, NOW)

    assert found.topic == f"store/{scope}"
    assert found.triggered_at is None or found.triggered_at.tzinfo is UTC
