"""Shopify's own libraries, as judges of an app with the id and secret of the fixed vectors."""

from collections.abc import Iterator

import pytest
from shopify_app import ShopifyApp

from tests.contract.official import Judge, NotHere, installed
from tests.contract.vectors import CLIENT_ID, SECRET


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
