"""All shops of one sandbox, and what they share: the configuration and the sender of webhooks."""

import threading
from dataclasses import replace
from typing import BinaryIO

from sandbox.config import Config
from sandbox.store.shop import Profile, Shop
from sandbox.store.staged import Target
from sandbox.webhooks.announce import Announcer
from sandbox.webhooks.sender import Sender

FIRST_SHOP = 67_000_000_001


class World:
    """What a request needs to find its shop and to have an effect."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.sender = Sender(config.senders, config.retries)
        self.announcer = Announcer(config, self.sender)
        self.sender.lost = lambda delivery: self.announcer.lost(self.shops[delivery.shop], delivery)
        self.shops: dict[str, Shop] = {}
        self._lock = threading.Lock()
        self.files: dict[str, BinaryIO] = {}
        """Results of bulk operations; the files have no name on the disk, so none is left behind."""
        self.staged: dict[str, Target] = {}
        """What apps were told to put where, by key."""

    def open_shop(self, profile: Profile) -> Shop:
        """An empty shop. Raises ValueError when the domain is taken."""
        with self._lock:
            if profile.domain in self.shops:
                raise ValueError(f"{profile.domain} exists")
            shop = Shop(profile, FIRST_SHOP + len(self.shops))
            self.shops[profile.domain] = shop
            return shop

    def rename(self, shop: Shop, domain: str) -> None:
        """The shop has this domain; its earlier one leads to it too. Raises ValueError for one that another has."""
        with self._lock:
            if not domain.endswith(".myshopify.com") or self.shops.get(domain, shop) is not shop:
                raise ValueError(f"{domain} is taken or no domain of a shop")
            shop.profile = replace(shop.profile, domain=domain)
            self.shops[domain] = shop

    def install(self, shop: Shop) -> None:
        """The merchant has the app, and granted all it asks for."""
        with shop.lock:
            if not shop.installed:
                shop.scopes = shop.profile.scopes or self.config.asked.scopes
                shop.installed = True
