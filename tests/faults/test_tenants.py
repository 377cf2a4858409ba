"""Two stores with equal ids and names, worked on at once: nothing of one is seen in anything of the other."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from plugin.db import credentials, memberships
from plugin.db.schema import metadata
from plugin.domain.ids import StoreId
from plugin.flow.bell import Bell
from plugin.flow.deliver import deliver
from plugin.flow.drain import drain
from plugin.flow.house import House, open_house
from plugin.flow.plan import go_live, plan
from plugin.flow.save import save
from plugin.flow.scan import scan
from plugin.flow.sweep import sweep
from tests.builders import a_store
from tests.database import Database
from tests.flow.conftest import Rings, settings_for
from tests.messages import order, person, post
from tests.platforms.server import Asked, Server, serving

PEOPLE = 12
GID = re.compile(r"gid://shopify/Customer/(\d+)")


@dataclass(frozen=True)
class Tenant:
    """A store whose every text carries its mark."""

    store: StoreId
    mark: str
    orders_each: int

    @property
    def domain(self) -> str:
        return f"{self.mark}.myshopify.com"


@pytest.fixture
def platform_server() -> Iterator[Server]:
    """A platform that takes every write."""
    with serving() as server:
        added = {"node": {"tags": ["x"]}, "userErrors": []}
        server.answer({f"a{number}": added for number in range(PEOPLE)})
        yield server


@pytest.fixture
def house(database: Database, redis_url: str, rings: Rings, platform_server: Server) -> Iterator[House]:
    opened = open_house(settings_for(database, redis_url, SHOPIFY_SHOP_URL=f"{platform_server.url}/{{shop}}"))
    yield replace(opened, bell=Bell(opened.redis, rings))
    opened.database.close()


@pytest.fixture
def tenants(house: House) -> list[Tenant]:
    found = []
    for mark, number in (("marlowe", 1), ("quincey", 3)):
        store = a_store(house.database, f"{mark}.myshopify.com")
        with house.database.store(store) as tx:
            later = house.now() + timedelta(hours=1)
            credentials.put(tx, house.keys, f"token-{mark}", None, later, None)
        found.append(Tenant(store, mark, number))
    return found


def a_life(house: House, tenant: Tenant) -> None:
    """Segments of the same names, customers and orders of the same ids, all at once with the other's."""
    try:
        rule = f"number_of_orders >= {tenant.orders_each}"
        segment, _ = save(house, tenant.store, "Regulars", {"kind": "rule", "rule": rule}, {"": tenant.mark}, "test")
        plan(house, tenant.store)
        go_live(house, tenant.store, segment)
        for number in range(tenant.orders_each):
            for who in range(1, PEOPLE + 1):
                whose = person(who, first_name=tenant.mark, email=f"{who}@{tenant.mark}.example")
                body = order(number * 100 + who, who, f"{tenant.orders_each}0.00") | {"customer": whose}
                post(house, tenant.store, "orders/create", body, delivery_id=f"d-{number}-{who}")
                if who % 4 == 0:
                    post(
                        house, tenant.store, "orders/create", f"no message, {tenant.mark}".encode(), f"b-{number}-{who}"
                    )
                    drain(house, tenant.store)
            scan(house)
        while drain(house, tenant.store).count or sweep(house, tenant.store):
            pass
        deliver(house, tenant.store)
    finally:
        house.database.close()


@pytest.fixture
def logged(house: House, tenants: list[Tenant]) -> list[EventDict]:
    """Both lives are over; what was logged meanwhile."""
    with capture_logs() as events, ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(a_life, house, tenant) for tenant in tenants]:
            future.result(60)
    return events


def test_two_stores_at_once_share_nothing(
    house: House, tenants: list[Tenant], logged: list[EventDict], platform_server: Server
) -> None:
    for tenant, other in (tenants, tenants[::-1]):
        rows = texts(house, tenant)
        assert any(tenant.mark in row for row in rows)
        assert not any(other.mark in row for row in rows)
        with house.database.store(tenant.store) as tx:
            assert [size for labels in memberships.sizes(tx).values() for size in labels.values()] == [PEOPLE]
            assert tx.value("SELECT count(*) FROM orders") == PEOPLE * tenant.orders_each

        mine = [event for event in logged if event.get("store") == tenant.store]
        assert any(event["event"] == "delivery.set_aside" for event in mine)
        assert other.mark not in json.dumps(mine, default=str)

        calls = [asked for asked in platform_server.asked if f"/{tenant.domain}/" in asked.path]
        assert len(calls) == 1
        assert {who for asked in calls for who in GID.findall(everything(asked))} == {str(n + 1) for n in range(PEOPLE)}
        assert not any(other.mark in everything(asked) for asked in calls)
        assert {asked.headers["X-Shopify-Access-Token"] for asked in calls} == {f"token-{tenant.mark}"}

    assert len(platform_server.asked) == 2
    owners = {str(tenant.store) for tenant in tenants} | {tenant.domain for tenant in tenants}
    keys = [str(key, "utf-8") for key in house.redis.scan_iter()]
    assert keys
    assert {key.rsplit(":", 1)[1] for key in keys} <= owners
    assert all(event.get("store") in {tenant.store for tenant in tenants} for event in logged)


def texts(house: House, tenant: Tenant) -> list[str]:
    """Every row of every table that the product sees while it works for the store, bodies included."""
    found: list[str] = []
    with house.database.store(tenant.store) as tx:
        for table in metadata.sorted_tables:
            found += [str(row) for row in tx.rows(f"SELECT t::text FROM {table.name} t")]
        found += [bytes(row[0]).decode("latin-1") for row in tx.rows("SELECT body FROM inbox")]
    return found


def everything(asked: Asked) -> str:
    return f"{asked.path} {asked.headers} {asked.body.decode()}"
