"""What changed at a store, how much there is, and what is no longer there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from plugin.domain.errors import PlatformRefused, StoreUnavailable
from plugin.domain.facts import Gone, Kind, ReadWanted
from plugin.platforms.base import Stamp
from plugin.platforms.bigcommerce import listing
from plugin.platforms.bigcommerce import unheard as unheard_of
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.translate import translate
from tests.platforms.bigcommerce.builders import BEGAN
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.reading import a_past, calls
from tests.platforms.server import Reply, Server, serving

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, Server]]:
    """A sandbox, and the app it calls."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def store(sandbox: tuple[str, Server], monkeypatch: pytest.MonkeyPatch) -> Pretended:
    """A store with a past, listed in small pages."""
    monkeypatch.setattr(listing, "PAGE", 20)
    return a_past(*sandbox, customers=50, years=1)


def every(client: Client, kind: Kind, since: datetime) -> list[Stamp]:
    found: list[Stamp] = []
    cursor: str | None = None
    while True:
        page = listing.changed(client, kind, since, cursor)
        found += page.stamps
        cursor = page.cursor
        if cursor is None:
            return found


def unheard(client: Client, since: datetime) -> tuple[set[int], dict[int, tuple[str, ...]]]:
    found: set[int] = set()
    carried: dict[int, tuple[str, ...]] = {}
    cursor: str | None = None
    while True:
        page = listing.changed(client, Kind.CUSTOMER, since, cursor)
        found |= set(page.unheard)
        carried |= page.carried
        cursor = page.cursor
        if cursor is None:
            return found, carried


def buy(store: Pretended) -> int:
    lines = [{"name": "Chair", "price": "10", "quantity": 1}]
    return int(store.control("POST", "/orders", {"lines": lines, "email": "guest@example.com"})["id"])


@pytest.mark.parametrize(("kind", "name"), [(Kind.CUSTOMER, "customers"), (Kind.ORDER, "orders")])
def test_everything_is_listed_page_by_page_each_once(store: Pretended, kind: Kind, name: str) -> None:
    client = calls(store)
    found = [stamp.id for stamp in every(client, kind, LONG_AGO)]

    assert len(found) == len(set(found)) == store.control("GET")["counts"][name] == listing.how_many(client, kind)


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ORDER])
def test_only_what_changed_since_is_listed(store: Pretended, kind: Kind) -> None:
    client = calls(store)
    stamps = sorted(every(client, kind, LONG_AGO), key=lambda stamp: stamp.updated_at)
    since = stamps[len(stamps) // 2].updated_at

    later = every(client, kind, since)
    assert {stamp.id for stamp in later} == {stamp.id for stamp in stamps if stamp.updated_at >= since}


def test_what_changes_while_it_is_listed_pushes_nothing_out_of_sight(store: Pretended) -> None:
    client = calls(store)
    known = {row["id"] for row in store.control("GET", "/orders")}
    first = listing.changed(client, Kind.ORDER, LONG_AGO, None)
    store.control("PATCH", f"/orders/{first.stamps[0].id}", {"staff_notes": "Hello"})
    assert first.cursor is not None

    second = listing.changed(client, Kind.ORDER, LONG_AGO, first.cursor)
    assert {stamp.id for stamp in (*first.stamps, *second.stamps)} == set(sorted(known)[:40])


def test_nothing_changed_is_an_empty_page(store: Pretended) -> None:
    page = listing.changed(calls(store), Kind.ORDER, datetime.now(UTC) + timedelta(days=1), None)
    assert (page.stamps, page.cursor) == ((), None)


def test_a_filter_that_was_not_understood_is_noticed(server: Server, client: Client) -> None:
    server.replies.append(Reply(b'[{"id":1,"date_modified":"Tue, 05 Mar 2019 21:40:11 +0000"}]'))

    with pytest.raises(PlatformRefused, match="filter"):
        listing.changed(client, Kind.ORDER, BEGAN, None)


def test_what_is_gone_is_told_apart_from_what_is_archived(store: Pretended) -> None:
    stays, archived, deleted = buy(store), buy(store), buy(store)
    store.control("POST", f"/orders/{archived}/archive", {})
    store.control("DELETE", f"/orders/{deleted}")

    ids, body = listing.gone_among(calls(store), Kind.ORDER, [stays, archived, deleted])
    assert sorted(ids) == sorted([archived, deleted])
    assert translate("api/gone", body, BEGAN) == (
        Gone(Kind.ORDER, deleted, BEGAN),
        ReadWanted(Kind.ORDER, archived),
    )


def test_customers_and_products_that_are_gone(store: Pretended) -> None:
    people = [row["id"] for row in store.control("GET", "/customers")]
    store.control("DELETE", f"/customers/{people[0]}")
    client = calls(store)

    assert listing.gone_among(client, Kind.CUSTOMER, people)[0] == [people[0]]
    assert listing.gone_among(client, Kind.PRODUCT, [999_999])[0] == [999_999]


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ORDER, Kind.PRODUCT])
def test_in_a_store_that_is_not_there_nothing_is_said_to_be_gone(store: Pretended, kind: Kind) -> None:
    client = calls(store)
    store.control("PUT", "/faults", {"api": {"frozen": 404}})

    for ask in (
        lambda: listing.gone_among(client, kind, [1, 2, 900]),
        lambda: listing.how_many(client, kind),
        lambda: listing.changed(client, kind, BEGAN, None),
        lambda: listing.changed(client, Kind.CUSTOMER, BEGAN, unheard_of.FIRST),
    ):
        with pytest.raises(StoreUnavailable):
            ask()


def test_what_no_message_tells_of_customers_is_found(store: Pretended) -> None:
    client, began = calls(store), datetime.now(UTC) - timedelta(seconds=5)
    people = store.control("GET", "/customers")
    ids = []
    for name in ("Size", "Segments"):
        body = [{"name": name, "type": "string"}]
        ids.append(client.run(Call("POST", Api.V3, "/customers/attributes", body=body))["data"][0]["id"])
    for attribute, person in zip(ids, people, strict=False):
        value = {"attribute_id": attribute, "customer_id": person["id"], "value": "x"}
        client.run(Call("PUT", Api.V3, "/customers/attribute-values", body=[value]))
    store.control("PUT", f"/subscribers/{people[2]['email']}", {})

    found, carried = unheard(client, began)
    assert found == {people[0]["id"], people[2]["id"]}
    assert carried == {people[1]["id"]: ("x",)}
    assert unheard(client, datetime.now(UTC) + timedelta(hours=1)) == (set(), {})


def test_how_many_there_are_of_other_things_nobody_says(store: Pretended) -> None:
    client = calls(store)
    assert listing.how_many(client, Kind.PRODUCT) == store.control("GET")["counts"]["products"]
    assert listing.how_many(client, Kind.CHECKOUT) is None
