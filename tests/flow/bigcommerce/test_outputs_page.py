"""A merchant gives a segment a group, an attribute and a segment of the store's own, and takes them away."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_access import NAMELESS, PALE, SMALL
from tests.flow.bigcommerce.choosing import buyer, live, store, theirs, work
from tests.flow.bigcommerce.panel import Panel

pytestmark = pytest.mark.browser
PATIENCE = 60_000.0
__all__ = ["store"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of its own, in which no script fails."""
    context = browser.new_context(viewport={"width": 1100, "height": 1400}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def shot(page: Page, name: str) -> None:
    """Keeps a picture where SCREENSHOTS asks for it."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fits(page: Page) -> None:
    """Every control has a name and is large enough, every text can be read, and a phone shows it all."""
    assert (page.evaluate(NAMELESS), page.evaluate(PALE)) == ([], [])
    page.set_viewport_size({"width": 360, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(SMALL) == []


def wide(page: Page) -> None:
    page.set_viewport_size({"width": 1100, "height": 1400})


def card(page: Page, title: str) -> Locator:
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def test_a_group_an_attribute_and_a_segment_are_given_and_taken_away(page: Page, store: Panel) -> None:
    free, wholesaler = buyer(store), buyer(store)
    rules = [{"type": "all", "method": "percent", "amount": "10.0"}]
    wholesale = store.control("POST", "/groups", {"name": "Dealers", "discount_rules": rules})["id"]
    store.control("PATCH", f"/customers/{wholesaler}", {"group_id": wholesale})
    store.hear()
    segment = live(store, "Buyers")
    page.goto(store.address(path=f"/segments/{segment}"))
    where = card(page, "Where else it shows")
    shot(page, "outputs-empty")

    where.get_by_role("button", name="Add a customer group").click()
    expect(where.get_by_role("textbox")).to_be_focused()
    expect(where.get_by_role("textbox")).to_have_value("Buyers")
    where.get_by_role("textbox").fill("Dealers")
    page.keyboard.press("Enter")
    expect(where.get_by_role("alert")).to_contain_text("prices or categories of its own")
    expect(where.get_by_role("textbox")).to_be_focused()
    shot(page, "outputs-refused")
    where.get_by_role("textbox").fill("Our buyers")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Added: Our buyers.")
    where.get_by_role("button", name="Add a customer attribute").click()
    expect(where.get_by_text("of the 50 customer attributes it can have")).to_be_visible()
    where.get_by_label("It says the day they entered").check()
    shot(page, "outputs-form")
    fits(page)
    wide(page)
    where.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#said")).to_have_text("Added: Buyers.")
    where.get_by_role("button", name="Add a BigCommerce segment").click()
    where.get_by_role("button", name="Add", exact=True).click()
    expect(where.get_by_text("Being made")).to_have_count(3)
    work(store)

    expect(where.get_by_text("Up to date", exact=True)).to_have_count(3)
    expect(where.get_by_text("in Dealers (1)")).to_be_visible()
    shot(page, "outputs-standing")
    fits(page)
    shot(page, "outputs-standing-small")
    wide(page)
    assert (theirs(store, free)["group"], theirs(store, wholesaler)["group"]) == ("Our buyers", "Dealers")
    assert len(theirs(store, free)["attributes"]["Buyers"]) == len("2026-01-01")
    assert theirs(store, free)["segments"] == ["Buyers"]

    where.get_by_role("link", name="Choose which groups they may leave").click()
    groups = card(page, "Customer groups")
    groups.get_by_role("button", name="Choose groups").click()
    groups.get_by_role("checkbox", name="Dealers").click()
    expect(page.get_by_role("dialog")).to_contain_text("it has discounts")
    shot(page, "groups-warning")
    page.get_by_role("button", name="Cancel").click()
    expect(groups.get_by_role("checkbox", name="Dealers")).not_to_be_checked()
    groups.get_by_role("checkbox", name="Dealers").press("Space")
    page.get_by_role("button", name="Let them leave").click()
    expect(page.locator("#said")).to_contain_text("Customers may leave Dealers.")
    expect(groups.get_by_role("checkbox", name="Dealers")).to_be_checked()
    shot(page, "groups-chosen")
    fits(page)
    shot(page, "groups-small")
    wide(page)
    work(store)
    assert theirs(store, wholesaler)["group"] == "Our buyers"

    page.get_by_role("link", name="Activity", exact=True).click()
    expect(page.get_by_text("was moved into the group").first).to_be_visible()
    shot(page, "outputs-activity")
    page.get_by_role("link", name="Overview", exact=True).click()
    page.get_by_role("link", name="Buyers", exact=True).click()
    where.get_by_role("button", name="Remove Our buyers").click()
    expect(page.get_by_role("dialog")).to_contain_text("go back to the group they were in before")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("#said")).to_have_text("Our buyers is removed.")
    shot(page, "outputs-leaving")
    work(store)
    assert (theirs(store, free)["group"], theirs(store, wholesaler)["group"]) == (None, "Dealers")
    expect(where.get_by_text("being moved back")).to_have_count(0)


def test_who_is_in_two_segments_is_in_the_group_of_the_first_which_the_merchant_chooses(
    page: Page, store: Panel
) -> None:
    who = buyer(store)
    for name in ("Buyers", "All buyers"):
        segment = live(store, name)
        page.goto(store.address(path=f"/segments/{segment}"))
        where = card(page, "Where else it shows")
        where.get_by_role("button", name="Add a customer group").press("Enter")
        where.get_by_role("textbox").press("Enter")
        expect(page.locator("#said")).to_have_text(f"Added: {name}.")
        work(store)
    assert theirs(store, who)["group"] == "Buyers"
    expect(where.get_by_text("put into the first of these: Buyers, All buyers")).to_be_visible()

    page.get_by_role("link", name="Settings", exact=True).click()
    page.get_by_role("button", name="Move up: All buyers").press("Enter")
    expect(page.locator("#said")).to_contain_text("Saved.")
    expect(page.get_by_role("button", name="Move up: All buyers")).to_be_focused()
    shot(page, "groups-order")
    fits(page)
    work(store)

    assert theirs(store, who)["group"] == "All buyers"
