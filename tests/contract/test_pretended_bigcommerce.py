"""What the pretend BigCommerce signs is accepted by libraries that know nothing of it or of us."""

import time
from base64 import b64encode
from collections.abc import Iterator

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from plugin.platforms.bigcommerce.limits import pacer
from plugin.platforms.bigcommerce.subscriptions import ensure
from plugin.platforms.bigcommerce.webhooks import new_secret
from plugin.platforms.http import Http, Timeout
from tests.contract.jwts import judging
from tests.contract.official import Judge
from tests.platforms.bigcommerce.callback import CLIENT_ID, SECRET
from tests.platforms.bigcommerce.doors import Pretended, a_store, pretending
from tests.platforms.server import Asked, Reply, Server, serving

HTTP = Http(Timeout(), None, lambda: False)
INFORMED = "store/information/updated"


@pytest.fixture(scope="module")
def node() -> Iterator[Judge]:
    """The library `jsonwebtoken`."""
    with judging() as running:
        yield running


@pytest.fixture(scope="module")
def app() -> Iterator[Server]:
    with serving() as server:
        server.replies.append(Reply())
        yield server


@pytest.fixture(scope="module")
def store(app: Server) -> Iterator[Pretended]:
    with pretending(app) as url:
        yield a_store(url, app)


def test_a_callback_is_a_token_for_the_app_from_bigcommerce(node: Judge, store: Pretended) -> None:
    at = int(time.time())

    told = node.ask("verify", at=at, token=store.signed_payload("/load"))
    stale = node.ask("verify", at=at + 90_000, token=store.signed_payload("/load"))

    assert told["ok"], told
    assert (told["claims"]["aud"], told["claims"]["sub"]) == (CLIENT_ID, f"stores/{store.hash}")
    assert told["claims"]["exp"] - told["claims"]["iat"] == 86_400
    assert not stale["ok"]


def the_next(store: Pretended, redis_url: str, **faults: object) -> Asked:
    """A delivery of the store with these faults."""
    ensure(store.client(HTTP, pacer(redis_url, patience=10), store.token()), [INFORMED], store.uri, new_secret())
    store.control("PUT", "/faults", {"webhooks": faults})
    store.control("PATCH", "", {"name": "Renamed"})
    return store.heard()[-1]


def test_a_signed_delivery_follows_the_rules_of_standard_webhooks(store: Pretended, redis_url: str) -> None:
    heard = the_next(store, redis_url, signed=True)
    theirs = Webhook(b64encode(SECRET.encode()).decode())

    assert theirs.verify(heard.body, heard.headers)["scope"] == INFORMED
    with pytest.raises(WebhookVerificationError):
        theirs.verify(heard.body + b" ", heard.headers)


def test_a_delivery_signed_with_another_secret_does_not(store: Pretended, redis_url: str) -> None:
    heard = the_next(store, redis_url, signing_secret="another")

    with pytest.raises(WebhookVerificationError):
        Webhook(b64encode(SECRET.encode()).decode()).verify(heard.body, heard.headers)
