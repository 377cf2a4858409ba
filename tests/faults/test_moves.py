"""A store is its number: its domain changes, two swap theirs, and no message or visitor comes to another's store."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from plugin.db import inbox, stores
from plugin.db.stores import State, Store
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.install import install
from plugin.flow.repair import repair
from plugin.platforms.shopify.webhooks import sign
from plugin.web.app import create_app
from tests.faults.shop import Merchant, Shop
from tests.flow.conftest import SECRET
from tests.messages import order, post

_numbers = itertools.count(1)


def row(merchant: Merchant) -> Store:
    with merchant.house.database.store(merchant.store) as tx:
        return stores.get(tx)


def number(merchant: Merchant) -> int:
    return int(row(merchant).remote_id)


def deliver(house: House, domain: str, topic: str, body: dict[str, Any], at: datetime | None = None) -> int:
    """The platform sends this, in the name of this domain; the status of our answer."""
    raw = json.dumps(body, default=str).encode()
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": sign(raw, SECRET),
        "X-Shopify-Shop-Domain": domain,
        "X-Shopify-Webhook-Id": f"moved-{next(_numbers)}",
        "X-Shopify-Triggered-At": (at or datetime.now(UTC)).isoformat(),
    }
    return create_app(house).test_client().post("/webhooks/shopify", data=raw, headers=headers).status_code


def moved(merchant: Merchant, domain: str, at: datetime | None = None) -> None:
    """The platform says that the store has this domain now, in the name of this domain."""
    body = {"id": number(merchant), "name": "Shop", "myshopify_domain": domain, "iana_timezone": "UTC"}
    assert deliver(merchant.house, domain, "shop/update", body, at) == 200
    drain(merchant.house, merchant.store)


def waiting(merchant: Merchant) -> list[int]:
    """The orders that wait in the store's inbox."""
    with merchant.house.database.store(merchant.store) as tx:
        return [json.loads(each.body)["id"] for each in inbox.waiting(tx, 50)]


def visitor(domain: str, since: datetime | None = None) -> str:
    """An ID token for a shop of this domain."""
    at = int((since or datetime.now(UTC)).timestamp())
    host = f"https://{domain}"
    claims = {"iss": f"{host}/admin", "dest": host, "aud": "test-client-id", "sub": "1", "exp": at + 60, "nbf": at}
    return jwt.encode(claims, SECRET, algorithm="HS256")


