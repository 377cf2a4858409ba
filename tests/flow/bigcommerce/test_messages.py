"""A BigCommerce store's messages: proven, taken once each, looked after daily."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests

from plugin.db import credentials, customers, inbox, tombstones
from plugin.db.stores import State
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId
from plugin.flow.bell import Work
from plugin.flow.repair import repair
from plugin.flow.restart import restart
from plugin.flow.subscribe import LATEST
from plugin.platforms.bigcommerce.webhooks import SECRET_HEADER, sign
from plugin.platforms.manifest import asked
from plugin.web.app import create_app
from tests.flow.bigcommerce.conftest import SECRET
from tests.flow.bigcommerce.panel import Panel
from tests.flow.conftest import Rings

ASKED = asked("bigcommerce")
TOPIC = "store/customer/updated"


def post(panel: Panel, secret: str, **said: Any) -> int:
    """Somebody delivers a message about the store."""
    body = {"scope": TOPIC, "producer": f"stores/{panel.hash}", "data": {"type": "customer", "id": 1}, "created_at": 1}
    url = f"{panel.app}/webhooks/bigcommerce/{panel.hash}"
    return requests.post(url, json=body | said, headers={SECRET_HEADER: secret}, timeout=30).status_code


def secret(panel: Panel) -> str:
    with panel.house.database.store(panel.id) as tx:
        found = credentials.hook_secret(tx, panel.house.keys)
    assert found is not None
    return found


def deliveries(panel: Panel) -> list[str]:
    with panel.house.database.store(panel.id) as tx:
        return [str(row["topic"]) for row in inbox.latest(tx, asked=False)]


def test_a_store_is_asked_for_every_topic_with_a_secret_of_its_own(installed: Panel) -> None:
    hooks = installed.hooks()

    assert set(hooks) == set(ASKED.topics)
    assert {each["headers"][SECRET_HEADER] for each in hooks.values()} == {secret(installed)}


def test_a_purchase_reaches_the_facts(installed: Panel) -> None:
    number = installed.control("POST", "/customers", {"first_name": "Ana", "last_name": "Bern"})["id"]

    installed.hear()

    with installed.house.database.store(installed.id) as tx:
        assert customers.named(tx, [CustomerId(number)])


def test_a_customer_who_is_announced_before_the_store_shows_them_is_not_lost(installed: Panel) -> None:
    known = installed.control("POST", "/customers", {"first_name": "Ben", "last_name": "Ahead"})["id"]
    installed.hear()

    assert post(installed, secret(installed), data={"type": "customer", "id": known + 1}) == 200
    installed.absorb()
    ahead = installed.control("POST", "/customers", {"first_name": "Cleo", "last_name": "Behind"})["id"]
    installed.hear()

    assert ahead == known + 1
    with installed.house.database.store(installed.id) as tx:
        assert customers.named(tx, [CustomerId(ahead)])


def test_who_is_announced_and_missing_twice_is_gone(installed: Panel) -> None:
    nobody = 987_654
    assert post(installed, secret(installed), data={"type": "customer", "id": nobody}) == 200
    installed.absorb()

    with installed.house.database.store(installed.id) as tx:
        assert not tombstones.among(tx, {Kind.CUSTOMER: {nobody}})[Kind.CUSTOMER]
        tx.execute("UPDATE reads SET due_at = now() WHERE store_id = %s AND id = %s", (installed.id, nobody))
    installed.absorb()

    with installed.house.database.store(installed.id) as tx:
        assert tombstones.among(tx, {Kind.CUSTOMER: {nobody}})[Kind.CUSTOMER]


def test_equal_deliveries_are_each_taken(installed: Panel) -> None:
    before = len(deliveries(installed))

    assert [post(installed, secret(installed)) for _ in range(2)] == [200, 200]

    assert len(deliveries(installed)) == before + 2


@pytest.mark.parametrize(
    ("given", "said"),
    [("", {}), ("another", {}), (None, {"producer": "stores/other"}), (None, {"scope": "api/customers"})],
    ids=["no secret", "wrong secret", "another store", "a topic of ours"],
)
def test_what_is_not_proven_is_not_taken(installed: Panel, given: str | None, said: dict[str, str]) -> None:
    before = deliveries(installed)

    assert post(installed, secret(installed) if given is None else given, **said) == 401

    assert deliveries(installed) == before


def test_signatures_can_be_demanded(installed: Panel) -> None:
    demanding = replace(installed.house.settings, bigcommerce_require_signatures="on")
    client = create_app(replace(installed.house, settings=demanding)).test_client()
    body = json.dumps({"scope": TOPIC, "producer": f"stores/{installed.hash}", "data": {"id": 1}}).encode()
    proven = {SECRET_HEADER: secret(installed)}
    at = str(int(installed.house.now().timestamp()))
    signed = {"webhook-id": "one", "webhook-timestamp": at, "webhook-signature": sign(body, SECRET, "one", at)}
    url = f"/webhooks/bigcommerce/{installed.hash}"

    assert client.post(url, data=body, headers=proven).status_code == 401
    assert client.post(url, data=body, headers=signed).status_code == 401
    assert client.post(url, data=body, headers=proven | signed).status_code == 200


def test_what_comes_after_the_app_was_removed_is_answered_and_dropped(
    installed: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin.flow.receive.KEPT_SECONDS", 0.0)
    known = secret(installed)
    installed.control("POST", "/uninstall", {})
    before = deliveries(installed)

    assert post(installed, known) == 200

    assert deliveries(installed) == before


def test_a_late_word_of_an_earlier_removal_changes_nothing(installed: Panel) -> None:
    post(installed, secret(installed), scope="store/app/uninstalled", data={"type": "store"}, created_at=1_600_000_000)

    installed.absorb()

    assert installed.state() is State.READY


def test_hooks_that_were_switched_off_are_switched_on_and_what_was_missed_is_read(
    installed: Panel, rings: Rings
) -> None:
    installed.control("POST", "/hooks/quiet", {})

    assert repair(installed.house, installed.id)

    assert {each["status"] for each in installed.hooks().values()} == {"active"}
    assert "subscription_inactive" in installed.told()
    assert (Work.RECONCILE, installed.id) in rings.heard
    assert repair(installed.house, installed.id)
    assert installed.told() == set()


def test_hooks_that_are_gone_are_made_again(installed: Panel) -> None:
    installed.control("DELETE", "/hooks")

    assert repair(installed.house, installed.id)

    assert set(installed.hooks()) == set(ASKED.topics)
    assert post(installed, secret(installed)) == 200


def test_who_comes_back_is_heard_at_once_whatever_was_remembered_of_them(
    installed: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin.flow.receive.KEPT_SECONDS", 600.0)
    assert post(installed, secret(installed)) == 200
    installed.control("POST", "/uninstall", {})
    installed.install()
    installed.read_history()

    assert [post(installed, each) for each in ("made up", secret(installed))] == [401, 200]


def test_what_an_earlier_installation_s_hooks_carry_counts_as_long_as_they_are_tried_and_no_longer(
    installed: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin.flow.receive.KEPT_SECONDS", 0.0)
    old = secret(installed)
    later = replace(installed.house, now=lambda: installed.house.now() + LATEST + timedelta(seconds=1))
    installed.control("POST", "/uninstall", {})
    assert installed.state() is State.UNINSTALLED
    installed.install()
    installed.read_history()

    assert secret(installed) != old
    assert [post(installed, each) for each in (old, secret(installed))] == [200, 200]
    assert repair(installed.house, installed.id)
    assert post(installed, old) == 200
    assert repair(later, installed.id)
    assert [post(installed, each) for each in (old, secret(installed))] == [401, 200]


def test_amounts_are_doubted_as_long_as_there_is_an_order_of_unknown_amounts(installed: Panel) -> None:
    buyer = installed.control("GET", "/customers")[0]["id"]
    line = {"name": "A vase", "price": 20, "quantity": 1}
    foreign = {"currency": "USD", "exchange_rate": "1.1", "customer_id": buyer, "lines": [line]}
    order = installed.control("POST", "/orders", foreign)["id"]
    installed.hear()
    assert installed.row.amounts_unsure

    restart(installed.house, installed.id)
    installed.read_history()
    assert installed.row.amounts_unsure

    installed.control("DELETE", f"/orders/{order}")
    installed.hear()
    restart(installed.house, installed.id)
    installed.read_history()
    assert not installed.row.amounts_unsure


def consents(panel: Panel, customer: int) -> list[str]:
    """What the customer said about the newsletter, in its order."""
    with panel.house.database.store(panel.id) as tx:
        rows = tx.rows(
            "SELECT state FROM consents WHERE store_id = %s AND customer_id = %s ORDER BY at", (tx.store_id, customer)
        )
    return [row[0] for row in rows]


def test_a_subscriber_s_message_changes_the_consent_of_who_has_the_address(installed: Panel) -> None:
    installed.segment("Readers", "email_subscription_status = 'SUBSCRIBED'")
    one, other = (
        installed.control(
            "POST", "/customers", {"first_name": name, "last_name": "Bern", "email": f"{name}@bern.example"}
        )
        for name in ("Ana", "Bea")
    )
    installed.hear()

    installed.control("PUT", "/subscribers/ANA@bern.example", {})
    installed.control("PUT", "/subscribers/nobody@bern.example", {})
    installed.hear()
    assert consents(installed, one["id"]) == ["SUBSCRIBED"]
    assert "Readers" in inside(installed, one["id"])
    assert consents(installed, other["id"]) == []

    installed.control("DELETE", "/subscribers/ana@bern.example")
    installed.control("DELETE", "/subscribers/nobody@bern.example")
    installed.hear()
    assert consents(installed, one["id"]) == ["SUBSCRIBED", "UNSUBSCRIBED"]
    assert "Readers" not in inside(installed, one["id"])

    installed.control("PUT", "/subscribers/Ana@bern.example", {"consents": []})
    installed.hear()
    assert consents(installed, one["id"])[-1] == "UNSUBSCRIBED"


def inside(panel: Panel, customer: int) -> set[str]:
    """The segments the customer is in."""
    told = panel.ask(panel.load().token, path=f"/customers/{customer}").json()["segments"]
    return {each["name"] for each in told if each["label"] is not None}
