"""Tokens expire, rotate and die; a store keeps working, or its page says what its merchant must do."""

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from embedded.json_client import JsonClient
from plugin.db import credentials, problems, stores
from plugin.db.credentials import Credential
from plugin.db.stores import State
from plugin.domain.errors import AccessDenied, NeedsReauthorisation, PlatformError, Throttled
from plugin.flow.backfill import backfill
from plugin.flow.bell import Work
from plugin.flow.fetch import fetch
from plugin.flow.house import House
from plugin.flow.install import install
from plugin.flow.repair import repair, repair_all
from plugin.flow.scan import scan
from plugin.flow.tokens import client
from plugin.platforms.http import Answer, Http, Request, Timeout
from plugin.platforms.shopify import grants
from plugin.platforms.shopify.connect import app, base_url
from plugin.web.app import create_app
from tests.faults.shop import Merchant, Shop
from tests.flow.conftest import Rings
from tests.recording import the_recorder

WHO = "store_info"


def stored(merchant: Merchant) -> Credential:
    with merchant.house.database.store(merchant.store) as tx:
        found = credentials.get(tx, merchant.house.keys)
    assert found is not None
    return found


def call(merchant: Merchant) -> dict[str, Any]:
    """One question to the store."""
    with merchant.house.database.store(merchant.store) as tx:
        store = stores.get(tx)
    answer: dict[str, Any] = client(merchant.house, store).run(WHO, {})
    return answer


def told(merchant: Merchant) -> set[str]:
    """The problems on the merchant's page."""
    with merchant.house.database.store(merchant.store) as tx:
        return {problem["code"] for problem in problems.listed(tx)}


def change(merchant: Merchant, **columns: Any) -> None:
    """The store's pair is older than it was."""
    with merchant.house.database.store(merchant.store) as tx:
        names = ", ".join(f"{name} = %s" for name in columns)
        tx.execute(f"UPDATE credentials SET {names} WHERE store_id = %s", (*columns.values(), merchant.store))


def later(minutes: float) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(minutes=minutes)


def test_a_token_with_less_than_five_minutes_left_is_refreshed_before_the_call(merchant: Merchant) -> None:
    first = stored(merchant)

    call(replace(merchant, house=replace(merchant.house, now=later(54))))
    assert stored(merchant).access_token == first.access_token
    call(replace(merchant, house=replace(merchant.house, now=later(56))))

    assert stored(merchant).access_token != first.access_token
    assert stored(merchant).refresh_token != first.refresh_token
    assert stored(merchant).previous_refresh_token == first.refresh_token


def test_a_refused_token_is_refreshed_once_and_the_call_is_made_again(merchant: Merchant, shop: Shop) -> None:
    first = stored(merchant)
    shop.fail(expire_access_token=True)
    calls = len(shop.calls())

    assert call(merchant)["shop"]

    assert stored(merchant).access_token != first.access_token
    assert len(shop.calls()) == calls + 2


def test_many_who_find_the_token_dead_refresh_it_once(merchant: Merchant, shop: Shop) -> None:
    first = stored(merchant)
    shop.fail(expire_access_token=True)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: call(merchant), range(6)))

    assert all(answer["shop"] for answer in answers)
    assert stored(merchant).previous_refresh_token == first.refresh_token


def test_a_refresh_whose_answer_is_lost_is_asked_again_with_the_token_before(merchant: Merchant, shop: Shop) -> None:
    first = stored(merchant)
    shop.fail(expire_access_token=True, lose_refresh_response=1)

    with pytest.raises(PlatformError):
        call(merchant)
    assert stored(merchant) == first
    assert merchant.is_ready()

    assert call(merchant)["shop"]
    assert stored(merchant).previous_refresh_token == first.refresh_token


