"""What was bought: lines and versions of their products find each other, whichever comes first."""

from datetime import datetime

from plugin.db import products, snapshots
from plugin.db.transaction import Transaction
from plugin.domain.facts import Kind
from plugin.domain.ids import OrderId
from plugin.flow.sorting import Sorted


def note(tx: Transaction, batch: Sorted) -> None:
    """The versions of products in the batch are known, and whose lines they change is touched."""
    products.put(tx, [product for product, _ in batch.products])
    earliest = min(received_at for _, received_at in batch.products)
    for customer_id, placed_at in snapshots.concerned(tx, _news(batch)):
        batch.touch(customer_id, earliest, placed_at)


def settle(tx: Transaction, batch: Sorted) -> None:
    """Lines of the batch's orders, and of its products, show what was bought; what nobody looked at is wanted."""
    orders = [OrderId(order_id) for order_id in sorted(batch.orders)]
    snapshots.take(tx, orders, _news(batch))
    if orders:
        batch.wanted |= {(Kind.PRODUCT, product_id) for product_id in snapshots.unseen(tx, orders)}


def _news(batch: Sorted) -> snapshots.Since:
    news: dict[int, tuple[datetime, datetime | None]] = {}
    for product, _ in batch.products:
        updated_at, looked_at = news.get(product.id, (product.version.updated_at, None))
        if product.categories is not None:
            seen_at = product.version.seen_at
            looked_at = seen_at if looked_at is None else min(looked_at, seen_at)
        news[product.id] = (min(updated_at, product.version.updated_at), looked_at)
    return news
