"""What we ask BigCommerce is understood by a server that was made from its own description and knows nothing else.

Prism refuses what the description does not allow: unknown paths, filters of the wrong type, bodies of the wrong shape.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.json import encode

from embedded.children import Children
from embedded.ports import free_port
from plugin.domain.errors import PlatformRefused
from plugin.domain.facts import Kind, OrderSeen
from plugin.platforms.base import Tokens
from plugin.platforms.bigcommerce import listing, pages, sync
from plugin.platforms.bigcommerce.client import Api, Call, Client, TooMuch
from plugin.platforms.bigcommerce.history import moment
from plugin.platforms.bigcommerce.translate import translate
from plugin.platforms.http import Http, Timeout
from tests.contract.official import NotHere, installed
from tests.platforms.bigcommerce.reading import Unpaced

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
SINCE = moment(NOW)
FILES = ("customers.v3", "orders.v2", "orders.v3", "store_information.v2")
Mock = Callable[[str], Client]


@pytest.fixture(scope="module")
def mock(specs_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    """A client of the server that plays one of the files."""
    try:
        folder = installed(Path(__file__).parent / "prism")
    except NotHere as missing:
        pytest.skip(f"needs Prism for Node: {missing}")
    ports = {name: free_port() for name in FILES}
    with Children(tmp_path_factory.mktemp("prism")) as children:
        for name, port in ports.items():
            file = specs_dir / "bigcommerce" / f"{name}.yml"
            where = ["-h", "127.0.0.1", "-p", str(port)]
            children.start(name, ["node", "judge.mjs", "mock", *where, "--errors", str(file)], folder=folder)
        for name in ports:
            children.wait_line(name, "Prism is listening", 60)
        yield lambda name: a_client(f"http://127.0.0.1:{ports[name]}")


def a_client(url: str, token: str = "a-token") -> Client:
    http = Http(Timeout(read=20), None, lambda: False)
    tokens = Tokens(lambda: token, lambda refused: refused)
    return Client("z4zn3wo", tokens, http, Unpaced(), base_urls=dict.fromkeys(Api, url))


def test_the_store_is_understood(mock: Mock) -> None:
    assert sync.store_info(mock("store_information.v2")).timezone == "America/Chicago"


ASKED = [
    pages.Asked(Kind.CUSTOMER, None, True),
    pages.Asked(Kind.CUSTOMER, SINCE, True),
    pages.Asked(Kind.CUSTOMER, None, False),
    pages.Asked(Kind.ORDER, None, True),
    pages.Asked(Kind.ORDER, SINCE, True),
    pages.Asked(Kind.ORDER, None, False),
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_pages_of_history_are_given(mock: Mock, asked: pages.Asked) -> None:
    client = mock("orders.v2" if asked.kind is Kind.ORDER else "customers.v3")
    assert pages.page(client, asked, "7").things


@pytest.mark.parametrize("path", ["/customers/attributes", "/customers/attribute-values", "/customers/addresses"])
def test_what_belongs_to_customers_is_given(mock: Mock, path: str) -> None:
    query = {} if path.endswith("attributes") else {"customer_id:in": (1, 2)}
    assert mock("customers.v3").rows(Api.V3, path, query)


def test_an_order_of_the_description_is_understood(mock: Mock) -> None:
    client = mock("orders.v2")
    order = client.get(Api.V2, "/orders/218", sync.ORDER)
    node = {
        "order": order,
        "products": client.rows(Api.V2, "/orders/218/products"),
        "coupons": client.rows(Api.V2, "/orders/218/coupons"),
        "refunds": mock("orders.v3").rows(Api.V3, "/orders/payment_actions/refunds", {"order_id:in": (218,)}),
    }
    body = encode({"read_began": NOW.isoformat(), "counters": {"218": 1}, "nodes": [node]})

    facts = translate("api/orders", body, NOW)
    assert isinstance(facts[0], OrderSeen)
    assert facts[0].id == order["id"]
    assert facts[0].lines


def test_counts_and_changes_are_given(mock: Mock) -> None:
    assert listing.how_many(mock("orders.v2"), Kind.ORDER)
    assert listing.how_many(mock("customers.v3"), Kind.CUSTOMER) is not None
    with pytest.raises(PlatformRefused, match="filter"):  # A mock filters nothing, and that is noticed.
        listing.changed(mock("orders.v2"), Kind.ORDER, NOW, None)


def test_a_question_that_is_not_described_is_refused(mock: Mock) -> None:
    with pytest.raises(PlatformRefused):
        mock("customers.v3").get(Api.V3, "/customers", {"include": ("everything",)})
    with pytest.raises(PlatformRefused):
        mock("customers.v3").run(Call("PUT", Api.V3, "/customers", body=[{"customer_group_id": "gold"}]))


def test_documented_errors_have_our_names(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    client = mock("customers.v3")
    send = client._send

    def forced(call: Call, url: str, token: str) -> object:
        return send(call, url + "?__code=413", token)

    monkeypatch.setattr(client, "_send", forced)
    with pytest.raises(TooMuch):
        client.run(Call("PUT", Api.V3, "/customers", body=[{"id": 12}]))
