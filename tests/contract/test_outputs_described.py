"""Groups, marks and native segments of BigCommerce are asked for and written as its own description says one may."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from plugin.db.outputs import Kind, Output, Says, State
from plugin.domain.ids import CustomerId, SegmentId
from plugin.platforms.base import NO_GROUP, Move
from plugin.platforms.bigcommerce import groups, marking, marks, native, protected, shoppers
from plugin.platforms.bigcommerce.client import Client
from plugin.platforms.http import Http, Timeout
from tests.contract.openapi import Published, published
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.reading import SCOPES, a_past, calls
from tests.platforms.server import Reply, Server, serving

NO_FILE = ("/v3/channels", "/v3/promotions")
"""Paths that none of the description's files which we hold against is about."""
VIP = Output(SegmentId(1), Kind.ATTRIBUTE, "", "VIP", State.MAKING, Says.YES)
SINCE = replace(VIP, name="Gold since", says=Says.SINCE)


@pytest.fixture(scope="module")
def app() -> Iterator[Server]:
    with serving() as server:
        server.replies.append(Reply())
        yield server


@pytest.fixture(scope="module")
def described(specs_dir: Path) -> Published:
    return published(specs_dir)


def faults(described: Published, entry: Mapping[str, Any]) -> list[str]:
    url = urlsplit(entry["url"])
    path = "/" + "/".join(url.path.split("/")[4:])
    if path.startswith(NO_FILE):
        return []
    return described.faults_of_request(entry["method"], path, dict(parse_qsl(url.query)), entry["body"])


def test_everything_is_asked_for_and_written_as_described(described: Published, app: Server) -> None:
    asked: list[Mapping[str, Any]] = []
    with pretending(app) as url:
        store = a_past(url, app, customers=12, years=0.1, plan="enterprise")
        http = Http(Timeout(), asked.append, lambda: False)
        client = calls(store, scopes=[*SCOPES, "store_v2_marketing_read_only"], http=http)
        people = [CustomerId(row["id"]) for row in store.control("GET", "/customers")]
        groups_and_who_is_in_them(client, store, people)
        attributes(client, people)
        segments(client, people)

    done = {(entry["method"], urlsplit(entry["url"]).path.partition(f"/{store.hash}/")[2]) for entry in asked}
    assert {("POST", "v2/customer_groups"), ("PUT", "v3/customers"), ("GET", "v3/pricelists/assignments")} <= done
    assert {("PUT", "v3/customers/attribute-values"), ("DELETE", "v3/customers/attribute-values")} <= done
    assert {("POST", "v3/segments"), ("DELETE", "v3/segments")} <= done
    assert {method for method, path in done if path.startswith("v3/segments/")} == {"POST", "DELETE"}
    found = {(entry["method"], entry["url"]): faults(described, entry) for entry in asked}
    assert {call: wrong for call, wrong in found.items() if wrong} == {}


def groups_and_who_is_in_them(client: Client, store: Pretended, people: list[CustomerId]) -> None:
    assert groups.why_not(client) is None
    made = groups.make(client, "Circle").id
    groups.make(client, "Circle", made)
    groups.rename(client, made, "Ring")
    groups.move(client, [Move(each, made, {NO_GROUP}) for each in people])
    groups.move(client, [Move(each, NO_GROUP, {made}) for each in people])
    store.control("POST", "/groups", {"name": "Bolt, Nut & Co", "price_list": "Trade prices"})
    assert protected.survey(client).matters


def attributes(client: Client, people: list[CustomerId]) -> None:
    vip, since = marks.make(client, VIP), marks.make(client, SINCE)
    assert marks.make(client, replace(VIP, remote_id=vip)) == vip
    marking.write(client, vip, dict.fromkeys(people, "yes"))
    marking.write(client, since, dict.fromkeys(people, "2026-03-05"))
    marking.write(client, vip, {people[0]: None})
    marks.remove(client, vip)
    marks.room(client)


def segments(client: Client, people: list[CustomerId]) -> None:
    assert native.why_not(client) is None
    made = native.make(client, replace(VIP, kind=Kind.NATIVE))
    assert native.make(client, replace(VIP, kind=Kind.NATIVE)) == made
    native.find(client, "Gold")
    native.read(client, [made])
    native.room(client)
    shoppers.write(client, made, dict.fromkeys(people, "yes"))
    shoppers.write(client, made, dict.fromkeys(people))
    native.remove(client, made)
