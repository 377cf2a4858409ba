"""A BigCommerce store is installed, opened by several people, left and installed again; all of it over HTTP."""

from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from plugin.db import credentials, stores
from plugin.db.stores import State
from plugin.flow.bell import Work
from plugin.flow.repair import repair, repair_all
from plugin.flow.visit import renew
from plugin.platforms.base import NotGenuine
from plugin.platforms.manifest import asked
from tests.flow.bigcommerce.panel import Panel
from tests.flow.conftest import Rings

ASKED = asked("bigcommerce")


def test_agreeing_installs_the_store_and_shows_its_page(panel: Panel, rings: Rings) -> None:
    page = panel.install()

    assert page.answer.status_code == 200
    assert panel.state() is State.INSTALLING
    assert (Work.BACKFILL, panel.id) in rings.heard
    assert panel.ask(page.token).status_code == 200


def test_a_page_names_no_other_platform_and_may_be_framed_by_this_one_alone(installed: Panel) -> None:
    page = installed.load()

    assert "shopify" not in page.answer.text.lower()
    assert "shopify" not in str(page.answer.headers).lower()
    assert "frame-ancestors https://*.mybigcommerce.com" in page.answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in page.answer.headers
    refused = installed.ask("nonsense")
    assert refused.status_code == 401
    assert "shopify" not in (refused.text + str(refused.headers)).lower()


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/openapi.json", "/bigcommerce", "/bigcommerce/uninstall"])
def test_what_anybody_can_look_at_names_no_other_platform(panel: Panel, path: str) -> None:
    answer = requests.get(panel.app + path, timeout=30, allow_redirects=False)

    assert "shopify" not in (answer.text + str(answer.headers)).lower()


def test_the_scripts_of_the_page_name_no_other_platform(installed: Panel) -> None:
    page = installed.load().answer.text
    paths = [part.partition('"')[0] for part in page.split('="/static/')[1:]]

    assert any(path.endswith("platforms/bigcommerce.js") for path in paths)
    for path in paths:
        assert "shopify" not in requests.get(f"{installed.app}/static/{path}", timeout=30).text.lower(), path


def test_a_code_counts_once(panel: Panel) -> None:
    address = panel.control("POST", "/install", {})["url"]

    assert requests.get(address, timeout=30).status_code == 200
    assert requests.get(address, timeout=30).status_code == 400


def test_a_merchant_who_may_not_grant_everything_is_told_so(panel: Panel) -> None:
    page = panel.install(scopes=["store_v2_default", *ASKED.scopes[1:]])

    assert page.answer.status_code == 403
    assert "Install it again" in page.answer.text


def test_who_comes_from_outside_ends_at_the_platforms_own_page(panel: Panel) -> None:
    page = panel.install(external=True)

    assert page.answer.status_code == 302
    assert page.answer.headers["Location"].endswith("/install/succeeded")
    failed = requests.get(page.answer.url, timeout=30, allow_redirects=False)  # The code is used up.
    assert failed.headers["Location"].endswith("/install/failed")


def test_agreeing_again_changes_the_token_and_keeps_the_rest(installed: Panel, rings: Rings) -> None:
    def token() -> str:
        with installed.house.database.store(installed.id) as tx:
            found = credentials.get(tx, installed.house.keys)
        assert found is not None
        return found.access_token

    before, secret = token(), installed.hooks()["store/order/created"]["headers"]

    installed.install()

    assert token() != before
    assert (Work.REPAIR, installed.id) in rings.heard
    assert installed.state() is State.READY
    assert installed.hooks()["store/order/created"]["headers"] == secret


def test_a_page_is_opened_once_by_one_address(installed: Panel) -> None:
    address = installed.address()

    assert requests.get(address, timeout=30).status_code == 200
    assert requests.get(address, timeout=30).status_code == 401


def test_a_link_to_a_view_opens_that_view(installed: Panel) -> None:
    assert 'data-start="/customers/7"' in installed.load(path="/customers/7").answer.text
    assert 'data-start=""' in installed.load(path="//evil.example").answer.text


@pytest.mark.parametrize("claims", [{"aud": "other"}, {"iss": "x"}, {"sub": "stores/nobody"}, {"jti": None}], ids=str)
def test_who_is_not_named_by_the_platform_sees_nothing(installed: Panel, claims: dict[str, object]) -> None:
    answer = installed.load(claims=claims).answer

    assert answer.status_code == 401
    assert 'name="visit"' not in answer.text