def seen(client: FlaskClient, token: str) -> int:
    """Who asks our API with this token: the status of the answer."""
    return client.get("/api/overview", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_renamed_store_is_heard_under_both_domains(merchant: Merchant, shop: Shop) -> None:
    house, old, new = merchant.house, shop.domain, "moved-1.myshopify.com"
    before = datetime.now(UTC)

    moved(merchant, new)

    assert row(merchant).domain == new
    assert deliver(house, old, "orders/create", order(1), before) == 200
    assert deliver(house, old, "orders/create", order(2)) == 200
    assert deliver(house, new, "orders/create", order(3)) == 200
    assert waiting(merchant) == [1, 2, 3]


def test_a_renamed_store_is_seen_under_the_new_domain_and_for_a_moment_under_the_old(merchant: Merchant) -> None:
    old, before = row(merchant).domain, datetime.now(UTC) - timedelta(seconds=5)
    moved(merchant, "moved-2.myshopify.com")
    client = create_app(merchant.house).test_client()

    assert seen(client, visitor("moved-2.myshopify.com")) == 200
    assert seen(client, visitor(old, before)) == 200
    assert seen(client, visitor(old, datetime.now(UTC) + timedelta(seconds=5))) == 409


def test_the_sandbox_renames_a_shop_and_the_page_opens_under_its_new_domain(merchant: Merchant, shop: Shop) -> None:
    """Nothing was heard of it: the shop itself is asked who it is."""
    renamed = Shop(shop.sandbox, "renamed-1.myshopify.com")
    shop.post("/rename", {"domain": renamed.domain})
    client = create_app(merchant.house).test_client()

    answer = client.get("/shopify", query_string={"id_token": renamed.id_token()})

    assert answer.status_code == 200
    assert row(merchant).domain == renamed.domain
    assert len(stores.every(merchant.house.database)) == 1
    merchant.absorb()
    assert merchant.is_ready()


def test_the_daily_repair_finds_the_new_domain_too(merchant: Merchant, shop: Shop) -> None:
    shop.post("/rename", {"domain": "renamed-2.myshopify.com"})

    assert repair(merchant.house, merchant.store)

    assert row(merchant).domain == "renamed-2.myshopify.com"
    assert repair(merchant.house, merchant.store)


def test_an_older_word_about_the_store_changes_nothing_back(merchant: Merchant) -> None:
    now = datetime.now(UTC)
    moved(merchant, "moved-3.myshopify.com", now)

    moved(merchant, "older.myshopify.com", now - timedelta(minutes=1))

    assert row(merchant).domain == "moved-3.myshopify.com"


@pytest.fixture
def pair(house: House, new_shop: Callable[[], Shop]) -> tuple[Merchant, Merchant]:
    """Two merchants of the same app."""
    return Merchant.of(house, new_shop()), Merchant.of(house, new_shop())


def test_two_stores_that_swap_their_domains_keep_their_messages_and_visitors(pair: tuple[Merchant, Merchant]) -> None:
    one, two = pair
    house, first, second = one.house, row(one).domain, row(two).domain
    before = datetime.now(UTC)
    moved(one, second)
    moved(two, first)

    deliver(house, first, "orders/create", order(1), before)
    deliver(house, second, "orders/create", order(2), before)
    deliver(house, first, "orders/create", order(3))
    deliver(house, second, "orders/create", order(4))

    assert waiting(one) == [1, 4]
    assert waiting(two) == [2, 3]
    found = {domain: stores.find_held(house.database, "shopify", domain, house.now()) for domain in (first, second)}
    assert found == {first: two.store, second: one.store}
    earlier = {domain: stores.find_held(house.database, "shopify", domain, before) for domain in (first, second)}
    assert earlier == {first: one.store, second: two.store}


def test_whoever_takes_over_a_domain_sees_nothing_of_the_store_that_had_it(merchant: Merchant) -> None:
    old = row(merchant).domain
    moved(merchant, "moved-4.myshopify.com", datetime.now(UTC) - timedelta(minutes=5))

    assert seen(create_app(merchant.house).test_client(), visitor(old)) == 409


@pytest.mark.parametrize("topic", ["app/uninstalled", "shop/redact"])
def test_a_message_about_a_store_goes_by_its_number_whatever_name_stands_beside_it(
    pair: tuple[Merchant, Merchant], topic: str
) -> None:
    one, two = pair
    body = {"id": number(two), "shop_id": number(two), "shop_domain": row(one).domain}

    assert deliver(one.house, row(one).domain, topic, body) == 200

    assert drain(one.house, one.store).count == 0
    assert drain(two.house, two.store).count == 1
    assert one.is_ready()


def test_a_message_about_a_store_that_is_not_ours_is_nobodys(merchant: Merchant) -> None:
    body = {"id": 1, "shop_id": 1, "shop_domain": row(merchant).domain}

    assert deliver(merchant.house, row(merchant).domain, "shop/redact", body) == 200
    assert deliver(merchant.house, row(merchant).domain, "app/uninstalled", body) == 200

    assert drain(merchant.house, merchant.store).count == 0


def test_a_late_request_to_forget_spares_who_came_back_and_lost_the_token(merchant: Merchant, shop: Shop) -> None:
    with merchant.house.database.store(merchant.store) as tx:
        stores.set_state(tx, State.NEEDS_AUTHORISATION, merchant.house.now())
    request = {"shop_id": number(merchant), "shop_domain": shop.domain}

    post(merchant.house, merchant.store, "shop/redact", request)
    drain(merchant.house, merchant.store)
    assert not row(merchant).erased

    later = replace(merchant.house, now=lambda: datetime.now(UTC) + timedelta(days=3))
    post(later, merchant.store, "shop/redact", request, triggered_at=later.now())
    drain(later, merchant.store)
    assert row(merchant).erased


def test_a_forgotten_store_leaves_no_domain_behind_and_may_come_back(merchant: Merchant, shop: Shop) -> None:
    old, new = shop.domain, "moved-5.myshopify.com"
    moved(merchant, new)
    body = {"id": number(merchant), "shop_id": number(merchant)}
    deliver(merchant.house, new, "app/uninstalled", body)
    deliver(merchant.house, new, "shop/redact", body)
    drain(merchant.house, merchant.store)

    found = [stores.find(merchant.house.database, "shopify", domain, merchant.house.now()) for domain in (old, new)]
    assert found == [None, None]
    again = install(merchant.house, shop.domain, shop.id_token())
    assert (again.id, again.domain, again.state) == (merchant.store, old, State.INSTALLING)
