"""What the app's maker asks of every store, as far as a sandbox is told."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCOPES = (
    "store_v2_default",
    "store_v2_customers",
    "store_v2_orders_read_only",
    "store_v2_information_read_only",
    "store_v2_products_read_only",
    "store_v2_marketing_read_only",
    "store_channel_settings_read_only",
    "store_app_extensions_manage",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The app's pages, its scopes, and the numbers of app and developer. Empty credentials are the sandbox's own."""

    client_id: str = ""
    client_secret: str = ""
    scopes: tuple[str, ...] = SCOPES
    auth_path: str = "/bigcommerce/auth"
    load_path: str = "/bigcommerce/load"
    uninstall_path: str = "/bigcommerce/uninstall"
    remove_user_path: str = "/bigcommerce/remove-user"
    app_id: int = 48_101
    account_uuid: str = "6f1d2b58-0d2c-4a2b-9a57-3c0c8a4f7e10"
    account_token: str = "account_token_of_the_sandbox"  # noqa: S105 (opens nothing)


def read_manifest(path: Path) -> Asked:
    """What a ``manifest.json`` of the app asks for; the usual where it is silent. Raises OSError or ValueError."""
    said = json.loads(path.read_text(encoding="utf-8"))["platforms"].get("bigcommerce", {})
    paths = ("auth_path", "load_path", "uninstall_path", "remove_user_path")
    chosen: dict[str, Any] = {name: str(said[name]) for name in paths if name in said}
    if said.get("scopes"):
        chosen["scopes"] = tuple(dict.fromkeys(("store_v2_default", *said["scopes"], *said.get("optional_scopes", ()))))
    return Asked(**chosen)
