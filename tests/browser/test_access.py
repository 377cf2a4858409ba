"""The page for everyone: names, contrast, focus, small screens."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import Shop, framed, soon

pytestmark = pytest.mark.browser

NAMELESS = """() => [...document.querySelectorAll('a[href], button, input, textarea, progress, dialog, summary')]
  .filter(e => e.checkVisibility())
  .filter(e => !(e.getAttribute('aria-label') || e.innerText?.trim() || e.labels?.[0]?.innerText.trim()))
  .map(e => e.outerHTML)"""

PALE = """() => {
  const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255]; };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    const unseen = e.closest('.hidden-text, .skip, .mirror, [aria-hidden]');
    if (!walker.currentNode.data.trim() || !e.checkVisibility() || unseen) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push(`${walker.currentNode.data.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""

SMALL = """() => [...document.querySelectorAll('a.button, button, .tabs a, input, summary')]
  .filter(e => e.checkVisibility() && !e.closest('p, dt'))
  .filter(e => { const r = (e.closest('label') ?? e).getBoundingClientRect(); return r.height < 24 || r.width < 24 })
  .map(e => e.outerHTML)"""


@pytest.fixture(scope="module")
def segment(shop: Shop) -> int:
    """A live segment with tiers, so that every view has something to show."""
    draft = {
        "name": "Levels",
        "definition": {
            "kind": "tiers",
            "cases": [
                {"label": "Gold", "rule": "number_of_orders >= 4"},
                {"label": "Silver", "rule": "number_of_orders >= 2"},
            ],
            "default": None,
        },
        "outputs": {"Gold": "gold", "Silver": "silver"},
    }
    made = int(shop.story.app.post("/api/segments", draft, shop.story._token())["id"])
    assert soon(lambda: shop.story.plan(made) is not None)
    shop.story.go_live(made)
    return made


def views(shop: Shop, segment: int) -> list[str]:
    """The address of every view."""
    customer = shop.story.app.get("/api/customers", shop.story._token())["customers"][0]["id"]
    paths = ("", "/segments/new", *(f"/segments/{segment}{end}" for end in ("", "/edit", "/plan")))
    return [*paths, "/customers", f"/customers/{customer}", "/activity", "/settings"]


def visit(app: Frame, path: str) -> None:
    """The view is shown, settled."""
    app.evaluate(
        """path => { const root = document.querySelector('meta[name="application-root"]').content;
        const link = Object.assign(document.createElement('a'), {href: root + path, textContent: '.'});
        document.body.append(link); link.click(); link.remove(); }""",
        path,
    )
    expect(app.locator("main h1")).to_be_focused()
    app.page.wait_for_timeout(600)


def checked(app: Frame, paths: list[str], script: str) -> dict[str, Any]:
    """What the script complains about, by view."""
    found = {}
    for path in paths:
        visit(app, path)
        for closed in app.locator("details:not([open]) > summary").all():
            closed.click()
        app.page.wait_for_timeout(500)
        found[path] = app.evaluate(script)
    return {path: complaints for path, complaints in found.items() if complaints}


def test_every_control_has_a_name(app: Frame, shop: Shop, segment: int) -> None:
    assert checked(app, views(shop, segment), NAMELESS) == {}


def test_every_text_has_enough_contrast(app: Frame, shop: Shop, segment: int) -> None:
    assert checked(app, views(shop, segment), PALE) == {}


def test_every_view_has_one_heading_of_the_first_rank_and_a_title(app: Frame, shop: Shop, segment: int) -> None:
    for path in views(shop, segment):
        visit(app, path)
        assert app.locator("h1").count() == 1, path
        assert app.locator("h1").inner_text() in app.evaluate("document.title"), path


def test_the_page_fits_a_phone_and_its_controls_a_thumb(
    open_admin: Callable[[str, int], Page], shop: Shop, segment: int
) -> None:
    admin = open_admin(shop.admin, 360)
    app = framed(admin)
    admin.evaluate("Object.assign(document.getElementById('app').style, {position: 'fixed', inset: 0, width: '360px'})")

    for path in views(shop, segment):
        visit(app, path)
        assert app.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert app.evaluate(SMALL) == [], path


def test_the_focus_can_be_seen_and_goes_down_the_page(admin: Page, app: Frame, shop: Shop, segment: int) -> None:
    visit(app, f"/segments/{segment}/edit")
    where = """() => { const e = document.activeElement, r = e.getBoundingClientRect();
      return {name: e.outerHTML.slice(0, 80), outline: getComputedStyle(e).outlineStyle,
        width: parseFloat(getComputedStyle(e).outlineWidth), column: r.x > innerWidth * 0.66, top: r.y + scrollY} }"""
    seen: list[dict[str, Any]] = []
    for _ in range(12):
        admin.keyboard.press("Tab")
        seen.append(app.evaluate(where))

    assert all(each["outline"] != "none" and each["width"] >= 2 for each in seen), seen
    form = [each["top"] for each in seen if not each["column"]]
    assert form == sorted(form), seen


def test_counts_are_said_to_those_who_listen(app: Frame) -> None:
    visit(app, "/segments/new")
    app.get_by_label("Rule", exact=True).fill("number_of_orders >= 0 AND amount_spent >= 1")

    expect(app.locator("#said[aria-live=polite]")).to_contain_text("of 120 customers")


def test_without_the_server_the_page_says_so_and_tries_again(admin: Page, app: Frame, complaints: list[str]) -> None:
    error = {"error": {"code": "away", "message": "Away."}}
    admin.route("**/api/deliveries", lambda route: route.fulfill(status=503, json=error))
    app.get_by_role("link", name="Activity", exact=True).click()
    expect(app.get_by_role("alert")).to_contain_text("Away.")

    admin.unroute("**/api/deliveries")
    app.get_by_role("button", name="Try again").click()
    expect(app.get_by_role("heading", name="Activity")).to_be_visible()
    complaints[:] = [text for text in complaints if "503" not in text]
