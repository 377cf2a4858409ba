"""shopify.app.toml says what manifest.json and the settings say, in the keys that Shopify documents."""

import tomllib
from typing import Any

import pytest

from plugin.platforms.manifest import manifest
from tests.cli.conftest import Regulars

URL = "https://app.example"
TABLES = {
    "": {"name", "handle", "client_id", "application_url", "embedded", "access_scopes", "auth", "webhooks"},
    "access_scopes": {"scopes", "optional_scopes", "use_legacy_install_flow"},
    "auth": {"redirect_urls"},
    "webhooks": {"api_version", "subscriptions"},
}
"""Of the documented keys, those that an app without proxy, point of sale and events needs: no other, none missing."""


def told(regulars: Regulars) -> dict[str, Any]:
    return tomllib.loads(regulars("manifest", "shopify").output)


def test_the_toml_is_complete(regulars: Regulars) -> None:
    asked, found = manifest().platforms["shopify"], told(regulars)

    assert (found["name"], found["handle"]) == (manifest().name, manifest().handle)
    assert found["client_id"] == "the client id"
    assert found["application_url"] == f"{URL}{asked.application_path}"
    assert found["embedded"] is True
    assert found["access_scopes"]["scopes"] == ",".join(asked.scopes)
    assert found["access_scopes"]["optional_scopes"] == list(asked.optional_scopes)
    assert found["access_scopes"]["use_legacy_install_flow"] is False
    assert found["auth"]["redirect_urls"] == [f"{URL}{path}" for path in asked.redirect_paths]
    assert found["webhooks"]["api_version"] == asked.api_version


def test_it_has_the_documented_keys_and_no_other(regulars: Regulars) -> None:
    found = told(regulars)

    assert set(found) == TABLES[""]
    assert {name: set(found[name]) for name in TABLES if name} == {k: v for k, v in TABLES.items() if k}


def test_subscriptions_are_grouped_and_all_come_to_one_address(regulars: Regulars) -> None:
    asked, (topics, compliance) = manifest().platforms["shopify"], told(regulars)["webhooks"]["subscriptions"]

    assert topics == {"topics": list(asked.topics), "uri": f"{URL}{asked.webhook_path}"}
    assert compliance == {"compliance_topics": list(asked.compliance_topics), "uri": f"{URL}{asked.webhook_path}"}


def test_topics_that_need_an_optional_scope_are_left_to_each_store(regulars: Regulars) -> None:
    assert not set(manifest().platforms["shopify"].optional_topics) & set(
        told(regulars)["webhooks"]["subscriptions"][0]["topics"]
    )


def test_the_older_way_in_is_said_where_the_app_asks_the_merchant_itself(
    regulars: Regulars, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPIFY_INSTALL", "code")

    assert told(regulars)["access_scopes"]["use_legacy_install_flow"] is True


def test_where_each_store_is_asked_only_the_privacy_topics_are_configured(
    regulars: Regulars, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPIFY_SUBSCRIPTIONS", "store")

    (only,) = told(regulars)["webhooks"]["subscriptions"]

    assert only["compliance_topics"] == list(manifest().platforms["shopify"].compliance_topics)
