"""The shop window in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.sandbox.keeper import Keeper

pytestmark = pytest.mark.browser


def as_new_customer(page: Page, store: Keeper, last_name: str) -> None:
    page.goto(f"{store.base}/window/{store.shop}")
    expect(page.locator("#goods li").first).to_be_visible()
    page.get_by_role("button", name="New customer").click()
    page.get_by_label("Last name").fill(last_name)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#said")).to_have_text("Welcome, Alex.")


def customer(store: Keeper, last_name: str) -> dict[str, object]:
    found: dict[str, object] = next(c for c in store.control("GET", "/customers") if c["last_name"] == last_name)
    return found


def test_a_new_customer_buys_and_sends_it_back(page: Page, store: Keeper) -> None:
    as_new_customer(page, store, "Buyer")
    for name in ("Head Lamp", "Trail Cap"):
        page.get_by_role("button", name=f"Put {name} into the basket").click()
    expect(page.locator("#sum")).to_have_text("€74.00")

    page.get_by_role("button", name="Pay").click()

    expect(page.locator("#said")).to_contain_text("over €74.00 is paid")
    expect(page.locator("#count")).to_have_text("1")
    expect(page.locator("#spent")).to_have_text("€74.00")
    assert customer(store, "Buyer")["amount_spent"] == "74.00"

    page.get_by_role("button", name="Refund last order").click()

    expect(page.locator("#said")).to_contain_text("is refunded: €74.00")
    expect(page.locator("#spent")).to_have_text("€0.00")


def test_a_tag_appears_and_goes_while_one_looks(page: Page, store: Keeper) -> None:
    as_new_customer(page, store, "Watcher")
    gid = customer(store, "Watcher")["gid"]
    expect(page.locator("#labels")).to_have_text("none yet")

    store.graphql('mutation T($id: ID!) { tagsAdd(id: $id, tags: ["gold"]) { userErrors { message } } }', id=gid)
    expect(page.locator("#labels li.fresh")).to_contain_text("gold")
    expect(page.locator("#labels li.fresh")).to_contain_text("s later")

    store.graphql('mutation T($id: ID!) { tagsRemove(id: $id, tags: ["GOLD"]) { userErrors { message } } }', id=gid)
    expect(page.locator("#labels li.gone")).to_contain_text("removed")


def test_a_customer_is_found_by_name(page: Page, store: Keeper) -> None:
    store.customer(first_name="Grace", last_name="Hopper", country_code="US", city="Arlington")
    page.goto(f"{store.base}/window/{store.shop}")
    expect(page.locator("#count")).not_to_have_text("–")

    page.get_by_label("Find a customer").fill("hopper")

    expect(page.locator("#who option")).to_have_count(1)
    expect(page.locator("#from")).to_have_text("Arlington, US")
    expect(page.get_by_role("button", name="Refund last order")).to_be_disabled()
