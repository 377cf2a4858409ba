"""Builders with defaults: a test mentions only what matters to it."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from plugin.db import stores
from plugin.db.stores import State
from plugin.db.transaction import Database as Doors
from plugin.domain.facts import (
    CustomerSeen,
    LineSeen,
    OrderSeen,
    ProductSeen,
    RefundLineSeen,
    RefundSeen,
    VariantSeen,
    Version,
)
from plugin.domain.ids import CustomerId, LineId, OrderId, ProductId, RefundId, StoreId
from tests.database import Database

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
_stores = itertools.count(1)


def doors(database: Database) -> Doors:
    """The product's way into a test's database, in its real roles."""
    return Doors(lambda role: getattr(database, role), application="test")


def a_store(
    at: Doors, domain: str | None = None, timezone: str = "UTC", state: State = State.READY, currency: str = "GBP"
) -> StoreId:
    """A store with all of its history known."""
    number = next(_stores)
    store_id = stores.next_id(at)
    with at.store(store_id) as tx:
        name = domain or f"shop-{number}.myshopify.com"
        stores.put(tx, "shopify", f"remote-{store_id}", name, "A shop", timezone, currency, ("read_orders",), NOON)
        stores.set_state(tx, state, NOON)
        tx.execute("UPDATE stores SET labels_known_from = '-infinity' WHERE id = %s", (store_id,))
    return store_id


def a_version(minutes: int = 0, seen: int = 0, digest: bytes = b"01234567") -> Version:
    """A version so many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    return Version(at, at + timedelta(seconds=seen), digest)


def a_customer(customer_id: int = 1, version: Version | None = None, email: str | None = None) -> CustomerSeen:
    """A customer who came a year before noon."""
    return CustomerSeen(
        CustomerId(customer_id), version or a_version(), NOON - timedelta(days=365), email, f"Customer {customer_id}"
    )


def a_line(line_id: int = 1, gross: str = "50", discount: str = "0", quantity: int = 1, product: int = 7) -> LineSeen:
    """A line of one product."""
    return LineSeen(
        LineId(line_id), ProductId(product), None, quantity, Decimal(gross), Decimal(discount), title="A thing"
    )


OF_PRODUCT = ("type", "product_tag", "category", "compare_at_price", "option")


def a_bare_line(line_id: int = 1, product: int | None = 7, variant: int | None = 70) -> LineSeen:
    """A line of a message that says nothing of what the product was."""
    return replace(
        a_line(line_id),
        product_id=None if product is None else ProductId(product),
        variant_id=variant,
        unknown=(*OF_PRODUCT, "cost"),
        of_product=OF_PRODUCT,
    )


def a_product(
    version: Version,
    kind: str | None = "Shoes",
    tags: tuple[str, ...] = ("Run",),
    categories: tuple[str, ...] | None = None,
    product: int = 7,
) -> ProductSeen:
    """A product of one variant, number ten times the product's; categories only where a look says them."""
    variants = (VariantSeen(product * 10, Decimal(60), (("Size", "M"),)),)
    return ProductSeen(ProductId(product), version, "A thing", kind, "Acme", tags, variants, categories)


def an_order(
    order_id: int = 1,
    customer: int | None = 1,
    lines: tuple[LineSeen, ...] | None = None,
    placed_at: datetime = NOON,
    paid_at: datetime | None = NOON,
    cancelled_at: datetime | None = None,
    version: Version | None = None,
    test: bool = False,
    payment_version: Version | None = None,
) -> OrderSeen:
    """A paid order of one line of 50."""
    lines = (a_line(order_id * 10),) if lines is None else lines
    gross = sum((line.gross for line in lines), Decimal(0))
    discount = sum((line.discount for line in lines), Decimal(0))
    return OrderSeen(
        OrderId(order_id),
        None if customer is None else CustomerId(customer),
        version or a_version(),
        placed_at,
        paid_at,
        cancelled_at,
        test,
        "GBP",
        gross,
        discount,
        Decimal(0),
        Decimal(0),
        gross - discount,
        lines,
        name=f"#{order_id}",
        payment_version=payment_version,
    )


def a_refund(
    refund_id: int = 1,
    order_id: int = 1,
    goods: str = "10",
    lines: tuple[tuple[int, int, str], ...] = (),
    refunded_at: datetime = NOON,
    version: Version | None = None,
) -> RefundSeen:
    """A refund; ``lines``: (line id, quantity, amount)."""
    return RefundSeen(
        RefundId(refund_id),
        OrderId(order_id),
        version or a_version(),
        refunded_at,
        Decimal(goods),
        Decimal(goods),
        tuple(RefundLineSeen(LineId(line), quantity, Decimal(amount)) for line, quantity, amount in lines),
    )
