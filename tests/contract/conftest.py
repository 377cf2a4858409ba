"""What Shopify published: its schemas, and its libraries as judges of an app with the id and secret of the vectors."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema
from shopify_app import ShopifyApp

from tests.contract.official import Judge, NotHere, installed
from tests.contract.vectors import CLIENT_ID, SECRET


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
