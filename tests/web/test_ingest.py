"""The short path of webhooks."""

import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from plugin.db import inbox
from plugin.db.transaction import Database as Doors
from plugin.flow import metrics
from plugin.flow.forget import forget_store
from plugin.flow.house import House, open_house
from plugin.platforms.given.facts import TOPIC
from plugin.platforms.manifest import asked
from plugin.platforms.shopify.translate import TOPICS
from plugin.platforms.shopify.webhooks import sign
from plugin.settings import Settings
from plugin.web.app import create_app
from tests.builders import a_store
from tests.database import Database
from tests.web.conftest import SECRET

PATH = "/webhooks/shopify"
HMAC = "X-Shopify-Hmac-Sha256"
ASKED = asked("shopify")
SHOP = "corner.myshopify.com"
BODY = b'{"id": 1}'


def deliver(
    client: FlaskClient,
    body: bytes = BODY,
    *,
    secret: str = SECRET,
    delivery: str = "delivery-1",
    shop: str = SHOP,
    path: str = PATH,
) -> TestResponse:
    """A webhook as Shopify sends it."""
    headers = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Hmac-Sha256": sign(body, secret),
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-Webhook-Id": delivery,
        "X-Shopify-Triggered-At": "2026-11-21T18:00:27.877041743Z",
    }
    return client.post(path, data=body, headers=headers, content_type="application/json")


def waiting(at: Doors, store_id: int) -> list[inbox.Delivery]:
    with at.store(store_id) as tx:  # type: ignore[arg-type]
        return inbox.waiting(tx, 10)


def test_a_genuine_delivery_waits_in_the_inbox_as_the_bytes_it_came_as(client: FlaskClient, at: Doors) -> None:
    store_id = a_store(at, SHOP)

    answer = deliver(client)

    assert (answer.status_code, answer.data) == (200, b"")
    (found,) = waiting(at, store_id)
    assert (found.topic, found.body) == ("orders/create", BODY)


def test_a_delivery_under_a_longer_path_is_taken_too(client: FlaskClient, at: Doors) -> None:
    store_id = a_store(at, SHOP)

    assert deliver(client, path=f"{PATH}/orders").status_code == 200
    assert len(waiting(at, store_id)) == 1


def test_a_path_that_only_begins_alike_is_not_for_webhooks(client: FlaskClient) -> None:
    assert deliver(client, path=f"{PATH}x").status_code == 404


