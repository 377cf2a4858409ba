"""What the sandbox is started with."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.bigcommerce.asked import Asked as BigCommerce
from sandbox.webhooks.sender import RETRIES
from sandbox.webhooks.topics import COMPLIANCE

SCOPES = ("read_customers", "write_customers", "read_orders", "read_all_orders", "read_products")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the app asks of every shop, as its configuration at the platform says."""

    name: str = "Your app"
    handle: str = "your-app"
    application_path: str = "/shopify"
    webhook_path: str = "/webhooks/shopify"
    redirect_paths: tuple[str, ...] = ("/shopify/auth/callback",)
    api_version: str = "2026-10"
    scopes: tuple[str, ...] = SCOPES
    """Granted at installation: the required and the optional ones, as a willing merchant does."""
    topics: tuple[str, ...] = ()
    """Delivered for every shop without a subscription made there."""
    compliance_topics: tuple[str, ...] = COMPLIANCE
    plans: dict[str, str] = field(default_factory=dict)
    """What the app's maker offers on the platform's page: handle and name, smallest first; no prices."""


def read_manifest(path: Path) -> Asked:
    """What a ``manifest.json`` of the app asks for. Raises OSError, ValueError or KeyError."""
    manifest = json.loads(path.read_text(encoding="utf-8"))
    said = manifest["platforms"]["shopify"]
    return Asked(
        name=manifest["name"],
        handle=manifest.get("handle", "your-app"),
        application_path=said["application_path"],
        webhook_path=said["webhook_path"],
        redirect_paths=tuple(said.get("redirect_paths", ())),
        api_version=said["api_version"],
        scopes=(*said["scopes"], *said.get("optional_scopes", ())),
        topics=tuple(said["topics"]),
        compliance_topics=tuple(said["compliance_topics"]),
        plans={plan["handle"]: plan["name"] for plan in manifest.get("plans", ()) if plan.get("listed", True)},
    )


@dataclass(frozen=True, slots=True)
class Config:
    """Where everything is, and the secret shared with the app."""

    app_url: str
    """Without a slash at the end."""
    client_id: str
    client_secret: str
    base_url: str
    """Of the sandbox itself, as others reach it."""
    asked: Asked = field(default_factory=Asked)
    senders: int = 8
    retries: tuple[float, ...] = RETRIES
    """Seconds before each retry of a webhook."""
    organisation: str = "4217"
    partner_token: str = "prtapi_of_the_sandbox"  # noqa: S105 (opens nothing)
    """What opens the Partner API."""
    app_number: int = 70_001
    bigcommerce: BigCommerce = field(default_factory=BigCommerce)
    """What the app asks of the other platform's stores."""

    @property
    def webhook_uri(self) -> str:
        """Where app-wide topics go."""
        return self.app_url + self.asked.webhook_path
