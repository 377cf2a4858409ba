"""``regulars manifest``: manifest.json as the file a platform wants."""

import json
from collections.abc import Iterable

import click

from plugin.cli import doors
from plugin.platforms.manifest import Asked, manifest
from plugin.settings import Settings


@click.group("manifest")
def command() -> None:
    """What the app asks of a platform, as that platform's file."""


@command.command("shopify")
def shopify() -> None:
    """Print shopify.app.toml: what `shopify app deploy` tells Shopify about the app."""
    told = manifest()
    click.echo(app_toml(told.name, told.handle, told.platforms["shopify"], doors.settings()), nl=False)


def app_toml(name: str, handle: str, asked: Asked, settings: Settings) -> str:
    """The file, complete: https://shopify.dev/docs/apps/build/cli-for-apps/app-configuration.

    Optional topics are not in it: a store that grants less would refuse them, so each is asked for itself. With
    SHOPIFY_SUBSCRIPTIONS=store only the privacy topics are, which nothing but this file can ask for.
    """
    url = settings.public_url
    uri = url + asked.webhook_path
    lines = [
        "# Made by `regulars manifest shopify` from manifest.json and the settings. Change those, not this.",
        f"name = {_text(name)}",
        f"handle = {_text(handle)}",
        f"client_id = {_text(settings.shopify_client_id)}",
        f"application_url = {_text(url + asked.application_path)}",
        f"embedded = {str(asked.embedded).lower()}",
        "",
        "[access_scopes]",
        f"scopes = {_text(','.join(asked.scopes))}",
        f"optional_scopes = {_list(asked.optional_scopes)}",
        f"use_legacy_install_flow = {str(settings.installs_by_code).lower()}",
        "",
        "[auth]",
        f"redirect_urls = {_list(url + path for path in asked.redirect_paths)}",
        "",
        "[webhooks]",
        f"api_version = {_text(asked.api_version)}",
        "",
        *([] if settings.subscribes_per_store else _subscription("topics", asked.topics, uri)),
        *_subscription("compliance_topics", asked.compliance_topics, uri),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _subscription(key: str, topics: Iterable[str], uri: str) -> list[str]:
    return ["[[webhooks.subscriptions]]", f"{key} = {_list(topics)}", f"uri = {_text(uri)}", ""]


def _text(value: str) -> str:
    """A TOML basic string: its escapes are JSON's."""
    return json.dumps(value, ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"
