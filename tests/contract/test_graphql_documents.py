"""Every document we send is valid in both Admin schemas we may meet, and uses nothing deprecated."""

import gzip
import re
from pathlib import Path

from graphql import GraphQLSchema, parse, validate
from graphql.validation import NoDeprecatedCustomRule

import plugin.platforms.shopify
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId
from plugin.platforms.base import TagDelta
from plugin.platforms.manifest import asked
from plugin.platforms.shopify.bundles import mutation
from plugin.platforms.shopify.subscriptions import topic_name
from plugin.platforms.shopify.sync import export_query
from plugin.platforms.shopify.tagging import AT_ONCE, tags_question
from plugin.platforms.shopify.translate import TOPICS
from tests.platforms.shopify.builders import SEEN

QUERIES = Path(plugin.platforms.shopify.__file__).parent / "queries"
ASKED = asked("shopify")
BY_THE_API = (*ASKED.topics, *ASKED.optional_topics, *ASKED.needed_topics)
STILL = "CustomerPhoneNumber.marketing"
"""The one exception: deprecated in both versions, for a field that only 2026-10 has."""


def faults(schema: GraphQLSchema, text: str) -> list[str]:
    document = parse(text)
    found = [*validate(schema, document), *validate(schema, document, [NoDeprecatedCustomRule])]
    return [fault.message for fault in found if STILL not in fault.message]


def test_every_document_is_valid_and_not_deprecated(admin_schema: GraphQLSchema) -> None:
    texts = {path.name: path.read_text() for path in QUERIES.glob("*.graphql")}
    for kind in (Kind.CUSTOMER, Kind.ORDER, Kind.PRODUCT):
        texts[f"export of every {kind}"] = export_query(kind, None)
        texts[f"export of each later {kind}"] = export_query(kind, SEEN)
    for name, (adds, removes) in {"adds": (True, False), "removes": (False, True), "both": (True, True)}.items():
        delta = TagDelta(CustomerId(1), ("a",) * adds, ("b",) * removes)
        texts[f"tags, {name}"] = tags_question([delta] * AT_ONCE).text
    for adds in (True, False):
        texts[f"each line of a file, {adds}"] = mutation(adds, "a1b2")

    assert len(texts) > 15
    assert {name: found for name, text in texts.items() if (found := faults(admin_schema, text))} == {}


def test_the_exception_is_there_only_because_the_older_version_has_nothing_else(specs_dir: Path) -> None:
    older, newer = (_fields_of_a_phone_number(specs_dir, version) for version in ("2026-07", "2026-10"))

    consents = {line.partition(":")[0] for line in older if "marketing" in line.partition(":")[0].lower()} - {WHATSAPP}
    assert consents
    assert all("@deprecated" in line for line in older if line.partition(":")[0] in consents)
    assert [line for line in newer if line.startswith("smsMarketingConsent:")]


WHATSAPP = "whatsAppMarketingConsent"


def _fields_of_a_phone_number(specs_dir: Path, version: str) -> list[str]:
    sdl = gzip.decompress((specs_dir / f"shopify-admin-{version}.graphql.gz").read_bytes()).decode()
    body = sdl.partition("type CustomerPhoneNumber {")[2].partition("\n}")[0]
    return [line.strip() for line in body.splitlines() if re.match(r"  \w+:", line)]


def test_every_topic_of_the_manifest_exists_at_shopify(admin_schema: GraphQLSchema) -> None:
    known = admin_schema.type_map["WebhookSubscriptionTopic"].values  # type: ignore[attr-defined]

    assert {topic for topic in BY_THE_API if topic_name(topic) not in known} == set()


def test_every_topic_of_the_manifest_is_translated() -> None:
    assert {*BY_THE_API, *ASKED.compliance_topics} <= set(TOPICS)


def test_a_topic_that_needs_an_optional_scope_is_asked_for_only_with_it() -> None:
    assert set(ASKED.optional_topics.values()) <= set(ASKED.optional_scopes)
    assert ASKED.topics_with(ASKED.scopes) == ASKED.topics
    assert ASKED.optional_with(ASKED.scopes) == ()
    assert ASKED.optional_with(["read_customer_merge"]) == ("customers/merge",)
    assert "customers/merge" in ASKED.topics_with((*ASKED.scopes, "read_customer_merge"))


def test_every_document_is_used() -> None:
    source = "".join(path.read_text() for path in QUERIES.parent.glob("*.py"))

    assert [path.stem for path in QUERIES.glob("*.graphql") if f'"{path.stem}"' not in source] == []
