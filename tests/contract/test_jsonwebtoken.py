"""What npm's `jsonwebtoken` signs we accept, what we sign it accepts, and both refuse the same."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.db.crypto import new_key
from plugin.platforms.base import NotGenuine
from plugin.platforms.bigcommerce.app_tokens import new_token, page_key, verify_token
from plugin.platforms.bigcommerce.auth import verify_callback
from tests.contract.jwts import judging
from tests.contract.official import Judge
from tests.contract.vectors import altered
from tests.platforms.bigcommerce.callback import APP, AT, CLIENT_ID, NOW, SECRET, STORE, claims

KEYS = (new_key(),)


@pytest.fixture(scope="module")
def node() -> Iterator[Judge]:
    """The library."""
    with judging() as running:
        yield running


def theirs(node: Judge, **asked: Any) -> str:
    """A token that the library signs."""
    asked.setdefault("claims", claims())
    told = node.ask("sign", **asked)
    assert told["ok"], told
    return str(told["token"])


def accepts(token: str) -> bool:
    """Our own verdict."""
    try:
        return verify_callback(token, APP, NOW).store == STORE
    except NotGenuine:
        return False


def test_a_callback_of_the_librarys_is_accepted_by_both(node: Judge) -> None:
    token = theirs(node)

    assert node.ask("verify", at=AT, token=token)["claims"] == claims()
    assert verify_callback(token, APP, NOW).user_id == "9876543"


def test_a_callback_with_any_one_character_changed_is_refused_by_both(node: Judge) -> None:
    token = theirs(node)

    assert [each for each in altered(token) if accepts(each)] == []
    assert [each for each in altered(token) if node.ask("verify", at=AT, token=each)["ok"]] == []


@pytest.mark.parametrize(
    "wrong",
    [{"aud": "another"}, {"aud": None}, {"iss": "someone"}, {"iss": None}, {"exp": AT - 61}, {"nbf": AT + 61}],
    ids=["for another app", "for no app", "by another", "by nobody", "stale", "not yet"],
)
def test_a_callback_with_wrong_claims_is_refused_by_both(node: Judge, wrong: dict[str, Any]) -> None:
    token = theirs(node, claims=claims(**wrong))

    assert not node.ask("verify", at=AT, token=token)["ok"]
    assert not accepts(token)


@pytest.mark.parametrize("edge", [{"exp": AT - 59}, {"nbf": AT + 59}, {"iat": AT + 59}])
def test_a_callback_is_accepted_by_both_within_a_minute(node: Judge, edge: dict[str, Any]) -> None:
    token = theirs(node, claims=claims(**edge))

    assert node.ask("verify", at=AT, token=token)["ok"]
    assert accepts(token)


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "none"])
def test_a_callback_by_another_algorithm_is_refused_by_both(node: Judge, algorithm: str) -> None:
    token = theirs(node, algorithm=algorithm)

    assert not node.ask("verify", at=AT, token=token)["ok"]
    assert not accepts(token)


@pytest.mark.parametrize("secret", ["9" * 64, SECRET[:-1], SECRET.upper(), CLIENT_ID])
def test_a_callback_by_another_secret_is_refused_by_both(node: Judge, secret: str) -> None:
    token = theirs(node, secret=secret)

    assert not node.ask("verify", at=AT, token=token)["ok"]
    assert not accepts(token)


@pytest.mark.parametrize(
    "wrong",
    [{"exp": None}, {"nbf": None}, {"iat": None}, {"jti": None}, {"sub": None}, {"user": None}, {"aud": [CLIENT_ID]},
     {"sub": "stores/z4zn3wo/v3"}, {"iat": AT + 61}],
)  # fmt: skip
def test_we_are_stricter_than_the_library(node: Judge, wrong: dict[str, Any]) -> None:
    token = theirs(node, claims=claims(**wrong))

    assert node.ask("verify", at=AT, token=token)["ok"]
    assert not accepts(token)


@pytest.mark.parametrize("header", [{"typ": None}, {"kid": "1"}, {"typ": "at+jwt"}])
def test_what_else_stands_in_the_header_does_not_matter(node: Judge, header: dict[str, Any]) -> None:
    assert accepts(theirs(node, header=header))


def test_of_the_spellings_of_one_signature_we_accept_only_the_usual(node: Judge) -> None:
    """The last letter of a signature has two bits that say nothing."""
    token = theirs(node)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    assert [letter for letter in letters if accepts(token[:-1] + letter)] == [token[-1]]


def page(node: Judge, token: str, at: int = AT) -> dict[str, Any]:
    """The library's verdict on a token of a page."""
    mine = {"secret": page_key(KEYS[0]).decode("latin-1"), "issuer": "regulars", "audience": "bigcommerce page"}
    return node.ask("verify", at=at, token=token, tolerance=10, encoding="latin1", **mine)


def test_a_pages_token_is_accepted_by_the_library_as_long_as_by_us(node: Judge) -> None:
    visitor = verify_callback(theirs(node), APP, NOW).identity
    token = new_token(visitor, KEYS, NOW).text

    told = page(node, token)

    assert told["ok"], told
    assert (told["claims"]["sub"], told["claims"]["user"]) == (STORE, "9876543")
    assert page(node, token, AT + 609)["ok"]
    assert not page(node, token, AT + 610)["ok"]
    assert verify_token(token, KEYS, datetime.fromtimestamp(AT + 609, UTC)).store == STORE
    with pytest.raises(NotGenuine):
        verify_token(token, KEYS, datetime.fromtimestamp(AT + 610, UTC))


def test_a_pages_token_with_any_one_character_changed_is_refused_by_both(node: Judge) -> None:
    token = new_token(verify_callback(theirs(node), APP, NOW).identity, KEYS, NOW).text

    for each in altered(token):
        with pytest.raises(NotGenuine):
            verify_token(each, KEYS, NOW)
    assert [each for each in altered(token) if page(node, each)["ok"]] == []


def test_neither_token_is_taken_for_the_other(node: Judge) -> None:
    callback = theirs(node)
    token = new_token(verify_callback(callback, APP, NOW).identity, KEYS, NOW).text

    assert not accepts(token)
    assert not node.ask("verify", at=AT, token=token)["ok"]
    assert not page(node, callback)["ok"]
    with pytest.raises(NotGenuine):
        verify_token(callback, KEYS, NOW)