def test_a_pair_that_came_and_was_not_stored_is_no_loss(merchant: Merchant, shop: Shop) -> None:
    """The process died between the answer and its commit: the pair before is all there is, and it still counts."""
    house, first = merchant.house, stored(merchant)
    lost = grants.refresh(
        house.http, base_url(house.settings, shop.domain), app(house.settings), first.refresh_token or "", house.now()
    )
    shop.fail(expire_access_token=True)

    assert call(merchant)["shop"]

    assert stored(merchant).access_token not in (first.access_token, lost.access_token)
    assert merchant.is_ready()


def test_a_busy_token_endpoint_is_waited_for_and_nothing_is_lost(merchant: Merchant, shop: Shop) -> None:
    shop.fail(expire_access_token=True, token_status_next=[429])

    with pytest.raises(Throttled) as caught:
        call(merchant)

    assert caught.value.wait == 1.0
    assert merchant.is_ready()
    assert call(merchant)["shop"]


def test_an_answer_that_does_not_say_how_long_it_lives_is_refreshed_within_the_hour(
    merchant: Merchant, shop: Shop
) -> None:
    shop.fail(expire_access_token=True, omit_expiry_next=1)
    call(merchant)
    silent = stored(merchant)

    assert silent.expires_at is not None
    assert silent.expires_at <= datetime.now(UTC) + timedelta(hours=1)
    call(replace(merchant, house=replace(merchant.house, now=later(56))))
    assert stored(merchant).access_token != silent.access_token


class Between(Http):
    """Somebody between us and the shop: something happens before each refresh, or to its answer."""

    def __init__(
        self, before: Callable[[], object] = lambda: None, after: Callable[[Answer], Answer] = lambda answer: answer
    ) -> None:
        super().__init__(Timeout(), the_recorder(), lambda: False)
        self._before, self._after = before, after

    def send(self, request: Request, *, accept: frozenset[int] = frozenset({200})) -> Answer:
        if "refresh_token" not in (request.json or {}):
            return super().send(request, accept=accept)
        self._before()
        return self._after(super().send(request, accept=accept))


def test_an_answer_without_another_refresh_token_leaves_us_the_one_we_have(merchant: Merchant, shop: Shop) -> None:
    first = stored(merchant)
    shop.fail(expire_access_token=True)

    def silent(answer: Answer) -> Answer:
        body = {key: value for key, value in json.loads(answer.body).items() if key != "refresh_token"}
        return replace(answer, body=json.dumps(body).encode())

    call(replace(merchant, house=replace(merchant.house, http=Between(after=silent))))

    assert stored(merchant).access_token != first.access_token
    assert stored(merchant).refresh_token == first.refresh_token


def test_a_merchant_who_opens_the_app_during_a_refresh_is_not_asked_to_do_it_again(
    merchant: Merchant, shop: Shop
) -> None:
    """Their visit ends the pair that the refresh was sent with."""

    def reopened() -> None:
        shop.post("/uninstall")
        shop.post("/open")
        install(merchant.house, shop.domain, shop.id_token())

    shop.fail(expire_access_token=True)

    assert call(replace(merchant, house=replace(merchant.house, http=Between(reopened))))["shop"]

    assert told(merchant) == set()
    assert call(merchant)["shop"]


def test_a_wrong_secret_of_ours_is_no_refusal_of_what_was_to_be_written(merchant: Merchant, shop: Shop) -> None:
    people, refreshes = shop.customers()[:3], []
    for customer in people:
        merchant.want(customer, "vip")
    shop.fail(expire_access_token=True)
    house = merchant.house
    settings = replace(house.settings, shopify_client_secret="not ours")
    mistaken = replace(house, settings=settings, http=Between(lambda: refreshes.append(1)))

    replace(merchant, house=mistaken).deliver()

    assert len(refreshes) == 1
    assert told(merchant) == set()
    assert merchant.is_ready()
    merchant.time_passes()
    merchant.deliver()
    assert all("vip" in shop.tags(customer) for customer in people)


