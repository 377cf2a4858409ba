"""The panel beside a customer: it stands once the app is installed, and shows one customer's segments and why."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from embedded.json_client import JsonClient
from plugin.db import credentials
from plugin.db.stores import State
from plugin.flow.fetch import fetch
from plugin.flow.repair import repair
from plugin.flow.tokens import client
from plugin.platforms.bigcommerce.client import Api, Call
from plugin.platforms.manifest import asked
from tests.browser.test_access import NAMELESS, PALE, SMALL
from tests.flow.bigcommerce.panel import Panel

LIST = "{ store { appExtensions { edges { node { id context model url } } } } }"
REMOVE = """mutation ($input: DeleteAppExtensionInput!) { appExtension { deleteAppExtension(input: $input) {
  deletedAppExtensionId } } }"""
SCOPE = "store_app_extensions_manage"
BESIDE = [("PANEL", "CUSTOMERS", "/customers/${id}/segments")]


@pytest.fixture
def more(sandbox: JsonClient) -> dict[str, str]:
    """The control panel of the sandbox may put the page into a frame."""
    return {"BIGCOMMERCE_FRAME_ANCESTORS": sandbox.base}


def graph(panel: Panel, query: str, **variables: Any) -> Any:
    calls = client(panel.house, panel.row)
    return calls.run(Call("POST", Api.GRAPHQL, "", body={"query": query, "variables": variables}))["data"]


def standing(panel: Panel) -> list[dict[str, str]]:
    """The app's panels at the store."""
    return [edge["node"] for edge in graph(panel, LIST)["store"]["appExtensions"]["edges"]]


def known_by(found: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(each["context"], each["model"], each["url"]) for each in found]


def granted(panel: Panel, *scopes: str) -> None:
    """The token we hold opens these doors alone."""
    token = panel.control("POST", "/token", {"scopes": list(scopes)})["access_token"]
    with panel.house.database.store(panel.id) as tx:
        credentials.put(tx, panel.house.keys, token, None, None, None)


def test_installing_makes_it_and_the_daily_look_keeps_it(installed: Panel) -> None:
    first = standing(installed)
    assert known_by(first) == BESIDE

    repair(installed.house, installed.id)
    assert standing(installed) == first

    graph(installed, REMOVE, input={"id": first[0]["id"]})
    repair(installed.house, installed.id)
    assert known_by(standing(installed)) == BESIDE


def test_where_it_may_not_stand_everything_else_works(panel: Panel) -> None:
    scopes = asked("bigcommerce").scopes
    panel.install()
    granted(panel, *(each for each in scopes if each != SCOPE))

    panel.read_history()

    assert panel.state() is State.READY
    assert panel.told() == {"panel_refused"}
    (said,) = panel.ask(panel.load().token).json()["problems"]
    assert said["title"] == "The panel with segments beside each customer is missing"
    granted(panel, *scopes)
    assert repair(panel.house, panel.id)
    assert panel.told() == set()


def test_a_customer_we_should_know_is_read_and_one_to_come_is_waited_for(installed: Panel) -> None:
    there = [each["id"] for each in installed.control("GET", "/customers")]
    with installed.house.database.store(installed.id) as tx:
        tx.execute("DELETE FROM customers WHERE store_id = %s AND id = %s", (tx.store_id, min(there)))

    installed.load(path=f"/customers/{max(there) + 7}/segments")
    assert fetch(installed.house, installed.id) == 0
    token = installed.load(path=f"/customers/{min(there)}/segments").token

    assert installed.ask(token, path=f"/customers/{min(there)}").status_code == 404
    installed.absorb()
    assert installed.ask(token, path=f"/customers/{min(there)}").status_code == 200


@pytest.fixture
def manager(browser: Browser, installed: Panel) -> Iterator[Page]:
    """The control panel of a store that has segments; whatever the page complains about fails the test."""
    installed.segment("Everyone", "number_of_orders >= 0")
    installed.segment("Buyers of much", "number_of_orders >= 1000")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(f"{installed.sandbox.base}/bigcommerce/manage/{installed.hash}")
    yield page
    assert wrong == []
    assert context.cookies() == []
    context.close()


def opened(manager: Page, name: str) -> Frame:
    """Our page beside the customer of this name, by keyboard alone."""
    manager.get_by_role("button", name="Customers").press("Enter")
    manager.get_by_role("row", name=name).get_by_role("button", name="Segments").press("Enter")
    expect(manager.get_by_role("heading", name=f"Segments: {name}")).to_be_visible()
    handle = manager.locator("#panel iframe").element_handle()
    frame = handle.content_frame() if handle else None
    assert frame is not None
    return frame


def pictured(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.browser
def test_it_opens_beside_a_customer_and_says_why(manager: Page, installed: Panel) -> None:
    name = installed.control("GET", "/customers")[0]["name"]

    beside = opened(manager, name)

    expect(beside.get_by_role("heading", level=1)).to_have_text(name)
    expect(beside.get_by_text("Everyone", exact=True)).to_be_visible()
    expect(beside.locator(".reasons").first).to_contain_text("orders")  # Its reason is told unasked.
    expect(beside.get_by_text("Buyers of much", exact=True)).to_be_hidden()
    assert beside.get_by_role("navigation").count() == 0
    assert beside.get_by_role("link").count() == 0
    beside.get_by_text("Not in 1").press("Enter")
    beside.locator("summary", has_text="Buyers of much").press("Enter")
    expect(beside.locator(".reasons")).to_have_count(2)
    pictured(manager, "panel")
    assert beside.evaluate(NAMELESS) == []
    assert beside.evaluate(PALE) == []
    assert "shopify" not in beside.content().lower()


@pytest.mark.browser
def test_it_fits_a_phone_and_says_what_it_does_not_know(browser: Browser, installed: Panel) -> None:
    installed.segment("Everyone", "number_of_orders >= 0")
    there = [each["id"] for each in installed.control("GET", "/customers")]
    page = browser.new_page(viewport={"width": 360, "height": 640})

    page.goto(installed.address(path=f"/customers/{there[0]}/segments"))
    expect(page.locator(".reasons").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(SMALL) == []
    pictured(page, "panel-phone")

    page.goto(installed.address(path=f"/customers/{max(there) + 1}/segments"))
    expect(page.get_by_role("heading", name="We don't know this customer yet")).to_be_visible()
    installed.control("POST", "/customers", {"first_name": "Neu", "last_name": "Ankunft"})
    installed.hear()
    expect(page.get_by_role("heading", level=1)).to_have_text("Neu Ankunft", timeout=20_000)
    page.close()
