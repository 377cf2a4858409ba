"""The page's own token opens one store for one user, for minutes, and renews itself for a day's work."""

from datetime import timedelta
from typing import Any

import jwt
import pytest

from plugin.db.crypto import new_key
from plugin.platforms.base import NotGenuine
from plugin.platforms.bigcommerce.app_tokens import LIFE, SESSION, SKEW, new_token, page_key, renew_token, verify_token
from plugin.platforms.bigcommerce.auth import verify_callback
from tests.platforms.bigcommerce.callback import APP, NOW, SECRET, a_token

KEYS = (new_key(),)
VISITOR = verify_callback(a_token(), APP, NOW).identity


def test_the_token_names_store_and_user_and_when_the_platform_named_them() -> None:
    made = new_token(VISITOR, KEYS, NOW)

    found = verify_token(made.text, KEYS, NOW)

    assert (found.store, found.user_id, found.since) == (VISITOR.store, VISITOR.user_id, VISITOR.since)
    assert found.expires_at == made.expires_at == NOW + LIFE


def test_every_altered_character_is_refused() -> None:
    token = new_token(VISITOR, KEYS, NOW).text

    for at, letter in enumerate(token):
        with pytest.raises(NotGenuine):
            verify_token(token[:at] + ("A" if letter != "A" else "B") + token[at + 1 :], KEYS, NOW)


@pytest.mark.parametrize(
    ("after", "is_accepted"),
    [(-SKEW, True), (-SKEW * 2, False), (LIFE, True), (LIFE + SKEW, False)],
)
def test_a_token_lives_ten_minutes(after: timedelta, is_accepted: bool) -> None:
    token = new_token(VISITOR, KEYS, NOW).text
    if is_accepted:
        assert verify_token(token, KEYS, NOW + after).user_id == VISITOR.user_id
    else:
        with pytest.raises(NotGenuine):
            verify_token(token, KEYS, NOW + after)


def test_a_page_renews_its_token_until_its_session_ends() -> None:
    now, made = NOW, new_token(VISITOR, KEYS, NOW)

    while now + LIFE / 2 < NOW + SESSION:
        now += LIFE / 2
        made = renew_token(made.text, KEYS, now)
        assert verify_token(made.text, KEYS, now).since == VISITOR.since

    assert made.expires_at == NOW + SESSION
    with pytest.raises(NotGenuine):
        renew_token(made.text, KEYS, NOW + SESSION)


def test_a_stale_token_is_not_renewed() -> None:
    with pytest.raises(NotGenuine):
        renew_token(new_token(VISITOR, KEYS, NOW).text, KEYS, NOW + LIFE + SKEW)


def test_keys_can_be_rotated_while_pages_are_open() -> None:
    old, new = KEYS[0], new_key()
    token = new_token(VISITOR, (old,), NOW).text

    renewed = renew_token(token, (new, old), NOW)

    assert verify_token(renewed.text, (new,), NOW).store == VISITOR.store
    with pytest.raises(NotGenuine):
        verify_token(token, (new,), NOW)


@pytest.mark.parametrize("keys", [(), (new_key(),)], ids=["none", "another"])
def test_without_our_key_the_door_is_shut(keys: tuple[str, ...]) -> None:
    with pytest.raises(NotGenuine):
        verify_token(new_token(VISITOR, KEYS, NOW).text, keys, NOW)


@pytest.mark.parametrize("key", [KEYS[0], SECRET], ids=["the house's", "the platform's"])
def test_what_another_key_of_the_house_signed_opens_nothing(key: str) -> None:
    claims = jwt.decode(new_token(VISITOR, KEYS, NOW).text, options={"verify_signature": False})

    with pytest.raises(NotGenuine):
        verify_token(jwt.encode(claims, key, algorithm="HS256"), KEYS, NOW)


def test_the_platforms_own_token_opens_nothing_without_being_exchanged() -> None:
    with pytest.raises(NotGenuine):
        verify_token(a_token(), KEYS, NOW)


@pytest.mark.parametrize(
    "wrong",
    [{"iss": "bc"}, {"aud": "another"}, {"sub": 5}, {"user": 5}, {"exp": "soon"}, {"exp": True}, {"until": 10**30},
     {"since": None}, {"user": None}, {"until": None}],
)  # fmt: skip
def test_a_token_of_ours_with_other_claims_is_refused(wrong: dict[str, Any]) -> None:
    claims = jwt.decode(new_token(VISITOR, KEYS, NOW).text, options={"verify_signature": False}) | wrong
    told = {name: value for name, value in claims.items() if value is not None}

    with pytest.raises(NotGenuine):
        verify_token(jwt.encode(told, page_key(KEYS[0]), algorithm="HS256"), KEYS, NOW)


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_what_another_algorithm_signed_with_our_key_is_refused() -> None:
    claims = jwt.decode(new_token(VISITOR, KEYS, NOW).text, options={"verify_signature": False})

    for algorithm in ("HS384", "HS512", "none"):
        key = "" if algorithm == "none" else page_key(KEYS[0])
        with pytest.raises(NotGenuine):
            verify_token(jwt.encode(claims, key, algorithm=algorithm), KEYS, NOW)
