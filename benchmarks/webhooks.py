"""Webhooks as Shopify sends them, signed, made before the clock runs."""

import hashlib
import hmac
import json
import random
import uuid
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

SECRET = "bench-client-secret"  # Of the bench's own app, which nothing else knows.
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
PADDING = 6400
"""Bytes that we never read in a body of about 8 kB."""
NEW_SHARE = 0.2
"""Of the orders of a mix, by customers who were not there before."""
NEW_FROM = 500_000_000
TURN = 500
"""Customers who buy before anyone of them buys again: as many as a batch of a drain."""


@dataclass(frozen=True, slots=True)
class Message:
    """A webhook before it is signed."""

    topic: str
    body: bytes
    triggered_at: datetime
    delivery_id: str


def orders(count: int, customers: int, first: int = 1, seed: int = 1) -> Iterator[Message]:
    """So many purchases by random customers, a second apart, each an orders/create; no two of the same
    customer among a few hundred, however few customers there are."""
    chance = random.Random(seed * 1_000_003 + first)
    turn: list[int] = []
    for number in range(first, first + count):
        turn = turn or chance.sample(range(1, customers + 1), min(customers, TURN))
        at = BEGIN + timedelta(seconds=number)
        body = order(number, turn.pop(), at, _amount(chance), chance)
        yield message("orders/create", body, at, chance)


def mixed(count: int, customers: int, first: int = 1, seed: int = 1) -> Iterator[Message]:
    """So many purchases with all they cause: five webhooks each, a fifth of them by new customers."""
    chance = random.Random(seed * 1_000_003 + first)
    for number in range(first, first + count):
        new = chance.random() < NEW_SHARE
        buyer = NEW_FROM + number if new else chance.randint(1, customers)
        at, paid = BEGIN + timedelta(seconds=number), BEGIN + timedelta(seconds=number + 2)
        bought = order(number, buyer, at, _amount(chance), chance, status="pending")
        settled = bought | {"financial_status": "paid", "updated_at": paid.isoformat()}
        yield message("customers/create" if new else "customers/update", customer(buyer, at, chance), at, chance)
        yield message("orders/create", bought, at, chance)
        yield message("orders/paid", settled, paid, chance)
        yield message("orders/updated", settled, paid, chance)
        yield message("customers/update", customer(buyer, paid, chance), paid, chance)


def order(
    number: int, buyer: int, at: datetime, amount: str, chance: random.Random, status: str = "paid"
) -> dict[str, Any]:
    """The body of a message about an order of one line."""
    shop = {"amount": amount, "currency_code": "GBP"}
    money = {"shop_money": shop, "presentment_money": shop}
    line = {
        "id": number * 10, "product_id": chance.randint(1, 50), "variant_id": 70, "quantity": 1, "price": amount,
        "price_set": money, "title": "A thing", "name": "A thing", "sku": "T-1", "vendor": "Ours", "gift_card": False,
        "total_discount": "0.00", "discount_allocations": [], "tax_lines": [], "properties": [],
    }  # fmt: skip
    return {
        "id": number, "admin_graphql_api_id": f"gid://shopify/Order/{number}", "name": f"#{number}",
        "created_at": at.isoformat(), "processed_at": at.isoformat(), "updated_at": at.isoformat(),
        "cancelled_at": None, "test": False, "financial_status": status, "currency": "GBP",
        "presentment_currency": "GBP", "taxes_included": False, "total_price": amount, "total_price_set": money,
        "subtotal_price": amount, "total_discounts": "0.00", "total_line_items_price": amount, "total_tax": "0.00",
        "source_name": "web", "tags": "", "discount_codes": [], "refunds": [],
        "customer": _person(buyer, at), "line_items": [line], "shipping_address": {"country_code": "GB"},
        "note_attributes": _unread(chance, PADDING),
    }  # fmt: skip


def customer(buyer: int, at: datetime, chance: random.Random) -> dict[str, Any]:
    """The body of a message about a customer; tags and consents are not in it (README §2 of the platform)."""
    address = {"id": buyer, "country_code": "GB", "country": "United Kingdom", "city": "Leeds", "zip": "LS1"}
    return _person(buyer, at) | {
        "state": "disabled", "verified_email": True, "currency": "GBP", "phone": None, "addresses": [address],
        "default_address": address, "admin_graphql_api_id": f"gid://shopify/Customer/{buyer}",
        "metafields": _unread(chance, 400),
    }  # fmt: skip


def _person(buyer: int, at: datetime) -> dict[str, Any]:
    return {
        "id": buyer,
        "created_at": "2024-01-01T00:00:00Z" if buyer < NEW_FROM else at.isoformat(),
        "updated_at": at.isoformat(),
        "first_name": "A",
        "last_name": "B",
        "email": f"c{buyer}@example.com",
    }


def _unread(chance: random.Random, size: int) -> list[dict[str, Any]]:
    """What a real body is full of: the same few keys around values that are different each time.

    It shrinks to about a quarter when compressed, as real bodies do.
    """
    return [
        {
            "id": chance.getrandbits(40),
            "amount": _amount(chance),
            "amount_set": {"shop_money": {"amount": _amount(chance), "currency_code": "GBP"}},
            "target_type": "line_item",
            "allocation_method": "across",
        }
        for _ in range(size // 160)
    ]


def _amount(chance: random.Random) -> str:
    return f"{chance.randint(500, 20000) / 100:.2f}"


def message(topic: str, body: dict[str, Any], at: datetime, chance: random.Random) -> Message:
    """The body as Shopify packs it, with a delivery id that is the same in every run."""
    packed = json.dumps(body, separators=(",", ":")).encode()
    return Message(topic, packed, at, str(uuid.UUID(int=chance.getrandbits(128))))


def signed(path: str, shop: str, messages: Iterable[Message]) -> list[bytes]:
    """The bytes of the POSTs, signed as Shopify signs."""
    return [_request(path, shop, message) for message in messages]


def _request(path: str, shop: str, message: Message) -> bytes:
    signature = b64encode(hmac.digest(SECRET.encode(), message.body, hashlib.sha256)).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(message.body)}\r\nX-Shopify-Topic: {message.topic}\r\n"
        f"X-Shopify-Hmac-Sha256: {signature}\r\nX-Shopify-Shop-Domain: {shop}\r\n"
        f"X-Shopify-API-Version: 2026-10\r\nX-Shopify-Webhook-Id: {message.delivery_id}\r\n"
        f"X-Shopify-Triggered-At: {message.triggered_at.isoformat()}\r\n\r\n"
    )
    return head.encode() + message.body