def test_a_dead_refresh_token_is_said_once_and_nothing_is_tried_again(
    merchant: Merchant, shop: Shop, rings: Rings
) -> None:
    ana = shop.customers()[0]
    merchant.want(ana, "vip")
    shop.post("/permanent-token")  # Whatever we hold is dead.

    merchant.deliver()

    assert merchant.state is State.NEEDS_AUTHORISATION
    assert told(merchant) == {"needs_authorisation"}
    calls = len(shop.calls())
    rings.heard.clear()
    merchant.time_passes()
    scan(merchant.house)
    merchant.deliver()
    fetch(merchant.house, merchant.store)
    assert repair_all(merchant.house) == 0
    repair(merchant.house, merchant.store)
    assert len(shop.calls()) == calls
    assert {work for work, _ in rings.heard} <= {Work.DRAIN}


def test_a_store_that_refuses_every_token_is_not_asked_for_ever(merchant: Merchant, shop: Shop) -> None:
    shop.fail(status_next=[401] * 50)

    with pytest.raises(NeedsReauthorisation):
        call(merchant)

    assert merchant.state is State.NEEDS_AUTHORISATION
    assert told(merchant) == {"needs_authorisation"}


def test_opened_again_it_goes_on_and_says_nothing_more(merchant: Merchant, shop: Shop) -> None:
    ana = shop.customers()[0]
    shop.post("/permanent-token")
    merchant.want(ana, "vip")
    merchant.deliver()

    install(merchant.house, shop.domain, shop.id_token())
    merchant.read_history()
    merchant.time_passes()
    merchant.deliver()

    assert told(merchant) == set()
    assert "vip" in shop.tags(ana)


def test_the_daily_look_keeps_the_tokens_of_a_store_nobody_calls(merchant: Merchant) -> None:
    first = stored(merchant)
    change(merchant, updated_at=datetime.now(UTC) - timedelta(days=8))

    assert repair(merchant.house, merchant.store)

    assert stored(merchant).previous_refresh_token == first.refresh_token


def test_a_young_pair_is_left_as_it_is(merchant: Merchant) -> None:
    first = stored(merchant)

    assert repair(merchant.house, merchant.store)

    assert stored(merchant) == first


def permanent(merchant: Merchant, shop: Shop) -> str:
    """The store's one token never expires, as tokens were before."""
    token: str = shop.post("/permanent-token")["access_token"]
    with merchant.house.database.store(merchant.store) as tx:
        credentials.put(tx, merchant.house.keys, token, None, None, None)
    change(merchant, previous_refresh_token=None)
    return token


def test_a_token_that_never_expires_becomes_a_pair_at_the_daily_look(merchant: Merchant, shop: Shop) -> None:
    old = permanent(merchant, shop)

    assert repair(merchant.house, merchant.store)

    assert stored(merchant).access_token != old
    assert stored(merchant).refresh_token
    assert merchant.is_ready()


def test_until_then_it_is_called_with(merchant: Merchant, shop: Shop) -> None:
    old = permanent(merchant, shop)

    assert call(merchant)["shop"]

    assert stored(merchant).access_token == old


def test_a_dead_token_that_never_expired_needs_the_merchant(merchant: Merchant, shop: Shop) -> None:
    permanent(merchant, shop)
    shop.post("/permanent-token")

    assert not repair(merchant.house, merchant.store)

    assert merchant.state is State.NEEDS_AUTHORISATION


@pytest.mark.parametrize("status", [402, 404, 423])
def test_a_frozen_store_is_left_alone_and_tried_daily(
    merchant: Merchant, shop: Shop, rings: Rings, status: int
) -> None:
    ana = shop.customers()[0]
    merchant.want(ana, "vip")
    shop.fail(frozen=status)

    merchant.deliver()

    assert told(merchant) == {"store_unavailable"}
    assert merchant.is_ready()
    calls = len(shop.calls())
    merchant.time_passes()
    rings.heard.clear()
    scan(merchant.house)
    merchant.deliver()
    fetch(merchant.house, merchant.store)
    with pytest.raises(PlatformError):
        call(merchant)
    assert len(shop.calls()) == calls
    assert (Work.DELIVER, merchant.store) not in rings.heard

    assert repair_all(merchant.house) == 1
    assert not repair(merchant.house, merchant.store)
    assert len(shop.calls()) == calls + 1
    assert told(merchant) == {"store_unavailable"}


