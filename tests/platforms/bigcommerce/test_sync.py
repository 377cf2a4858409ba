"""Reading things by their ids from a store that behaves, and fails, like the real one."""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from plugin.domain.errors import AccessDenied, NeedsReauthorisation, StoreUnavailable, Throttled
from plugin.domain.facts import (
    AddressesListed,
    AttributeSeen,
    ConsentSeen,
    CustomerSeen,
    Gone,
    Kind,
    OrderSeen,
    ProductSeen,
    ReadAnswered,
    RefundSeen,
)
from plugin.platforms.bigcommerce import sync
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.limits import pacer
from plugin.platforms.http import CallFailed
from tests.platforms.bigcommerce.builders import BEGAN
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.reading import SCOPES, a_past, asked, calls, every, sharing, told
from tests.platforms.server import Reply, Server, serving


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, Server]]:
    """A sandbox, and the app it calls."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def store(sandbox: tuple[str, Server]) -> Pretended:
    """A store of this test's own, with three customers."""
    return a_past(*sandbox, customers=3, years=0.2)


def buy(store: Pretended, customer: int | None, price: str = "100", **more: object) -> int:
    lines = [{"name": "Chair", "price": price, "quantity": 2}]
    body = {"customer_id": customer, "lines": lines, "posted": False, **more}
    return int(store.control("POST", "/orders", body)["id"])


def somebody(store: Pretended, **more: object) -> int:
    return int(store.control("POST", "/customers", {"email": "ada@example.com", **more})["id"])


def until_throttled(client: Client) -> int:
    """How many calls pass."""
    for passed in range(100):
        try:
            sync.store_info(client)
        except Throttled:
            return passed
    return 100


def test_the_store_s_particulars(store: Pretended) -> None:
    info = sync.store_info(calls(store))

    assert (info.domain, info.timezone, info.currency) == (store.hash, "Europe/Berlin", "EUR")
    assert info.remote_id == store.control("GET")["store_id"]
    assert info.scopes == SCOPES


def test_an_order_is_read_with_its_lines_codes_and_refunds(store: Pretended) -> None:
    number = buy(store, somebody(store), coupon_code="WELCOME", coupon_percent=10)
    store.control("POST", f"/orders/{number}/refund", {"amount": 5})
    facts = told(calls(store), Kind.ORDER, number)

    (order,), (refund,) = every(OrderSeen, facts), every(RefundSeen, facts)
    shown = store.control("GET", f"/orders/{number}")
    assert order.total == Decimal(shown["total"])
    assert (order.discount_codes, [line.title for line in order.lines]) == (("WELCOME",), ["Chair"])
    assert refund.goods == 5
    assert order.paid_at == order.placed_at
    assert every(ReadAnswered, facts) == [ReadAnswered(Kind.ORDER, number, 1)]


def test_the_whole_given_back_leaves_nothing(store: Pretended) -> None:
    number = buy(store, somebody(store), "33.33", coupon_code="X", coupon_percent=7)
    store.control("POST", f"/orders/{number}/refund", {})
    facts = told(calls(store), Kind.ORDER, number)

    (order,), refunds = every(OrderSeen, facts), every(RefundSeen, facts)
    assert order.gross - order.discount == sum((each.goods for each in refunds), Decimal(0))
    assert order.cancelled_at is None


def test_orders_whose_ids_lie_close_are_read_together(store: Pretended) -> None:
    who = somebody(store)
    close = [buy(store, who) for _ in range(5)]
    client = calls(store)
    before = len(asked(store))

    assert [order.id for order in every(OrderSeen, told(client, Kind.ORDER, *close))] == close
    made = [call for call in asked(store)[before:] if "/v2/orders" in call]
    assert len(made) == 1


def test_an_archived_order_is_in_no_state_until_it_comes_back(store: Pretended) -> None:
    who = somebody(store)
    numbers = [buy(store, who) for _ in range(2)]
    store.control("POST", f"/orders/{numbers[0]}/archive", {})
    client = calls(store)
    assert {order.id: order.test for order in every(OrderSeen, told(client, Kind.ORDER, *numbers))} == {
        numbers[0]: True,
        numbers[1]: False,
    }

    store.control("POST", f"/orders/{numbers[0]}/archive", {"back": True})
    assert not every(OrderSeen, told(client, Kind.ORDER, numbers[0]))[0].test


def test_what_the_store_does_not_know_is_gone(store: Pretended) -> None:
    number = buy(store, somebody(store))
    store.control("DELETE", f"/orders/{number}")
    client = calls(store)

    assert every(Gone, told(client, Kind.ORDER, number, 999_999)) == [
        Gone(Kind.ORDER, number, BEGAN),
        Gone(Kind.ORDER, 999_999, BEGAN),
    ]
    assert every(Gone, told(client, Kind.CUSTOMER, 999_999)) == [Gone(Kind.CUSTOMER, 999_999, BEGAN)]
    assert every(Gone, told(client, Kind.PRODUCT, 999_999)) == [Gone(Kind.PRODUCT, 999_999, BEGAN)]


def test_a_guest_s_order_names_nobody(store: Pretended) -> None:
    (order,) = every(OrderSeen, told(calls(store), Kind.ORDER, buy(store, None, email="guest@example.com")))
    assert (order.customer_id, order.email) == (None, "guest@example.com")


