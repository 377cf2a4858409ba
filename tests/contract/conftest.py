"""What platforms published: descriptions, and libraries as judges of an app with the id and secret of the vectors."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema
from shopify_app import ShopifyApp

from tests.contract.official import Judge, NotHere, installed
from tests.contract.openapi import Published, published
from tests.contract.vectors import CLIENT_ID, SECRET
from tests.platforms.server import Reply, Server, serving


@pytest.fixture(scope="session", params=["2026-10", "2026-07"])
def admin_schema(request: pytest.FixtureRequest, specs_dir: Path) -> GraphQLSchema:
    """The published schema of each version we may be answered by; building one takes about six seconds."""
    packed = specs_dir / f"shopify-admin-{request.param}.graphql.gz"
    return build_schema(gzip.decompress(packed.read_bytes()).decode(), assume_valid=True)


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """The library for Node; installed when a session first asks for it."""
    try:
        folder = installed()
    except NotHere as missing:
        pytest.skip(f"needs Shopify's library for Node: {missing}")
    running = Judge(folder, CLIENT_ID, SECRET)
    yield running
    running.close()


@pytest.fixture(scope="session")
def theirs() -> ShopifyApp:
    """The library for Python."""
    return ShopifyApp(client_id=CLIENT_ID, client_secret=SECRET)


@pytest.fixture(scope="session")
def described(specs_dir: Path) -> Published:
    """BigCommerce's description of its interfaces."""
    return published(specs_dir)


@pytest.fixture(scope="module")
def app() -> Iterator[Server]:
    """An app that takes every hook of a pretended store."""
    with serving() as server:
        server.replies.append(Reply())
        yield server
