"""What the pretend BigCommerce answers is what the published description allows, at every path the two share."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.config import Config
from sandbox.server import running
from sandbox.web import create_app
from tests.contract.openapi import QUIRKS, Published, published
from tests.sandbox.bigcommerce.clerk import CLIENT_ID, CLIENT_SECRET, UNPUBLISHED, Clerk

REAL_BUT_UNSAID = {
    "custom_status",  # Of orders: the label the merchant gave the status.
    "shopper_profile_id",  # Of customers: named in the list of includes, as the next.
    "segment_ids",
    "owner_client_id",  # Of single metafields: described for those of a batch.
    "details",  # Of errors of V2.
    "instance",  # Of errors of V3: described for some.
    "cursor_pagination",  # Of one customer's metafields: the parameters are described, the answer is not.
}
SAME_PLACE = re.compile(r"/(\d+|[0-9a-f-]{36})(?=/|$)")


@pytest.fixture(scope="module")
def judge(specs_dir: Path) -> Published:
    """The published files."""
    return published(specs_dir)


class Witness(Clerk):
    """A clerk who remembers every answer."""

    seen: list[tuple[str, str, int, Any]]

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer, remembered."""
        status = query.get("status", 200)
        found = super().ask(method, path, body, **query)
        self.seen.append((method, path, status, found))
        return found


@pytest.fixture(scope="module")
def told(judge: Published) -> Iterator[Witness]:
    """A store on the largest plan, and all it answered on a tour of everything there is."""
    with running("http://127.0.0.1:9", CLIENT_ID, CLIENT_SECRET, retries=()) as base:
        said = {"hash": "tour", "plan": "enterprise", "customers": 40, "years": 1, "seed": 3}
        requests.post(f"{base}/_sandbox/bigcommerce/stores", json=said, timeout=30).raise_for_status()
        witness = Witness(base, "tour", "http://127.0.0.1:9", judge)
        witness.seen = []
        witness.install()
        witness.control("PUT", "/quota", {"quota": 100_000})
        reading(witness)
        buying(witness)
        writing(witness)
        yield witness


def reading(it: Witness) -> None:
    """Whatever can be read of the past."""
    for path in ("/v2/store", "/v2/time", "/v2/order_statuses", "/v2/order_statuses/11", "/v2/orders/count"):
        it.get(path)
    for include in ("", "consignments", "consignments.line_items", "fees"):
        it.get("/v2/orders", limit=250, consignment_structure="object", **({"include": include} if include else {}))
    everything = "addresses,storecredit,attributes,formfields,shopper_profile_id,segment_ids"
    it.get("/v3/customers", limit=250, include=everything)
    first = it.get("/v3/customers", limit=5)["meta"]["cursor_pagination"]["end_cursor"]
    it.get("/v3/customers", limit=5, after=first)
    it.get("/v3/customers", limit=5, page=2)
    it.get("/v3/customers", status=422, colour="red")
    for path in ("addresses", "attributes", "attribute-values", "form-field-values", "metafields", "settings"):
        it.get(f"/v3/customers/{path}")
    it.get("/v3/customers/addresses", include="formfields")
    it.get("/v3/customers/settings/channels/1")
    it.get("/v3/customers/subscribers")
    it.get("/v3/customers/subscribers/1")
    for path in ("/v2/customer_groups", "/v2/customer_groups/1", "/v2/customer_groups/count"):
        it.get(path)
    for path in ("/v3/pricelists", "/v3/pricelists/assignments", "/v3/hooks", "/v3/hooks/admin"):
        it.get(path)


def buying(it: Witness) -> None:
    """An order with everything in it, and what became of it."""
    shoes, card = (
        next(each["id"] for each in it.control("GET", "/products") if each["type"] == kind)
        for kind in ("physical", "giftcertificate")
    )
    lines = [
        {"product_id": shoes, "quantity": 2, "options": {"Size": "42"}},
        {"product_id": card, "quantity": 1},
        {"name": "Engraving", "price": "5.00", "quantity": 1},
    ]
    made = it.buy(it.customer(city="Bern"), lines=lines, coupon_code="TEN", discount_percent=5)
    where = f"/v2/orders/{made['id']}"
    it.get(where)
    it.get(where, include="consignments.line_items", consignment_structure="object")
    for part in ("products", "coupons", "shipping_addresses", "consignments"):
        it.get(f"{where}/{part}")
    it.get(f"{where}/products/{made['lines'][0]['id']}")
    refund = it.control("POST", f"/orders/{made['id']}/refund", {"amount": "3.00"})["refund_id"]
    it.control("POST", f"/orders/{made['id']}/refund", {"lines": [{"line_id": made["lines"][0]["id"], "quantity": 1}]})
    it.get("/v3/orders/payment_actions/refunds", limit=250)
    it.get(f"/v3/orders/payment_actions/refunds/{refund}")
    it.get(f"/v3/orders/{made['id']}/payment_actions/refunds")
    it.get("/v2/orders/999999", status=404)
    it.get("/v2/orders", status=413, limit=300)


