"""The page in a browser: it holds its token, takes the address of its view, and asks nobody else for anything."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_access import NAMELESS, PALE, SMALL
from tests.flow.bigcommerce.panel import Panel

pytestmark = pytest.mark.browser

FOLLOW = """view => { const root = document.querySelector('meta[name="application-root"]').content;
  const link = Object.assign(document.createElement('a'), {href: root + view, textContent: '.'});
  document.body.append(link); link.click(); link.remove(); }"""


def a_customer(panel: Panel) -> int:
    return int(panel.ask(panel.load().token, path="/customers").json()["customers"][0]["id"])


def test_the_page_opens_and_goes_on_without_the_address_that_opened_it(browser: Browser, installed: Panel) -> None:
    asked: list[str] = []
    wrong: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)

    page.goto(installed.address())
    expect(page.get_by_role("heading", name="Segments", exact=False).first).to_be_visible()

    assert urlsplit(page.url).path == "/bigcommerce"
    assert "signed_payload_jwt" not in page.url
    assert page.locator('meta[name="visit"]').count() == 0
    script = f"{installed.sandbox.base}/bigcommerce/bc-sdk.js"
    theirs = {each for each in asked if urlsplit(each).netloc != urlsplit(installed.app).netloc}
    assert {each for each in theirs if not each.startswith("data:")} == {script}
    page.get_by_role("link", name="Customers", exact=True).click()
    expect(page.get_by_role("heading", name="Customers").first).to_be_visible()
    page.get_by_role("link", name="Settings", exact=True).click()
    expect(page.get_by_role("heading", name="Settings").first).to_be_visible()
    assert "shopify" not in page.content().lower()
    assert wrong == []
    page.close()


def test_every_view_is_for_everyone_and_for_a_phone(browser: Browser, installed: Panel) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page.goto(installed.address())
    complaints = {}

    for view in ("/segments/new", "/customers", f"/customers/{a_customer(installed)}", "/activity", "/settings", ""):
        page.evaluate(FOLLOW, view)
        expect(page.locator("main h1")).to_be_focused()
        for closed in page.locator("details:not([open]) > summary").all():
            closed.click()
        wide = page.evaluate("document.documentElement.scrollWidth")
        complaints[view] = [page.evaluate(script) for script in (NAMELESS, PALE, SMALL)] + [max(wide - 360, 0)]

    assert {view: found for view, found in complaints.items() if found != [[], [], [], 0]} == {}
    page.close()


def test_a_keyboard_alone_goes_through_the_page(browser: Browser, installed: Panel) -> None:
    page = browser.new_page()
    page.goto(installed.address())
    expect(page.get_by_role("heading", name="Segments", exact=False).first).to_be_visible()

    for heading in ("Customers", "Activity", "Settings"):
        tab = page.get_by_role("link", name=heading, exact=True)
        for _ in range(20):
            page.keyboard.press("Tab" if heading == "Customers" else "Shift+Tab")
            if tab.evaluate("link => link === document.activeElement"):
                break
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", name=heading, level=1)).to_be_focused()
    page.close()


def test_a_link_from_the_control_panel_opens_its_view(browser: Browser, installed: Panel) -> None:
    page = browser.new_page()

    page.goto(installed.address(path="/activity"))

    expect(page.get_by_role("heading", name="Activity").first).to_be_visible()
    assert urlsplit(page.url).path == "/bigcommerce/activity"
    expect(page.get_by_text("Messages from BigCommerce", exact=True)).to_be_visible()
    page.close()
