"""Tells the app what happened in a store: a scope and an id, once for each hook that takes it."""

import itertools
import time
from typing import Any
from urllib.parse import urlsplit

from sandbox import moments
from sandbox.bigcommerce.registration import Registration
from sandbox.bigcommerce.store.hook import Hook
from sandbox.bigcommerce.store.store import Store
from sandbox.bigcommerce.webhooks import envelope
from sandbox.bigcommerce.webhooks.courier import Courier, Parcel
from sandbox.webhooks.delivery import Delivery

EXCEPTION = "store/hook/deliveryException"
TOLD_AGAIN = 600.0
WILL_RETRY, EXHAUSTED, BLOCKED = 90001, 90002, 90003

_count = itertools.count(1)


class Announcer:
    """Knows who listens to which store."""

    def __init__(self, registration: Registration, courier: Courier) -> None:
        self._registration = registration
        self.courier = courier
        self._told: dict[str, float] = {}
        """When it was last said that deliveries to a destination fail."""

    def announce(self, store: Store, *events: tuple[str, dict[str, Any]]) -> None:
        """The events are on their way to every active hook that takes their scope."""
        at = moments.now()
        for scope, data in events:
            raw = b""
            for hook in list(store.hooks.values()):
                if hook.is_active and hook.takes(scope):
                    raw = raw or envelope.body(store, scope, data, at)
                    self._send(store, hook, scope, raw)

    def lost(self, store: Store, delivery: Delivery) -> None:
        """A delivery failed for good: its hook is switched off, and the app's maker is written to."""
        hook = store.hooks.get(delivery.hook_id) if isinstance(delivery, Parcel) else None
        if hook is not None and hook.is_active:
            self.deactivate(store, hook, "deliveries failed until the last retry")
            data = {"type": "webhook", "id": hook.id, "error_code": EXHAUSTED, "message": "No more retries."}
            if hook.scope != EXCEPTION:
                self.announce(store, (EXCEPTION, data))

    def deactivate(self, store: Store, hook: Hook, reason: str) -> None:
        """The hook is switched off by the platform."""
        with store.lock:
            hook.is_active, hook.deactivated, hook.updated_at = False, True, moments.now()
            store.mailed.append(f"Webhook {hook.id} ({hook.scope}) was deactivated: {reason}.")

    def blocked(self, store: Store, delivery: Delivery) -> None:
        """A domain is blocked: whoever listens for that hears of it."""
        hook_id = delivery.hook_id if isinstance(delivery, Parcel) else 0
        data = {"type": "webhook", "id": hook_id, "error_code": BLOCKED, "message": "The domain is blocked."}
        self.announce(store, (EXCEPTION, data))

    def failing(self, store: Store, delivery: Delivery) -> None:
        """A delivery will be tried again: told once in ten minutes for each destination."""
        at, hook_id = time.monotonic(), delivery.hook_id if isinstance(delivery, Parcel) else 0
        last = self._told.get(delivery.uri)
        if delivery.topic == EXCEPTION or (last is not None and at - last < TOLD_AGAIN):
            return
        self._told[delivery.uri] = at
        data = {"type": "webhook", "id": hook_id, "error_code": WILL_RETRY, "message": "The delivery will be retried."}
        self.announce(store, (EXCEPTION, data))

    def _send(self, store: Store, hook: Hook, scope: str, raw: bytes) -> None:
        unique = f"{store.hash}-{next(_count)}"
        headers = envelope.headers(store, hook, raw, self._registration.client_secret)
        parcel = Parcel(
            unique, unique, store.hash, scope, hook.destination, moments.nanoseconds(), headers, raw, None,
            hook_id=hook.id,
        )  # fmt: skip
        blocked = self.courier.board.blocked(urlsplit(hook.destination).netloc)
        lost = blocked and store.faults.happens(store.faults.webhooks.lost_while_blocked)
        self.courier.submit(parcel, () if lost else store.faults.fate(scope).waits)
