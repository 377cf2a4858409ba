"""What the app asks of a Shopify store: the ``shopify`` part of manifest.json, read once."""

from importlib.resources import files

from msgspec import Struct
from msgspec.json import decode


class Asked(Struct, frozen=True):
    """The manifest's words. Paths begin with a slash and follow the app's public address."""

    api_version: str
    embedded: bool
    scopes: tuple[str, ...]
    optional_scopes: tuple[str, ...]
    application_path: str
    redirect_paths: tuple[str, ...]
    webhook_path: str
    topics: tuple[str, ...]
    compliance_topics: tuple[str, ...]


class _Platforms(Struct):
    shopify: Asked


class _Manifest(Struct):
    platforms: _Platforms


ASKED = decode((files("plugin") / "manifest.json").read_bytes(), type=_Manifest).platforms.shopify
API_VERSION = ASKED.api_version
"""The version of the Admin API and of webhook payloads that this code was written for."""
