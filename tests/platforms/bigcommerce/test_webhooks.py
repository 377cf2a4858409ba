"""A delivery is taken only at its store's own address, with its store's own secret; a signature that is there holds."""

import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.platforms.base import NotGenuine, Trust
from plugin.platforms.bigcommerce.webhooks import (
    EXCEPTIONS,
    SECRET_HEADER,
    address,
    digest,
    new_secret,
    sign,
    verify_environ,
)

CLIENT_SECRET = "0a6e3f5b9c1d47288e6f4b2a90d3c7e15f8b64a2d9e0c3b71f5a8e2d4c6b9071"
STORE, OTHER = "z4zn3wo", "abc123"
AT = 1790000010
NOW = datetime.fromtimestamp(AT, UTC)
SECRETS = {STORE: new_secret(), OTHER: new_secret()}
TRUST = Trust((CLIENT_SECRET,), lambda store: [digest(SECRETS[store])] if store in SECRETS else [])
STRICT = TRUST._replace(signature_required=True)


def a_body(**more: Any) -> bytes:
    told = {
        "scope": "store/order/updated",
        "store_id": "1025646",
        "data": {"type": "order", "id": 250},
        "hash": "dd70c0976e06b67aaf671e73f49dcb79230ebf9d",
        "created_at": AT - 3,
        "producer": f"stores/{STORE}",
    }
    return json.dumps({name: value for name, value in (told | more).items() if value is not None}).encode()


BODY = a_body()


def environ(store: str = STORE, **more: Any) -> dict[str, object]:
    told: dict[str, object] = {
        "PATH_INFO": f"/webhooks/bigcommerce/{store}",
        "HTTP_X_REGULARS_SECRET": SECRETS[store],
        **more,
    }
    return {name: value for name, value in told.items() if value is not None}


def signed(body: bytes = BODY, delivery_id: str = "msg_1", at: int | str = AT, **more: Any) -> dict[str, object]:
    told: dict[str, Any] = {
        "HTTP_WEBHOOK_ID": delivery_id,
        "HTTP_WEBHOOK_TIMESTAMP": str(at),
        "HTTP_WEBHOOK_SIGNATURE": sign(body, CLIENT_SECRET, delivery_id, str(at)),
    }
    return environ(**(told | more))


def refused(asked: dict[str, object], body: bytes = BODY, trust: Trust = TRUST, now: datetime = NOW) -> bool:
    try:
        verify_environ(asked, body, trust, now)
    except NotGenuine:
        return True
    return False


def test_a_delivery_says_what_happened_where_and_when() -> None:
    found = verify_environ(environ(), BODY, TRUST, NOW)

    assert (found.topic, found.remote_store) == ("store/order/updated", STORE)
    assert found.triggered_at == datetime.fromtimestamp(AT - 3, UTC)


def test_a_delivery_has_no_id_though_its_signature_has_one() -> None:
    """Nobody promises that it is one per delivery, and what is wrongly taken for a repetition would be lost."""
    assert verify_environ(environ(), BODY, TRUST, NOW).delivery_id == ""
    assert verify_environ(signed(), BODY, TRUST, NOW).delivery_id == ""


@pytest.mark.parametrize(
    "secret",
    [None, "", " ", "é", 5, SECRETS[OTHER], SECRETS[STORE] + " ", SECRETS[STORE][:-1]],
    ids=["none", "empty", "blank", "foreign", "number", "another store's", "longer", "shorter"],
)
def test_the_stores_own_secret_opens_and_nothing_else(secret: object) -> None:
    assert refused(environ(HTTP_X_REGULARS_SECRET=secret))


def test_every_altered_character_of_the_secret_is_refused() -> None:
    secret = SECRETS[STORE]
    for at, letter in enumerate(secret):
        altered = secret[:at] + ("A" if letter != "A" else "B") + secret[at + 1 :]
        assert refused(environ(HTTP_X_REGULARS_SECRET=altered))


