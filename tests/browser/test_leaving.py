"""Out of the admin's frame and back: the merchant agrees on Shopify's own page, in a window and with a fetch."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from embedded.home import scratch
from embedded.json_client import JsonClient
from embedded.ports import free_port
from embedded.stage import Addresses, stage
from tests.browser.conftest import Shop, framed

pytestmark = pytest.mark.browser
LEAVE = "X-Shopify-API-Request-Failure-Reauthorize-Url"


@pytest.fixture(scope="module")
def asking() -> Iterator[str]:
    """The admin of a shop whose merchant is asked by the app itself."""
    with (
        scratch() as folder,
        stage(folder, Addresses(free_port(), free_port()), {"SHOPIFY_INSTALL": "code"}) as running,
    ):
        control = JsonClient(running.addresses.sandbox)
        control.post("/_sandbox/shops", {"domain": "agreeing.myshopify.com", "customers": 3, "years": 0.1})
        yield f"{running.addresses.sandbox}/admin/store/agreeing/app"


def test_the_app_leaves_its_frame_to_ask_and_comes_back_installed(
    open_admin: Callable[[str, int], Page], asking: str
) -> None:
    visited: list[str] = []
    admin = open_admin("about:blank", 1280)
    admin.on("framenavigated", lambda frame: visited.append(frame.url) if frame is admin.main_frame else None)

    admin.goto(asking)
    admin.wait_for_url(re.compile(r"/admin/store/agreeing/apps/"))

    expect(framed(admin).get_by_role("heading", level=1)).to_be_visible()
    assert len(visited) == 2, visited  # Between the two nothing is shown: every step on the way sends on.


def test_once_it_is_installed_nobody_leaves(open_admin: Callable[[str, int], Page], asking: str) -> None:
    admin = open_admin(asking, 1280)

    expect(framed(admin).get_by_role("heading", level=1)).to_be_visible()
    assert admin.url == asking


def test_a_fetch_that_must_leave_takes_the_whole_window(
    open_admin: Callable[[str, int], Page], shop: Shop, complaints: list[str]
) -> None:
    admin = open_admin(shop.admin, 1280)
    app = framed(admin)
    there = f"{shop.addresses.sandbox}/window/corner-shop.myshopify.com"

    def refuse(route: Route) -> None:
        route.fulfill(status=403, headers={LEAVE: there}, json={"error": {"code": "grant_wanted", "message": "Ask."}})

    admin.route("**/api/**", refuse)
    app.get_by_role("link", name="Activity", exact=True).click()

    admin.wait_for_url(there)
    complaints[:] = [text for text in complaints if "403" not in text]
