"""What PyPI's `standardwebhooks` signs we accept, what we sign it accepts, and both refuse the same."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from plugin.platforms.base import NotGenuine, Trust
from plugin.platforms.bigcommerce.webhooks import digest, new_secret, sign, verify_environ

SECRET = "0a6e3f5b9c1d47288e6f4b2a90d3c7e15f8b64a2d9e0c3b71f5a8e2d4c6b9071"
HOOK_SECRET = new_secret()
TRUST = Trust((SECRET,), lambda store: [digest(HOOK_SECRET)], signature_required=True)
AT = 1790000010
NOW = datetime.fromtimestamp(AT, UTC)
ID = "msg_2b1a6e0c"
BODY = json.dumps(
    {"scope": "store/customer/updated", "producer": "stores/z4zn3wo", "data": {"type": "customer", "id": 32}}
)
BODIES = (BODY, BODY.replace(": ", ":"), BODY.replace("}", ', "name": "zoë 😀 a.b"}', 1), BODY + "\n")
NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")


@pytest.fixture
def theirs() -> Iterator[Webhook]:
    """The library at the moment of the messages, as BigCommerce's page has it made: of the secret in base64."""
    with time_machine.travel(NOW, tick=False):
        yield Webhook(b64encode(SECRET.encode()).decode())


def headers(signature: str, delivery_id: str = ID, at: int | str = AT) -> dict[str, str]:
    """The three headers of the rules."""
    return dict(zip(NAMES, (delivery_id, str(at), signature), strict=True))


def we_accept(body: str | bytes, told: dict[str, str], now: datetime = NOW, trust: Trust = TRUST) -> bool:
    """Our own verdict on a delivery with these headers."""
    environ: dict[str, Any] = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in told.items()}
    environ |= {"PATH_INFO": "/webhooks/bigcommerce/z4zn3wo", "HTTP_X_REGULARS_SECRET": HOOK_SECRET}
    try:
        verify_environ(environ, body if isinstance(body, bytes) else body.encode(), trust, now)
    except NotGenuine:
        return False
    return True


def they_accept(theirs: Webhook, body: str | bytes, told: dict[str, str]) -> bool:
    """The library's verdict. It takes whatever else goes wrong in it for a refusal, as a program that calls it does."""
    try:
        theirs.verify(body, told)
    except (WebhookVerificationError, ValueError):
        return False
    return True


@pytest.mark.parametrize("body", BODIES)
def test_deliveries_are_signed_alike_by_the_library_and_by_us(theirs: Webhook, body: str) -> None:
    signature = theirs.sign(ID, NOW, body)

    assert sign(body.encode(), SECRET, ID, str(AT)) == signature
    assert we_accept(body, headers(signature))
    assert they_accept(theirs, body, headers(signature))


def test_every_altered_byte_of_a_body_is_refused_by_both(theirs: Webhook) -> None:
    told = headers(theirs.sign(ID, NOW, BODY))
    raw = BODY.encode()

    for at, byte in enumerate(raw):
        changed = raw[:at] + bytes([byte ^ 1]) + raw[at + 1 :]
        assert not we_accept(changed, told)
        assert not they_accept(theirs, changed, told)


@pytest.mark.parametrize("name", NAMES)
def test_every_altered_character_of_a_header_is_refused_by_both(theirs: Webhook, name: str) -> None:
    told = headers(theirs.sign(ID, NOW, BODY))

    for at, letter in enumerate(told[name]):
        for other in {"A", "7", "z"} - {letter}:
            changed = told | {name: told[name][:at] + other + told[name][at + 1 :]}
            assert not we_accept(BODY, changed), changed
            assert not they_accept(theirs, BODY, changed), changed


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_header_is_refused_by_both(theirs: Webhook, name: str) -> None:
    told = headers(theirs.sign(ID, NOW, BODY))
    del told[name]

    assert not we_accept(BODY, told)
    assert not they_accept(theirs, BODY, told)


@pytest.mark.parametrize("seconds", [-301, -299, 299, 301])
def test_the_age_of_a_signature_is_judged_alike(theirs: Webhook, seconds: int) -> None:
    told = headers(theirs.sign(ID, NOW + timedelta(seconds=seconds), BODY), at=AT + seconds)

    assert we_accept(BODY, told) == they_accept(theirs, BODY, told) == (abs(seconds) < 300)


@pytest.mark.parametrize("around", ["v1,AAAA {}", "{} v1,AAAA", "v1a,AAAA {} v2,x"])
def test_one_good_signature_among_several_is_enough_for_both(theirs: Webhook, around: str) -> None:
    signature = theirs.sign(ID, NOW, BODY)
    told = headers(around.replace("{}", signature))

    assert we_accept(BODY, told)
    assert they_accept(theirs, BODY, told)


@pytest.mark.parametrize("version", ["v0", "v2", "v1a", "V1", ""])
def test_a_signature_of_another_version_is_refused_by_both(theirs: Webhook, version: str) -> None:
    told = headers(theirs.sign(ID, NOW, BODY).replace("v1", version))

    assert not we_accept(BODY, told)
    assert not they_accept(theirs, BODY, told)


def test_a_signature_by_another_secret_is_refused_by_both(theirs: Webhook) -> None:
    told = headers(Webhook(b64encode(SECRET[:-1].encode()).decode()).sign(ID, NOW, BODY))

    assert not we_accept(BODY, told)
    assert not they_accept(theirs, BODY, told)


def test_the_secret_itself_is_the_key_and_not_what_it_would_decode_to(theirs: Webhook) -> None:
    told = headers(Webhook(SECRET).sign(ID, NOW, BODY))

    assert not we_accept(BODY, told)
    assert not they_accept(theirs, BODY, told)


def test_the_secret_before_a_rotation_is_accepted(theirs: Webhook) -> None:
    rotated = TRUST._replace(client_secrets=("a new one", SECRET))

    assert we_accept(BODY, headers(theirs.sign(ID, NOW, BODY)), trust=rotated)


def test_we_refuse_an_id_with_a_point_which_the_library_takes(theirs: Webhook) -> None:
    told = headers(theirs.sign("msg.1", NOW, BODY), delivery_id="msg.1")

    assert they_accept(theirs, BODY, told)
    assert not we_accept(BODY, told)
