"""A store's past, page by page: nothing is left out, whatever happens meanwhile, and it goes on where it stopped."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.errors import StoreUnavailable, Throttled
from plugin.domain.facts import ConsentSeen, CustomerSeen, Fact, Kind, OrderSeen, ProductSeen, RefundSeen
from plugin.platforms.base import Chunk, ExportLost, ExportState
from plugin.platforms.bigcommerce import history, listing, pages
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.translate import translate
from plugin.platforms.http import CallFailed
from tests.platforms.bigcommerce.builders import BEGAN
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.reading import HTTP, a_past, asked, calls, every
from tests.platforms.server import Reply, Server, serving


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, Server]]:
    """A sandbox, and the app it calls."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def store(sandbox: tuple[str, Server], monkeypatch: pytest.MonkeyPatch) -> Pretended:
    """A store with a past, read in small pages."""
    monkeypatch.setattr(pages, "SIZES", (20, 5))
    return a_past(*sandbox, customers=50, years=1)


def the_pieces(client: Client, kind: Kind, position: str = "", *, walk: bool = False) -> list[Chunk]:
    name = listing.start_walk(client, kind) if walk else history.start_export(client, kind, None)
    export = history.poll_export(client, name)
    assert (export.state, export.url) == (ExportState.DONE, name)
    return list(history.export_chunks(client, HTTP, name, position))


def facts(kind: Kind, found: list[Chunk]) -> list[Fact]:
    return [fact for piece in found for fact in translate(f"export/{kind.value}s", piece.body, BEGAN)]


def test_every_customer_and_every_order_comes_once(store: Pretended) -> None:
    client, counts = calls(store), store.control("GET")["counts"]
    people = the_pieces(client, Kind.CUSTOMER)
    orders = the_pieces(client, Kind.ORDER)

    seen = [fact.id for fact in every(CustomerSeen, facts(Kind.CUSTOMER, people))]
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == counts["customers"]
    bought = every(OrderSeen, facts(Kind.ORDER, orders))
    assert sorted(order.id for order in bought) == [row["id"] for row in store.control("GET", "/orders")]
    assert [piece.position for piece in orders][-1] == people[-1].position == history.END


def test_after_the_customers_comes_what_they_agreed_to(store: Pretended) -> None:
    people = store.control("GET", "/customers")
    for row in people[:3]:
        store.control("PUT", f"/subscribers/{row['email'].upper()}", {})
    store.control("PUT", "/subscribers/nobody@example.com", {})
    client = calls(store)

    consents = every(ConsentSeen, facts(Kind.CUSTOMER, the_pieces(client, Kind.CUSTOMER)))
    subscribed = {row["id"] for row in store.control("GET", "/customers") if row["subscribed"]}
    assert {consent.customer_id for consent in consents} == subscribed >= {row["id"] for row in people[:3]}
    again = every(ConsentSeen, facts(Kind.CUSTOMER, the_pieces(client, Kind.CUSTOMER, "subscribers:1")))
    assert again == consents


def test_what_was_gathered_before_the_quota_ended_is_not_gathered_again(
    store: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SLICE", 4)
    client = calls(store)
    chunks = history.export_chunks(client, HTTP, history.start_export(client, Kind.ORDER, None))
    first = [next(chunks), next(chunks)]
    store.control("PUT", "/faults", {"api": {"throttle_bare_next": 1}})
    with pytest.raises(Throttled):
        list(chunks)

    rest = the_pieces(client, Kind.ORDER, first[-1].position)
    ids = [order.id for order in every(OrderSeen, facts(Kind.ORDER, [*first, *rest]))]
    assert ids == [row["id"] for row in store.control("GET", "/orders")]


def test_the_past_says_what_the_store_s_own_books_say(store: Pretended) -> None:
    found = facts(Kind.ORDER, the_pieces(calls(store), Kind.ORDER))
    bought = {order.id: order for order in every(OrderSeen, found)}
    refunded = {refund.order_id for refund in every(RefundSeen, found)}

    for row in store.control("GET", "/orders"):
        order = bought[row["id"]]
        assert order.total == Decimal(row["total"])
        assert len(order.lines) == len(row["lines"])
        assert bool(row["refunds"]) == (row["id"] in refunded)


def test_what_went_back_by_hand_of_an_order_that_went_on_is_told(store: Pretended) -> None:
    lines = [{"name": "Chair", "price": "10", "quantity": 2}]
    order = store.control("POST", "/orders", {"lines": lines, "payment_method": "Cash"})
    part = [{"line_id": order["lines"][0]["id"], "quantity": 1}]
    store.control("POST", f"/orders/{order['id']}/refund", {"lines": part})
    store.control("PATCH", f"/orders/{order['id']}", {"payment_status": "", "status_id": 10})

    refunds = every(RefundSeen, facts(Kind.ORDER, the_pieces(calls(store), Kind.ORDER)))
    assert [each.lines[0].quantity for each in refunds if each.order_id == order["id"]] == [1]


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ORDER])
def test_whoever_is_killed_goes_on_from_the_last_piece(store: Pretended, kind: Kind) -> None:
    client = calls(store)
    whole = the_pieces(client, kind)
    assert len(whole) > 2

    rest = the_pieces(client, kind, whole[1].position)
    assert [piece.body for piece in rest] == [piece.body for piece in whole[2:]]
    assert the_pieces(client, kind, whole[-1].position) == []


