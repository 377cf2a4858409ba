"""Bodies have the keys of the published samples, no more and no fewer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sandbox.history.build import build
from sandbox.store.agreement import Agreement
from sandbox.store.bulk import BulkOperation
from sandbox.store.shop import Profile, Shop
from sandbox.webhooks import customer_body, order_body, plan_body, refund_body, shop_body

KNOWN_EXTRAS = {".company"}
"""Documented, but not in the sample."""


@pytest.fixture(scope="module")
def shop() -> Shop:
    shop = Shop(Profile("keys.myshopify.com", "Keys"), 1, datetime(2026, 6, 15, 12, tzinfo=UTC))
    build(shop, customers=120, years=2, seed=3)
    return shop


def bodies(shop: Shop, topic: str) -> list[dict[str, Any]]:
    people, orders = list(shop.customers.values()), list(shop.orders.values())
    who = people[0]
    made: dict[str, Any] = {
        "orders/create": lambda: [order_body.order(shop, order) for order in orders],
        "orders/updated": lambda: [order_body.order(shop, order) for order in orders if order.refunds],
        "orders/paid": lambda: [order_body.order(shop, order) for order in orders[:20]],
        "orders/cancelled": lambda: [order_body.order(shop, order) for order in orders if order.cancelled_at],
        "refunds/create": lambda: [refund_body.refund(shop, o, refund) for o in orders for refund in o.refunds],
        "customers/create": lambda: [customer_body.customer(shop, person) for person in people],
        "customers/update": lambda: [customer_body.customer(shop, person) for person in people],
        "customers/delete": lambda: [customer_body.deleted(who)],
        "customers/purchasing_summary": lambda: [customer_body.purchasing_summary(shop, who)],
        "customer.tags_added": lambda: [customer_body.tags(who, ["a"])],
        "customer.tags_removed": lambda: [customer_body.tags(who, ["a"])],
        "customers_email_marketing_consent/update": lambda: [customer_body.consent(shop, who)],
        "customers/data_request": lambda: [shop_body.data_request(shop, who)],
        "customers/redact": lambda: [shop_body.customer_redact(shop, who)],
        "shop/redact": lambda: [shop_body.shop_redact(shop)],
        "app/uninstalled": lambda: [shop_body.shop(shop)],
        "app_subscriptions/update": lambda: [
            plan_body.app_subscription(shop, Agreement(1, "more", "More", Decimal(9), shop.created_at))
        ],
        "bulk_operations/finish": lambda: [
            shop_body.bulk_finished(shop, BulkOperation(1, "", group_objects=False, created_at=shop.created_at))
        ],
    }
    found: list[dict[str, Any]] = made[topic]()
    return found


TOPICS = [
    "orders/create", "orders/updated", "orders/paid", "orders/cancelled", "refunds/create", "customers/create",
    "customers/update", "customers/delete", "customers/purchasing_summary", "customer.tags_added",
    "customer.tags_removed", "customers_email_marketing_consent/update", "customers/data_request",
    "customers/redact", "shop/redact", "app/uninstalled", "bulk_operations/finish", "app_subscriptions/update",
]  # fmt: skip


def differences(sample: Any, body: Any, path: str = "") -> Iterator[str]:
    """Keys that one has and the other has not, wherever both have something."""
    if isinstance(sample, dict) and isinstance(body, dict):
        for key in sample.keys() | body.keys():
            if key not in sample or key not in body:
                yield f"{path}.{key}"
            else:
                yield from differences(sample[key], body[key], f"{path}.{key}")
    elif isinstance(sample, list) and isinstance(body, list) and sample:
        for item in body:
            yield from differences(sample[0], item, f"{path}[]")


@pytest.mark.parametrize("topic", TOPICS)
def test_a_body_has_the_keys_of_the_sample(shop: Shop, specs_dir: Path, topic: str) -> None:
    file = specs_dir / "shopify-webhooks" / f"2026-07.{topic.replace('/', '__')}.json"
    sample = json.loads(file.read_text())

    found = bodies(shop, topic)

    assert found
    for body in found:
        assert set(differences(sample, body)) <= KNOWN_EXTRAS


@pytest.mark.parametrize(
    "topic", [topic for topic in TOPICS if topic not in {"orders/paid", "orders/cancelled"} and "consent" not in topic]
)
def test_values_have_the_types_of_the_published_schema(shop: Shop, specs_dir: Path, topic: str) -> None:
    """The schemas were inferred from a few bodies: they allow neither null nor a list where those had none."""
    file = specs_dir / "shopify-webhooks" / "schemas" / f"2026-07.{topic.replace('/', '__')}.schema.json"
    if not file.exists():
        assert topic in {"customer.tags_removed", "customers/redact", "app_subscriptions/update"}, topic
        return
    check = Draft202012Validator(json.loads(file.read_text()))

    for body in bodies(shop, topic):
        faults = [f"{list(error.path)}: {error.message}" for error in check.iter_errors(body)]
        assert [fault for fault in faults if not fault_of_a_small_sample(fault)] == []


def fault_of_a_small_sample(fault: str) -> bool:
    return "None is not of type" in fault or "Expected at most 0 items" in fault


def test_a_customer_comes_without_what_was_removed_in_2025(shop: Shop) -> None:
    gone = {"tags", "orders_count", "total_spent", "last_order_id", "email_marketing_consent"}

    for body in bodies(shop, "orders/create"):
        assert not gone & set(body["customer"] or {})
    for body in bodies(shop, "customers/update"):
        assert not gone & set(body)


def test_times_carry_the_shops_own_offset(shop: Shop) -> None:
    offsets = {body["created_at"][-6:] for body in bodies(shop, "orders/create")}

    assert offsets == {"+01:00", "+02:00"}


def test_a_refund_writes_its_subtotal_as_a_number(shop: Shop) -> None:
    lines = [line for body in bodies(shop, "refunds/create") for line in body["refund_line_items"]]

    assert lines
    for line in lines:
        assert isinstance(line["subtotal"], float)
        assert f"{line['subtotal']:.2f}" == line["subtotal_set"]["shop_money"]["amount"]
