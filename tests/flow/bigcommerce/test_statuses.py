"""In which statuses orders count is for the store's people to say; a change is as if it had always been so."""

import pytest
from playwright.sync_api import Browser, expect

from embedded.json_client import JsonClient
from plugin.db import memberships, preferences, segments
from plugin.db.stores import State
from plugin.flow.house import House
from plugin.flow.recount import recount
from plugin.platforms.bigcommerce.statuses import AWAITING_PAYMENT, COUNTED, DISPUTED, PENDING, SHIPPED
from tests.flow.bigcommerce.panel import Panel

RULES = {"many": "count(orders) >= 3", "much": "sum(orders.net) >= 200", "once": "count(orders) = 1"}
OTHERWISE = {str(status) for status in (COUNTED | {AWAITING_PAYMENT, DISPUTED}) - {SHIPPED}}
USUAL = {str(status) for status in COUNTED}


def trade(panel: Panel) -> None:
    """The first customer has orders in all of these statuses, the next in fewer."""
    for number, customer in enumerate(sorted(each["id"] for each in panel.control("GET", "/customers"))):
        for status in (AWAITING_PAYMENT, SHIPPED, PENDING, DISPUTED)[number:]:
            line = {"name": "Made to measure", "price": 90, "quantity": 1}
            panel.control("POST", "/orders", {"customer_id": customer, "status_id": status, "lines": [line]})
    panel.hear()


def inside(panel: Panel) -> dict[str, list[int]]:
    """Who is in which segment."""
    with panel.house.database.store(panel.id) as tx:
        return {
            each.name: [int(row.customer_id) for row in memberships.members(tx, each.id, 0, 100)]
            for each in segments.applied(tx)
        }


def told(panel: Panel) -> dict[str, dict[str, object]]:
    answer = panel.ask(panel.load().token, path="/preferences/statuses")
    assert answer.status_code == 200, answer.text
    return {each["id"]: each for each in answer.json()["statuses"]}


def test_a_choice_is_as_if_it_had_always_been_so(house: House, sandbox: JsonClient, installed: Panel) -> None:
    trade(installed)
    for name, rule in RULES.items():
        installed.segment(name, rule)
    before = inside(installed)
    always = Panel.of(house, sandbox)
    always.install()
    with house.database.store(always.id) as tx:
        preferences.count(tx, OTHERWISE)
    always.read_history()
    trade(always)
    for name, rule in RULES.items():
        always.segment(name, rule)

    assert recount(house, installed.id, OTHERWISE)
    assert installed.state() is State.INSTALLING
    assert inside(installed) == before
    installed.read_history()
    installed.absorb()

    assert inside(installed) == inside(always) != before
    assert not recount(house, installed.id, OTHERWISE)
    assert recount(house, installed.id, USUAL)
    installed.read_history()
    installed.absorb()
    assert inside(installed) == before


def test_the_page_says_what_the_store_calls_them_and_how_many_there_are(installed: Panel) -> None:
    installed.control("PATCH", "", {"status_labels": {str(AWAITING_PAYMENT): "Owes us"}})
    trade(installed)

    waiting = told(installed)[str(AWAITING_PAYMENT)]

    assert waiting == {"id": "7", "name": "Owes us", "orders": 1, "counts": False, "usual": False}
    assert {each for each, row in told(installed).items() if row["counts"]} == USUAL


def test_what_is_never_a_purchase_cannot_be_chosen(installed: Panel) -> None:
    token = installed.load().token
    never: list[list[str]] = [[], ["0"], ["11", "5"], ["eleven"]]

    answers = [installed.send(token, "PUT", "/preferences/statuses", {"counted": each}) for each in never]

    assert [each.status_code for each in answers] == [422] * len(never)
    assert installed.state() is State.READY


@pytest.mark.browser
def test_it_is_chosen_on_the_page_and_what_will_happen_is_said_before(browser: Browser, installed: Panel) -> None:
    trade(installed)
    page = browser.new_page()
    page.goto(installed.address(path="/settings"))
    box = page.get_by_role("checkbox", name="Awaiting Payment · 1 order now")
    expect(box).not_to_be_checked()

    box.press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    said = page.get_by_role("dialog")
    expect(said).to_contain_text("From now on orders that are ‘Awaiting Payment’ count as purchases.")
    said.get_by_role("button", name="Cancel").press("Enter")
    assert installed.state() is State.READY

    page.get_by_role("button", name="Save").press("Enter")
    said.get_by_role("button", name="Read again").press("Enter")

    expect(page.get_by_role("heading", name="Segments", exact=True)).to_be_focused()
    assert installed.state() is State.INSTALLING
    installed.read_history()
    assert told(installed)[str(AWAITING_PAYMENT)]["counts"] is True
    page.close()