def test_who_is_deleted_meanwhile_takes_nobody_with_them(store: Pretended) -> None:
    client = calls(store)
    name = history.start_export(client, Kind.CUSTOMER, None)
    every_one = {row["id"] for row in store.control("GET", "/customers")}
    chunks = history.export_chunks(client, HTTP, name)
    first = facts(Kind.CUSTOMER, [next(chunks)])
    deleted = every(CustomerSeen, first)[0].id
    store.control("DELETE", f"/customers/{deleted}")

    seen = {fact.id for fact in every(CustomerSeen, [*first, *facts(Kind.CUSTOMER, list(chunks))])}
    assert seen == every_one


def test_a_place_that_the_store_no_longer_knows_means_another_export(server: Server, client: Client) -> None:
    server.replies.append(Reply(b'{"status":422,"title":"Invalid cursor","errors":{}}', 422))

    with pytest.raises(ExportLost, match="Invalid cursor"):
        the_pieces(client, Kind.CUSTOMER, "nowhere")


def test_a_page_too_large_is_asked_for_in_smaller_ones(store: Pretended) -> None:
    client = calls(store)
    store.control("PUT", "/faults", {"api": {"status_next": [504]}})

    seen = every(CustomerSeen, facts(Kind.CUSTOMER, the_pieces(client, Kind.CUSTOMER)))
    assert len(seen) == store.control("GET")["counts"]["customers"]
    assert any("limit=5" in call for call in asked(store))


def test_what_no_smaller_page_helps_is_raised(store: Pretended) -> None:
    client = calls(store)
    store.control("PUT", "/faults", {"api": {"status_next": [500, 500]}})
    with pytest.raises(CallFailed):
        the_pieces(client, Kind.ORDER)

    store.control("PUT", "/faults", {"api": {"frozen": 503}})
    with pytest.raises(StoreUnavailable):
        the_pieces(client, Kind.ORDER)


@pytest.mark.parametrize("place", ["", "subscribers:1"])
@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ORDER, Kind.PRODUCT])
def test_the_history_of_a_store_that_is_not_there_is_not_an_empty_one(store: Pretended, kind: Kind, place: str) -> None:
    client = calls(store)
    store.control("PUT", "/faults", {"api": {"frozen": 404}})

    with pytest.raises(StoreUnavailable):
        the_pieces(client, kind, place)


def test_a_long_page_is_cut_and_each_piece_knows_where_the_next_begins(
    store: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CHUNK", 4_000)
    client = calls(store)
    whole = the_pieces(client, Kind.ORDER)
    assert len(whole) > 10

    again = the_pieces(client, Kind.ORDER, whole[4].position)
    first, second = ([order.id for order in every(OrderSeen, facts(Kind.ORDER, some))] for some in (whole[5:], again))
    assert first == second


def test_a_walk_tells_ids_and_moments_alone(store: Pretended) -> None:
    client = calls(store)
    before = len(asked(store))
    walked = the_pieces(client, Kind.ORDER, walk=True)
    stamps = [stamp for piece in walked for stamp in listing.stamps(piece.body)]

    assert [stamp.id for stamp in stamps] == [row["id"] for row in store.control("GET", "/orders")]
    assert not any("include" in call or "refunds" in call for call in asked(store)[before:])


def test_a_walk_of_customers_tells_their_labels_however_many_attributes_they_have(store: Pretended) -> None:
    client = calls(store)
    names = [f"Size {number}" for number in range(11)] + ["Segments"]
    people = [row["id"] for row in store.control("GET", "/customers")]
    for name in names:
        client.run(Call("POST", Api.V3, "/customers/attributes", body=[{"name": name, "type": "string"}]))
    store.control("PATCH", f"/customers/{people[0]}", {"attributes": dict.fromkeys(names, "VIP, Big")})
    store.control("PATCH", f"/customers/{people[1]}", {"attributes": {"Segments": "VIP"}})

    walked = the_pieces(calls(store), Kind.CUSTOMER, walk=True)
    told = {stamp.id: stamp.tags for piece in walked for stamp in listing.stamps(piece.body)}
    assert told == {**dict.fromkeys(people, ()), people[0]: ("VIP", "Big"), people[1]: ("VIP",)}


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ORDER])
def test_some_lines_of_a_piece_say_as_much_as_the_piece(store: Pretended, kind: Kind) -> None:
    (piece, *_) = the_pieces(calls(store), kind)
    stamps = listing.stamps(piece.body)
    chosen = {stamps[0].id, stamps[-1].id}

    kept = listing.only(piece.body, chosen)
    assert {stamp.id for stamp in listing.stamps(kept)} == chosen
    whole: list[Any] = facts(kind, [piece])
    some: list[Any] = facts(kind, [Chunk(kept, "", 2)])
    assert {str(fact) for fact in some} <= {str(fact) for fact in whole}


def test_products_are_walked_by_their_ids(server: Server, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SIZES", (2,))

    def product(number: int) -> dict[str, Any]:
        return {
            "id": number,
            "name": f"P{number}",
            "date_modified": "2026-01-01T00:00:00Z",
            "brand_id": 3,
            "categories": [5],
        }

    server.answer([product(1), product(4)], meta={"pagination": {"current_page": 1, "total_pages": 2}})
    for answer in ([{"id": 3, "name": "Linen House"}], [{"category_id": 5, "name": "Bath"}]):
        server.answer(answer)
    for answer in ([product(9)], [{"id": 3, "name": "Linen House"}], []):
        server.answer(answer)
    found = every(ProductSeen, facts(Kind.PRODUCT, the_pieces(client, Kind.PRODUCT)))

    assert [(each.id, each.vendor, each.categories) for each in found] == [
        (1, "Linen House", ("Bath",)),
        (4, "Linen House", ("Bath",)),
        (9, "Linen House", None),
    ]
    assert [asked.path.partition("?")[2].split("&")[0] for asked in server.asked][::3] == [
        "id:greater=0",
        "id:greater=4",
    ]
