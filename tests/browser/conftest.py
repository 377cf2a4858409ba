"""A browser, and a store of the sandbox with the app installed and its history read.

shop        where everything is, and the calls of the story    admin   a page of the browser on the store's admin
app         our page inside it; the test fails on any script error or refused resource
SCREENSHOTS names a folder that keeps pictures of the views.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Frame, Page, expect

from embedded.home import scratch
from embedded.json_client import JsonClient
from embedded.ports import free_port
from embedded.shopify import ShopifyStory
from embedded.stage import Addresses, Stage, stage

SHOP = "corner-shop.myshopify.com"
PATIENCE = 60.0
expect.set_options(timeout=PATIENCE * 1000)  # A busy machine is no reason to fail.
OF_SLOWNESS = "but not used within a few seconds"
"""The browser's remark on a script that was fetched ahead, where the machine was busy."""


@dataclass(frozen=True)
class Shop:
    """A store that is open."""

    addresses: Addresses
    story: ShopifyStory

    @property
    def admin(self) -> str:
        """The store's admin with our page and nothing beside it."""
        return f"{self.addresses.sandbox}/admin/store/{SHOP.partition('.')[0]}/app"


@pytest.fixture(scope="session")
def running() -> Iterator[Stage]:
    """Servers, sandbox, web and workers."""
    with scratch() as folder, stage(folder, Addresses(free_port(), free_port())) as started:
        yield started


@pytest.fixture(scope="session")
def shop(running: Stage) -> Shop:
    """A store whose history is read."""
    story = ShopifyStory(JsonClient(running.addresses.sandbox), JsonClient(running.addresses.web), SHOP)
    story.make_shop(customers=120, years=1, seed=7)
    story.open_app()
    running.children.wait_until("web", lambda: story.backfill_progress().done, PATIENCE)
    return Shop(running.addresses, story)


@pytest.fixture
def complaints() -> list[str]:
    """What the page complained about; a test that provokes a complaint takes it out."""
    return []


@pytest.fixture
def open_admin(browser: Browser, complaints: list[str]) -> Iterator[Callable[[str, int], Page]]:
    """Opens an address in a window of its own; whatever the page complains about fails the test."""

    def complain(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and OF_SLOWNESS not in message.text:
            complaints.append(message.text)

    contexts = []

    def opening(address: str, width: int = 1280) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield opening
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert complaints == []
    assert cookies == []


@pytest.fixture
def admin(open_admin: Callable[[str, int], Page], shop: Shop) -> Page:
    """The store's admin."""
    return open_admin(shop.admin, 1280)


@pytest.fixture
def app(admin: Page) -> Frame:
    """Our page inside the admin, ready."""
    return framed(admin)


def framed(page: Page) -> Frame:
    """The frame of our page once it shows something."""
    page.frame_locator("#app").locator("h1").wait_for()
    handle = page.locator("#app").element_handle()
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    return frame


@pytest.fixture
def shot(admin: Page) -> Callable[[str], None]:
    """Keeps a picture of the window where SCREENSHOTS asks for it."""

    def keep(name: str) -> None:
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            admin.screenshot(path=Path(folder) / f"{name}.png")

    return keep


def soon(condition: Callable[[], bool]) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False
