"""A delivery is taken only when its raw bytes carry a signature by one of our secrets."""

from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.platforms.base import NotGenuine
from plugin.platforms.shopify.webhooks import moment, sign, verify, verify_environ

SECRET = "test_client_secret"
BODY = '{"id":5250000000000000123,"email":"zoë@example.com","note":"a/b \\u003c"}'.encode()
SIGNATURE = "JSpVQ/Bq1HM9WTajCH1HNkBtvDJLs4DCBo8NGYy5Dyo="


def environ(**more: object) -> dict[str, object]:
    return {
        "HTTP_X_SHOPIFY_HMAC_SHA256": SIGNATURE,
        "HTTP_X_SHOPIFY_TOPIC": "customers/update",
        "HTTP_X_SHOPIFY_SHOP_DOMAIN": "Segment-Dev.myshopify.com",
        "HTTP_X_SHOPIFY_WEBHOOK_ID": "b54557e4",
        "HTTP_X_SHOPIFY_TRIGGERED_AT": "2026-11-21T18:00:27.877041743Z",
        "HTTP_X_SHOPIFY_API_VERSION": "2026-10",
        **more,
    }


def without(name: str) -> dict[str, object]:
    kept = environ()
    del kept[name]
    return kept


def test_the_fixed_vector_is_accepted_and_says_what_its_headers_say() -> None:
    found = verify_environ(environ(), BODY, [SECRET])

    assert found.topic == "customers/update"
    assert found.remote_store == "segment-dev.myshopify.com"
    assert found.delivery_id == "b54557e4"
    assert found.triggered_at == datetime(2026, 11, 21, 18, 0, 27, 877041, tzinfo=UTC)
    assert found.api_version == "2026-10"


def test_header_names_come_in_any_case() -> None:
    headers = {"x-shopify-hmac-sha256": SIGNATURE, "X-SHOPIFY-TOPIC": "orders/create"}

    assert verify(headers, BODY, [SECRET]).topic == "orders/create"


@pytest.mark.parametrize("at", range(len(BODY)))
def test_every_altered_byte_of_the_body_is_refused(at: int) -> None:
    altered = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]

    with pytest.raises(NotGenuine):
        verify_environ(environ(), altered, [SECRET])


@pytest.mark.parametrize("at", range(len(SIGNATURE)))
def test_every_altered_character_of_the_signature_is_refused(at: int) -> None:
    letter = "A" if SIGNATURE[at] != "A" else "B"
    altered = SIGNATURE[:at] + letter + SIGNATURE[at + 1 :]

    with pytest.raises(NotGenuine):
        verify_environ(environ(HTTP_X_SHOPIFY_HMAC_SHA256=altered), BODY, [SECRET])


@pytest.mark.parametrize("signature", [None, "", " ", "é" * 44, SIGNATURE + "=", SIGNATURE.lower(), 5])
def test_what_is_no_signature_is_refused(signature: Any) -> None:
    with pytest.raises(NotGenuine):
        verify_environ(environ(HTTP_X_SHOPIFY_HMAC_SHA256=signature), BODY, [SECRET])


@pytest.mark.parametrize("secrets", [[SECRET], ["new", SECRET], [SECRET, "old"]])
def test_the_current_and_the_previous_secret_are_accepted(secrets: list[str]) -> None:
    assert verify_environ(environ(), BODY, secrets).topic == "customers/update"


@pytest.mark.parametrize("secrets", [[], [""], ["other"], ["", "other"]])
def test_the_door_is_shut_without_the_right_secret(secrets: list[str]) -> None:
    with pytest.raises(NotGenuine):
        verify_environ(environ(), BODY, secrets)


def test_an_empty_secret_opens_nothing() -> None:
    forged = environ(HTTP_X_SHOPIFY_HMAC_SHA256=sign(BODY, ""))

    with pytest.raises(NotGenuine):
        verify_environ(forged, BODY, [""])


@pytest.mark.parametrize(
    ("body", "store"),
    [
        (b'{"shop_id":1,"shop_domain":"A-b.myshopify.com"}', "a-b.myshopify.com"),
        (b'{"myshopify_domain":"c.myshopify.com"}', "c.myshopify.com"),
        (b'{"id":1}', ""),
        (b"not json", ""),
        (b"[" * 100_000, ""),
    ],
)
def test_a_missing_shop_header_falls_back_to_the_verified_body(body: bytes, store: str) -> None:
    headers = without("HTTP_X_SHOPIFY_SHOP_DOMAIN") | {"HTTP_X_SHOPIFY_HMAC_SHA256": sign(body, SECRET)}

    assert verify_environ(headers, body, [SECRET]).remote_store == store


def test_a_delivery_without_an_id_gets_one_that_is_equal_on_a_retry() -> None:
    first = verify_environ(without("HTTP_X_SHOPIFY_WEBHOOK_ID"), BODY, [SECRET])
    retried = verify_environ(without("HTTP_X_SHOPIFY_WEBHOOK_ID"), BODY, [SECRET])
    later = without("HTTP_X_SHOPIFY_WEBHOOK_ID") | {"HTTP_X_SHOPIFY_TRIGGERED_AT": "2026-11-22T18:00:27Z"}

    assert first.delivery_id == retried.delivery_id != ""
    assert verify_environ(later, BODY, [SECRET]).delivery_id != first.delivery_id


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-21T18:00:27", "0001-01-01T00:00:00+14:00", "1"])
def test_a_moment_that_is_none_is_not_guessed(text: str) -> None:
    assert moment(text) is None
