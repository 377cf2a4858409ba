"""How a shop is reached, and how it and its people reach us: settings become what the rest of this package takes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from plugin.platforms.base import Connection, Grant, Identity, Trust, Verified
from plugin.platforms.http import Http
from plugin.platforms.manifest import asked
from plugin.platforms.shopify import auth, grants, webhooks
from plugin.platforms.shopify.client import Client
from plugin.settings import Settings

NAME = "shopify"


def is_open(settings: Settings) -> bool:
    """Whether we are known to Shopify; the settings demand it."""
    return bool(settings.shopify_client_id)


def connect(settings: Settings, to: Connection) -> Client:
    """A client of the shop's Admin API."""
    return Client(
        to.store,
        to.tokens,
        to.http,
        to.pace,
        base_url=base_url(settings, to.store),
        api_version=asked(NAME).api_version,
        share=to.share,
        watch=to.watch,
    )


def base_url(settings: Settings, domain: str) -> str:
    """Where the shop's API lives."""
    return settings.shopify_shop_url.format(shop=domain)


def app(settings: Settings) -> auth.App:
    """The app as Shopify knows it."""
    return auth.App(settings.shopify_client_id, settings.shopify_secrets)


def secrets(settings: Settings) -> Sequence[str]:
    """What signatures are made with, current first."""
    return settings.shopify_secrets


def must_sign(settings: Settings) -> bool:
    """Every delivery is signed."""
    return True


def verify_environ(environ: Mapping[str, object], body: bytes, trust: Trust, now: datetime) -> Verified:
    """As ``webhooks.verify_environ``: the signature is all there is to hold a delivery against."""
    return webhooks.verify_environ(environ, body, trust.client_secrets)


def visitor(settings: Settings, bearer: str, now: datetime) -> Identity:
    """Who asks, by the ID token of the admin around our page. Raises NotGenuine."""
    return auth.verify_id_token(bearer, app(settings), now)


def frames(settings: Settings, domain: str) -> str:
    """Who may put our page into a frame."""
    return settings.shopify_frame_ancestors.format(shop=domain)


def refresh(settings: Settings, http: Http, domain: str, refresh_token: str, now: datetime) -> Grant:
    """As ``grants.refresh``."""
    return grants.refresh(http, base_url(settings, domain), app(settings), refresh_token, now)


def end_permanent(settings: Settings, http: Http, domain: str, access_token: str, now: datetime) -> Grant:
    """As ``grants.exchange_permanent``."""
    return grants.exchange_permanent(http, base_url(settings, domain), app(settings), access_token, now)


def scripts(settings: Settings) -> Sequence[str]:
    """What our page loads from elsewhere."""
    return settings.shopify_app_bridge_url, settings.shopify_polaris_url
