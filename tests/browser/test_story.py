"""A merchant without a mouse writes a segment, sees what it does, goes live, and looks up why."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import Shop, framed, soon

pytestmark = pytest.mark.browser


def tab_to(admin: Page, app: Frame, *names: str, most: int = 60) -> None:
    """Presses Tab until an element with one of these accessible names has the focus."""
    script = """() => { const e = document.activeElement;
      return (e.labels?.[0]?.innerText || e.getAttribute('aria-label') || e.innerText || '').trim() }"""
    for _ in range(most):
        if str(app.evaluate(script)).partition("\n")[0] in names:
            return
        admin.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to any of {names}")


def test_a_segment_is_written_and_goes_live_by_keyboard_alone(
    admin: Page, app: Frame, shop: Shop, shot: Callable[[str], None]
) -> None:
    app.locator("body").evaluate("body => body.focus()")
    tab_to(admin, app, "Write the first segment", "New segment")
    admin.keyboard.press("Enter")
    expect(app.get_by_role("heading", name="New segment")).to_be_focused()

    tab_to(admin, app, "Name")
    admin.keyboard.type("Regulars")
    tab_to(admin, app, "Rule")
    admin.keyboard.type("number_of_order >= 3")
    expect(app.locator(".mirror mark")).to_have_text("number_of_order")
    expect(app.get_by_label("Rule", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(app.get_by_text("Did you mean")).to_be_visible()
    shot("1-a-mistake-at-its-place")

    tab_to(admin, app, "number_of_orders")
    admin.keyboard.press("Enter")
    expect(app.get_by_label("Rule", exact=True)).to_have_value("number_of_orders >= 3")
    expect(app.get_by_label("Rule", exact=True)).to_be_focused()
    expect(app.locator(".sentence")).to_contain_text("is at least 3")
    expect(app.locator(".big")).to_contain_text("of 120 customers")
    expect(app.get_by_role("heading", name="Some who are not")).to_be_visible()
    shot("2-the-draft")

    tab_to(admin, app, "Tag for its customers")
    admin.keyboard.type("regular")
    admin.keyboard.press("Shift+Tab")
    for _ in range(20):
        if app.evaluate("document.activeElement.innerText") == "Save and see what it does":
            break
        admin.keyboard.press("Shift+Tab")
    admin.keyboard.press("Enter")
    expect(app.get_by_role("heading", name="Preview of Regulars")).to_be_visible()
    expect(app.get_by_role("button", name="Go live")).to_be_visible()
    shot("3-the-plan")

    tab_to(admin, app, "Go live")
    admin.keyboard.press("Enter")
    expect(app.get_by_role("heading", name="Regulars", exact=True)).to_be_focused()
    expect(app.locator("h1 + .badge")).to_have_text("Live")
    joined = int(app.locator(".figures dd").first.inner_text())
    assert soon(lambda: len(shop.story.labelled("regular")) == joined)
    shot("4-the-segment")


def test_a_purchase_changes_the_customers_page_and_the_reason_says_why(
    admin: Page, app: Frame, shop: Shop, shot: Callable[[str], None]
) -> None:
    token = shop.story._token()
    draft = {
        "name": "Fresh buyers",
        "definition": {"kind": "rule", "rule": "count(orders WHERE date >= -1d) >= 1"},
        "outputs": {"": "fresh"},
    }
    segment = shop.story.app.post("/api/segments", draft, token)["id"]
    assert soon(lambda: shop.story.plan(segment) is not None)
    shop.story.go_live(segment)
    customer = shop.story.someone_without("fresh")

    app.get_by_role("link", name="Customers").click()
    app.get_by_label("Find a customer").fill(customer["email"] or str(customer["id"]))
    expect(app.locator("tbody tr")).to_have_count(1)
    app.locator("tbody a").click()
    reason = app.locator("details.standing", has_text="Fresh buyers")
    expect(reason).to_contain_text("not in")
    reason.locator("summary").click()
    expect(reason.locator(".mark.no").first).to_be_visible()
    expect(reason).to_contain_text("1 to go")

    shop.story.buy(customer["id"])
    expect(reason).to_contain_text("joined", timeout=20_000)
    expect(reason.locator(".mark.yes").first).to_be_visible()
    expect(reason).to_contain_text("here: 1")
    expect(reason).to_contain_text("If nothing happens, this changes")
    tag = app.locator("li.row", has=app.get_by_text("fresh", exact=True))
    expect(tag.get_by_text("on the customer")).to_be_visible(timeout=20_000)
    shot("5-the-customer")

    app.get_by_role("link", name="Activity", exact=True).click()
    expect(app.get_by_role("heading", name="Changes in your store")).to_be_visible()
    expect(app.locator(".tag", has_text="fresh").first).to_be_visible()
    shot("6-activity")


def test_a_change_of_a_live_segment_is_shown_before_it_counts(app: Frame, shop: Shop) -> None:
    draft = {
        "name": "Buyers",
        "definition": {"kind": "rule", "rule": "number_of_orders >= 1"},
        "outputs": {"": "buyer"},
    }
    segment = shop.story.app.post("/api/segments", draft, shop.story._token())["id"]
    assert soon(lambda: shop.story.plan(segment) is not None)
    shop.story.go_live(segment)
    app.get_by_role("link", name="Overview").click()
    app.get_by_role("link", name="Buyers", exact=True).click()

    app.get_by_role("link", name="Edit").click()
    app.get_by_label("Rule", exact=True).fill("number_of_orders >= 2")
    app.get_by_role("button", name="Save and see what it does").click()

    expect(app.get_by_role("heading", name="What would change")).to_be_visible()
    expect(app.get_by_text("Nothing in your store has changed yet.")).to_be_visible()
    app.get_by_role("button", name="Apply").click()
    expect(app.get_by_role("heading", name="Buyers", exact=True)).to_be_visible()
    expect(app.locator(".sentence")).to_contain_text("at least 2")


def test_deleting_asks_first_and_keeps_the_keyboard_inside(admin: Page, app: Frame, shop: Shop) -> None:
    draft = {"name": "Short-lived", "definition": {"kind": "rule", "rule": "number_of_orders >= 9"}, "outputs": {}}
    shop.story.app.post("/api/segments", draft, shop.story._token())
    app.get_by_role("link", name="Overview").click()
    app.get_by_role("link", name="Short-lived").click()

    app.get_by_role("button", name="Delete").click()
    expect(app.get_by_role("dialog", name="Delete Short-lived?")).to_be_visible()
    admin.keyboard.press("Escape")
    expect(app.get_by_role("button", name="Delete")).to_be_focused()
    app.get_by_role("button", name="Delete").click()
    app.get_by_role("button", name="Delete segment").click()

    expect(app.get_by_role("heading", name="Segments", exact=True)).to_be_visible()
    expect(app.get_by_role("link", name="Short-lived")).to_have_count(0)


def test_back_leads_back_and_a_reload_stays_where_it_was(admin: Page, app: Frame) -> None:
    app.get_by_role("link", name="Customers").click()
    expect(app.get_by_role("heading", name="Customers")).to_be_focused()
    app.locator("tbody a").first.click()
    app.get_by_role("heading", name="Segments", exact=True).wait_for()
    shown = app.locator("h1").inner_text()
    assert "id_token" not in app.evaluate("location.href")

    app.evaluate("setTimeout(() => location.reload())")  # The answer comes before the page goes.
    expect(app.locator("h1")).to_have_text(shown)

    framed(admin).evaluate("setTimeout(() => history.back())")
    expect(framed(admin).get_by_role("heading", name="Customers")).to_be_visible()


def test_markup_in_a_name_is_shown_and_never_run(admin: Page, app: Frame, shop: Shop) -> None:
    name = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
    draft = {"name": name, "definition": {"kind": "rule", "rule": "number_of_orders >= 7"}, "outputs": {"": name}}
    shop.story.app.post("/api/segments", draft, shop.story._token())

    app.get_by_role("link", name="Overview").click()
    expect(app.get_by_role("link", name=name)).to_be_visible()
    app.get_by_role("link", name=name).click()
    expect(app.get_by_role("heading", name=name)).to_be_visible()

    assert app.evaluate("window.hacked") is None
