"""receive: a proven delivery is on disk once, and a worker knows."""

import time
from datetime import datetime
from enum import StrEnum
from threading import Lock

from plugin.db import inbox, stores
from plugin.db.stores import Sender
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.platforms import platform
from plugin.platforms.base import NotGenuine, Verified

KEPT_SECONDS = 5.0
"""Stores rarely change their domains; when two swap theirs, this long one's messages may be taken for the other's."""


class Received(StrEnum):
    """What became of a delivery; every one of them is answered with 200."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    UNKNOWN_STORE = "unknown_store"
    REMOVED = "removed"
    """The store is known and has removed the app: what it still sends is not kept."""


class Directory:
    """Stores by domain, remembered for a moment; a domain nobody has is asked for each time."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[float, StoreId]] = {}
        self._senders: dict[tuple[str, str], tuple[float, Sender]] = {}
        self._lock = Lock()

    def find(self, house: House, platform: str, domain: str, at: datetime) -> StoreId | None:
        """The id of the store that had the domain at the moment."""
        now = time.monotonic()
        kept = self._kept.get((platform, domain))
        if kept is not None and kept[0] > now:
            return kept[1]
        found = stores.find(house.database, platform, domain, at, role="receive")
        if found is not None:
            with self._lock:
                self._kept[(platform, domain)] = (now + KEPT_SECONDS, found)
        return found

    def sender(self, house: House, platform: str, domain: str) -> Sender | None:
        """The store that is called so, and by what its deliveries are proven."""
        now = time.monotonic()
        kept = self._senders.get((platform, domain))
        if kept is not None and kept[0] > now:
            return kept[1]
        found = stores.find_sender(house.database, platform, domain)
        if found is not None and found.digests:
            with self._lock:
                self._senders[(platform, domain)] = (now + KEPT_SECONDS, found)
        return found

    def forget(self, platform: str, domain: str) -> bool:
        """The store's sender is looked up anew: what is remembered may be old by a moment; False: nothing is."""
        with self._lock:
            return self._senders.pop((platform, domain), None) is not None


def receive(house: House, directory: Directory, platform_name: str, delivery: Verified, body: bytes) -> Received:
    """The delivery waits in the inbox, exactly once.

    Raises NotGenuine for a topic that is none of a platform's (the signature is of the body alone), and
    plugin.db.transaction.Unavailable when it can't be stored: answer 503, so that the platform sends it again.
    """
    if delivery.topic.startswith(inbox.OURS):
        raise NotGenuine
    triggered_at = delivery.triggered_at or house.now()
    ours = platform(platform_name)
    if ours.hooks is not None:
        sender = directory.sender(house, platform_name, delivery.remote_store)
        if sender is not None and not sender.installed:
            return Received.REMOVED
        store_id = None if sender is None else sender.id
    elif delivery.store_id:
        store_id = stores.find_remote(house.database, platform_name, delivery.store_id, role="receive")
    elif delivery.remote_store:
        store_id = directory.find(house, platform_name, delivery.remote_store, triggered_at)
    else:
        store_id = None
    if store_id is None:
        return Received.UNKNOWN_STORE
    if not inbox.insert(house.database, store_id, delivery.topic, delivery.delivery_id, triggered_at, body):
        return Received.DUPLICATE
    house.bell.ring_soon(Work.DRAIN, store_id)
    return Received.STORED