def test_the_pages_address_by_itself_says_how_to_open_the_app(installed: Panel) -> None:
    answer = requests.get(f"{installed.app}/bigcommerce/customers", timeout=30)

    assert answer.status_code == 401
    assert "from your control panel" in answer.text


def test_a_page_that_stays_open_renews_its_token(installed: Panel) -> None:
    first = installed.load().token

    told = installed.ask(first, "POST", "/visit")

    assert told.status_code == 200
    assert installed.ask(told.json()["token"]).status_code == 200


def test_a_visit_ends_after_a_while(installed: Panel) -> None:
    token, start = installed.load().token, installed.house.now()

    def at(minutes: int) -> str:
        moment = start + timedelta(minutes=minutes)
        return renew(replace(installed.house, now=lambda: moment), token).text

    for minutes in range(9, 12 * 60 - 9, 9):
        token = at(minutes)
    with pytest.raises(NotGenuine):
        at(12 * 60 + 1)


def test_somebody_else_of_the_store_may_come_until_they_are_removed(installed: Panel) -> None:
    clerk = installed.control("POST", "/users", {"email": "clerk@example.com"})["id"]
    theirs, owners = installed.load(user_id=clerk).token, installed.load().token
    kept = installed.address(user_id=clerk)
    assert installed.ask(theirs).status_code == 200

    assert installed.control("DELETE", f"/users/{clerk}")["callback"] == 204

    assert installed.ask(theirs).status_code == 401
    assert installed.ask(theirs, "POST", "/visit").status_code == 401
    assert requests.get(kept, timeout=30).status_code == 401
    assert installed.ask(owners).status_code == 200


def test_what_opened_a_page_never_removes_the_app(installed: Panel) -> None:
    address = installed.address()
    assert requests.get(address, timeout=30).status_code == 200

    answer = requests.get(address.replace("/load?", "/uninstall?"), timeout=30)

    assert answer.status_code == 401
    assert installed.state() is State.READY


def test_a_removed_app_rests_until_it_is_installed_again(installed: Panel) -> None:
    token = installed.load().token

    assert installed.control("POST", "/uninstall", {})["callback"] == 204

    assert installed.state() is State.UNINSTALLED
    assert installed.ask(token).status_code == 401
    assert installed.install().answer.status_code == 200
    installed.read_history()
    assert installed.state() is State.READY
    assert set(installed.hooks()) == set(ASKED.topics)


def test_a_callback_that_was_nobodys_word_is_undone_by_the_next_visit(installed: Panel) -> None:
    payload = installed.control("POST", "/signed-payload", {})["signed_payload_jwt"]
    requests.get(f"{installed.app}/bigcommerce/uninstall", params={"signed_payload_jwt": payload}, timeout=30)
    assert installed.state() is State.UNINSTALLED

    page = installed.load()

    assert page.answer.status_code == 200
    assert installed.ask(page.token).status_code == 200
    installed.read_history()
    assert installed.state() is State.READY


def test_an_uninstallation_nobody_told_of_shows_itself_within_days(installed: Panel) -> None:
    installed.control("POST", "/uninstall", {"callback": False})
    installed.control("POST", "/quiet")

    assert repair(installed.house, installed.id) is False

    assert installed.state() is State.NEEDS_AUTHORISATION
    assert installed.told() == {"needs_authorisation"}
    with installed.house.database.store(installed.id) as tx:
        tx.execute("UPDATE problems SET first_at = now() - interval '73 hours' WHERE store_id = %s", (tx.store_id,))
    repair(installed.house, installed.id)
    assert installed.state() is State.UNINSTALLED


def test_a_store_that_left_is_forgotten_after_a_month_and_may_come_back(installed: Panel) -> None:
    store = installed.id
    installed.control("POST", "/uninstall", {})
    assert repair_all(installed.house) == 0
    assert installed.row.name

    later = installed.house.now() + timedelta(days=31)
    repair_all(replace(installed.house, now=lambda: later))

    with installed.house.database.store(store) as tx:
        assert stores.get(tx).erased
        assert credentials.get(tx, installed.house.keys) is None
    assert installed.install().answer.status_code == 200
    assert installed.id == store
    installed.read_history()
    assert set(installed.hooks()) == set(ASKED.topics)


def test_a_token_that_was_refused_for_an_hour_is_no_uninstallation(installed: Panel) -> None:
    with installed.house.database.store(installed.id) as tx:
        stores.set_state(tx, State.NEEDS_AUTHORISATION, installed.house.now())

    assert repair(installed.house, installed.id)

    assert installed.state() is State.INSTALLING
    installed.read_history()
    assert installed.state() is State.READY