def test_a_customer_is_read_with_everything_that_is_kept_elsewhere(store: Pretended) -> None:
    who = somebody(store, form_fields={"Pets": ["cat"]}, address1="x", city="Kiel", country_code="DE")
    for number in range(11):
        store.control("POST", f"/customers/{who}/addresses", {"city": f"City {number}"})
    store.control("PUT", "/subscribers/ada@example.com", {})
    client = calls(store)
    group = client.run(Call("POST", Api.V2, "/customer_groups", body={"name": "Teachers"}))["id"]
    definitions = [
        client.run(Call("POST", Api.V3, "/customers/attributes", body=[{"name": name, "type": kind}]))["data"][0]["id"]
        for name, kind in (("Size", "number"), ("Club", "string"))
    ]
    values = [{"attribute_id": definitions[0], "customer_id": who, "value": "42"}]
    client.run(Call("PUT", Api.V3, "/customers/attribute-values", body=values))
    store.control("PATCH", f"/customers/{who}", {"group_id": group})

    facts = told(calls(store), Kind.CUSTOMER, who)
    known = {fact.name: fact.value for fact in every(AttributeSeen, facts)}
    assert len(every(AddressesListed, facts)[0].addresses) == 12
    assert known["customer_groups"] == ("Teachers",)
    assert (known["attributes.Size"], known["attributes.Club"]) == (("42",), ())
    assert known["attributes.Pets"] == ("cat",)
    assert [consent.state for consent in every(ConsentSeen, facts)] == ["SUBSCRIBED"]


@pytest.mark.parametrize("status", [403, 404])
def test_groups_a_plan_does_not_have_are_unknown_and_stop_nothing(store: Pretended, status: int) -> None:
    who = somebody(store)
    client = calls(store)
    group = client.run(Call("POST", Api.V2, "/customer_groups", body={"name": "Teachers"}))["id"]
    store.control("PATCH", f"/customers/{who}", {"group_id": group})
    store.control("PUT", "/faults", {"api": {"groups_status": status}})

    (seen,) = every(CustomerSeen, told(calls(store), Kind.CUSTOMER, who))
    assert "customer_groups" in seen.unknown


def test_products_are_read_with_their_brand(store: Pretended) -> None:
    first = store.control("GET", "/products")[0]
    (seen,) = every(ProductSeen, told(calls(store), Kind.PRODUCT, first["id"]))

    assert (seen.title, seen.vendor) == (first["name"], first["brand"])
    if seen.categories is not None:
        assert seen.categories == tuple(sorted(first["categories"]))


def test_after_a_trouble_only_what_was_read_is_answered(store: Pretended, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sync.AT_ONCE, Kind.ORDER, 1)
    who = somebody(store)
    numbers = [buy(store, who) for _ in range(2)]
    client = calls(store)
    store.control("PUT", "/quota", {"quota": 4})

    body = json.loads(sync.read(client, Kind.ORDER, dict.fromkeys(numbers, 7), BEGAN))
    assert body["counters"] == {str(numbers[0]): 7}
    with pytest.raises(Throttled) as caught:
        sync.read(client, Kind.ORDER, {numbers[1]: 7}, BEGAN)
    assert 0 < caught.value.wait <= 45


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ({"status_next": [500]}, CallFailed),
        ({"status_next": [423]}, StoreUnavailable),
        ({"status_next": [503]}, StoreUnavailable),
        ({"frozen": 401}, NeedsReauthorisation),
        ({"throttle_next": 1}, Throttled),
        ({"throttle_bare_next": 1}, Throttled),
    ],
)
def test_a_bad_day_has_a_name(store: Pretended, faults: dict[str, object], error: type[Exception]) -> None:
    client = calls(store)
    store.control("PUT", "/faults", {"api": faults})

    with pytest.raises(error):
        sync.read(client, Kind.CUSTOMER, {1: 1}, BEGAN)


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ORDER, Kind.REFUND, Kind.PRODUCT, Kind.SUBSCRIBER])
def test_a_store_that_is_not_there_has_not_lost_what_was_asked_for(store: Pretended, kind: Kind) -> None:
    client = calls(store)
    store.control("PUT", "/faults", {"api": {"frozen": 404}})

    for ids in ({1: 1}, {1: 1, 2: 1}):
        with pytest.raises(StoreUnavailable):
            sync.read(client, kind, ids, BEGAN)


def test_a_scope_that_is_missing_is_said_so(store: Pretended) -> None:
    with pytest.raises(AccessDenied):
        sync.read(calls(store, scopes=("store_v2_customers",)), Kind.ORDER, {1: 1}, BEGAN)


def test_the_quota_is_kept_and_a_reserve_is_left_for_live_work(store: Pretended, redis_url: str) -> None:
    store.control("PUT", "/quota", {"quota": 20})
    pace = pacer(redis_url, patience=10)
    live = calls(store, pace)

    assert 9 <= until_throttled(sharing(live, 0.5)) <= 10
    assert 9 <= until_throttled(live) <= 10
    assert 429 not in {row["status"] for row in store.control("GET", "/calls")}
