"""A history that comes in pages is whole in the end, and its books are compared like any other's."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from plugin.db import backfills
from plugin.db.backfills import State as Reading
from plugin.domain.facts import Kind
from plugin.flow import changes
from plugin.flow import walk as walks
from plugin.flow.backfill import backfill
from plugin.flow.bell import Bell
from plugin.flow.house import House, open_house
from plugin.flow.progress import progress
from plugin.flow.reconcile import ask, reconcile
from plugin.platforms.bigcommerce import history, pages
from plugin.platforms.bigcommerce.client import Api, Call, Client
from tests.database import Database
from tests.faults.pretended import Keeper, a_store
from tests.flow.conftest import Rings, settings_for
from tests.platforms.bigcommerce.callback import CLIENT_ID, SECRET
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.server import Reply, Server, serving

ORDERS = "SELECT count(*) FROM orders"


@pytest.fixture(scope="module")
def bigcommerce() -> Iterator[tuple[str, Server]]:
    """A sandbox, and an app that takes deliveries and does nothing with them."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def home(database: Database, redis_url: str, bigcommerce: tuple[str, Server]) -> Iterator[House]:
    """A house whose platform is that sandbox."""
    url, app = bigcommerce
    more = {"BIGCOMMERCE_CLIENT_ID": CLIENT_ID, "BIGCOMMERCE_CLIENT_SECRET": SECRET, "PUBLIC_URL": app.url}
    more |= {"BIGCOMMERCE_API_URL": f"{url}/bigcommerce", "BIGCOMMERCE_LOGIN_URL": f"{url}/bigcommerce/login"}
    opened = open_house(settings_for(database, redis_url, **more))
    yield replace(opened, bell=Bell(opened.redis, Rings()))
    opened.database.close()


@pytest.fixture
def there(bigcommerce: tuple[str, Server], monkeypatch: pytest.MonkeyPatch) -> Pretended:
    """A store for this test alone, read in small pages."""
    monkeypatch.setattr(pages, "SIZES", (5,))
    return a_store(*bigcommerce)


@pytest.fixture
def installed(home: House, there: Pretended) -> Keeper:
    """The app on that store, its history still to be read."""
    return Keeper.of(home, there)


@pytest.fixture
def keeper(installed: Keeper) -> Keeper:
    """The app on that store, its history read."""
    installed.read_history()
    return installed


def buy(there: Pretended, customer: int) -> int:
    lines = [{"name": "Chair", "price": "50", "quantity": 2}]
    return int(there.control("POST", "/orders", {"customer_id": customer, "lines": lines})["id"])


def ids(there: Pretended, what: str) -> list[int]:
    return sorted(row["id"] for row in there.control("GET", f"/{what}"))


def is_whole(keeper: Keeper) -> bool:
    return (keeper.ids("orders"), keeper.ids("customers")) == (
        ids(keeper.there, "orders"),
        ids(keeper.there, "customers"),
    )


def test_all_there_is_comes_page_by_page(keeper: Keeper) -> None:
    assert is_whole(keeper)
    assert {keeper.reading(kind).state for kind in (Kind.CUSTOMER, Kind.ORDER, Kind.PRODUCT)} == {Reading.ABSORBED}
    orders = keeper.reading(Kind.ORDER)
    assert orders.objects == orders.loaded == orders.expected == len(ids(keeper.there, "orders"))
    assert orders.chunks >= len(ids(keeper.there, "orders")) // 5


def test_how_much_there_is_is_known_while_it_is_read(installed: Keeper) -> None:
    for _ in range(2):
        backfill(installed.house, installed.store)
    count, fifth = len(ids(installed.there, "orders")), ids(installed.there, "orders")[4]
    with installed.house.database.store(installed.store) as tx:  # A worker was killed after the first page.
        backfills.change(tx, Kind.ORDER, read_to=str(fifth), loaded=5, chunks=1)
        found = progress(backfills.listed(tx), {}, installed.house.now())
    orders = next(way for way in found.ways if way.reading.kind is Kind.ORDER)

    assert (orders.done, orders.all) == (5, count)
    installed.read_history()
    assert installed.reading(Kind.ORDER).loaded == count


def test_where_the_store_makes_us_wait_the_history_goes_on(installed: Keeper) -> None:
    for _ in range(2):
        backfill(installed.house, installed.store)
    installed.there.control("PUT", "/quota", {"quota": 12})
    backfill(installed.house, installed.store)
    stood = [installed.reading(kind) for kind in (Kind.PRODUCT, Kind.CUSTOMER, Kind.ORDER)]
    assert any(each.state is Reading.LOADING for each in stood)

    installed.there.control("PUT", "/quota", {"quota": 5000})
    installed.house.redis.flushall()
    installed.read_history()
    assert is_whole(installed)
    assert {installed.reading(kind).attempts for kind in (Kind.PRODUCT, Kind.CUSTOMER, Kind.ORDER)} == {1}


def test_a_place_the_store_no_longer_knows_begins_anew(installed: Keeper) -> None:
    for _ in range(2):
        backfill(installed.house, installed.store)
    with installed.house.database.store(installed.store) as tx:
        backfills.change(tx, Kind.CUSTOMER, read_to="nowhere", loaded=7)
    installed.read_history()

    assert is_whole(installed)
    assert installed.reading(Kind.CUSTOMER).attempts == 2


