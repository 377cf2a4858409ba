"""A merchant looks at their plan, leaves the frame to choose another, comes back with it, thinks better of a third."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import Frame, Page, expect

from embedded.home import scratch
from embedded.json_client import JsonClient
from embedded.ports import free_port
from embedded.shopify import ShopifyStory
from embedded.stage import DATABASE, Addresses, Stage, stage
from plugin.domain.allowance import LANDING
from tests.browser.conftest import PATIENCE, SHOP, Shop, framed
from tests.browser.test_access import NAMELESS, PALE, SMALL
from tests.browser.test_story import tab_to

pytestmark = pytest.mark.browser
MANY = 20_000
"""Customers: more than the plan that a test before has chosen is for."""


@pytest.fixture(scope="module")
def running() -> Iterator[Stage]:
    """Everything, with plans to sell."""
    selling = {"BILLING": "on"}
    with scratch() as folder, stage(folder, Addresses(free_port(), free_port()), selling) as started:
        yield started


@pytest.fixture(scope="module")
def shop(running: Stage) -> Shop:
    """A store whose history is read, with the free plan."""
    story = ShopifyStory(JsonClient(running.addresses.sandbox), JsonClient(running.addresses.web), SHOP)
    story.make_shop(customers=40, years=1, seed=7)
    story.open_app()
    running.children.wait_until("web", lambda: story.backfill_progress().done, PATIENCE)
    return Shop(running.addresses, story)


def test_a_plan_is_changed_by_keyboard_alone(admin: Page, app: Frame, shop: Shop, shot: Callable[[str], None]) -> None:
    app.locator("body").evaluate("body => body.focus()")
    tab_to(admin, app, "Plan")
    admin.keyboard.press("Enter")
    expect(app.get_by_role("heading", name="Plan", exact=True)).to_be_focused()
    expect(app.get_by_role("heading", name="Free", exact=True)).to_be_visible()
    expect(app.get_by_text("Your store has 40 of 1,000 customers.")).to_be_visible()
    assert [app.evaluate(script) for script in (NAMELESS, PALE, SMALL)] == [[], [], []]
    shot("plan-1-free")

    tab_to(admin, app, "Change plan")
    admin.keyboard.press("Enter")
    admin.wait_for_url("**/charges/regulars/pricing_plans")  # The whole window: the page refuses frames.
    shot("plan-2-shopifys-page")
    admin.get_by_role("button", name="Choose Grow").focus()
    admin.keyboard.press("Enter")

    back = framed(admin)
    expect(back.get_by_role("heading", name="Grow", exact=True)).to_be_visible()
    expect(back.locator(".badge", has_text="Free trial")).to_be_visible()
    expect(back.get_by_text("$9.00 every 30 days")).to_be_visible()
    assert "charge_id" not in back.evaluate("location.href")
    shot("plan-3-grow")

    tab_to(admin, back, "Change plan")
    admin.keyboard.press("Enter")
    admin.get_by_role("link", name="Back to Regulars").click()
    again = framed(admin)
    tab_to(admin, again, "Plan")
    admin.keyboard.press("Enter")
    expect(again.get_by_role("heading", name="Grow", exact=True)).to_be_visible()


@pytest.fixture
def outgrown(running: Stage) -> Iterator[Callable[[int], None]]:
    """Makes the store larger than its plan, since so many days; afterwards it is as it was."""
    with psycopg.connect(running.postgres.url(DATABASE), autocommit=True) as connection:
        store = connection.execute("SELECT id FROM stores").fetchone()
        assert store is not None

        def growing(days: int) -> None:
            connection.execute("DELETE FROM customers WHERE id <= %s", (MANY,))
            connection.execute(
                "INSERT INTO customers (store_id, id) SELECT %s, n FROM generate_series(1, %s) n", (store[0], MANY)
            )
            connection.execute(
                "UPDATE entitlements SET over_since = now() - %s, due_at = now()", (timedelta(days=days),)
            )

        yield growing
        connection.execute("DELETE FROM customers WHERE id <= %s", (MANY,))
        connection.execute("UPDATE entitlements SET due_at = now()")


@pytest.mark.parametrize(
    ("days", "name", "title"),
    [(1, "plan-4-over", "Your store has"), (LANDING.days, "plan-5-paused", "Tags stand still")],
)
def test_a_store_that_outgrew_its_plan_sees_so_first(
    app: Frame, shot: Callable[[str], None], outgrown: Callable[[int], None], days: int, name: str, title: str
) -> None:
    outgrown(days)

    expect(app.get_by_role("heading", name=title)).to_be_visible()
    shot(f"{name}-overview")
    app.get_by_role("link", name="See your plan").click()
    expect(app.locator("main h1")).to_be_focused()
    expect(app.locator(".badge.warn, .badge.bad")).to_be_visible()
    assert [app.evaluate(script) for script in (NAMELESS, PALE, SMALL)] == [[], [], []]
    shot(name)


def test_what_the_address_brings_is_not_believed(
    open_admin: Callable[[str, int], Page], shop: Shop, running: Stage
) -> None:
    shop.story._shop_post("/quiet")
    running_plan = shop.story.app.get("/api/plan", shop.story._token())["name"]
    forged = "plan_handle=unlimited&charge_id=1"

    page = framed(
        open_admin(f"{shop.addresses.sandbox}/admin/store/corner-shop/apps/regulars/shopify/plan?{forged}", 1280)
    )

    expect(page.get_by_role("heading", name=running_plan, exact=True)).to_be_visible()
    assert shop.story.app.get("/api/plan", shop.story._token())["name"] == running_plan


def test_the_plan_fits_a_small_screen(open_admin: Callable[[str, int], Page], shop: Shop) -> None:
    address = f"{shop.addresses.sandbox}/admin/store/corner-shop/apps/regulars/shopify/plan"
    page = open_admin(address, 600)
    app = framed(page)

    expect(app.get_by_role("link", name="Change plan")).to_be_visible()
    assert app.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
