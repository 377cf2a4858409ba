"""Coming and going: an app that is removed without a word, a frame that keeps no cookie."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from plugin.db.stores import State
from tests.stories.bigcommerce.bazaar import Bazaar


def test_an_app_that_was_removed_without_a_word_stops_by_itself_and_comes_back_whole(bazaar: Bazaar) -> None:
    store = bazaar.another("silent")
    store.live("count(orders) >= 1", "back")
    ada, bea = store.someone("Ada"), store.someone("Bea")
    store.buy(ada)
    store.control("POST", "/quiet")
    store.fail({"drop": 1.0})
    store.control("POST", "/uninstall", {"callback": False})

    store.settle()  # What was heard is to be read and written, and the door is shut.
    assert store.state() is State.NEEDS_AUTHORISATION
    assert store.told() == {"needs_authorisation"}
    refused = store.called()
    store.settle()
    assert store.called() == refused  # Nobody knocks again and again.

    store.days_go_by(3.1)
    store.tend()
    assert store.state() is State.UNINSTALLED
    store.buy(bea)
    store.heal()
    store.move_in()
    assert store.state() is State.READY
    assert (store.labels(ada), store.labels(bea)) == ({"back"}, {"back"})


@pytest.mark.browser
def test_a_frame_that_keeps_no_cookie_opens_the_page_and_a_segment_made_there_is_live(
    browser: Browser, bazaar: Bazaar
) -> None:
    ada = bazaar.someone("Ada")
    bazaar.buy(ada)
    bazaar.settle()
    context = browser.new_context()
    page, kept = context.new_page(), list[str]()
    page.on("response", lambda answer: kept.extend(name for name in answer.headers if name == "set-cookie"))

    page.goto(bazaar.control_panel)
    frame = page.frame_locator("iframe").first
    frame.get_by_role("link", name=re.compile("segment")).first.click()
    frame.get_by_label("Name", exact=True).fill("Cookieless")
    frame.get_by_label("Rule", exact=True).fill("count(orders) >= 1")
    frame.get_by_label(re.compile("for its customers")).fill("cookieless")
    frame.get_by_role("button", name="Save and see what it does").click()
    expect(frame.get_by_role("heading", name="Preview of Cookieless")).to_be_visible()
    bazaar.settle()
    frame.get_by_role("button", name="Go live").click()
    expect(frame.locator("h1 + .badge")).to_have_text("Live")
    bazaar.settle()

    assert bazaar.labels(ada) == {"cookieless"}
    assert urlsplit(page.url).hostname != urlsplit(bazaar.app).hostname  # To the browser we are somebody else's site.
    assert (context.cookies(), kept) == ([], [])
    context.close()