def test_what_nobody_told_us_of_is_read_and_counted(keeper: Keeper) -> None:
    people = ids(keeper.there, "customers")
    made = [buy(keeper.there, who) for who in people[:3]]
    keeper.there.control("POST", f"/orders/{made[0]}/refund", {"amount": 5})
    keeper.compare()

    assert keeper.found()["order", "missed"] == 3
    assert set(made) <= set(keeper.ids("orders"))
    assert keeper.value(f"SELECT count(*) FROM refunds WHERE order_id = {made[0]}") == 1
    keeper.compare(20)
    assert keeper.found()["order", "missed"] == 3


def test_very_many_changes_come_by_pages_of_which_only_what_differs_goes_on(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_LISTED", 0)
    monkeypatch.setattr("plugin.platforms.bigcommerce.listing.PAGE", 2)
    people = ids(keeper.there, "customers")
    made = {buy(keeper.there, people[step % len(people)]) for step in range(7)}
    bought = keeper.value("SELECT count(*) FROM inbox WHERE topic = 'export/orders'")
    keeper.compare()

    assert keeper.found()["order", "missed"] == 7
    assert made <= set(keeper.ids("orders"))
    assert keeper.value("SELECT count(*) FROM inbox WHERE topic = 'export/orders'") > bought


def test_values_of_attributes_and_consents_that_no_message_tells_of_are_read(keeper: Keeper) -> None:
    who, other, *_ = ids(keeper.there, "customers")
    client = keeper.calls()
    attribute = client.run(Call("POST", Api.V3, "/customers/attributes", body=[{"name": "Size", "type": "string"}]))
    value = {"attribute_id": attribute["data"][0]["id"], "customer_id": who, "value": "XL"}
    client.run(Call("PUT", Api.V3, "/customers/attribute-values", body=[value]))
    email = keeper.there.control("GET", f"/customers/{other}")["email"]
    keeper.there.control("PUT", f"/subscribers/{email}", {})
    keeper.compare()

    told = "SELECT count(*) FROM {} WHERE customer_id = {} AND {}"
    assert keeper.value(told.format("attributes", who, "name ILIKE 'attributes.size'")) == 1
    assert keeper.value(told.format("consents", other, "state = 'SUBSCRIBED'")) == 1


def test_what_was_deleted_or_archived_unheard_is_found_by_the_weekly_walk(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walks, "ASKED_AT_ONCE", 1)
    archived, deleted, *_ = orders = ids(keeper.there, "orders")
    alone = int(keeper.there.control("POST", "/customers", {"email": "zoe@example.com"})["id"])
    keeper.compare()
    keeper.there.control("POST", f"/orders/{archived}/archive", {})
    keeper.there.control("DELETE", f"/orders/{deleted}")
    keeper.there.control("DELETE", f"/customers/{alone}")
    keeper.compare(20, everything=True)
    keeper.absorb_all()

    assert (keeper.found()["order", "gone"], keeper.found()["customer", "gone"]) == (2, 1)
    assert deleted not in keeper.ids("orders")
    assert archived not in keeper.ids("orders", "WHERE NOT test")
    assert len(keeper.ids("orders", "WHERE NOT test")) <= len(orders) - 2
    assert alone not in keeper.ids("customers")


def test_a_walk_that_has_to_wait_goes_on_where_it_stood(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    page, begun = pages.page, list[str]()

    def once(client: Client, asked: pages.Asked, position: str) -> pages.Page:
        """After the first page of orders the store has had enough of us."""
        found = page(client, asked, position)
        if asked.kind is Kind.ORDER:
            begun.append(position)
            keeper.there.control("PUT", "/faults", {"api": {"throttle_bare_next": int(len(begun) == 1)}})
        return found

    monkeypatch.setattr(history, "page", once)
    deleted = ids(keeper.there, "orders")[0]
    keeper.there.control("DELETE", f"/orders/{deleted}")
    ask(keeper.later(20), keeper.store, everything=True)
    for step in range(20):
        reconcile(keeper.later(20 + step), keeper.store)
        keeper.house.redis.flushall()
        keeper.absorb()

    assert len(begun) == len(set(begun)) > 2
    assert keeper.found()["order", "gone"] == 1
    assert keeper.value("SELECT count(*) FROM reconciles WHERE began_at IS NOT NULL") == 0


def test_labels_stand_in_one_attribute_and_come_back_when_they_are_taken_away(keeper: Keeper) -> None:
    keeper.live("number_of_orders >= 1", "Buyer")
    buyers = keeper.ids("customers", "WHERE id IN (SELECT customer_id FROM orders WHERE NOT test)")
    marked = [who for who in ids(keeper.there, "customers") if keeper.says(who) == "Buyer"]
    assert marked
    assert set(marked) <= set(buyers)

    def edit(value: Any) -> None:
        keeper.there.control("PATCH", f"/customers/{marked[0]}", {"attributes": {"Segments": value}})

    edit("Friend")
    keeper.compare(20)
    keeper.deliver()
    assert keeper.says(marked[0]) == "Friend, Buyer"
    edit(None)
    keeper.compare(90, everything=True)
    keeper.deliver()
    assert keeper.says(marked[0]) == "Buyer"
    assert keeper.found()["customer", "tags"] == 2
