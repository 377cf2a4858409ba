"""Everything the environment may say, read once; every mistake is reported together.

``Settings.from_environment()`` is called by the doors (web, workers, cli) and by nothing else; the
rest receives values. ``docs/settings.md`` is written from the table in this file.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from cryptography.fernet import Fernet

from plugin.domain.errors import SettingsError

ROLE_URLS = ("DATABASE_APP_URL", "DATABASE_RECEIVE_URL", "DATABASE_SCAN_URL")
"""With all three given, only the release step needs the owner's DATABASE_URL."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SHOPIFY_CDN = "https://cdn.shopify.com/shopifycloud"


def _setting(name: str, sentence: str, default: str | None = None, secret: bool = False) -> str:
    """A field of Settings: its variable, what it is for, and its default; None must be given."""
    told = {"name": name, "sentence": sentence, "default": default, "secret": secret}
    value: str = field(metadata=told, repr=not secret)
    return value


@dataclass(frozen=True)
class Settings:
    """The app's surroundings. Secrets never show in a ``repr``."""

    public_url: str = _setting("PUBLIC_URL", "Where the platforms reach the app, without a slash at the end.")
    database_url: str = _setting(
        "DATABASE_URL",
        "PostgreSQL 18 as the owner role, which migrates. Only the release step needs it when "
        "the three below are given.",
        secret=True,
    )
    database_app_url: str = _setting(
        "DATABASE_APP_URL", "PostgreSQL as role regulars_app; derived when absent.", "", secret=True
    )
    database_receive_url: str = _setting(
        "DATABASE_RECEIVE_URL", "PostgreSQL as role regulars_receive; derived when absent.", "", secret=True
    )
    database_scan_url: str = _setting(
        "DATABASE_SCAN_URL", "PostgreSQL as role regulars_scan; derived when absent.", "", secret=True
    )
    redis_url: str = _setting("REDIS_URL", "Redis or Valkey: the bell, the queues, the pace.", secret=True)
    encryption_keys: str = _setting(
        "ENCRYPTION_KEYS",
        "Fernet keys that protect the stores' tokens, newest first, comma between. Make one with `regulars keys new`.",
        secret=True,
    )
    shopify_client_id: str = _setting("SHOPIFY_CLIENT_ID", "The app's client id at Shopify.")
    shopify_client_secret: str = _setting("SHOPIFY_CLIENT_SECRET", "The app's client secret.", secret=True)
    shopify_previous_client_secret: str = _setting(
        "SHOPIFY_PREVIOUS_CLIENT_SECRET",
        "The secret before a rotation; accepted until you remove it.",
        "",
        secret=True,
    )
    shopify_shop_url: str = _setting(
        "SHOPIFY_SHOP_URL", "Where a shop's API lives; {shop} is its domain.", "https://{shop}"
    )
    shopify_frame_ancestors: str = _setting(
        "SHOPIFY_FRAME_ANCESTORS",
        "Who may embed our page; {shop} is the store's domain.",
        "https://{shop} https://admin.shopify.com",
    )
    shopify_subscriptions: str = _setting(
        "SHOPIFY_SUBSCRIPTIONS",
        "Who subscribes the webhooks of every store: `app`, the configuration that `regulars manifest shopify` prints "
        "and `shopify app deploy` sends, or `store`, the app itself at each store.",
        "app",
    )
    shopify_install: str = _setting(
        "SHOPIFY_INSTALL",
        "Who asks the merchant when the app is installed: `managed`, Shopify itself, or `code`, the app by the older "
        "authorization code grant (`use_legacy_install_flow`).",
        "managed",
    )
    shopify_app_bridge_url: str = _setting(
        "SHOPIFY_APP_BRIDGE_URL", "Shopify's App Bridge script.", f"{SHOPIFY_CDN}/app-bridge.js"
    )
    shopify_polaris_url: str = _setting(
        "SHOPIFY_POLARIS_URL", "Shopify's Polaris web components.", f"{SHOPIFY_CDN}/polaris.js"
    )
    billing: str = _setting(
        "BILLING",
        "`on`: stores have the plans of manifest.json, which their platform bills. `off`: nothing costs anything, "
        "nothing is limited.",
        "off",
    )
    shopify_partner_organisation: str = _setting(
        "SHOPIFY_PARTNER_ORGANISATION", "The number of your organisation at Shopify; needed with `BILLING=on`.", ""
    )
    shopify_partner_token: str = _setting(
        "SHOPIFY_PARTNER_TOKEN",
        "Access token of a Partner API client that may manage apps; needed with `BILLING=on`.",
        "",
        secret=True,
    )
    shopify_app_id: str = _setting(
        "SHOPIFY_APP_ID", "The app's number at Shopify, which is not its client id; needed with `BILLING=on`.", ""
    )
    shopify_partner_url: str = _setting(
        "SHOPIFY_PARTNER_URL", "Where the Partner API lives.", "https://partners.shopify.com"
    )
    shopify_admin_url: str = _setting(
        "SHOPIFY_ADMIN_URL",
        "Where stores' admins live, and the page on which a merchant chooses a plan.",
        "https://admin.shopify.com",
    )
    bigcommerce_client_id: str = _setting(
        "BIGCOMMERCE_CLIENT_ID", "The app's client id at BigCommerce; without one there is no door for its stores.", ""
    )
    bigcommerce_client_secret: str = _setting(
        "BIGCOMMERCE_CLIENT_SECRET", "The app's client secret there.", "", secret=True
    )
    bigcommerce_previous_client_secret: str = _setting(
        "BIGCOMMERCE_PREVIOUS_CLIENT_SECRET",
        "The secret before a rotation; accepted until you remove it.",
        "",
        secret=True,
    )
    bigcommerce_api_url: str = _setting(
        "BIGCOMMERCE_API_URL", "Where BigCommerce's API lives.", "https://api.bigcommerce.com"
    )
    bigcommerce_login_url: str = _setting(
        "BIGCOMMERCE_LOGIN_URL", "Where merchants agree, and codes become tokens.", "https://login.bigcommerce.com"
    )
    bigcommerce_frame_ancestors: str = _setting(
        "BIGCOMMERCE_FRAME_ANCESTORS",
        "Who may embed our page; {hash} is the store's.",
        "https://*.mybigcommerce.com https://*.my-bigcommerce.com https://*.bigcommerce.com",
    )
    bigcommerce_sdk_url: str = _setting(
        "BIGCOMMERCE_SDK_URL",
        "BigCommerce's script for pages in its control panel.",
        "https://cdn.bigcommerce.com/jssdk/bc-sdk.js",
    )
    bigcommerce_require_signatures: str = _setting(
        "BIGCOMMERCE_REQUIRE_SIGNATURES",
        "`on`: a delivery without a signature is refused. `off`: it counts by the secret of its store's hooks alone.",
        "off",
    )
    bigcommerce_account_uuid: str = _setting(
        "BIGCOMMERCE_ACCOUNT_UUID",
        "The UUID of your account at BigCommerce; needed with `BILLING=on` where manifest.json names prices for it.",
        "",
    )
    bigcommerce_account_token: str = _setting(
        "BIGCOMMERCE_ACCOUNT_TOKEN",
        "Account-level API token of that account, for checkouts and subscriptions; needed with it.",
        "",
        secret=True,
    )
    bigcommerce_app_id: str = _setting(
        "BIGCOMMERCE_APP_ID", "The app's number at BigCommerce, which is not its client id; needed with it.", ""
    )
    log_level: str = _setting("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.", "INFO")
    metrics_token: str = _setting(
        "METRICS_TOKEN",
        "Bearer token of /metrics; without one only this machine may read it.",
        "",
        secret=True,
    )
    support_url: str = _setting(
        "SUPPORT_URL", "Where merchants get help, as an https or mailto address: the page's Help shows it.", ""
    )
    webhook_body_limit: str = _setting("WEBHOOK_BODY_LIMIT", "Largest webhook body, in bytes.", "5242880")
    keep_messages_days: str = _setting(
        "KEEP_MESSAGES_DAYS", "How many days the store's messages are kept as they came, once absorbed.", "7"
    )
    message_patience: str = _setting(
        "MESSAGE_PATIENCE", "Seconds a store's message may be late before what it tells counts as missed.", "300"
    )
    record_requests: str = _setting(
        "RECORD_REQUESTS", "A file that gets every outgoing request as a JSON line, without secrets.", ""
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """The settings; raises SettingsError that lists every mistake and its cure."""
        given = os.environ if environment is None else environment
        values: dict[str, str] = {}
        mistakes: list[str] = []
        for each in fields(cls):
            told = each.metadata
            value = given.get(told["name"], "").strip() or told["default"]
            if value is None and each.name == "database_url" and all(given.get(name) for name in ROLE_URLS):
                value = ""
            if value is None:
                mistakes.append(f"{told['name']} is missing: {told['sentence']}")
            else:
                values[each.name] = value
        if not mistakes:
            settings = cls(**values)
            mistakes = settings._mistakes()
            if not mistakes:
                return settings
        raise SettingsError("\n".join(mistakes))

    def _mistakes(self) -> list[str]:
        found = []
        url = urlsplit(self.public_url)
        if url.scheme not in ("http", "https") or not url.netloc or self.public_url.endswith("/"):
            found.append("PUBLIC_URL must look like https://app.example, without a slash at the end.")
        if self.database_url and not self.database_url.startswith(("postgresql://", "postgres://")):
            found.append("DATABASE_URL must look like postgresql://owner:password@host/database.")
        for key in self.keys:
            try:
                Fernet(key)
            except ValueError:
                found.append("ENCRYPTION_KEYS holds something that is not a Fernet key; see `regulars keys new`.")
                break
        if not self.webhook_body_limit.isdigit() or int(self.webhook_body_limit) < 1024:
            found.append("WEBHOOK_BODY_LIMIT must be a whole number of bytes, at least 1024.")
        if not self.keep_messages_days.isdigit() or not 1 <= int(self.keep_messages_days) <= 3650:
            found.append("KEEP_MESSAGES_DAYS must be a whole number of days, from 1 to 3650.")
        if not self.message_patience.isdigit() or int(self.message_patience) > 86_400:
            found.append("MESSAGE_PATIENCE must be a whole number of seconds, at most 86400.")
        if self.log_level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            found.append("LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")
        if self.shopify_subscriptions not in ("app", "store"):
            found.append("SHOPIFY_SUBSCRIPTIONS must be app or store.")
        if self.shopify_install not in ("managed", "code"):
            found.append("SHOPIFY_INSTALL must be managed or code.")
        if self.support_url and not self.support_url.startswith(("https://", "mailto:")):
            found.append("SUPPORT_URL must look like https://help.example or mailto:help@app.example.")
        if "{shop}" not in self.shopify_shop_url:
            found.append("SHOPIFY_SHOP_URL must contain {shop}.")
        return found + self._bigcommerce_mistakes() + self._billing_mistakes()

    def _bigcommerce_mistakes(self) -> list[str]:
        found = []
        if self.bigcommerce_client_id and not self.bigcommerce_client_secret:
            found.append("BIGCOMMERCE_CLIENT_SECRET is missing, and there is a BIGCOMMERCE_CLIENT_ID.")
        if self.bigcommerce_require_signatures not in ("off", "on"):
            found.append("BIGCOMMERCE_REQUIRE_SIGNATURES must be off or on.")
        for name, value in (
            ("BIGCOMMERCE_API_URL", self.bigcommerce_api_url),
            ("BIGCOMMERCE_LOGIN_URL", self.bigcommerce_login_url),
        ):
            if not value.startswith(("https://", "http://")) or value.endswith("/"):
                found.append(f"{name} must look like https://host.example, without a slash at the end.")
        return found + self._bigcommerce_account_mistakes()

    def _bigcommerce_account_mistakes(self) -> list[str]:
        """Of the account that sells: all of it is given, or nothing."""
        given = {
            "BIGCOMMERCE_ACCOUNT_UUID": self.bigcommerce_account_uuid,
            "BIGCOMMERCE_ACCOUNT_TOKEN": self.bigcommerce_account_token,
            "BIGCOMMERCE_APP_ID": self.bigcommerce_app_id,
        }
        if not any(given.values()):
            return []
        found = [
            f"{name} is missing, and others of your account are given." for name, value in given.items() if not value
        ]
        if self.bigcommerce_account_uuid and not _UUID.fullmatch(self.bigcommerce_account_uuid):
            found.append("BIGCOMMERCE_ACCOUNT_UUID must be a UUID.")
        if self.bigcommerce_app_id and not (self.bigcommerce_app_id.isascii() and self.bigcommerce_app_id.isdigit()):
            found.append("BIGCOMMERCE_APP_ID must be a number.")
        return found

    def _billing_mistakes(self) -> list[str]:
        if self.billing not in ("off", "on"):
            return ["BILLING must be off or on."]
        if not self.bills:
            return []
        found = []
        for name, value in (
            ("SHOPIFY_PARTNER_ORGANISATION", self.shopify_partner_organisation),
            ("SHOPIFY_APP_ID", self.shopify_app_id),
        ):
            if not (value.isascii() and value.isdigit()):
                found.append(f"{name} must be a number when BILLING is on.")
        if not self.shopify_partner_token:
            found.append("SHOPIFY_PARTNER_TOKEN is missing, and BILLING is on: without it nobody's plan can be read.")
        for name, value in (
            ("SHOPIFY_PARTNER_URL", self.shopify_partner_url),
            ("SHOPIFY_ADMIN_URL", self.shopify_admin_url),
        ):
            if not value.startswith(("https://", "http://")) or value.endswith("/"):
                found.append(f"{name} must look like https://host.example, without a slash at the end.")
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        """The encryption keys, newest first."""
        return tuple(key.strip() for key in self.encryption_keys.split(",") if key.strip())

    @property
    def shopify_secrets(self) -> tuple[str, ...]:
        """The client secrets a signature may be made with, current first."""
        pair = (self.shopify_client_secret, self.shopify_previous_client_secret)
        return tuple(secret for secret in pair if secret)

    @property
    def bigcommerce_secrets(self) -> tuple[str, ...]:
        """The same of BigCommerce's."""
        pair = (self.bigcommerce_client_secret, self.bigcommerce_previous_client_secret)
        return tuple(secret for secret in pair if secret)

    @property
    def demands_signatures(self) -> bool:
        """Whether BigCommerce's deliveries must be signed."""
        return self.bigcommerce_require_signatures == "on"

    @property
    def subscribes_per_store(self) -> bool:
        """Whether every topic is asked for at each store, and none in the app's configuration."""
        return self.shopify_subscriptions == "store"

    @property
    def bills(self) -> bool:
        """Whether stores have plans. Off by default: who runs the app for themselves sells nothing."""
        return self.billing == "on"

    @property
    def installs_by_code(self) -> bool:
        """Whether the app itself sends merchants to agree, and gets its tokens for the code they bring back."""
        return self.shopify_install == "code"

    @property
    def body_limit(self) -> int:
        """Largest webhook body in bytes."""
        return int(self.webhook_body_limit)

    @property
    def keep_messages(self) -> timedelta:
        """How long a delivery's bytes are kept once it is absorbed."""
        return timedelta(days=int(self.keep_messages_days))

    @property
    def patience(self) -> timedelta:
        """How late a store's message may be before what it tells counts as missed."""
        return timedelta(seconds=int(self.message_patience))

    def role_url(self, role: str) -> str:
        """The database URL of ``app``, ``receive`` or ``scan``: the given one, or the owner's with the
        role's name and derived password."""
        given: str = getattr(self, f"database_{role}_url")
        return given or derived_role_url(self.database_url, role, self.keys[-1])


def role_password(role: str, key: str) -> str:
    """The password ``regulars migrate`` gives a role when no URL for it is configured."""
    return hmac.new(key.encode(), f"regulars role {role}".encode(), hashlib.sha256).hexdigest()


def derived_role_url(owner_url: str, role: str, key: str) -> str:
    """The owner's URL with ``regulars_<role>`` and its derived password in place of the owner's."""
    parts = urlsplit(owner_url)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"regulars_{role}:{role_password(role, key)}@{host}"
    return urlunsplit(parts._replace(netloc=netloc))
