"""How a store is reached, and how it and its people reach us: settings become what the rest of this package takes."""

from collections.abc import Sequence
from datetime import datetime

from plugin.platforms.base import Connection, Identity
from plugin.platforms.bigcommerce import app_tokens
from plugin.platforms.bigcommerce.auth import App, store_hash
from plugin.platforms.bigcommerce.client import Client, roots
from plugin.platforms.bigcommerce.statuses import COUNTED
from plugin.settings import Settings

NAME = "bigcommerce"


def is_open(settings: Settings) -> bool:
    """Whether we are known to BigCommerce."""
    return bool(settings.bigcommerce_client_id)


def connect(settings: Settings, to: Connection) -> Client:
    """A client of the store's Management API."""
    return Client(
        to.store,
        to.tokens,
        to.http,
        to.pace,
        base_urls=roots(settings.bigcommerce_api_url, to.store),
        share=to.share,
        scopes=to.scopes,
        counted=COUNTED if to.counted is None else [int(status) for status in to.counted],
        watch=to.watch,
    )


def app(settings: Settings) -> App:
    """The app as BigCommerce knows it."""
    return App(settings.bigcommerce_client_id, settings.bigcommerce_secrets)


def secrets(settings: Settings) -> Sequence[str]:
    """What signatures are made with, current first."""
    return settings.bigcommerce_secrets


def must_sign(settings: Settings) -> bool:
    """Whether a delivery without a signature is refused."""
    return settings.demands_signatures


def visitor(settings: Settings, bearer: str, now: datetime) -> Identity:
    """Who asks, by the token of ours that the page holds. Raises NotGenuine.

    Whoever was removed since then is still named: ``plugin/flow/visit.py`` knows.
    """
    return app_tokens.verify_token(bearer, settings.keys, now)


def frames(settings: Settings, domain: str) -> str:
    """Who may put our page into a frame. ``domain``: the store's hash."""
    return settings.bigcommerce_frame_ancestors.format(hash=store_hash(domain))


def scripts(settings: Settings) -> Sequence[str]:
    """What our page loads from elsewhere."""
    return (settings.bigcommerce_sdk_url,)
