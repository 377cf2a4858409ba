"""What is read from BigCommerce is asked for as its own description says one may ask."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId
from plugin.platforms.bigcommerce import checkouts, disputes, history, listing, optional, standings, sync
from plugin.platforms.bigcommerce.client import Api, Call
from plugin.platforms.http import Http, Timeout
from tests.contract.openapi import Published
from tests.platforms.bigcommerce.doors import pretending
from tests.platforms.bigcommerce.reading import a_past, calls
from tests.platforms.server import Server

NOW = datetime.now(UTC)
NO_FILE = ("/v3/catalog/", "/v3/channels")
"""Paths that none of the description's files which we hold against is about."""


def about_the_catalog(entry: Mapping[str, Any]) -> bool:
    return any(path in entry["url"] for path in NO_FILE)


def test_everything_is_asked_for_as_described(described: Published, app: Server) -> None:
    asked: list[Mapping[str, Any]] = []
    with pretending(app) as url:
        store = a_past(url, app, customers=8, years=0.5)
        http = Http(Timeout(), asked.append, lambda: False)
        client = calls(store, http=http)
        made = client.run(Call("POST", Api.V2, "/customer_groups", body={"name": "Teachers"}))
        client.run(Call("POST", Api.V3, "/customers/attributes", body=[{"name": "Size", "type": "number"}]))
        people = [row["id"] for row in store.control("GET", "/customers")]
        store.control("PATCH", f"/customers/{people[0]}", {"group_id": made["id"]})
        for number in range(11):
            store.control("POST", f"/customers/{people[0]}/addresses", {"city": f"City {number}"})
        lines = [{"name": "Chair", "price": "10", "quantity": 2}]
        bought = store.control("POST", "/orders", {"customer_id": people[0], "lines": lines, "coupon_code": "X"})["id"]
        store.control("POST", f"/orders/{bought}/refund", {"amount": 3})
        products = [row["id"] for row in store.control("GET", "/products")]

        sync.store_info(client)
        standings.listed(client)
        asking = {Kind.CUSTOMER: people, Kind.ORDER: [bought, bought - 1], Kind.PRODUCT: products, Kind.SUBSCRIBER: [1]}
        for kind, ids in asking.items():
            sync.read(client, kind, dict.fromkeys(ids, 1), NOW)
        for kind in (Kind.CUSTOMER, Kind.ORDER):
            list(history.export_chunks(client, http, history.start_export(client, kind, NOW)))
            list(history.export_chunks(client, http, history.start_export(client, kind, None)))
            list(history.export_chunks(client, http, history.start_walk(client, kind)))
            listing.changed(client, kind, NOW.replace(year=2020), None)
            listing.how_many(client, kind)
            listing.gone_among(client, kind, [1, 2])
        for cursor in ("values:1", "subscribers:1"):
            listing.changed(client, Kind.CUSTOMER, NOW.replace(year=2020), cursor)
        checkouts.list_checkouts(client, 0)
        disputes.list_disputes(client, 0)
        optional.read_optional(client, [CustomerId(people[0])], ["credits", "metafields.a.b"], NOW)

    paths = {urlsplit(entry["url"]).path.partition(f"/{store.hash}/")[2] for entry in asked}
    assert {"v2/store", "v2/orders", "v2/orders/count", "v3/customers", "v3/customers/subscribers"} <= paths
    assert {"v3/customers/addresses", "v3/orders/payment_actions/refunds", "v3/customers/attributes"} <= paths
    found = {
        (entry["method"], entry["url"]): described.faults_of_entry(entry)
        for entry in asked
        if not about_the_catalog(entry)
    }
    assert {call: wrong for call, wrong in found.items() if wrong} == {}
