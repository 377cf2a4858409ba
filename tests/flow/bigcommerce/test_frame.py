"""The page in the control panel's frame: loaded again it goes on, and it ends when somebody logs out."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, Route, expect

from embedded.json_client import JsonClient
from tests.contract.sdk import published_sdk
from tests.flow.bigcommerce.panel import PLATFORM, Panel

pytestmark = pytest.mark.browser

CLOSED = "Open the app again from your control panel."


@pytest.fixture
def more(sandbox: JsonClient) -> dict[str, str]:
    """The control panel of the sandbox may put the page into a frame."""
    return {"BIGCOMMERCE_FRAME_ANCESTORS": sandbox.base}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of its own, in which no script fails."""
    context = browser.new_context(viewport={"width": 1600, "height": 860}, reduced_motion="reduce")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    cookies = context.cookies()
    context.close()
    assert wrong == []
    assert cookies == []


def opened(page: Page, panel: Panel) -> Frame:
    """The control panel shows our page."""
    page.goto(f"{panel.sandbox.base}/{PLATFORM}/manage/{panel.hash}")
    expect(page.frame_locator("#app").get_by_role("heading", level=1).first).to_be_visible()
    return frame_of(page)


def frame_of(page: Page) -> Frame:
    handle = page.locator("#app").element_handle()
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    return frame


def shows(page: Page, heading: str) -> None:
    expect(page.frame_locator("#app").get_by_role("heading", name=heading, level=1)).to_be_visible()


def test_a_frame_that_is_loaded_again_goes_on_where_it_was(page: Page, installed: Panel) -> None:
    frame = opened(page, installed)
    frame.get_by_role("link", name="Customers", exact=True).click()
    shows(page, "Customers")

    frame.evaluate("location.reload()")
    frame.wait_for_load_state()

    shows(page, "Customers")
    frame.get_by_role("link", name="Activity", exact=True).click()
    shows(page, "Activity")
    page.reload()
    shows(page, "Activity")


def test_the_address_that_opened_the_page_opens_it_again_for_this_window_alone(
    page: Page, browser: Browser, installed: Panel
) -> None:
    opened(page, installed)
    address = page.locator("#app").get_attribute("src")

    page.locator("#app").evaluate("(frame, address) => { frame.src = address; }", address)
    page.frame_locator("#app").get_by_role("link", name="Settings", exact=True).click()
    shows(page, "Settings")
    other = browser.new_page()
    other.goto(str(address))

    expect(other.get_by_text(CLOSED)).to_be_visible()
    expect(other.get_by_role("link", name="Customers")).to_have_count(0)
    other.close()


def test_a_window_that_keeps_nothing_shows_the_page_and_says_how_to_open_it_again(page: Page, installed: Panel) -> None:
    page.add_init_script(
        """Object.defineProperty(window, "sessionStorage", { get() { throw new Error("blocked"); } })"""
    )
    frame = opened(page, installed)
    frame.get_by_role("link", name="Customers", exact=True).click()
    shows(page, "Customers")

    frame.evaluate("location.reload()")

    expect(page.frame_locator("#app").get_by_text(CLOSED)).to_be_visible()
    page.reload()
    shows(page, "Customers")


@pytest.mark.parametrize("script", ["the sandbox's", "the published"])
def test_logging_out_of_the_control_panel_ends_the_visit(page: Page, installed: Panel, script: str) -> None:
    served: list[str] = []

    def serve(route: Route) -> None:
        served.append(route.request.url)
        route.fulfill(body=published_sdk(), content_type="text/javascript")

    if script == "the published":
        page.route("**/bc-sdk.js", serve)
    tokens: list[str] = []
    page.on("request", lambda asked: tokens.append(asked.headers.get("authorization", "")))
    frame = opened(page, installed)
    frame.get_by_role("link", name="Settings", exact=True).click()
    shows(page, "Settings")
    page.wait_for_url("**/settings")  # The script has told the control panel where we are.

    with page.expect_response(lambda told: told.request.method == "DELETE") as ended:
        page.get_by_role("button", name="Log out").click()

    assert ended.value.status == 204
    assert bool(served) is (script == "the published")
    shows(page, "You are logged out")
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "bigcommerce-logged-out.png")
    token = next(told for told in tokens if told).partition(" ")[2]
    assert installed.ask(token, "POST", "/visit").status_code == 401
    assert frame.evaluate("sessionStorage.length") == 0
    frame.evaluate("location.reload()")
    expect(page.frame_locator("#app").get_by_text(CLOSED)).to_be_visible()
    page.get_by_role("button", name="Log in again").click()
    shows(page, "Settings")
