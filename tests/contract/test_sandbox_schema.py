"""The sandbox offers nothing that Shopify does not have, under the same names with the same types."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_specified_scalar_type,
    parse,
    validate,
)

import plugin.platforms.shopify
from plugin.domain.facts import Kind
from plugin.platforms.shopify.sync import export_query
from sandbox.admin_api.schema import FIELDS, SDL, the_schema
from sandbox.webhooks.topics import BY_ENUM

QUERIES = Path(plugin.platforms.shopify.__file__).parent / "queries"


@pytest.fixture(scope="session")
def real_schema(specs_dir: Path) -> GraphQLSchema:
    """The published schema; building it takes about six seconds."""
    packed = specs_dir / "shopify-admin-2026-10.graphql.gz"
    return build_schema(gzip.decompress(packed.read_bytes()).decode(), assume_valid=True)


@pytest.fixture(scope="session")
def own_schema() -> GraphQLSchema:
    """The sandbox's schema, checked by itself too."""
    return build_schema(SDL.read_text(encoding="utf-8"))


def members(kind: Any) -> dict[str, str]:
    """Everything a type has, by name, with what can be compared about it."""
    if isinstance(kind, GraphQLEnumType):
        return dict.fromkeys(kind.values, "value")
    if isinstance(kind, GraphQLUnionType):
        return {member.name: "member" for member in kind.types}
    if isinstance(kind, GraphQLInputObjectType):
        return {name: str(field.type) for name, field in kind.fields.items()}
    if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        return {}
    found = {f"implements {interface.name}": "interface" for interface in kind.interfaces}
    for name, field in kind.fields.items():
        found[name] = str(field.type)
        for argument, value in field.args.items():
            found[f"{name}({argument})"] = f"{value.type} = {value.default_value}"
    return found


def test_every_type_field_argument_and_value_is_real(real_schema: GraphQLSchema, own_schema: GraphQLSchema) -> None:
    strange = []
    for name, kind in own_schema.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(kind):
            continue
        real = real_schema.type_map.get(name)
        if real is None or type(real) is not type(kind):
            strange.append(name)
            continue
        theirs = members(real)
        strange += [f"{name}.{key}: {what}" for key, what in members(kind).items() if theirs.get(key) != what]

    assert strange == []


def test_no_argument_that_must_be_given_is_left_out(real_schema: GraphQLSchema, own_schema: GraphQLSchema) -> None:
    """A document that is valid here must be valid there."""
    missing = []
    for name, kind in own_schema.type_map.items():
        real = real_schema.type_map.get(name)
        if not isinstance(kind, GraphQLObjectType) or not isinstance(real, GraphQLObjectType):
            continue
        for field_name, field in kind.fields.items():
            required = {key for key, value in real.fields[field_name].args.items() if str(value.type).endswith("!")}
            missing += [f"{name}.{field_name}({key})" for key in required - set(field.args)]

    assert missing == []


STILL = "CustomerPhoneNumber.marketing"
"""What we ask for although it is deprecated since 2026-10: 2026-07 has nothing else."""


def test_no_deprecated_field_is_offered(real_schema: GraphQLSchema, own_schema: GraphQLSchema) -> None:
    old = []
    for name, kind in own_schema.type_map.items():
        real = real_schema.type_map.get(name)
        if isinstance(kind, GraphQLObjectType) and isinstance(real, GraphQLObjectType):
            old += [f"{name}.{key}" for key in kind.fields if real.fields[key].deprecation_reason]

    assert [name for name in old if not name.startswith(STILL)] == []


def test_every_document_of_the_app_can_be_asked_here() -> None:
    texts = {path.name: path.read_text() for path in QUERIES.glob("*.graphql")}
    texts |= {f"export of every {kind}": export_query(kind, None) for kind in (Kind.CUSTOMER, Kind.ORDER)}

    assert texts
    assert {name: faults for name, text in texts.items() if (faults := validate(the_schema(), parse(text)))} == {}


def test_every_function_answers_a_field_of_the_schema(own_schema: GraphQLSchema) -> None:
    known = {
        (name, key)
        for name, kind in own_schema.type_map.items()
        if isinstance(kind, GraphQLObjectType)
        for key in kind.fields
    }

    assert set(FIELDS) - known == set()


def test_every_topic_of_the_schema_has_its_name_for_the_header(own_schema: GraphQLSchema) -> None:
    topics = own_schema.type_map["WebhookSubscriptionTopic"]

    assert isinstance(topics, GraphQLEnumType)
    assert set(topics.values) == set(BY_ENUM)