def test_a_store_that_thaws_goes_on_where_it_stood(merchant: Merchant, shop: Shop, rings: Rings) -> None:
    ana = shop.customers()[0]
    merchant.want(ana, "vip")
    shop.fail(frozen=402)
    merchant.deliver()
    shop.fail()
    rings.heard.clear()

    assert repair(merchant.house, merchant.store)

    assert told(merchant) == set()
    assert (Work.DELIVER, merchant.store) in rings.heard
    merchant.time_passes()
    merchant.deliver()
    assert "vip" in shop.tags(ana)


def test_a_store_that_freezes_while_its_tokens_are_refreshed_is_not_given_up(merchant: Merchant, shop: Shop) -> None:
    shop.fail(expire_access_token=True, frozen=423)

    with pytest.raises(PlatformError):
        call(replace(merchant, house=replace(merchant.house, now=later(58))))

    assert merchant.is_ready()
    assert told(merchant) == {"store_unavailable"}
    shop.fail()
    assert repair(merchant.house, merchant.store)
    assert told(merchant) == set()


def test_a_history_stops_while_the_store_is_frozen(house: House, shop: Shop) -> None:
    merchant = Merchant(house, shop, install(house, shop.domain, shop.id_token()).id)
    shop.fail(frozen=402)
    with pytest.raises(AssertionError, match="still being read"):
        merchant.read_history()
    calls = len(shop.calls())
    assert calls <= 3

    shop.fail()
    assert repair(house, merchant.store)
    merchant.read_history()
    assert merchant.is_ready()


def test_a_merchant_who_opens_the_app_has_a_resting_store_looked_at(
    merchant: Merchant, shop: Shop, rings: Rings
) -> None:
    shop.fail(frozen=402)
    merchant.want(shop.customers()[0], "vip")
    merchant.deliver()
    rings.heard.clear()
    token = {"id_token": shop.id_token()}

    assert create_app(merchant.house).test_client().get("/shopify", query_string=token).status_code == 200

    assert (Work.REPAIR, merchant.store) in rings.heard


@pytest.fixture
def denying(house: House, sandbox: JsonClient) -> Merchant:
    """A store whose merchant does not let us read orders; its history is to be read."""
    shop = Shop(sandbox, f"denying-{uuid.uuid4().hex[:8]}.myshopify.com")
    body = {"domain": shop.domain, "customers": 2, "years": 0.1, "scopes": ["read_customers", "write_customers"]}
    sandbox.post("/_sandbox/shops", body)
    shop.fail()
    shop.post("/open")
    return Merchant(house, shop, install(house, shop.domain, shop.id_token()).id)


def test_a_store_that_denies_what_segments_need_rests_and_says_so(denying: Merchant, rings: Rings) -> None:
    while denying.house.database.run("scan", "SELECT paused_at IS NULL FROM stores").fetchone() == (True,):
        backfill(denying.house, denying.store)
    assert told(denying) == {"access_denied"}
    calls = len(denying.shop.calls())
    rings.heard.clear()

    scan(denying.house)
    backfill(denying.house, denying.store)

    assert len(denying.shop.calls()) == calls
    assert (Work.BACKFILL, denying.store) not in rings.heard
    assert repair(denying.house, denying.store)
    assert told(denying) == set()
    assert (Work.BACKFILL, denying.store) in rings.heard


def test_what_is_only_optional_may_be_denied(denying: Merchant) -> None:
    with denying.house.database.store(denying.store) as tx:
        store = stores.get(tx)

    with pytest.raises(AccessDenied):
        client(denying.house, store, optional=True).run("count_orders", {})

    assert told(denying) == set()
    with pytest.raises(AccessDenied):
        client(denying.house, store).run("count_orders", {})
    assert told(denying) == {"access_denied"}
