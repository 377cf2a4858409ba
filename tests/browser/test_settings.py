"""What the store's people choose, by mouse and by keyboard."""

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import Shop

pytestmark = pytest.mark.browser
GUESTS = "Count guest orders for the customer with the same e-mail address"


def test_a_choice_is_made_with_the_keyboard_and_stands_after_a_reload(admin: Page, app: Frame, shop: Shop) -> None:
    app.get_by_role("link", name="Settings", exact=True).click()
    switch = app.get_by_role("switch", name=GUESTS)
    expect(switch).not_to_be_checked()
    switch.focus()

    admin.keyboard.press("Space")

    expect(app.locator("#said")).to_have_text("Saved.")
    expect(switch).to_be_focused()
    told = shop.story.app.get("/api/preferences", shop.story._token())["switches"]
    assert next(each["on"] for each in told if each["name"] == "guest_orders_by_email")
    app.get_by_role("link", name="Overview", exact=True).click()
    app.get_by_role("link", name="Settings", exact=True).click()
    expect(switch).to_be_checked()
    switch.click()
    expect(app.locator("#said")).to_have_text("Saved.")
    expect(switch).not_to_be_checked()


def test_a_choice_that_cannot_be_kept_goes_back(admin: Page, app: Frame, complaints: list[str]) -> None:
    app.get_by_role("link", name="Settings", exact=True).click()
    switch = app.get_by_role("switch", name=GUESTS)
    error = {"error": {"code": "away", "message": "Away."}}
    admin.route(
        "**/api/preferences",
        lambda route: route.continue_() if route.request.method == "GET" else route.fulfill(status=503, json=error),
    )

    switch.click()

    expect(app.locator("#said")).to_have_text("Away.")
    expect(switch).not_to_be_checked()
    complaints[:] = [text for text in complaints if "503" not in text]