def test_a_duplicate_is_accepted_and_stored_once(client: FlaskClient, at: Doors) -> None:
    store_id = a_store(at, SHOP)

    answers = [deliver(client).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert len(waiting(at, store_id)) == 1


@pytest.mark.parametrize("secret", ["another", ""], ids=["another secret", "an empty secret"])
def test_a_bad_signature_is_refused_with_401_and_nothing_is_stored(client: FlaskClient, at: Doors, secret: str) -> None:
    store_id = a_store(at, SHOP)

    assert deliver(client, secret=secret).status_code == 401
    assert waiting(at, store_id) == []


def test_a_delivery_without_signature_is_refused_with_401(client: FlaskClient) -> None:
    assert client.post(PATH, data=BODY).status_code == 401


EVERY_TOPIC = (*ASKED.topics, *ASKED.optional_topics, *ASKED.needed_topics, *ASKED.compliance_topics)


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_every_topic_is_refused_with_401_unless_its_signature_holds(client: FlaskClient, at: Doors, topic: str) -> None:
    store_id = a_store(at, SHOP)
    headers = {"X-Shopify-Topic": topic, "X-Shopify-Shop-Domain": SHOP, "X-Shopify-Webhook-Id": topic}
    signatures = {"bad": sign(BODY, "another"), "empty": "", "of other bytes": sign(BODY + b" ", SECRET)}

    answers = [client.post(PATH, data=BODY, headers=headers).status_code]
    for signature in signatures.values():
        answers += [client.post(PATH, data=BODY, headers=headers | {HMAC: signature}).status_code]

    assert answers == [401] * 4
    assert waiting(at, store_id) == []


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_every_topic_is_taken_without_a_header_that_names_the_shop(client: FlaskClient, at: Doors, topic: str) -> None:
    """Privacy topics have come without it: the bytes that were signed say whose they are."""
    store_id = a_store(at, SHOP)
    body = json.dumps({"shop_domain": SHOP}).encode()
    headers = {"X-Shopify-Topic": topic, HMAC: sign(body, SECRET), "X-Shopify-Webhook-Id": topic}

    assert client.post(PATH, data=body, headers=headers).status_code == 200

    assert [found.topic for found in waiting(at, store_id)] == [topic]


def test_a_privacy_request_finds_its_store_by_the_number_in_its_bytes(client: FlaskClient, at: Doors) -> None:
    store_id = a_store(at, SHOP)
    body = json.dumps({"shop_id": f"remote-{store_id}", "shop_domain": "renamed.myshopify.com"}).encode()
    headers = {"X-Shopify-Topic": "customers/redact", HMAC: sign(body, SECRET), "X-Shopify-Webhook-Id": "1"}

    assert client.post(PATH, data=body, headers=headers).status_code == 200

    assert len(waiting(at, store_id)) == 1


@pytest.mark.parametrize("form", [str.lower, str.upper, str.title], ids=["lower", "upper", "title"])
def test_headers_are_read_in_any_case(client: FlaskClient, at: Doors, form: Callable[[str], str]) -> None:
    store_id = a_store(at, SHOP)
    headers = {
        "X-Shopify-Topic": "orders/create",
        HMAC: sign(BODY, SECRET),
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Webhook-Id": "1",
    }

    answer = client.post(PATH, data=BODY, headers={form(name): value for name, value in headers.items()})

    assert answer.status_code == 200
    assert [found.topic for found in waiting(at, store_id)] == ["orders/create"]


def test_the_secret_before_a_rotation_is_still_accepted(house: House, at: Doors) -> None:
    a_store(at, SHOP)
    rotated = replace(house.settings, shopify_client_secret="new", shopify_previous_client_secret=SECRET)
    client = create_app(replace(house, settings=rotated)).test_client()

    assert deliver(client).status_code == 200
    assert deliver(client, secret="new", delivery="other").status_code == 200


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(app: Flask) -> None:
    class Untouched(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

    environ = {"PATH_INFO": PATH, "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "4097", "wsgi.input": Untouched()}

    assert call(app, environ) == "413 Content Too Large"


@pytest.mark.parametrize("length", [None, "", "-1", "1e3", "²"])
def test_a_body_without_a_length_is_refused(app: Flask, length: str | None) -> None:
    environ = {"PATH_INFO": PATH, "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(BODY)}
    if length is not None:
        environ["CONTENT_LENGTH"] = length

    assert call(app, environ) == "411 Length Required"


def test_a_body_that_was_cut_off_is_refused(app: Flask) -> None:
    environ = {"PATH_INFO": PATH, "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "99", "wsgi.input": io.BytesIO(BODY)}

    assert call(app, environ) == "400 Bad Request"


def call(app: Flask, environ: dict[str, object]) -> str:
    """The status line of a bare WSGI call."""
    said: list[str] = []
    app.wsgi_app(environ, lambda status, headers: said.append(status))  # type: ignore[arg-type]
    return said[0]


def test_other_methods_are_refused(client: FlaskClient) -> None:
    answer = client.get(PATH)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_an_unknown_store_is_answered_with_200_so_that_it_is_not_sent_again_and_logged(client: FlaskClient) -> None:
    with capture_logs() as logs:
        assert deliver(client, shop="nobody.myshopify.com").status_code == 200

    assert [(each["event"], each["domain"]) for each in logs] == [("delivery.unknown_store", "nobody.myshopify.com")]


def test_bytes_that_name_no_store_are_nobodys_not_a_forgotten_ones(client: FlaskClient, at: Doors) -> None:
    store_id = a_store(at, SHOP)
    with at.store(store_id) as tx:
        forget_store(tx)

    answer = client.post(PATH, data=BODY, headers={"X-Shopify-Topic": "orders/create", HMAC: sign(BODY, SECRET)})

    assert answer.status_code == 200
    assert inbox_ids(at, store_id) == []


@pytest.mark.parametrize("topic", [TOPIC, *(topic for topic in TOPICS if topic.startswith(inbox.OURS))])
def test_what_only_we_tell_ourselves_is_refused_whoever_signed_it(client: FlaskClient, at: Doors, topic: str) -> None:
    """The signature is of the body: a topic beside it could make one thing pass for another."""
    store_id = a_store(at, SHOP)
    headers = {"X-Shopify-Topic": topic, HMAC: sign(BODY, SECRET), "X-Shopify-Shop-Domain": SHOP}

    assert client.post(PATH, data=BODY, headers=headers).status_code == 401

    assert waiting(at, store_id) == []


@pytest.mark.parametrize(("version", "counts"), [(ASKED.api_version, 0), ("2020-01", 1)])
def test_a_delivery_in_another_version_is_taken_and_counted(
    client: FlaskClient, at: Doors, version: str, counts: int
) -> None:
    store_id, counter = a_store(at, SHOP), metrics._unknown.labels("version")._value
    before = counter.get()
    headers = {"X-Shopify-Topic": "orders/create", HMAC: sign(BODY, SECRET), "X-Shopify-Shop-Domain": SHOP}

    assert client.post(PATH, data=BODY, headers=headers | {"X-Shopify-API-Version": version}).status_code == 200

    assert len(waiting(at, store_id)) == 1
    assert counter.get() - before == counts


def test_an_unknown_topic_is_taken_so_that_it_can_be_counted(client: FlaskClient, at: Doors) -> None:
    store_id = a_store(at, SHOP)
    headers = {"X-Shopify-Topic": "moons/rise", HMAC: sign(BODY, SECRET), "X-Shopify-Shop-Domain": SHOP}

    assert client.post(PATH, data=BODY, headers=headers).status_code == 200

    assert len(waiting(at, store_id)) == 1


def test_an_answer_sets_no_cookie_and_tells_nothing(client: FlaskClient) -> None:
    answer = deliver(client, secret="wrong")

    assert "Set-Cookie" not in answer.headers
    assert answer.data == b"Unauthorized\n"


def test_a_database_that_is_away_asks_for_the_delivery_again(settings: Settings, new_port: Callable[[], int]) -> None:
    nowhere = f"postgresql://regulars_receive@127.0.0.1:{new_port()}/away"
    client = create_app(open_house(replace(settings, database_receive_url=nowhere))).test_client()

    answer = deliver(client)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_database_that_hangs_is_answered_for_before_the_platform_gives_up(
    settings: Settings, database: Database
) -> None:
    house = open_house(settings)
    store_id = a_store(house.database, SHOP)
    client = create_app(house).test_client()
    with psycopg.connect(database.owner) as hanging:
        hanging.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()

        assert deliver(client).status_code == 503

        assert time.monotonic() - began < 5
    assert deliver(client).status_code == 200
    assert len(inbox_ids(house.database, store_id)) == 1
    house.database.close()


@pytest.fixture
def hanging_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield listening.getsockname()[1]


def test_a_hanging_redis_costs_a_moment_and_no_delivery(settings: Settings, hanging_port: int) -> None:
    house = open_house(replace(settings, redis_url=f"redis://127.0.0.1:{hanging_port}/0"))
    store_id = a_store(house.database, SHOP)
    client = create_app(house).test_client()
    deliver(client, delivery="the first one opens connections")

    answers = [deliver(client, delivery=f"delivery-{number}").status_code for number in range(20)]

    assert answers == [200] * 20
    assert len(inbox_ids(house.database, store_id)) == 21
    house.database.close()


def inbox_ids(at: Doors, store_id: int) -> list[object]:
    with at.store(store_id) as tx:  # type: ignore[arg-type]
        return [row["delivery_id"] for row in inbox.latest(tx)]


def test_a_redis_that_is_away_costs_no_delivery(settings: Settings) -> None:
    house = open_house(replace(settings, redis_url="redis://127.0.0.1:1/0"))
    store_id = a_store(house.database, SHOP)

    assert deliver(create_app(house).test_client()).status_code == 200
    assert len(inbox_ids(house.database, store_id)) == 1
    house.database.close()
