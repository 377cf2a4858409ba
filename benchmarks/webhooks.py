"""Signed webhooks, made before the clock runs."""

import hashlib
import hmac
import json
import random
import uuid
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

SECRET = "bench-client-secret"  # Of the bench's own app, which nothing else knows.
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


def order_body(order_id: int, customer_id: int, placed_at: datetime, amount: str, padding: str = "") -> bytes:
    """An orders/create body of about the size of a real one (8 kB with the padding)."""
    at = placed_at.isoformat()
    money = {"shop_money": {"amount": amount, "currency_code": "GBP"}}
    money["presentment_money"] = money["shop_money"]
    line = {
        "id": order_id * 10,
        "product_id": 7,
        "variant_id": 70,
        "quantity": 1,
        "price": amount,
        "price_set": money,
        "title": "A thing",
        "name": "A thing",
        "sku": "T-1",
        "vendor": "Ours",
        "gift_card": False,
        "total_discount": "0.00",
        "discount_allocations": [],
        "tax_lines": [],
        "properties": [],
    }
    body = {
        "id": order_id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id}",
        "name": f"#{order_id}",
        "created_at": at,
        "processed_at": at,
        "updated_at": at,
        "cancelled_at": None,
        "test": False,
        "financial_status": "paid",
        "currency": "GBP",
        "presentment_currency": "GBP",
        "taxes_included": False,
        "total_price": amount,
        "total_price_set": money,
        "subtotal_price": amount,
        "total_discounts": "0.00",
        "total_line_items_price": amount,
        "total_tax": "0.00",
        "source_name": "web",
        "tags": "",
        "discount_codes": [],
        "customer": {
            "id": customer_id,
            "created_at": "2024-01-01T00:00:00Z",
            "updated_at": at,
            "first_name": "A",
            "last_name": "B",
            "email": f"c{customer_id}@example.com",
        },
        "line_items": [line],
        "refunds": [],
        "shipping_address": {"country_code": "GB"},
        "note": padding,
    }
    return json.dumps(body, separators=(",", ":")).encode()


def request(path: str, shop: str, topic: str, body: bytes, triggered_at: datetime, delivery: str = "") -> bytes:
    """The bytes of the POST, signed as Shopify signs."""
    signature = b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-Shopify-Topic: {topic}\r\nX-Shopify-Hmac-Sha256: {signature}\r\nX-Shopify-Shop-Domain: {shop}\r\n"
        f"X-Shopify-API-Version: 2026-10\r\nX-Shopify-Webhook-Id: {delivery or uuid.uuid4()}\r\n"
        f"X-Shopify-Triggered-At: {triggered_at.isoformat()}\r\n\r\n"
    )
    return head.encode() + body


def purchases(
    path: str, shop: str, count: int, customers: int, first: int = 1, seed: int = 1, padding: int = 6400
) -> Iterator[bytes]:
    """So many purchases by random customers of a shop, minutes apart, each an orders/create."""
    chance, filler = random.Random(seed), "x" * padding
    for number in range(first, first + count):
        at = BEGIN + timedelta(seconds=number)
        amount = f"{chance.randint(500, 20000) / 100:.2f}"
        body = order_body(number, chance.randint(1, customers), at, amount, filler)
        yield request(path, shop, "orders/create", body, at)
