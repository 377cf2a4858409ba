"""The control panel in a real browser, with the app in its frame."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.bigcommerce.app import App
from tests.sandbox.bigcommerce.clerk import CLIENT_ID, Clerk
from tests.sandbox.bigcommerce.conftest import NewStore
from tests.sandbox.bigcommerce.test_access import carried, claims
from tests.sandbox.bigcommerce.test_graphs import EXTENSION, PANEL, extend

browser_test = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in which no script fails and nothing is refused by the policy."""
    page = browser.new_page(viewport={"width": 1400, "height": 860})
    page.set_default_timeout(60_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    page.close()
    assert faults == []


def manage(store: Clerk) -> str:
    return f"{store.base}/bigcommerce/manage/{store.store}"


@browser_test
def test_a_merchant_confirms_and_the_frame_carries_the_code(page: Page, new_store: NewStore, app: App) -> None:
    store = new_store(installed=False, customers=3)
    before = len(app.at("/bigcommerce/auth"))

    page.goto(manage(store))
    expect(page.get_by_text("store_v2_customers", exact=True)).to_be_visible()
    page.get_by_role("button", name="Confirm").click()

    expect(page.frame_locator("#app").locator("h1")).to_have_text("Opened /bigcommerce/auth")
    assert app.at("/bigcommerce/auth")[before].query["context"] == f"stores/{store.store}"


@browser_test
def test_opening_loads_the_app_with_a_signed_payload(page: Page, store: Clerk, app: App) -> None:
    page.goto(manage(store))

    expect(page.frame_locator("#app").locator("h1")).to_have_text("Opened /bigcommerce/load")
    found = claims(app.at("/bigcommerce/load")[-1].query["signed_payload_jwt"])
    assert (found["sub"], found["url"]) == (f"stores/{store.store}", "/")


@browser_test
def test_a_panel_stands_beside_its_customer(page: Page, store: Clerk, app: App) -> None:
    extend(store, EXTENSION, input=PANEL)
    page.goto(manage(store))
    page.get_by_role("button", name="Customers").click()
    row = page.get_by_role("row").filter(has_text=store.control("GET", "/customers/3")["email"])

    row.get_by_role("button", name="Segments").click()

    expect(page.frame_locator("#panel iframe").locator("h1")).to_have_text("Opened /bigcommerce/load")
    assert claims(app.at("/bigcommerce/load")[-1].query["signed_payload_jwt"])["url"] == "/customers/3/segments"


@browser_test
def test_somebody_buys_and_sends_back_in_the_storefront(page: Page, store: Clerk) -> None:
    page.goto(manage(store))
    storefront = page.frame_locator("#window iframe")
    storefront.get_by_role("combobox", name="Customer").select_option("4")
    before = store.control("GET", "/customers/4")["orders"]
    expect(storefront.locator("#count")).to_have_text(str(before))

    storefront.get_by_role("button", name="Put Trail Shoe Fjell into the basket").click()
    storefront.get_by_role("button", name="Pay").click()
    expect(storefront.locator("#said")).to_contain_text("Thank you")
    expect(storefront.locator("#count")).to_have_text(str(before + 1))
    storefront.get_by_role("button", name="Refund last order").click()

    expect(storefront.locator("#said")).to_contain_text("refunded")
    expect(storefront.locator("#count")).to_have_text(str(before))


@browser_test
def test_a_label_appears_and_goes_while_somebody_looks(page: Page, store: Clerk) -> None:
    page.goto(f"{store.base}/bigcommerce/window/{store.store}")
    expect(page.locator("#goods li").first).to_be_visible()
    page.get_by_role("button", name="New customer").click()
    page.get_by_label("Last name").fill("Watcher")
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#said")).to_have_text("Welcome, Alex.")
    expect(page.locator("#labels")).to_have_text("none yet")
    who = next(each["id"] for each in store.control("GET", "/customers") if each["last_name"] == "Watcher")
    if not store.get("/v3/customers/attributes", name="Segments")["data"]:
        store.ask("POST", "/v3/customers/attributes", [{"name": "Segments", "type": "string"}])

    store.control("PATCH", f"/customers/{who}", {"attributes": {"Segments": "Gold, VIP"}})
    expect(page.locator("#labels li.fresh")).to_have_count(2)
    store.control("PATCH", f"/customers/{who}", {"attributes": {"Segments": "VIP"}})

    expect(page.locator("#labels li.gone")).to_contain_text("Gold")


def test_its_pages_name_no_other_platform(store: Clerk) -> None:
    found = [
        requests.get(address, timeout=30).text
        for address in (manage(store), f"{store.base}/bigcommerce/window/{store.store}")
    ]
    paths = {part.partition('"')[0] for text in found for part in text.split('="')[1:]}
    paths = {path for path in paths if path.endswith((".js", ".css", ".svg"))} | {"/static/counter.js"}

    assert "/bigcommerce/static/window.js" in paths
    found += [requests.get(store.base + path, timeout=30).text for path in paths]
    assert [text for text in found if "shopify" in text.lower()] == []


def test_the_control_panel_frames_the_app_and_nothing_else(store: Clerk) -> None:
    policy = requests.get(manage(store), timeout=30).headers["Content-Security-Policy"]

    assert f"frame-src {store.app_url} 'self';" in policy
    assert "frame-ancestors 'self'" in policy


def test_a_deep_link_is_in_the_payload(store: Clerk) -> None:
    html = requests.get(f"{manage(store)}/app/48101/plans?from=checkout", timeout=30).text

    address = html.partition('<iframe id="app" title="Your app" src="')[2].partition('"')[0]
    assert claims(carried(address)["signed_payload_jwt"])["url"] == "/plans?from=checkout"
    assert requests.get(f"{manage(store)}/app/1", timeout=30).status_code == 404


def test_somebody_else_opens_it_as_themselves(store: Clerk) -> None:
    clerk = store.control("POST", "/users", {"email": "clerk@example.com"})

    html = requests.get(manage(store), params={"user": clerk["id"]}, timeout=30).text

    address = html.partition('<iframe id="app" title="Your app" src="')[2].partition('"')[0]
    assert claims(carried(address)["signed_payload_jwt"])["user"]["email"] == "clerk@example.com"


def test_scripts_for_the_app_may_be_fetched_from_anywhere(store: Clerk) -> None:
    answer = requests.get(f"{store.base}/bigcommerce/bc-sdk.js", timeout=30)

    assert "Bigcommerce" in answer.text
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert requests.get(f"{store.base}/bigcommerce", allow_redirects=False, timeout=30).status_code == 302
    assert CLIENT_ID not in answer.text
