"""A sandbox around a tiny embedded app, and a browser."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page

from sandbox.server import running
from tests.sandbox.keeper import CLIENT_ID, CLIENT_SECRET, Keeper
from tests.sandbox.pages.embedded_app import EmbeddedApp, embedded_app


@pytest.fixture(scope="module")
def app() -> Iterator[EmbeddedApp]:
    """The app in the frame."""
    with embedded_app() as app:
        yield app


@pytest.fixture(scope="module")
def store(app: EmbeddedApp) -> Iterator[Keeper]:
    """A shop of a sandbox around that app."""
    with running(app.url, CLIENT_ID, CLIENT_SECRET, retries=()) as base:
        app.bridge = f"{base}/app-bridge.js"
        said = {"domain": "corner.myshopify.com", "name": "Corner Shop", "customers": 25, "seed": 4}
        requests.post(f"{base}/_sandbox/shops", json=said, timeout=30).raise_for_status()
        keeper = Keeper(base, "corner.myshopify.com")
        keeper.install()
        yield keeper


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in which no script fails and nothing is refused by the policy."""
    page = browser.new_page(viewport={"width": 1400, "height": 860})
    page.set_default_timeout(60_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    page.close()
    assert faults == []