def writing(it: Witness) -> None:
    """Whatever an app can write."""
    person = {"email": "tour@example.com", "first_name": "To", "last_name": "Ur"}
    customer = it.ask("POST", "/v3/customers", [person])["data"][0]["id"]
    it.ask("PUT", "/v3/customers", [{"id": customer, "customer_group_id": 2}])
    it.ask("PUT", "/v3/customers", [{"id": 9999, "company": "x"}], status=422)
    home = {"address1": "Ring 1", "city": "Wien", "state_or_province": "", "postal_code": "1010", "country_code": "AT"}
    said = {"customer_id": customer, "first_name": "To", "last_name": "Ur", **home}
    address = it.ask("POST", "/v3/customers/addresses", [said])["data"][0]["id"]
    it.ask("PUT", "/v3/customers/addresses", [{"id": address, "city": "Graz"}])
    it.ask("DELETE", "/v3/customers/addresses", status=204, **{"id:in": address})
    attribute = it.ask("POST", "/v3/customers/attributes", [{"name": "Tour", "type": "string"}])["data"][0]["id"]
    it.ask("PUT", "/v3/customers/attributes", [{"id": attribute, "name": "The tour"}])
    value = {"attribute_id": attribute, "customer_id": customer, "value": "there"}
    it.ask("PUT", "/v3/customers/attribute-values", [value])
    it.ask("PUT", "/v3/customers/attribute-values", [value | {"attribute_id": 9999}], status=422)
    it.ask("DELETE", "/v3/customers/attribute-values", status=204, **{"id:in": "9999"})
    it.ask("DELETE", "/v3/customers/attributes", status=204, **{"id:in": "9999"})
    it.ask("PUT", "/v3/customers/form-field-values", [{"customer_id": customer, "name": "Hat", "value": ["a", "b"]}])
    metafields(it, customer)
    groups_and_segments(it, customer)
    hooks(it)
    subscriber = it.ask("POST", "/v3/customers/subscribers", {"email": "letters@example.com"})["data"]["id"]
    it.ask("DELETE", f"/v3/customers/subscribers/{subscriber}", status=204)
    it.ask("DELETE", "/v3/customers", status=204, **{"id:in": customer})


def metafields(it: Witness, customer: int) -> None:
    said = {"namespace": "tour", "key": "one", "value": "1", "permission_set": "app_only"}
    made = it.ask("POST", f"/v3/customers/{customer}/metafields", said)["data"][0]["id"]
    where = f"/v3/customers/{customer}/metafields/{made}"
    it.get(f"/v3/customers/{customer}/metafields")
    it.get(where)
    it.ask("PUT", where, {"id": made, "value": "2"})
    it.ask("DELETE", where, status=204)
    it.get(where, status=404)
    rows = [said | {"resource_id": customer}, said | {"resource_id": 9999}]
    made = it.ask("POST", "/v3/customers/metafields", rows, status=422)["data"][0]["id"]
    it.get("/v3/customers/metafields", namespace="tour")
    it.ask("PUT", "/v3/customers/metafields", [{"id": made, "value": "3"}])
    it.ask("DELETE", "/v3/customers/metafields", [made])


def groups_and_segments(it: Witness, customer: int) -> None:
    rules = [{"type": "all", "method": "percent", "amount": "5.0000"}]
    group = it.ask("POST", "/v2/customer_groups", {"name": "Tour", "discount_rules": rules})["id"]
    it.ask("PUT", f"/v2/customer_groups/{group}", {"name": "On tour"})
    it.ask("DELETE", f"/v2/customer_groups/{group}", status=204)
    segment = it.ask("POST", "/v3/segments", [{"name": "Tour", "description": "On it"}], status=201)["data"][0]["id"]
    it.ask("POST", "/v3/segments", [{"name": "Tour"}], status=409)
    it.ask("PUT", "/v3/segments", [{"id": segment, "name": "On tour"}], status=201)
    profile = it.ask("POST", "/v3/shopper-profiles", [{"customer_id": customer}], status=201)["data"][0]["id"]
    it.ask("POST", f"/v3/segments/{segment}/shopper-profiles", [profile], status=201)
    it.ask("POST", f"/v3/segments/{segment}/shopper-profiles", [profile], status=409)
    for path in ("/v3/segments", "/v3/shopper-profiles"):
        it.get(path)
    it.get(f"/v3/segments/{segment}/shopper-profiles")
    it.get(f"/v3/shopper-profiles/{profile}/segments")
    it.get("/v3/customers", include="shopper_profile_id,segment_ids", **{"id:in": customer})
    it.ask("DELETE", f"/v3/segments/{segment}/shopper-profiles", status=204, **{"id:in": profile})
    it.ask("DELETE", "/v3/shopper-profiles", status=204, **{"id:in": profile})
    it.ask("DELETE", "/v3/segments", status=204, **{"id:in": segment})


