"""A message is a reason to read, and nothing in it is believed beyond where to look."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.domain.errors import MessageUnreadable
from plugin.domain.facts import Fact, Kind, ReadWanted, ScopesChanged, Uninstalled
from plugin.platforms.bigcommerce.translate import TOPICS, translate, unknown

SENT = datetime(2026, 3, 3, 10, tzinfo=UTC)


def message(topic: str, **data: Any) -> tuple[Fact, ...]:
    body = {
        "scope": topic,
        "store_id": "1000001",
        "data": data,
        "hash": "0" * 40,
        "created_at": 1772532902,
        "producer": "stores/z4zn3wo",
    }
    return translate(topic, json.dumps(body).encode(), SENT)


@pytest.mark.parametrize("topic", ["created", "updated", "archived", "statusUpdated", "refund/created"])
def test_whatever_happens_to_an_order_is_read(topic: str) -> None:
    more = {"status": {"previous_status_id": 0, "new_status_id": 11}, "refund": {"refund_id": 4}}
    assert message(f"store/order/{topic}", type="order", id=118, **more) == (ReadWanted(Kind.ORDER, 118),)


@pytest.mark.parametrize("topic", ["created", "updated", "deleted"])
def test_whatever_happens_to_a_customer_is_read_and_a_deletion_is_not_believed(topic: str) -> None:
    assert message(f"store/customer/{topic}", type="customer", id=41) == (ReadWanted(Kind.CUSTOMER, 41),)


@pytest.mark.parametrize("topic", ["created", "updated", "deleted"])
def test_an_address_is_its_customer_s(topic: str) -> None:
    facts = message(f"store/customer/address/{topic}", type="customer", id=9, address={"customer_id": 41})
    assert facts == (ReadWanted(Kind.CUSTOMER, 41),)


@pytest.mark.parametrize("topic", ["created", "updated", "deleted"])
def test_products_are_read(topic: str) -> None:
    assert message(f"store/product/{topic}", type="product", id=20) == (ReadWanted(Kind.PRODUCT, 20),)


def test_the_store_s_particulars_are_asked_for_and_an_end_is_an_end() -> None:
    assert message("store/information/updated", type="store") == (ScopesChanged(),)
    assert message("store/app/uninstalled", type="store") == (Uninstalled(SENT),)


def test_a_topic_nobody_understands_says_nothing() -> None:
    assert message("store/cart/created", type="cart", id="a-uuid") == ()
    assert unknown("store/cart/created", b"{}") is None
    assert unknown("store/order/created", b"{}") == ()


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("store/order/created", b""),
        ("store/order/created", b"[]"),
        ("store/order/created", b'{"data":{"type":"order"}}'),
        ("store/order/created", b'{"data":{"id":0}}'),
        ("store/order/created", b'{"data":{"id":"118"}}'),
        ("store/customer/updated", b'{"data":{"id":-1}}'),
        ("store/customer/address/created", b'{"data":{"id":9}}'),
        ("api/orders", b"{}"),
        ("api/customers", b'{"read_began":"2026-03-05T12:00:00Z","counters":{},"nodes":[{"customer":{}}]}'),
        ("export/orders", b'{"order":{"id":1,"date_created":"x","date_modified":"y","status_id":1}}\n'),
        ("api/gone", b"{}"),
    ],
)
def test_bytes_that_do_not_say_what_the_topic_promises_are_unreadable(topic: str, body: bytes) -> None:
    with pytest.raises(MessageUnreadable):
        translate(topic, body, SENT)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(TOPICS)), st.binary(max_size=200))
def test_no_bytes_do_harm(topic: str, body: bytes) -> None:
    with suppress(MessageUnreadable):
        translate(topic, body, SENT)


def test_what_an_archived_order_is_about_is_read_and_what_is_gone_is_gone() -> None:
    facts = translate("api/gone", b'{"kind":"order","ids":[3],"archived":[4]}', SENT)
    assert [type(fact).__name__ for fact in facts] == ["Gone", "ReadWanted"]