def test_a_store_without_a_secret_has_its_door_shut() -> None:
    nobody = Trust((CLIENT_SECRET,), lambda store: [])

    assert refused(environ(), trust=nobody)
    assert refused(environ(HTTP_X_REGULARS_SECRET=None), trust=nobody)
    assert refused(environ(HTTP_X_REGULARS_SECRET=""), trust=Trust((), lambda store: [digest("")]))


def test_the_secret_before_a_rotation_opens_while_it_is_known() -> None:
    both = TRUST._replace(digests=lambda store: [digest(new_secret()), digest(SECRETS[store])])

    assert verify_environ(environ(), BODY, both, NOW).remote_store == STORE


@pytest.mark.parametrize(
    "producer", [f"stores/{OTHER}", STORE, f"stores/{STORE}/", f"stores/{STORE.upper()}", "", None, 5]
)
def test_a_delivery_for_another_store_than_its_address_is_refused(producer: Any) -> None:
    assert refused(environ(), a_body(producer=producer))
    assert refused(signed(a_body(producer=producer)), a_body(producer=producer))


def test_one_stores_secret_opens_no_other_stores_address() -> None:
    assert refused(environ(HTTP_X_REGULARS_SECRET=SECRETS[STORE], PATH_INFO=f"/webhooks/bigcommerce/{OTHER}"))
    assert refused(environ(OTHER))


@pytest.mark.parametrize(
    "path",
    ["", "/", "/webhooks/bigcommerce", "/webhooks/bigcommerce/", f"/webhooks/bigcommerce/{STORE}/",
     f"/webhooks/bigcommerce/{STORE}/x", f"/webhooks/bigcommerce/{STORE}\n", "/webhooks/bigcommerce/Z4ZN3WO"],
)  # fmt: skip
def test_an_address_without_a_store_is_refused(path: str) -> None:
    assert refused(environ(PATH_INFO=path))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_a_body_that_says_nothing_is_refused(body: bytes) -> None:
    assert refused(environ(), body)


@pytest.mark.parametrize(
    "topic", [None, 7, "", "store/", "api/customers", "given/facts", "STORE/order/created", "store/a\x00", "store/é"]
)
def test_a_body_names_a_topic_of_the_platforms_and_none_of_ours(topic: object) -> None:
    assert refused(environ(), a_body(scope=topic))
    assert refused(environ(), a_body(scope="store/" + "x" * 201))


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        (None, None),
        (str(AT), NOW),
        (AT + 0.0, NOW),
        ("yesterday", None),
        (10**30, None),
        (-(10**30), None),
        (1.5e300, None),
    ],
)
def test_a_moment_is_understood_or_unknown_and_never_a_reason_to_lose_a_delivery(
    told: object, moment: datetime | None
) -> None:
    assert verify_environ(environ(), a_body(created_at=told), TRUST, NOW).triggered_at == moment


def test_what_else_a_delivery_says_does_not_matter() -> None:
    body = a_body(store_id=1025646, hash=None, data=None, something={"new": [1]})

    assert verify_environ(environ(), body, TRUST, NOW).topic == "store/order/updated"


def test_a_signature_that_is_there_holds() -> None:
    for trust in (TRUST, STRICT):
        assert verify_environ(signed(), BODY, trust, NOW).remote_store == STORE


def test_every_altered_byte_of_a_signed_body_is_refused() -> None:
    for at, byte in enumerate(BODY):
        for flip in (1, 0x20):
            assert refused(signed(), BODY[:at] + bytes([byte ^ flip]) + BODY[at + 1 :])


@pytest.mark.parametrize("name", ["HTTP_WEBHOOK_ID", "HTTP_WEBHOOK_TIMESTAMP", "HTTP_WEBHOOK_SIGNATURE"])
def test_every_altered_character_of_a_signatures_headers_is_refused(name: str) -> None:
    asked = signed()
    value = str(asked[name])
    for at, letter in enumerate(value):
        for other in ("A" if letter != "A" else "B", "7" if letter != "7" else "8", " ", "."):
            if other != letter:
                assert refused(asked | {name: value[:at] + other + value[at + 1 :]}), value[:at] + other


