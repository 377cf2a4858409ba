"""The page in a private window that keeps nothing: no cookie of anyone, no storage."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Response, expect

from tests.browser.conftest import Shop, framed
from tests.conftest import BROWSER_FLAGS

pytestmark = pytest.mark.browser

KEEP_NOTHING = {
    "profile": {
        "block_third_party_cookies": True,
        "cookie_controls_mode": 1,
        "default_content_setting_values": {"cookies": 2},
    }
}
"""Chromium's preferences: cookies and storage are blocked for every site, the one in the address bar too."""


@pytest.fixture
def private(browser: Browser, chromium: str, tmp_path: Path) -> Iterator[Page]:
    """A window that keeps nothing and lets no site keep anything."""
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(KEEP_NOTHING))
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=chromium, args=[*BROWSER_FLAGS, "--incognito", "--test-third-party-cookie-phaseout"]
    )
    yield context.new_page()
    context.close()


def test_the_page_works_where_nothing_can_be_kept(private: Page, shop: Shop) -> None:
    private.goto(shop.admin)
    app = framed(private)

    with pytest.raises(Error, match="Access is denied"):
        app.evaluate("localStorage.getItem('anything')")
    assert app.evaluate("document.cookie = 'a=b; path=/'; document.cookie") == ""
    app.get_by_role("link", name="Customers", exact=True).click()
    expect(app.get_by_role("heading", name="Customers")).to_be_visible()
    app.goto(app.url)
    expect(app.get_by_role("heading", level=1)).to_be_visible()
    assert private.context.cookies() == []


def test_no_answer_that_the_page_gets_brings_a_cookie(private: Page, shop: Shop) -> None:
    answers: list[Response] = []
    private.on("response", lambda answer: answers.append(answer))

    private.goto(shop.admin)
    app = framed(private)
    app.get_by_role("link", name="Activity", exact=True).click()
    expect(app.get_by_role("heading", name="Activity")).to_be_visible()

    ours = [answer for answer in list(answers) if answer.url.startswith(shop.addresses.web)]
    assert len(ours) > 5
    assert [answer.url for answer in ours if answer.header_value("set-cookie")] == []
