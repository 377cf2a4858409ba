"""A segment of ours among Shopify's own, by its page's button."""

import pytest
from playwright.sync_api import Frame, expect

from embedded.json_client import JsonClient
from embedded.stage import Stage
from embedded.story import Draft
from tests.browser.conftest import Shop, soon

pytestmark = pytest.mark.browser


def test_a_button_puts_it_there_and_takes_it_away(app: Frame, shop: Shop, running: Stage) -> None:
    segment = shop.story.create_segment(Draft("Twice there", "number_of_orders >= 2", ""))
    sandbox = JsonClient(running.addresses.sandbox)
    app.get_by_role("link", name="Overview").click()
    app.get_by_role("link", name="Twice there", exact=True).click()

    app.get_by_role("button", name="Also as a Shopify segment").click()

    expect(app.locator("#said")).to_have_text("It is among Shopify's segments now.")
    expect(app.get_by_text("follows this one")).to_be_visible()
    theirs = sandbox.get(f"/_sandbox/shops/{shop.story.shop}/segments")
    assert [(each["name"], each["query"]) for each in theirs] == [("Twice there", "number_of_orders >= 2")]

    app.get_by_role("button", name="Remove from Shopify's segments").click()

    assert soon(lambda: sandbox.get(f"/_sandbox/shops/{shop.story.shop}/segments") == [])
    assert soon(lambda: shop.story.app.get(f"/api/segments/{segment}/native", shop.story._token())["can"] == "make")
