"""What a shop has is asked for by id and moment, and nothing of the answer is trusted that can be checked."""

import json
from datetime import UTC, datetime

import pytest

from plugin.domain.errors import PlatformRefused
from plugin.domain.facts import Gone, Kind
from plugin.platforms.base import Listing, Stamp
from plugin.platforms.shopify import listing
from plugin.platforms.shopify.client import Client
from plugin.platforms.shopify.translate import translate
from tests.platforms.server import Server
from tests.platforms.shopify.test_sync import LAST, PAGE, gid

SINCE = datetime(2026, 11, 21, 18, 30, 15, 999, tzinfo=UTC)


def a_page(*moments: str, more: bool = False, kind: str = "Order") -> dict[str, object]:
    nodes = [{"id": gid(kind, number), "updatedAt": at} for number, at in enumerate(moments, start=1)]
    return {f"{kind.lower()}s": {"nodes": nodes, "pageInfo": PAGE if more else LAST}}


def test_changes_are_searched_for_with_their_moment_in_quotes(server: Server, client: Client) -> None:
    server.answer(a_page("2026-11-21T18:30:20Z", more=True))

    found = listing.changed(client, Kind.ORDER, SINCE, None)

    assert found == Listing((Stamp(1, datetime(2026, 11, 21, 18, 30, 20, tzinfo=UTC)),), "c1")
    assert server.asked[0].json["variables"] == {
        "query": "updated_at:>='2026-11-21T18:30:15Z'",
        "first": 250,
        "after": None,
    }


def test_customers_are_searched_for_from_the_day_before_and_cut_by_ourselves(server: Server, client: Client) -> None:
    moments = ("2026-11-21T19:00:00Z", "2026-11-21T18:00:00Z", "2026-11-20T00:00:00Z")
    server.answer(a_page(*moments, more=True, kind="Customer"))

    found = listing.changed(client, Kind.CUSTOMER, SINCE, "c0")

    assert [stamp.id for stamp in found.stamps] == [1]
    assert found.cursor is None
    assert server.asked[0].json["variables"]["query"] == "updated_at:>='2026-11-20T00:00:00Z'"


def test_an_answer_that_was_not_asked_for_fails(server: Server, client: Client) -> None:
    server.answer(a_page("2026-11-21T18:30:14Z"))

    with pytest.raises(PlatformRefused):
        listing.changed(client, Kind.ORDER, SINCE, None)


def test_warnings_of_a_search_fail_it(server: Server, client: Client) -> None:
    warned = {"search": [{"warnings": [{"field": "updated_at", "message": "Invalid search field"}]}]}
    server.answer(a_page(), extensions=warned)

    with pytest.raises(PlatformRefused):
        listing.changed(client, Kind.ORDER, SINCE, None)


@pytest.mark.parametrize(("precision", "told"), [("EXACT", 12_345), ("AT_LEAST", None)])
def test_a_count_is_told_only_where_it_is_exact(
    server: Server, client: Client, precision: str, told: int | None
) -> None:
    server.answer({"count": {"count": 12_345, "precision": precision}})

    assert listing.how_many(client, Kind.ORDER) == told


def test_of_an_export_only_the_chosen_families_are_kept() -> None:
    lines = [
        {"id": gid("Order", 1), "updatedAt": "2026-11-21T18:00:00Z"},
        {"id": gid("LineItem", 2), "__parentId": gid("Order", 1)},
        {"id": gid("Order", 2), "updatedAt": "2026-11-21T19:00:00Z"},
        {"id": gid("LineItem", 1), "__parentId": gid("Order", 2)},
    ]
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    assert [stamp.id for stamp in listing.stamps(body)] == [1, 2]
    assert [json.loads(line) for line in listing.only(body, {2}).splitlines()] == lines[2:]


def test_who_is_not_there_any_more_is_gone(server: Server, client: Client) -> None:
    server.answer({"nodes": [{"id": gid("Customer", 7)}, None]})

    gone, body = listing.gone_among(client, Kind.CUSTOMER, [7, 8])

    assert gone == [8]
    assert translate("api/gone", body, SINCE) == (Gone(Kind.CUSTOMER, 8, SINCE),)
