"""What we ask BigCommerce is understood by a server that was made from its own description and knows nothing else.

Prism refuses what the description does not allow: unknown paths, filters of the wrong type, bodies of the wrong shape.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from msgspec.json import encode

from embedded.children import Children
from embedded.ports import free_port
from plugin.db import outputs as output
from plugin.db.outputs import Output, Says
from plugin.domain.errors import PlatformError, PlatformRefused
from plugin.domain.facts import Kind, OrderSeen
from plugin.domain.ids import CustomerId, SegmentId
from plugin.platforms.base import NO_GROUP, Move, TagDelta, Tokens
from plugin.platforms.bigcommerce import (
    documents,
    groups,
    health,
    labels,
    listing,
    marking,
    marks,
    native,
    pages,
    shoppers,
    subscriptions,
    sync,
    tagging,
)
from plugin.platforms.bigcommerce.client import Api, Call, Client, TooMuch
from plugin.platforms.bigcommerce.history import moment
from plugin.platforms.bigcommerce.translate import translate
from plugin.platforms.bigcommerce.webhooks import new_secret
from plugin.platforms.http import Http, Timeout
from tests.contract.official import NotHere, installed
from tests.platforms.bigcommerce.reading import SCOPES, Unpaced

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
SINCE = moment(NOW)
HERE, TOPICS = "https://app.example/webhooks/bigcommerce", ["store/order/created", "store/customer/updated"]
ROUTES = {
    "/v2/customer_groups": "customers.v2",
    "/v2/orders": "orders.v2",
    "/v2/store": "store_information.v2",
    "/v3/customers/subscribers": "subscribers.v3",
    "/v3/customers": "customers.v3",
    "/v3/orders": "orders.v3",
    "/v3/segments": "segments.v3",
    "/v3/shopper-profiles": "segments.v3",
    "/v3/hooks": "webhooks.v3",
}
"""Which file describes what begins so; the first that fits."""


@pytest.fixture(scope="module")
def mock(specs_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Servers"]:
    """A server for each of the files."""
    try:
        folder = installed(Path(__file__).parent / "prism")
    except NotHere as missing:
        pytest.skip(f"needs Prism for Node: {missing}")
    ports = {name: free_port() for name in ROUTES.values()}
    with Children(tmp_path_factory.mktemp("prism")) as children:
        for name, port in ports.items():
            file = specs_dir / "bigcommerce" / f"{name}.yml"
            where = ["-h", "127.0.0.1", "-p", str(port)]
            children.start(name, ["node", "judge.mjs", "mock", *where, "--errors", str(file)], folder=folder)
        for name in ports:
            children.wait_line(name, "Prism is listening", 60)
        yield Servers({name: f"http://127.0.0.1:{port}" for name, port in ports.items()})


class Routed(Client):
    """Asks the server of the file that describes the path: each plays one file, at no path of its own."""

    urls: Mapping[str, str]

    def _url(self, call: Call) -> str:
        file = next((file for start, file in ROUTES.items() if f"/{call.api}{call.path}".startswith(start)), None)
        assert file is not None, call
        self._roots = dict.fromkeys(Api, self.urls[file])
        return super()._url(call)


@dataclass(frozen=True)
class Servers:
    """All of them."""

    urls: Mapping[str, str]

    def client(self, heard: Callable[[Mapping[str, Any]], None] | None = None) -> Client:
        """A client whose calls are heard, with what they were answered."""
        http = Http(Timeout(read=20), heard, lambda: False)
        tokens = Tokens(lambda: "a-token", lambda refused: refused)
        made = Routed("z4zn3wo", tokens, http, Unpaced(), base_urls=dict.fromkeys(Api, ""), scopes=SCOPES)
        made.urls = self.urls
        return made


def test_the_store_is_understood(mock: Servers) -> None:
    assert sync.store_info(mock.client()).timezone == "America/Chicago"


ASKED = [
    pages.Asked(Kind.CUSTOMER, None, True),
    pages.Asked(Kind.CUSTOMER, SINCE, True),
    pages.Asked(Kind.CUSTOMER, None, False),
    pages.Asked(Kind.ORDER, None, True),
    pages.Asked(Kind.ORDER, SINCE, True),
    pages.Asked(Kind.ORDER, None, False),
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_pages_of_history_are_given(mock: Servers, asked: pages.Asked) -> None:
    client = mock.client()
    assert pages.page(client, asked, "7").things


@pytest.mark.parametrize("path", ["/customers/attributes", "/customers/attribute-values", "/customers/addresses"])
def test_what_belongs_to_customers_is_given(mock: Servers, path: str) -> None:
    query = {} if path.endswith("attributes") else {"customer_id:in": (1, 2)}
    assert mock.client().rows(Api.V3, path, query)


def test_an_order_of_the_description_is_understood(mock: Servers) -> None:
    client = mock.client()
    order = client.get(Api.V2, "/orders/218", sync.ORDER)
    node = {
        "order": order,
        "products": client.rows(Api.V2, "/orders/218/products"),
        "coupons": client.rows(Api.V2, "/orders/218/coupons"),
        "refunds": mock.client().rows(Api.V3, "/orders/payment_actions/refunds", {"order_id:in": (218,)}),
    }
    body = encode({"read_began": NOW.isoformat(), "counters": {"218": 1}, "nodes": [node]})

    facts = translate("api/orders", body, NOW)
    assert isinstance(facts[0], OrderSeen)
    assert facts[0].id == order["id"]
    assert facts[0].lines


def test_counts_and_changes_are_given(mock: Servers) -> None:
    assert listing.how_many(mock.client(), Kind.ORDER)
    assert listing.how_many(mock.client(), Kind.CUSTOMER) is not None
    with pytest.raises(PlatformRefused, match="filter"):  # A mock filters nothing, and that is noticed.
        listing.changed(mock.client(), Kind.ORDER, NOW, None)


def understood(mock: Servers, work: Callable[[Client], object]) -> set[tuple[str, str]]:
    """What was asked, as method and path; none of it was refused. What came of it says nothing: answers are examples,
    some without so much as an id, and where there is none it is a 500."""
    asked: list[Mapping[str, Any]] = []
    with suppress(PlatformError, KeyError):
        work(mock.client(asked.append))
    assert [(each["method"], each["url"], each["status"]) for each in asked if each["status"] in REFUSALS] == []
    paths = [(each["method"], urlsplit(each["url"]).path) for each in asked]
    return {(method, re.sub(r"/[0-9a-f-]*\d[0-9a-f-]*(?=/|$)", "/{}", path)) for method, path in paths}


REFUSALS = range(400, 500)
ANA, BEN = CustomerId(12), CustomerId(14)
VIP = Output(SegmentId(1), output.Kind.ATTRIBUTE, "", "VIP", output.State.MAKING, Says.YES)
OWN = replace(VIP, kind=output.Kind.NATIVE)
SEGMENT = "9d1f4a2c-0c7e-4f1d-8a52-0d3c0f7a4f11"
WORK: list[tuple[Callable[[Client], object], set[tuple[str, str]]]] = [
    (lambda client: groups.make(client, "Circle"), {("GET", "/customer_groups")}),
    (
        lambda client: client.run(Call("POST", Api.V2, "/customer_groups", body={"name": "A"})),
        {("POST", "/customer_groups")},
    ),
    (lambda client: groups.rename(client, 7, "Ring"), {("PUT", "/customer_groups/{}")}),
    (lambda client: groups.move(client, [Move(ANA, 7, {NO_GROUP})]), {("GET", "/customers")}),
    (lambda client: groups._put(client, [Move(ANA, 7, {NO_GROUP})]), {("PUT", "/customers")}),
    (lambda client: shoppers._post(client, SEGMENT, [SEGMENT]), {("POST", "/segments/{}/shopper-profiles")}),
    (lambda client: shoppers._remove(client, SEGMENT, [SEGMENT]), {("DELETE", "/segments/{}/shopper-profiles")}),
    (lambda client: marks.make(client, VIP), {("GET", "/customers/attributes"), ("POST", "/customers/attributes")}),
    (lambda client: labels.make(client), {("GET", "/customers/attributes")}),
    (lambda client: marking.write(client, "7", {ANA: "yes"}), {("PUT", "/customers/attribute-values")}),
    (lambda client: marking.write(client, "7", {BEN: None}), {("GET", "/customers/attribute-values")}),
    (lambda client: marks.remove(client, "7"), {("DELETE", "/customers/attributes")}),
    (lambda client: tagging.write_tags(client, [TagDelta(ANA, add=("VIP",))]), {("GET", "/customers/attributes")}),
    (lambda client: documents.write(client, {ANA: [{"segment": "VIP"}]}), {("POST", "/customers/metafields")}),
    (lambda client: documents.write(client, {ANA: []}), {("GET", "/customers/{}/metafields")}),
    (lambda client: native.make(client, OWN), {("POST", "/segments")}),
    (lambda client: native.read(client, [SEGMENT]), {("GET", "/segments")}),
    (lambda client: native.remove(client, SEGMENT), {("DELETE", "/segments")}),
    (lambda client: shoppers.write(client, SEGMENT, {ANA: "yes"}), {("GET", "/customers")}),
    (
        lambda client: subscriptions.ensure(client, TOPICS, HERE, new_secret()),
        {("GET", "/hooks"), ("POST", "/hooks")},
    ),
    (lambda client: health.health(client, HERE, {}, NOW), {("GET", "/hooks/admin")}),
    (lambda client: sync.read(client, Kind.CUSTOMER, {ANA: 1}, NOW), {("GET", "/customers")}),
]


@pytest.mark.parametrize(("work", "asked"), WORK, ids=range(len(WORK)))
def test_what_is_written_is_understood(
    mock: Servers, work: Callable[[Client], object], asked: set[tuple[str, str]]
) -> None:
    assert asked <= understood(mock, work)


def test_a_question_that_is_not_described_is_refused(mock: Servers) -> None:
    with pytest.raises(PlatformRefused):
        mock.client().get(Api.V3, "/customers", {"include": ("everything",)})
    with pytest.raises(PlatformRefused):
        mock.client().run(Call("PUT", Api.V3, "/customers", body=[{"customer_group_id": "gold"}]))


def test_documented_errors_have_our_names(mock: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    client = mock.client()
    send = client._send

    def forced(call: Call, url: str, token: str) -> object:
        return send(call, url + "?__code=413", token)

    monkeypatch.setattr(client, "_send", forced)
    with pytest.raises(TooMuch):
        client.run(Call("PUT", Api.V3, "/customers", body=[{"id": 12}]))
