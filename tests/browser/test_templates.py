"""A merchant starts a segment from a template and fills in its blanks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page, expect

pytestmark = pytest.mark.browser


def test_a_template_is_chosen_by_goal_and_its_blanks_change_the_rule(
    admin: Page, app: Frame, shot: Callable[[str], None]
) -> None:
    app.get_by_role("link", name="New segment").or_(
        app.get_by_role("link", name="Write the first segment")
    ).first.click()

    app.get_by_label("What do you want to reach?").select_option(label="Win back")
    app.get_by_role("button", name="Stayed away").click()

    expect(app.get_by_label("Rule", exact=True)).to_have_value("count(orders) >= 2 AND max(orders.date) < -120d")
    expect(app.get_by_label("Rule", exact=True)).to_be_focused()
    expect(app.get_by_label("Name", exact=True)).to_have_value("Stayed away")
    expect(app.get_by_label("Tag for its customers")).to_have_value("lapsed")
    expect(app.locator(".sentence")).to_contain_text("more than 120 days ago")
    shot("1-a-template")

    app.get_by_label("No order for … days").fill("45")
    expect(app.get_by_label("Rule", exact=True)).to_have_value("count(orders) >= 2 AND max(orders.date) < -45d")
    expect(app.get_by_label("No order for … days")).to_be_focused()

    app.get_by_label("No order for … days").fill("0")
    expect(app.get_by_text("write a number from 1 to 3650")).to_be_visible()
    expect(app.get_by_label("No order for … days")).to_have_attribute("aria-invalid", "true")


def test_tiers_come_with_a_tag_for_each_label(app: Frame) -> None:
    app.get_by_role("link", name="New segment").or_(
        app.get_by_role("link", name="Write the first segment")
    ).first.click()

    app.get_by_label("What do you want to reach?").select_option(label="Keep the best")
    app.get_by_role("button", name="Gold, Silver, Bronze").click()

    expect(app.get_by_label("Tier", exact=True)).to_have_count(3)
    expect(app.get_by_label("Tag", exact=True).first).to_have_value("tier-gold")
