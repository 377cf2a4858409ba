"""The admin's frame in a real browser, with an app in it."""

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.sandbox.keeper import Keeper
from tests.sandbox.pages.embedded_app import EmbeddedApp

pytestmark = pytest.mark.browser


def opened(page: Page, store: Keeper, path: str = "") -> FrameLocator:
    page.goto(f"{store.base}/admin/store/corner{path}")
    return page.frame_locator("#app")


def test_the_app_gets_its_id_token_with_each_call(page: Page, store: Keeper, app: EmbeddedApp) -> None:
    frame = opened(page, store)

    frame.locator("#ask").click()

    expect(frame.locator("#answer")).to_have_text('200 {"dest":"https://corner.myshopify.com"}')
    assert app.loads[-1]["shop"] == "corner.myshopify.com"
    assert {"hmac", "host", "id_token", "embedded", "timestamp", "locale"} <= set(app.loads[-1])


def test_a_refused_token_is_replaced_once(page: Page, store: Keeper, app: EmbeddedApp) -> None:
    frame = opened(page, store)
    app.tokens.clear()
    app.refuse = 1

    frame.locator("#ask").click()

    expect(frame.locator("#answer")).to_contain_text("200")
    first, second = app.tokens
    assert first != second


def test_a_second_refusal_reaches_the_app(page: Page, store: Keeper, app: EmbeddedApp) -> None:
    frame = opened(page, store)
    app.tokens.clear()
    app.refuse = 2

    frame.locator("#ask").click()

    expect(frame.locator("#answer")).to_have_text("401 {}")
    assert len(app.tokens) == 2


def test_the_apps_navigation_stands_in_the_admin(page: Page, store: Keeper) -> None:
    frame = opened(page, store)

    page.get_by_role("button", name="Segments").click()

    expect(frame.locator("h1")).to_have_text("/app/segments")
    expect(page.get_by_role("button", name="Home")).to_have_count(0)


def test_a_toast_is_shown_by_the_admin(page: Page, store: Keeper) -> None:
    opened(page, store).locator("#toast").click()

    expect(page.locator("#toast")).to_have_text("Saved")


def test_the_bounce_page_comes_back_with_a_fresh_token(page: Page, store: Keeper, app: EmbeddedApp) -> None:
    frame = opened(page, store)
    app.loads.clear()
    frame.locator("body").evaluate(
        "() => { location.href = '/bounce?shopify-reload=' + encodeURIComponent('/app/a?b=1'); }"
    )

    expect(frame.locator("h1")).to_have_text("/app/a")
    assert app.loads[-1]["b"] == "1"
    assert app.loads[-1]["id_token"].count(".") == 2


def test_the_bounce_page_never_leads_elsewhere(page: Page, store: Keeper, app: EmbeddedApp) -> None:
    frame = opened(page, store)
    app.tokens.clear()
    frame.locator("body").evaluate("() => { location.href = '/bounce?shopify-reload=//evil.test/x'; }")

    expect(frame.locator("h1")).to_have_text("/bounce")
    frame.locator("#ask").click()
    expect(frame.locator("#answer")).to_contain_text("200")


def test_orders_and_customers_are_the_shops_own(page: Page, store: Keeper) -> None:
    who = store.customer(first_name="Mary", last_name="Somerville", tags=["astronomer"])
    order = store.order(who)
    opened(page, store)

    page.get_by_role("button", name="Customers", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Mary Somerville")).to_contain_text("astronomer")
    page.get_by_role("button", name="Orders", exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_contain_text(order["name"])


def test_the_shop_window_can_be_put_beside_the_app(page: Page, store: Keeper) -> None:
    opened(page, store, "/app")
    window = page.locator("#window")
    expect(window).to_be_hidden()

    page.get_by_role("button", name="Shop window").click()

    expect(window).to_be_visible()
    expect(page.frame_locator("#window iframe").get_by_role("heading", name="Corner Shop")).to_be_visible()
