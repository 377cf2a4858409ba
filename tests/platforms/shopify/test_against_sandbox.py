"""The whole conversation with a store that behaves, and fails, like the real one."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from embedded.ports import free_port
from plugin.domain.errors import AppRefused, NeedsReauthorisation, Throttled
from plugin.domain.facts import (
    CustomerSeen,
    Fact,
    Kind,
    OrderSeen,
    ReadAnswered,
    ReadWanted,
    RefundSeen,
    TagsListed,
)
from plugin.domain.ids import CustomerId
from plugin.platforms.base import Export, ExportState, Grant, NotGenuine, TagDelta, Tokens
from plugin.platforms.http import CallFailed, Http, Timeout
from plugin.platforms.manifest import asked
from plugin.platforms.shopify import auth, grants, sync, tagging
from plugin.platforms.shopify.client import Client
from plugin.platforms.shopify.limits import pacer
from plugin.platforms.shopify.subscriptions import subscribe
from plugin.platforms.shopify.translate import translate
from plugin.platforms.shopify.webhooks import verify
from tests.platforms.server import Reply, Server, serving
from tests.platforms.shopify.sandbox import CLIENT_ID, SECRET, SHOP, Sandbox, sandbox
from tests.recording import the_recorder

ASKED = asked("shopify")
APP = auth.App(CLIENT_ID, (SECRET,))
HTTP = Http(Timeout(connect=2, read=5, total=10), the_recorder(), lambda: False)


@pytest.fixture(scope="module")
def ears() -> Iterator[Server]:
    """Where the sandbox delivers webhooks."""
    with serving() as server:
        server.replies.append(Reply())
        yield server


@pytest.fixture(scope="module")
def shop(ears: Server) -> Iterator[Sandbox]:
    with sandbox(free_port(), ears.url) as running:
        yield running


@pytest.fixture(autouse=True)
def _healed(shop: Sandbox) -> Iterator[None]:
    yield
    shop.control("DELETE", "/faults")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def grant(shop: Sandbox) -> Grant:
    return grants.exchange(HTTP, shop.shop_url, APP, shop.id_token(), now())


@pytest.fixture
def client(shop: Sandbox, grant: Grant, redis_url: str) -> Client:
    held = [grant]

    def refresh(stale: str) -> str:
        held.append(grants.refresh(HTTP, shop.shop_url, APP, held[-1].refresh_token or "", now()))
        return held[-1].access_token

    tokens = Tokens(lambda: held[-1].access_token, refresh)
    return Client(
        SHOP, tokens, HTTP, pacer(redis_url, patience=10), base_url=shop.shop_url, api_version=ASKED.api_version
    )


def exported(client: Client, kind: Kind, since: datetime | None = None) -> list[Fact]:
    """Every fact of an export, as the inbox would bring them."""
    began = now()
    running = sync.start_export(client, kind, since)
    export = Export(ExportState.RUNNING, 0, None)
    deadline = time.monotonic() + 20
    while export.state is ExportState.RUNNING and time.monotonic() < deadline:
        time.sleep(0.05)
        export = sync.poll_export(client, running)
    assert export.state is ExportState.DONE
    chunks = list(sync.export_chunks(client, HTTP, export.url)) if export.url else []
    assert sum(chunk.objects for chunk in chunks) == export.objects
    return [fact for chunk in chunks for fact in translate(f"export/{kind.value}s", chunk.body, began)]


def read(client: Client, kind: Kind, ids: Sequence[int]) -> list[Fact]:
    body = sync.read(client, kind, dict.fromkeys(ids, 1), now())
    return list(translate(f"api/{kind.value}s", body, now()))


def measures(order: OrderSeen) -> dict[str, Any]:
    """What an order says, whoever told it: all but the version, and what only one of them knows."""
    apart = ("version", "location_id", "app", "unknown", "lines")
    told = {name: getattr(order, name) for name in order.__struct_fields__ if name not in apart}
    return told | {"lines": [replace(line, unknown=()) for line in order.lines]}


def refunded(facts: list[Fact]) -> dict[int, tuple[Any, ...]]:
    found = [fact for fact in facts if isinstance(fact, RefundSeen)]
    return {each.id: (each.order_id, each.goods, each.total, each.lines, each.refunded_at) for each in found}


def test_the_page_the_merchant_opens_proves_shop_and_user(shop: Sandbox) -> None:
    url = shop.control("POST", "/open")["url"]
    told = auth.verify_query(url.partition("?")[2], APP.secrets, now())
    identity = auth.verify_id_token(told["id_token"], APP, now())

    assert told["shop"] == identity.store == SHOP
    assert auth.decode_host(told["host"]) == "admin.shopify.com/store/regulars-test"


def test_a_stale_id_token_is_refused_by_us_and_by_the_shop(shop: Sandbox) -> None:
    stale = shop.id_token(lifetime=-60)

    with pytest.raises(NotGenuine):
        auth.verify_id_token(stale, APP, now())
    with pytest.raises(NotGenuine):
        grants.exchange(HTTP, shop.shop_url, APP, stale, now())


def test_tokens_are_refreshed_and_a_lost_answer_can_be_asked_again(shop: Sandbox, grant: Grant) -> None:
    shop.control("PUT", "/faults", {"api": {"lose_refresh_response": 1}})
    with pytest.raises(CallFailed) as caught:
        grants.refresh(HTTP, shop.shop_url, APP, grant.refresh_token or "", now())
    again = grants.refresh(HTTP, shop.shop_url, APP, grant.refresh_token or "", now())

    assert caught.value.sent
    assert again.access_token != grant.access_token
    assert set(ASKED.scopes) <= set(again.scopes)


def test_a_made_up_refresh_token_needs_the_merchant(shop: Sandbox) -> None:
    with pytest.raises(NeedsReauthorisation):
        grants.refresh(HTTP, shop.shop_url, APP, "made up", now())


def test_an_expired_access_token_is_refreshed_in_the_middle_of_work(shop: Sandbox, client: Client) -> None:
    shop.control("PUT", "/faults", {"api": {"expire_access_token": True}})

    assert sync.store_info(client).domain == SHOP


def test_the_store_tells_its_particulars(client: Client) -> None:
    info = sync.store_info(client)

    assert (info.domain, info.timezone, info.currency) == (SHOP, "Europe/Dublin", "EUR")
    assert set(ASKED.scopes) <= set(info.scopes)


def test_subscribing_twice_makes_each_subscription_once(client: Client, ears: Server) -> None:
    first = subscribe(client, ASKED.topics, f"{ears.url}/another")
    second = subscribe(client, ASKED.topics, f"{ears.url}/another")

    assert first.made == ASKED.topics
    assert (second.kept, second.made, second.refused) == (ASKED.topics, (), ())


def test_an_export_and_reads_one_by_one_tell_the_same_orders(shop: Sandbox, client: Client) -> None:
    facts = exported(client, Kind.ORDER)
    whole = {fact.id: measures(fact) for fact in facts if isinstance(fact, OrderSeen)}
    by_hand = read(client, Kind.ORDER, list(whole)[:30])
    single = {fact.id: measures(fact) for fact in by_hand if isinstance(fact, OrderSeen)}
    told = {order["id"]: order for order in shop.control("GET", "/orders")}

    assert len(whole) > 30
    assert set(whole) == set(told)
    assert single == {number: whole[number] for number in single}
    assert len(single) == 30
    for number, order in whole.items():
        assert f"{order['total']:.2f}" == told[number]["total"]
        assert order["gross"] - order["discount"] + order["shipping"] + order["tax"] == order["total"]


def test_exported_orders_with_refunds_are_read_and_then_complete(shop: Sandbox, client: Client) -> None:
    wanted = [fact.id for fact in exported(client, Kind.ORDER) if isinstance(fact, ReadWanted)]
    told = {order["id"]: order for order in shop.control("GET", "/orders")}
    facts = read(client, Kind.ORDER, wanted)

    assert set(wanted) == {number for number, order in told.items() if order["refunds"]}
    assert wanted
    assert {number: f"{refund[2]:.2f}" for number, refund in refunded(facts).items()} == {
        refund["id"]: refund["total"] for number in wanted for refund in told[number]["refunds"]
    }
    assert [fact.id for fact in facts if isinstance(fact, ReadAnswered)] == wanted


def test_an_export_and_reads_tell_the_same_customers(shop: Sandbox, client: Client) -> None:
    facts = exported(client, Kind.CUSTOMER)
    told = shop.control("GET", "/customers")
    single = read(client, Kind.CUSTOMER, [customer["id"] for customer in told])

    def plain(found: list[Fact]) -> set[Any]:
        return {fact for fact in found if not isinstance(fact, CustomerSeen | TagsListed | ReadAnswered)}

    assert plain(facts) == plain(single)
    listed = {fact.customer_id: set(fact.tags) for fact in facts if isinstance(fact, TagsListed)}
    assert listed == {customer["id"]: set(customer["tags"]) for customer in told}


def test_an_export_since_a_moment_brings_only_what_changed(shop: Sandbox, client: Client) -> None:
    bought = buy(shop)
    since = datetime.fromisoformat(bought["updated_at"])
    told = shop.control("GET", "/orders")

    found = {fact.id for fact in exported(client, Kind.ORDER, since) if isinstance(fact, OrderSeen)}
    assert found == {each["id"] for each in told if datetime.fromisoformat(each["updated_at"]) >= since}
    assert bought["id"] in found
    assert len(found) < len(told)


def buy(shop: Sandbox, **more: Any) -> Any:
    customer = shop.control("GET", "/customers?limit=1")[0]["id"]
    product = next(line for order in shop.control("GET", "/orders") for line in order["lines"] if line["product_id"])
    lines = [{"product_id": product["product_id"], "quantity": 3}]
    return shop.control("POST", "/orders", {"customer_id": customer, "lines": lines, **more})


def heard(shop: Sandbox, ears: Server, since: int) -> list[tuple[str, list[Fact]]]:
    """The genuine deliveries since then, translated."""
    shop.control("POST", "/quiet", {"timeout": 20})
    found = []
    for request in ears.asked[since:]:
        delivery = verify(request.headers, request.body, APP.secrets)
        assert delivery.remote_store == SHOP
        assert delivery.triggered_at is not None
        found.append((delivery.topic, list(translate(delivery.topic, request.body, delivery.triggered_at))))
    return found


def test_webhooks_of_a_purchase_and_its_refund_agree_with_the_api(shop: Sandbox, client: Client, ears: Server) -> None:
    subscribe(client, ASKED.topics, ears.url)
    start = len(ears.asked)
    order = buy(shop)
    line = order["lines"][0]["id"]
    shop.control("POST", f"/orders/{order['id']}/refund", {"lines": [{"line_id": line, "quantity": 1}]})
    deliveries = heard(shop, ears, start)
    facts = read(client, Kind.ORDER, [order["id"]])

    assert {"orders/create", "orders/paid", "orders/updated", "refunds/create"} <= {topic for topic, _ in deliveries}
    (answered,) = [fact for fact in facts if isinstance(fact, OrderSeen)]
    assert len(refunded(facts)) == 1
    for topic, told in deliveries:
        for fact in told:
            if isinstance(fact, OrderSeen):
                assert measures(fact) == measures(answered), topic
            if isinstance(fact, RefundSeen):
                assert refunded([fact]) == refunded(facts), topic


def test_an_order_paid_later_is_unpaid_before(shop: Sandbox, client: Client, ears: Server) -> None:
    subscribe(client, ASKED.topics, ears.url)
    start = len(ears.asked)
    order = buy(shop, paid=False)
    created = [fact for topic, told in heard(shop, ears, start) if topic == "orders/create" for fact in told]
    shop.control("POST", f"/orders/{order['id']}/pay", {})
    paid = [fact for topic, told in heard(shop, ears, start) if topic == "orders/paid" for fact in told]

    assert {fact.paid_at for fact in created if isinstance(fact, OrderSeen)} == {None}
    assert all(fact.paid_at is not None for fact in paid if isinstance(fact, OrderSeen))
    assert paid


def test_tags_are_written_as_differences_and_read_back(shop: Sandbox, client: Client) -> None:
    one, other = (CustomerId(each["id"]) for each in shop.control("GET", "/customers?limit=2"))
    before = tagging.read_tags(client, [one, other])
    results = tagging.write_tags(client, [TagDelta(one, add=("Gold",))])
    results += tagging.write_tags(
        client,
        [
            TagDelta(one, add=("Silver",), remove=("gold",)),
            TagDelta(CustomerId(999), add=("Gold",)),
            TagDelta(other, remove=("not there",)),
        ],
    )

    assert [(result.ok, result.gone) for result in results] == [
        (True, False),
        (True, False),
        (False, True),
        (True, False),
    ]
    shown = {each["id"]: tuple(each["tags"]) for each in shop.control("GET", "/customers?limit=2")}
    assert set(shown[one]) == {*(before[one] or ()), "Silver"}
    assert results[1].tags_after == shown[one]
    assert tagging.read_tags(client, [one, other, CustomerId(999)]) == {
        one: shown[one],
        other: before[other],
        999: None,
    }


def test_a_write_whose_answer_was_lost_is_settled_by_reading_back(shop: Sandbox, client: Client) -> None:
    one = CustomerId(shop.control("GET", "/customers?limit=1")[0]["id"])
    shop.control("PUT", "/faults", {"api": {"lose_next": 1}})
    (result,) = tagging.write_tags(client, [TagDelta(one, add=("Lost answer",))])

    assert (result.ok, result.unsure) == (False, True)
    assert "Lost answer" in (tagging.read_tags(client, [one])[one] or ())


def test_an_export_that_fails_says_so(shop: Sandbox, client: Client) -> None:
    shop.control("PUT", "/faults", {"api": {"bulk_fail_next": 1}})
    running = sync.start_export(client, Kind.CUSTOMER, None)
    deadline = time.monotonic() + 20
    while (export := sync.poll_export(client, running)).state is ExportState.RUNNING:
        assert time.monotonic() < deadline
        time.sleep(0.05)

    assert export.state is ExportState.FAILED
    assert export.error


def test_a_full_batch_costs_less_than_one_call_may(shop: Sandbox, client: Client) -> None:
    order = shop.control("GET", "/orders?limit=1")[0]["gid"]
    customer = shop.control("GET", "/customers?limit=1")[0]["gid"]
    client.run("read_orders", {"ids": [order] * sync.BATCH[Kind.ORDER]})
    client.run("read_refunds", {"ids": [order] * sync.BATCH[Kind.ORDER]})
    client.run("read_customers", {"ids": [customer] * sync.BATCH[Kind.CUSTOMER]})
    client.run("read_tags", {"ids": [customer] * tagging.READ_AT_ONCE})

    calls = shop.control("GET", "/calls?limit=4")
    assert all(call["outcome"] == "ok" and call["requested"] < 800 for call in calls)


def test_an_empty_bucket_says_when_to_come_again(shop: Sandbox, client: Client) -> None:
    one = CustomerId(shop.control("GET", "/customers?limit=1")[0]["id"])
    shop.control("PUT", "/faults", {"api": {"drain_bucket": -1000}})

    with pytest.raises(Throttled) as caught:
        tagging.write_tags(client, [TagDelta(one, add=("a",))])
    assert 0 < caught.value.wait < 2
    time.sleep(caught.value.wait + 0.1)
    assert tagging.write_tags(client, [TagDelta(one, add=("a",))])[0].ok


def test_an_uninstalled_shop_lets_nobody_in(shop: Sandbox, client: Client) -> None:
    try:
        shop.control("POST", "/uninstall")
        with pytest.raises(NeedsReauthorisation):
            sync.store_info(client)
        with pytest.raises(AppRefused, match="refuses the exchange"):
            grants.exchange(HTTP, shop.shop_url, APP, shop.id_token(), now())
    finally:
        shop.control("POST", "/open")
