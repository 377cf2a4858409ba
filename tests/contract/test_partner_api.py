"""What we ask the Partner API is valid there, and the sandbox offers nothing that it does not have."""

import gzip
from pathlib import Path

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema, is_specified_scalar_type, parse, validate
from graphql.validation import NoDeprecatedCustomRule

from plugin.platforms.manifest import asked
from plugin.platforms.shopify.billing import document
from sandbox.partner_api.answer import SDL
from tests.contract.test_sandbox_schema import members


@pytest.fixture(scope="session")
def partner_schema(specs_dir: Path) -> GraphQLSchema:
    """The published schema, of the version that manifest.json names."""
    packed = specs_dir / f"shopify-partner-{asked('shopify').billing_api_version}.graphql.gz"
    return build_schema(gzip.decompress(packed.read_bytes()).decode(), assume_valid=True)


@pytest.fixture(scope="session")
def played() -> GraphQLSchema:
    """The sandbox's part of it, checked by itself too."""
    return build_schema(SDL.read_text(encoding="utf-8"))


def test_our_question_is_valid_and_not_deprecated(partner_schema: GraphQLSchema) -> None:
    text = parse(document())

    assert [*validate(partner_schema, text), *validate(partner_schema, text, [NoDeprecatedCustomRule])] == []


def test_our_question_can_be_asked_in_the_sandbox(played: GraphQLSchema) -> None:
    assert validate(played, parse(document())) == []


def test_every_type_field_argument_and_value_is_real(partner_schema: GraphQLSchema, played: GraphQLSchema) -> None:
    strange = []
    for name, kind in played.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(kind):
            continue
        real = partner_schema.type_map.get(name)
        if real is None or type(real) is not type(kind):
            strange.append(name)
            continue
        theirs = members(real)
        strange += [f"{name}.{key}: {what}" for key, what in members(kind).items() if theirs.get(key) != what]

    assert strange == []


def test_no_deprecated_field_is_offered(partner_schema: GraphQLSchema, played: GraphQLSchema) -> None:
    old = []
    for name, kind in played.type_map.items():
        real = partner_schema.type_map.get(name)
        if isinstance(kind, GraphQLObjectType) and isinstance(real, GraphQLObjectType):
            old += [f"{name}.{key}" for key in kind.fields if real.fields[key].deprecation_reason]

    assert old == []
