"""Products come, change, move between collections, and go."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox import moments
from sandbox.commerce.money_moves import CommerceError
from sandbox.store.product import Collection, Product
from sandbox.store.shop import Shop
from sandbox.webhooks import product_body
from sandbox.webhooks.announce import Announcer, Event

TEXTS = {"title": "title", "type": "product_type", "vendor": "vendor", "sku": "sku"}
MOVES = {"collections", "tracked"}
"""What can change of a product without its being updated."""
CHANGES = {*TEXTS, *MOVES, "tags", "price", "compare_at", "options"}


def stock_one(announcer: Announcer, shop: Shop, said: dict[str, Any]) -> Product:
    """The shop has one product more. Raises CommerceError."""
    with shop.lock:
        at = moments.now()
        product = Product(
            id=shop.numbers.next("Product"),
            variant_id=shop.numbers.next("ProductVariant"),
            title="Thing",
            product_type="",
            vendor=shop.profile.name,
            sku="",
            price=Decimal("10.00"),
            tags=(),
            created_at=at,
            updated_at=at,
            colour="slate",
        )
        _assign(shop, product, said, at)
        shop.products[product.id] = product
        announcer.announce(shop, *(_told(shop, product, topic) for topic in ("products/create", "products/update")))
        return product


def change(announcer: Announcer, shop: Shop, product: Product, said: dict[str, Any]) -> None:
    """The product is changed. That it stands in other collections is told to nobody. Raises CommerceError."""
    with shop.lock:
        at = moments.now()
        _assign(shop, product, said, at)
        if set(said) - MOVES:
            updated(announcer, shop, [product], at)


def updated(announcer: Announcer, shop: Shop, products: Iterable[Product], at: datetime) -> None:
    """These products are updated: something of them changed, or some of them were sold."""
    for product in products:
        product.updated_at = at
        announcer.announce(shop, _told(shop, product, "products/update"))


def drop(announcer: Announcer, shop: Shop, product: Product) -> None:
    """The shop does not have the product any more; orders no longer say which it was."""
    with shop.lock:
        del shop.products[product.id]
        for order in shop.orders.values():
            for line in order.lines:
                if line.product is product:
                    line.product = None
        body = {"id": product.id}
        announcer.announce(shop, ("products/delete", lambda: body))


def _told(shop: Shop, product: Product, topic: str) -> Event:
    body = product_body.product(shop, product)
    return topic, lambda: body


def _assign(shop: Shop, product: Product, said: dict[str, Any], at: datetime) -> None:
    unknown = set(said) - CHANGES
    if unknown:
        raise CommerceError(f"unknown fields: {', '.join(sorted(unknown))}")
    for name, attribute in TEXTS.items():
        if name in said:
            setattr(product, attribute, str(said[name] or ""))
    if "tags" in said:
        product.tags = tuple(map(str, said["tags"]))
    if "price" in said:
        product.price = Decimal(str(said["price"]))
    if "compare_at" in said:
        product.compare_at = None if said["compare_at"] is None else Decimal(str(said["compare_at"]))
    if "options" in said:
        product.options = {str(name): str(value) for name, value in said["options"].items()}
    if "collections" in said:
        product.collections = [_collection(shop, str(title), at) for title in said["collections"]]
    product.tracked = bool(said.get("tracked", product.tracked))


def _collection(shop: Shop, title: str, at: datetime) -> Collection:
    if title not in shop.collections:
        shop.collections[title] = Collection(shop.numbers.next("Collection"), title, at)
    return shop.collections[title]
