"""A BigCommerce merchant's page for everyone: welcomed and helped inside the frame, by keyboard alone, on a phone."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from plugin.domain.ids import SegmentId
from plugin.flow.plan import go_live, plan
from plugin.platforms.manifest import manifest
from tests.browser.test_access import NAMELESS, PALE, SMALL, visit
from tests.browser.test_story import tab_to
from tests.flow.bigcommerce.panel import Panel

pytestmark = pytest.mark.browser

NAME = manifest().name
HELP = "mailto:help@regulars.example"


@pytest.fixture
def more() -> dict[str, str]:
    """Somebody can be asked."""
    return {"SUPPORT_URL": HELP}


def pictured(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_who_has_just_installed_is_welcomed_and_writes_a_segment_by_keyboard_alone(
    browser: Browser, installed: Panel
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(installed.address())

    expect(page.get_by_role("heading", name=f"Welcome, {installed.row.name}")).to_be_visible()
    expect(page.get_by_text(f"amounts are in {installed.row.currency}")).to_be_visible()
    pictured(page, "welcome")
    tab_to(page, page.main_frame, "Write the first segment")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New segment")).to_be_focused()
    tab_to(page, page.main_frame, "Name")
    page.keyboard.type("Everyone")
    tab_to(page, page.main_frame, "Rule")
    page.keyboard.type("number_of_orders >= 0")
    tab_to(page, page.main_frame, "Label for its customers")
    page.keyboard.type("known")
    expect(page.locator(".big")).to_contain_text("3 of 3 customers")
    for _ in range(20):
        if page.evaluate("document.activeElement.innerText") == "Save and see what it does":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Preview of Everyone")).to_be_visible()
    while plan(installed.house, installed.id):
        pass
    expect(page.get_by_role("button", name="Go live")).to_be_enabled()
    tab_to(page, page.main_frame, "Go live")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Everyone", exact=True)).to_be_focused()
    page.close()


def test_help_is_inside_the_frame_and_says_whom_to_ask(browser: Browser, installed: Panel) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(installed.address())

    page.get_by_role("link", name="Help", exact=True).click()

    expect(page.get_by_role("heading", name="Help", exact=True)).to_be_focused()
    expect(page.get_by_text("the attribute Segments")).to_be_visible()
    expect(page.get_by_text(installed.hash)).to_be_visible()
    assert page.get_by_role("link", name="help@regulars.example").get_attribute("href") == HELP
    pictured(page, "help")
    page.get_by_role("link", name="New segment").click()
    expect(page.get_by_role("heading", name="New segment")).to_be_focused()
    page.close()


def test_every_view_can_be_used_by_everyone_and_on_a_phone_and_has_one_name(browser: Browser, installed: Panel) -> None:
    segment = SegmentId(installed.segment("Everyone", "number_of_orders >= 0", "known"))
    go_live(installed.house, installed.id, segment)
    customer = installed.control("GET", "/customers")[0]["id"]
    of_segment = [f"/segments/{segment}{end}" for end in ("", "/edit", "/plan")]
    paths = [
        "",
        "/segments/new",
        *of_segment,
        "/customers",
        f"/customers/{customer}",
        "/activity",
        "/settings",
        "/help",
    ]
    page = browser.new_page(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page.goto(installed.address())
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    wrong: dict[str, Any] = {}
    for path in paths:
        visit(page.main_frame, path)
        for closed in page.locator("details:not([open]) > summary").all():
            closed.click()
        page.wait_for_timeout(300)
        found = [*page.evaluate(NAMELESS), *page.evaluate(PALE), *page.evaluate(SMALL)]
        found += [] if page.evaluate("document.documentElement.scrollWidth") <= 360 else ["too wide"]
        found += [] if page.locator("h1").count() == 1 and page.title().endswith(f" · {NAME}") else [page.title()]
        found += ["another platform"] if "shopify" in page.content().lower() else []
        wrong |= {path: found} if found else {}
        pictured(page, f"phone{path.replace('/', '-')}")

    assert wrong == {}
    assert page.get_by_role("navigation", name=NAME).count() == 1
    page.close()
