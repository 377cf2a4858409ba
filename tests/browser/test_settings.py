"""What the store's people choose, by mouse and by keyboard."""

import pytest
from playwright.sync_api import Dialog, Frame, Page, expect

from tests.browser.conftest import Shop, soon

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


def test_more_is_asked_of_the_merchant_by_shopify_and_allowed_or_not(admin: Page, app: Frame, shop: Shop) -> None:
    address = f"/_sandbox/shops/{shop.story.shop}"
    every = shop.story.sandbox.get(address)["scopes"]
    fewer = [scope for scope in every if scope != "read_customer_merge"]
    shop.story.sandbox.call("PUT", f"{address}/scopes", {"scopes": fewer}, None)
    assert soon(lambda: not merges(shop))
    app.get_by_role("link", name="Settings", exact=True).click()
    allow = app.get_by_role("button", name="Allow: Which customers were merged")
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    admin.once("dialog", refuse)

    allow.click()
    expect(allow).not_to_have_attribute("aria-disabled", "true")

    assert "read_customer_merge" in asked[0]
    assert shop.story.sandbox.get(address)["scopes"] == fewer
    admin.once("dialog", lambda dialog: dialog.accept())
    allow.click()
    expect(app.locator("#said")).to_have_text("Allowed. It is read now.")
    expect(allow).to_have_count(0)
    assert soon(lambda: merges(shop))


def merges(shop: Shop) -> bool:
    """Whether the app knows that it may hear of merges."""
    told = shop.story.app.get("/api/preferences", shop.story._token())["access"]
    return any(each["on"] for each in told if each["scopes"] == ["read_customer_merge"])