@pytest.mark.parametrize("name", ["HTTP_WEBHOOK_ID", "HTTP_WEBHOOK_TIMESTAMP"])
@pytest.mark.parametrize("value", [None, "", "é", "-1790000010", "1790000010.0", "01790000010", "9" * 13])
def test_a_signature_without_its_parts_is_refused(name: str, value: str | None) -> None:
    assert refused({**signed(), name: value})


def test_the_parts_of_what_is_signed_cannot_be_shifted() -> None:
    said = f"msg.{AT}.{AT}.".encode() + BODY
    made = b64encode(hmac.digest(CLIENT_SECRET.encode(), said, "sha256")).decode()
    shifted = environ(HTTP_WEBHOOK_ID=f"msg.{AT}", HTTP_WEBHOOK_TIMESTAMP=str(AT), HTTP_WEBHOOK_SIGNATURE=f"v1,{made}")

    assert refused(shifted)


def test_a_signature_does_not_replace_the_stores_secret() -> None:
    assert refused(signed(HTTP_X_REGULARS_SECRET=None))
    assert refused(signed(HTTP_X_REGULARS_SECRET=new_secret()))


def test_a_missing_signature_is_refused_where_it_is_required() -> None:
    assert refused(environ(), trust=STRICT)
    assert refused(signed(HTTP_WEBHOOK_SIGNATURE=None), trust=STRICT)


@pytest.mark.parametrize("signature", ["", " ", "v1,", "v1", "v2,abc", "v1a,abc"])
def test_an_empty_or_foreign_signature_is_one_that_does_not_hold(signature: str) -> None:
    assert refused(signed(HTTP_WEBHOOK_SIGNATURE=signature))


def test_one_of_several_signatures_must_hold() -> None:
    good = str(signed()["HTTP_WEBHOOK_SIGNATURE"])

    assert not refused(signed(HTTP_WEBHOOK_SIGNATURE=f"v1,AAAA {good} v1a,xyz"))
    assert refused(signed(HTTP_WEBHOOK_SIGNATURE="v1,AAAA " * 20 + good))


@pytest.mark.parametrize(("seconds", "is_refused"), [(-301, True), (-300, False), (300, False), (301, True)])
def test_a_signature_is_good_for_five_minutes(seconds: int, is_refused: bool) -> None:
    assert refused(signed(at=AT + seconds)) is is_refused


@pytest.mark.parametrize("secrets", [("new",), (), ("",)])
def test_a_signature_needs_a_secret_of_ours(secrets: tuple[str, ...]) -> None:
    assert refused(signed(), trust=TRUST._replace(client_secrets=secrets))


def test_the_client_secret_before_a_rotation_still_holds() -> None:
    assert not refused(signed(), trust=TRUST._replace(client_secrets=("new", CLIENT_SECRET)))


def test_word_of_failed_deliveries_comes_to_an_address_of_its_own() -> None:
    uri, topic = "https://app.example/webhooks/bigcommerce", "store/order/created"

    assert address(uri, STORE, topic) == f"{uri}/{STORE}"
    assert address(uri, STORE, EXCEPTIONS) != address(uri, STORE, topic)
    found = verify_environ(
        environ(PATH_INFO=address("/webhooks/bigcommerce", STORE, EXCEPTIONS)), a_body(scope=EXCEPTIONS), TRUST, NOW
    )
    assert (found.remote_store, found.topic) == (STORE, EXCEPTIONS)


def test_secrets_are_long_random_and_fit_a_header() -> None:
    made = {new_secret() for _ in range(100)}

    assert len(made) == 100
    assert {len(each) for each in made} == {43}
    assert all(each.isascii() and each.isprintable() for each in made)
    assert SECRET_HEADER == "X-Regulars-Secret"
