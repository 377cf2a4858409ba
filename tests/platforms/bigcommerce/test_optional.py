"""What only some rules ask for: unfinished checkouts, disputes, store credit, metafields."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.domain.facts import AttributeSeen, CheckoutSeen, Credit, CreditsListed, DisputeSeen, Fact, ValueType
from plugin.domain.ids import CustomerId, OrderId
from plugin.platforms.bigcommerce import checkouts, disputes, optional
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.translate import translate
from tests.platforms.bigcommerce.builders import BEGAN, a_refund, amounts, an_order, read
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.reading import a_past, calls, every
from tests.platforms.server import Reply, Server, serving

CHANGED = datetime(2026, 3, 3, 10, 15, 40, tzinfo=UTC)
PLACED = datetime(2026, 3, 3, 10, 15, 2, tzinfo=UTC)


def checkout(**more: Any) -> list[CheckoutSeen]:
    return every(CheckoutSeen, read("api/orders", {"order": an_order(**more)}))


def test_who_left_the_payment_page_has_abandoned_a_checkout_after_an_hour() -> None:
    (seen,) = checkout(status_id=0)
    assert (seen.id, seen.customer_id, seen.completed_at) == (118, 41, None)
    assert (seen.at, seen.amount) == (CHANGED + timedelta(hours=1), amounts(28)[0])


@pytest.mark.parametrize("more", [{"status_id": 11}, {"status_id": 1}, {"status_id": 0, "is_deleted": True}])
def test_who_came_back_and_what_was_put_away_is_not_abandoned(more: dict[str, Any]) -> None:
    assert [seen.completed_at for seen in checkout(**more)] == [PLACED]


@pytest.mark.parametrize("more", [{"customer_id": 0}, {"order_source": "manual"}, {"order_source": "external"}])
def test_nobody_s_and_others_orders_are_no_checkouts(more: dict[str, Any]) -> None:
    assert checkout(status_id=0, **more) == []


def test_in_another_currency_its_amount_is_not_known() -> None:
    foreign = {"default_currency_code": "EUR", "store_default_to_transactional_exchange_rate": "0.92"}
    assert checkout(status_id=0, **foreign)[0].amount is None


def test_history_tells_no_checkouts() -> None:
    facts = translate("export/orders", json.dumps({"order": an_order(status_id=0)}).encode(), BEGAN)
    assert every(CheckoutSeen, facts) == []


def test_a_disputed_order_has_a_dispute_since_it_changed() -> None:
    facts = read("api/orders", {"order": an_order(status_id=13), "refunds": [a_refund(total=1)]})
    assert every(DisputeSeen, facts) == [DisputeSeen(OrderId(118), 118, CHANGED, "NEEDS_RESPONSE")]
    assert every(DisputeSeen, read("api/orders", {"order": an_order()})) == []


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, Server]]:
    """A sandbox, and the app it calls."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def store(sandbox: tuple[str, Server], monkeypatch: pytest.MonkeyPatch) -> Pretended:
    """A store of this test's own, listed in pages of two."""
    monkeypatch.setattr(checkouts, "PAGE", 2)
    return a_past(*sandbox, customers=3, years=0.2)


def buy(store: Pretended, status: int) -> int:
    who = store.control("GET", "/customers")[0]["id"]
    lines = [{"name": "Chair", "price": "10", "quantity": 1}]
    body = {"customer_id": who, "lines": lines, "status_id": status}
    return int(store.control("POST", "/orders", body)["id"])


@pytest.mark.parametrize(
    ("status", "list_them", "kind"),
    [(0, checkouts.list_checkouts, "checkouts"), (13, disputes.list_disputes, "disputes")],
)
def test_all_of_them_are_listed_by_their_status(store: Pretended, status: int, list_them: Any, kind: str) -> None:
    known = {row["id"] for row in store.control("GET", "/orders") if row["status_id"] == status}
    known |= {buy(store, status) for _ in range(5)}
    client, facts, after = calls(store), list[Fact](), 0
    while after is not None:
        body, after = list_them(client, after)
        facts += translate(f"api/{kind}", body, BEGAN)

    found = {seen.id for seen in every(CheckoutSeen, facts)} | {seen.id for seen in every(DisputeSeen, facts)}
    assert found >= {number for number in known if _has_customer(store, number)}


def _has_customer(store: Pretended, number: int) -> bool:
    return bool(store.control("GET", f"/orders/{number}")["customer_id"])


def optionally(client: Client, who: int, *names: str) -> tuple[Fact, ...]:
    return translate("api/optional", optional.read_optional(client, [CustomerId(who)], names, BEGAN), BEGAN)


def test_store_credit_and_metafields_are_read_where_they_are_asked_for(store: Pretended) -> None:
    who = store.control("POST", "/customers", {"email": "ada@example.com", "store_credit": "12.50"})["id"]
    client = calls(store)
    field = {"namespace": "loyalty", "key": "level", "value": "gold", "permission_set": "app_only"}
    client.run(Call("POST", Api.V3, f"/customers/{who}/metafields", body=field))

    facts = optionally(client, who, "credits", "metafields.loyalty.level", "metafields.loyalty.points")
    assert every(CreditsListed, facts)[0].credits == (Credit("1", amounts("12.5")[0], "EUR"),)
    known = {seen.name: (seen.type, seen.value) for seen in every(AttributeSeen, facts)}
    assert known == {
        "metafields.loyalty.level": (ValueType.TEXT, ("gold",)),
        "metafields.loyalty.points": (ValueType.ABSENT, ()),
    }
    assert optionally(client, who, "credits")[0] == every(CreditsListed, facts)[0]
    assert len(optionally(client, who, "credits")) == 1


def test_a_customer_who_is_gone_says_nothing(store: Pretended) -> None:
    assert optionally(calls(store), 999_999, "credits", "metafields.a.b") == ()
