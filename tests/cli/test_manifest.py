"""shopify.app.toml says what manifest.json and the settings say."""

import tomllib

from plugin.platforms.manifest import manifest
from tests.cli.conftest import Regulars


def test_the_toml_is_complete(regulars: Regulars) -> None:
    asked = manifest().platforms["shopify"]

    told = tomllib.loads(regulars("manifest", "shopify").output)

    assert (told["name"], told["handle"]) == (manifest().name, manifest().handle)
    assert told["client_id"] == "the client id"
    assert told["application_url"] == f"https://app.example{asked.application_path}"
    assert told["embedded"] is True
    assert told["access_scopes"]["scopes"] == ",".join(asked.scopes)
    assert told["access_scopes"]["optional_scopes"] == list(asked.optional_scopes)
    assert told["auth"]["redirect_urls"] == [f"https://app.example{path}" for path in asked.redirect_paths]
    assert told["webhooks"]["api_version"] == asked.api_version
    topics, compliance = told["webhooks"]["subscriptions"]
    assert topics["topics"] == list(asked.topics)
    assert compliance["compliance_topics"] == list(asked.compliance_topics)
    assert {topics["uri"], compliance["uri"]} == {f"https://app.example{asked.webhook_path}"}
