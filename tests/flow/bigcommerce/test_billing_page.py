"""A merchant chooses, changes and cancels a plan with a browser, inside the control panel and on its checkout."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from embedded.json_client import JsonClient
from tests.browser.conftest import framed
from tests.browser.test_access import NAMELESS, PALE, SMALL
from tests.browser.test_story import tab_to
from tests.flow.bigcommerce.selling import SELLING, Payer

pytestmark = pytest.mark.browser
CHECKOUT = "**/merchant-checkout?*"


@pytest.fixture
def more(sandbox: JsonClient) -> dict[str, str]:
    """Billing is on, and the pretended control panel may frame us."""
    return SELLING | {"BIGCOMMERCE_FRAME_ANCESTORS": sandbox.base}


@pytest.fixture
def window(browser: Browser, payer: Payer) -> Iterator[Page]:
    """The control panel with our page; whatever goes wrong in it fails the test."""
    wrong: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{payer.panel.sandbox.base}/bigcommerce/manage/{payer.panel.hash}")
    yield page
    page.close()
    assert wrong == []


def plans(window: Page) -> Frame:
    """The page of plans."""
    app = framed(window)
    app.get_by_role("link", name="Plan", exact=True).click()
    expect(app.get_by_role("heading", name="Plan", exact=True)).to_be_visible()
    return app


def back(window: Page, payer: Payer) -> Frame:
    """The page after a checkout, once BigCommerce was asked."""
    app = framed(window)
    expect(app.get_by_role("heading", name="Plan", exact=True)).to_be_visible()
    payer.hour_passes()
    payer.read()
    return app


def test_a_plan_is_chosen_declined_agreed_to_changed_and_cancelled_by_keyboard(window: Page, payer: Payer) -> None:
    app = plans(window)
    expect(app.get_by_role("heading", name="Free", exact=True)).to_be_visible()
    expect(app.get_by_text("$99.00 every three months")).to_be_visible()
    assert [app.evaluate(script) for script in (NAMELESS, PALE, SMALL)] == [[], [], []]

    tab_to(window, app, "Choose Grow")
    window.keyboard.press("Enter")
    window.wait_for_url(CHECKOUT)  # The whole window: the page refuses frames.
    window.get_by_role("button", name="Back to ").press("Enter")
    declined = back(window, payer)
    expect(declined.get_by_role("heading", name="Free", exact=True)).to_be_visible()

    tab_to(window, declined, "Choose Grow")
    window.keyboard.press("Enter")
    window.wait_for_url(CHECKOUT)
    window.get_by_role("button", name="Place order").press("Enter")
    grown = back(window, payer)
    expect(grown.get_by_role("heading", name="Grow", exact=True)).to_be_visible()
    expect(grown.get_by_text("$19.00 a month").first).to_be_visible()

    tab_to(window, grown, "Choose Scale")
    window.keyboard.press("Enter")
    window.wait_for_url(CHECKOUT)
    window.get_by_role("button", name="Place order").press("Enter")
    larger = back(window, payer)
    expect(larger.get_by_role("heading", name="Scale", exact=True)).to_be_visible()

    tab_to(window, larger, "Cancel plan")
    window.keyboard.press("Enter")
    expect(larger.get_by_role("dialog")).to_contain_text("You keep Scale until the end of what is paid")
    window.keyboard.press("Escape")
    expect(larger.get_by_role("dialog")).to_have_count(0)
    assert larger.evaluate("document.activeElement.textContent") == "Cancel plan"
    window.keyboard.press("Enter")
    larger.get_by_role("button", name="Cancel the plan").press("Enter")
    expect(larger.locator(".badge", has_text="Ends soon")).to_be_visible()
    expect(larger.get_by_role("button", name="Cancel plan")).to_have_count(0)
    assert "shopify" not in larger.content().lower()
    assert (payer.row.plan, payer.row.state) == ("scale", "ending")


def test_a_trial_is_left_for_another_plan_after_it_was_said_what_that_means(window: Page, payer: Payer) -> None:
    payer.subscribe("unlimited")
    app = plans(window)
    expect(app.locator(".badge", has_text="Free trial")).to_be_visible()

    app.get_by_role("button", name="Choose Scale").click()
    expect(app.get_by_role("dialog")).to_contain_text("The trial of Unlimited ends at once, for good")
    app.get_by_role("button", name="Keep the trial").click()
    assert payer.row.state == "trial"
    payer.hour_passes()
    app.get_by_role("button", name="Choose Scale").click()
    app.get_by_role("button", name="End the trial").click()
    window.wait_for_url(CHECKOUT)
    window.get_by_role("button", name="Place order").click()

    expect(back(window, payer).get_by_role("heading", name="Scale", exact=True)).to_be_visible()


def test_what_goes_wrong_is_said_and_can_be_tried_again(window: Page, payer: Payer) -> None:
    app = plans(window)
    payer.panel.control("PUT", "/faults", {"api": {"account_status_next": [500]}})

    app.get_by_role("button", name="Choose Grow").click()
    expect(app.get_by_role("alert")).to_have_text("BigCommerce doesn't answer. Try again in a minute.")
    app.get_by_role("button", name="Choose Grow").click()

    window.wait_for_url(CHECKOUT)
