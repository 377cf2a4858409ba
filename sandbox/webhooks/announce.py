"""Tells the app what happened in a shop: one event, one delivery for each topic and address."""

import hashlib
import itertools
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from sandbox import moments
from sandbox.config import Config
from sandbox.oauth.signing import webhook_signature
from sandbox.store.shop import Shop
from sandbox.store.subscription import Subscription
from sandbox.webhooks.delivery import Delivery
from sandbox.webhooks.sender import Sender

GIVE_UP_AFTER = 8
"""Deliveries lost in a row until a subscription made by the API is deleted."""

Body = Callable[[], dict[str, Any]]
Event = tuple[str, Body]
"""A topic, and how to make its body; made only when someone listens."""

_count = itertools.count(1)
_run = secrets.token_bytes(8)


class Announcer:
    """Knows who listens to which shop."""

    def __init__(self, config: Config, sender: Sender) -> None:
        self._config = config
        self.sender = sender

    def announce(self, shop: Shop, *events: Event, to_all: bool = False) -> None:
        """The events, caused by one action, are on their way to whoever listens.

        To an app that is not installed nothing is sent, but for ``to_all`` (uninstalling, privacy).
        """
        if not (shop.installed or to_all):
            return
        event_id, at = _unique(), moments.nanoseconds()
        made: dict[Body, bytes] = {}
        for topic, make in events:
            listeners = list(self._listeners(shop, topic))
            if not listeners:
                continue
            body = made.get(make) or made.setdefault(make, msgspec.json.encode(make()))
            for uri, subscription in listeners:
                trimmed = _trimmed(body, subscription)
                self._send(shop, topic, uri, subscription, trimmed, event_id, at)

    def lost(self, shop: Shop, delivery: Delivery) -> None:
        """A delivery failed for good; too many in a row end its subscription."""
        subscription = delivery.subscription
        if subscription is None:
            return
        with shop.lock:
            subscription.failures += 1
            if subscription.failures >= GIVE_UP_AFTER:
                shop.subscriptions.pop(subscription.id, None)

    def _listeners(self, shop: Shop, topic: str) -> Iterator[tuple[str, Subscription | None]]:
        asked = self._config.asked
        heard: set[str] = set()
        for subscription in list(shop.subscriptions.values()):
            if subscription.topic == topic:
                heard.add(subscription.uri)
                yield subscription.uri, subscription
        if topic in asked.topics or topic in asked.compliance_topics:
            uri = self._config.webhook_uri
            if uri not in heard or shop.faults.webhooks.both_subscriptions:
                yield uri, None

    def _send(
        self,
        shop: Shop,
        topic: str,
        uri: str,
        subscription: Subscription | None,
        body: bytes,
        event_id: str,
        at: str,
    ) -> None:
        webhook_id = _unique()
        faults = shop.faults.webhooks
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": webhook_signature(faults.secret or self._config.client_secret, body),
            "X-Shopify-Shop-Domain": shop.domain,
            "X-Shopify-API-Version": self._config.asked.api_version,
            "X-Shopify-Webhook-Id": webhook_id,
            "X-Shopify-Event-Id": event_id,
            "X-Shopify-Triggered-At": at,
        }
        if subscription and subscription.name:
            headers["X-Shopify-Name"] = subscription.name
        if faults.without_shop_domain:
            del headers["X-Shopify-Shop-Domain"]
        delivery = Delivery(webhook_id, event_id, shop.domain, topic, uri, at, headers, body, subscription)
        self.sender.submit(delivery, shop.faults.fate(topic).waits)


def _trimmed(body: bytes, subscription: Subscription | None) -> bytes:
    if subscription is None or not subscription.include_fields:
        return body
    whole = msgspec.json.decode(body)
    return msgspec.json.encode({name: whole[name] for name in subscription.include_fields if name in whole})


def _unique() -> str:
    """A random-looking id in the form of a UUID; cheaper than the operating system's."""
    text = hashlib.blake2b(next(_count).to_bytes(8), key=_run, digest_size=16).hexdigest()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