def hooks(it: Witness) -> None:
    hook = it.hook("store/order/created")["id"]
    it.ask("POST", "/v3/hooks", {"scope": "store/order/created"}, status=422)
    it.get(f"/v3/hooks/{hook}")
    it.ask("PUT", f"/v3/hooks/{hook}", {"is_active": True})
    it.get("/v3/hooks")
    it.get("/v3/hooks/admin")
    it.ask("PUT", "/v3/hooks/admin", {"emails": ["tour@example.com"]}, status=204)
    it.ask("DELETE", f"/v3/hooks/{hook}")
    it.get(f"/v3/hooks/{hook}", status=404)


def test_the_tour_was_everywhere(told: Witness) -> None:
    app = create_app(Config("http://127.0.0.1:1", "id", "secret", "http://127.0.0.1:2", senders=0))
    prefix = "/bigcommerce/stores/<store_hash>"
    there = {
        (method, re.sub(r"<[^>]+>", "{}", rule.rule.removeprefix(prefix)))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{prefix}/v") and not UNPUBLISHED.fullmatch(rule.rule.removeprefix(prefix))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    been = {(method, SAME_PLACE.sub("/{}", path)) for method, path, _, _ in told.seen}

    assert there - been == set()
    assert len(told.seen) > 90


def test_no_answer_has_a_key_that_nobody_described(judge: Published, told: Witness) -> None:
    found = {
        (path, key)
        for method, path, status, body in told.seen
        for key in judge.inventions(method, path, status, body)
        if key.rpartition(".")[2] not in REAL_BUT_UNSAID
    }

    assert found == set()


def test_a_wrong_answer_would_be_noticed(judge: Published, told: Witness) -> None:
    order = next(body for _, path, status, body in told.seen if path == "/v2/orders" and status == 200)[0]

    assert judge.faults_of_answer("GET", "/v2/orders", 200, [order]) == []
    assert judge.faults_of_answer("GET", "/v2/orders", 200, [order | {"total_inc_tax": 5.0}]) != []
    assert judge.faults_of_answer("GET", "/v2/orders", 200, {"data": []}) != []
    assert judge.faults_of_answer("GET", "/v2/orders", 201, [order]) != []
    assert judge.faults_of_answer("GET", "/v3/customers", 204, None) != []
    assert judge.faults_of_answer("GET", "/v4/orders", 200, [order]) != []
    assert judge.inventions("GET", "/v2/orders", 200, [order | {"mood": "good"}]) == ["custom_status", "mood"]


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", "/v3/customers", {"colour": "red"}, None),
        ("GET", "/v3/customers", {"id:in": "one"}, None),
        ("GET", "/v3/customers", {"sort": "id:asc"}, None),
        ("GET", "/v2/orders", {"sort": "weight:asc"}, None),
        ("PUT", "/v3/customers", {}, [{"customer_group_id": 3}]),
        ("PUT", "/v3/customers", {}, {"id": 3}),
        ("PUT", "/v3/customers/attribute-values", {}, [{"attribute_id": 1, "customer_id": 3, "value": 5}]),
        ("POST", "/v3/hooks", {}, {"scope": "store/order/created"}),
        ("DELETE", "/v3/customers", {}, None),
        ("GET", "/v3/nothing", {}, None),
    ],
)
def test_a_wrong_request_would_be_noticed(
    judge: Published, method: str, path: str, query: dict[str, str], body: Any
) -> None:
    assert judge.faults_of_request(method, path, query, body) != []


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", "/v3/customers", {"id:in": "1,2", "include": "addresses,attributes", "limit": "250"}, None),
        ("GET", "/v2/orders", {"sort": "date_modified:asc", "min_date_modified": "2026-01-01T00:00:00+00:00"}, None),
        ("GET", "/v3/customers/subscribers", {"email": "ada@example.com"}, None),
        ("PUT", "/v3/customers", {}, [{"id": 3, "customer_group_id": 0}]),
        ("POST", "/v2/customer_groups", {}, {"name": "Gold", "category_access": {"type": "all"}}),
        (
            "POST",
            "/v3/hooks",
            {},
            {"scope": "store/order/*", "destination": "https://x.example", "headers": {"A": "b"}},
        ),
    ],
)
def test_a_right_request_is_let_by(judge: Published, method: str, path: str, query: dict[str, str], body: Any) -> None:
    assert judge.faults_of_request(method, path, query, body) == []


def test_every_quirk_has_its_reason() -> None:
    assert all(reason for reason in QUIRKS.values())
