"""The lines of orders: what was bought, as it was when bought. An order's newest version brings all of them."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace as changed
from sqlalchemy import ARRAY, BigInteger, Boolean, DateTime, Integer, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB

from plugin.db.packing import Bulk, as_object, packed, packed_folded
from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import LineSeen, OrderSeen
from plugin.domain.ids import OrderId, ProductId

MOMENT = DateTime(timezone=True)
MONEY = Numeric(20, 4)
NET = "greatest(gross - discount - refunded, 0)"
"""Of a line or an order, after all refunds we know."""

lines = tenant_table(
    "lines",
    ("order_id", "id"),
    column("order_id", BigInteger, NONE),
    column("id", BigInteger, NONE),
    column("customer_id", BigInteger, ID, nullable=True),
    column("placed_at", MOMENT, PERSONAL),
    column("product_id", BigInteger, PERSONAL, nullable=True),
    column("variant_id", BigInteger, PERSONAL, nullable=True),
    column("quantity", Integer, PERSONAL),
    column("gross", MONEY, PERSONAL),
    column("discount", MONEY, PERSONAL),
    column("refunded", MONEY, PERSONAL, server_default="0"),
    column("refunded_quantity", Integer, PERSONAL, server_default="0"),
    column("gift_card", Boolean, PERSONAL),
    column("title", Text, PERSONAL, nullable=True),
    column("sku", Text, PERSONAL, nullable=True),
    column("vendor", Text, PERSONAL, nullable=True),
    column("type", Text, PERSONAL, nullable=True),
    column("product_tags", ARRAY(Text), PERSONAL, nullable=True),
    column("price", MONEY, PERSONAL, nullable=True),
    column("compare_at", MONEY, PERSONAL, nullable=True),
    column("unit_cost", MONEY, PERSONAL, nullable=True),
    column("categories", ARRAY(Text), PERSONAL, nullable=True),
    column("options", JSONB, PERSONAL, nullable=True),
    column("properties", JSONB, PERSONAL, nullable=True),
    column("selling_plan", Text, PERSONAL, nullable=True),
    column("unknown", ARRAY(Text), NONE, server_default="{}"),
    column("of_product", ARRAY(Text), NONE, server_default="{}"),
    column("test", Boolean, NONE, server_default="false"),
    column("paid_at", MOMENT, PERSONAL, nullable=True),
    column("cancelled_at", MOMENT, PERSONAL, nullable=True),
    column("first_refund_at", MOMENT, PERSONAL, nullable=True),
    column("last_refund_at", MOMENT, PERSONAL, nullable=True),
    column("full_refund_at", MOMENT, PERSONAL, nullable=True),
    column("net", MONEY, PERSONAL, computed=NET),
    index("ix_lines_customer", "customer_id", "placed_at"),
    index("ix_lines_product", "product_id", "placed_at"),
)
"""From ``test`` to ``full_refund_at`` as on the order, so that its state is known without it; plugin/db/orders.py
keeps them so. What has no value is known to have none, unless ``unknown`` names the field (as the catalogue calls it).
``of_product``: fields that the order's message leaves to what the product was then; plugin/db/snapshots.py."""


def _unknown(line: LineSeen) -> list[str]:
    """As plugin/db/snapshots.py writes it: what the product may yet tell comes last."""
    return [*(each for each in line.unknown if each not in line.of_product), *line.of_product]


