"""The page in a browser: it holds its token, takes the address of its view, and asks nobody else for anything."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.flow.bigcommerce.panel import Panel

pytestmark = pytest.mark.browser


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


def test_a_link_from_the_control_panel_opens_its_view(browser: Browser, installed: Panel) -> None:
    page = browser.new_page()

    page.goto(installed.address(path="/activity"))

    expect(page.get_by_role("heading", name="Activity").first).to_be_visible()
    assert urlsplit(page.url).path == "/bigcommerce/activity"
    expect(page.get_by_text("Messages from BigCommerce", exact=True)).to_be_visible()
    page.close()
