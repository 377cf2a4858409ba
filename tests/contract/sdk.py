"""npm's `@bigcommerce/app-sdk-js`: what a page in BigCommerce's control panel loads, as it is published."""

from functools import cache
from pathlib import Path

import pytest

from tests.contract.official import NotHere, installed


@cache
def published_sdk() -> str:
    """The script. The test skips where it can't be installed."""
    try:
        folder = installed(Path(__file__).parent / "appsdk")
    except NotHere as missing:
        pytest.skip(f"needs @bigcommerce/app-sdk-js for Node: {missing}")
    return (folder / "node_modules/@bigcommerce/app-sdk-js/dist/bundle.js").read_text()