Getter = Callable[[OrderSeen, LineSeen], object]
FROM_FACT: dict[str, tuple[str, Getter]] = {
    "order_id": ("bigint", lambda o, line: o.id),
    "id": ("bigint", lambda o, line: line.id),
    "customer_id": ("bigint", lambda o, line: o.customer_id),
    "placed_at": ("timestamptz", lambda o, line: o.placed_at),
    "product_id": ("bigint", lambda o, line: line.product_id),
    "variant_id": ("bigint", lambda o, line: line.variant_id),
    "quantity": ("int", lambda o, line: line.quantity),
    "gross": ("numeric", lambda o, line: line.gross),
    "discount": ("numeric", lambda o, line: line.discount),
    "gift_card": ("bool", lambda o, line: line.gift_card),
    "title": ("text", lambda o, line: line.title),
    "sku": ("text", lambda o, line: line.sku),
    "vendor": ("text", lambda o, line: line.vendor),
    "type": ("text", lambda o, line: line.type),
    "product_tags": ("texts", lambda o, line: None if line.product_tags is None else packed_folded(line.product_tags)),
    "price": ("numeric", lambda o, line: line.price),
    "compare_at": ("numeric", lambda o, line: line.compare_at),
    "unit_cost": ("numeric", lambda o, line: line.unit_cost),
    "categories": ("texts", lambda o, line: packed_folded(line.categories) if line.categories else None),
    "options": ("jsonb", lambda o, line: as_object(line.options)),
    "properties": ("jsonb", lambda o, line: as_object(line.properties)),
    "selling_plan": ("text", lambda o, line: line.selling_plan),
    "unknown": ("texts", lambda o, line: packed(_unknown(line))),
    "of_product": ("texts", lambda o, line: packed(line.of_product)),
    "test": ("bool", lambda o, line: o.test),
    "paid_at": ("timestamptz", lambda o, line: o.paid_at),
    "cancelled_at": ("timestamptz", lambda o, line: o.cancelled_at),
}
"""Column → what travels for it, and where it stands in the fact."""

BULK = Bulk(FROM_FACT)
PUT = f"INSERT INTO lines (store_id, {BULK.columns}) SELECT %(store)s, {BULK.selected} ON CONFLICT DO NOTHING"


def replace(tx: Transaction, seen: Sequence[OrderSeen], existed: Sequence[OrderId]) -> None:
    """The lines of these orders are those of the facts; orders that ``existed`` had others before.

    Which product a line was, stands: of one that was deleted since, messages do not say it any more.
    """
    bought = _taken(tx, existed) if existed else {}
    pairs = [(order, line) for order in seen for line in order.lines]
    pairs = [(order, naming(line, *bought.get((order.id, line.id), (None, None)))) for order, line in pairs]
    if pairs:
        tx.execute(PUT, {"store": tx.store_id, **BULK.values(pairs)})


def _taken(tx: Transaction, orders: Sequence[OrderId]) -> dict[tuple[int, int], tuple[int | None, int | None]]:
    """The lines of these orders are gone; which product and variant each was."""
    rows = tx.rows(
        "DELETE FROM lines WHERE store_id = %s AND order_id = ANY(%s) RETURNING order_id, id, product_id, variant_id",
        (tx.store_id, list(orders)),
    )
    return {(order_id, line_id): (product, variant) for order_id, line_id, product, variant in rows}


def naming(line: LineSeen, product: int | None, variant: int | None) -> LineSeen:
    """The line; where it does not name its product or variant, with these."""
    if (line.product_id is not None or product is None) and (line.variant_id is not None or variant is None):
        return line
    known = line.product_id or (None if product is None else ProductId(product))
    return changed(line, product_id=known, variant_id=line.variant_id or variant)


def named_earlier(tx: Transaction, beaten: Sequence[OrderSeen]) -> None:
    """What older versions of orders say of their lines' products stands where the newest does not."""
    told = [(order, line) for order in beaten for line in order.lines if line.product_id or line.variant_id]
    tx.execute(
        """UPDATE lines l SET product_id = coalesce(l.product_id, t.product), variant_id = coalesce(l.variant_id, t.variant)
           FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS t(order_id, id, product, variant)
           WHERE l.store_id = %s AND l.order_id = t.order_id AND l.id = t.id AND (l.product_id IS NULL OR l.variant_id IS NULL)""",
        (
            [order.id for order, _ in told],
            [line.id for _, line in told],
            [line.product_id for _, line in told],
            [line.variant_id for _, line in told],
            tx.store_id,
        ),
    )
