"""Order lines and refunds: what each of their fields is."""

from decimal import Decimal
from fractions import Fraction

from tests.laws.oracle.orders import kept, order_value
from tests.laws.oracle.rows import (
    CALENDAR,
    Fields,
    LineRow,
    RefundRow,
    among,
    calendar_fields,
    id_number,
    number,
    text,
    texts,
)
from tests.laws.oracle.truth import MISSING, UNKNOWN


def net(row: LineRow) -> Fraction:
    """Less discounts, less what came back of it, less its share of refunds that name no line."""
    refunds = row.of.refunds
    named = sum((Fraction(x.amount) for r in refunds for x in r.lines if x.line_id == row.line.id), Fraction(0))
    bare = sum((Fraction(r.goods) for r in refunds if not r.lines), Fraction(0))
    worth = sum((Fraction(each.gross - each.discount) for each in row.of.order.lines), Fraction(0))
    own = Fraction(row.line.gross - row.line.discount)
    back = named + (bare * own / worth if worth else 0)
    return max(own - _four_places(back), Fraction(0))


def _four_places(amount: Fraction) -> Fraction:
    """Amounts have four places."""
    return Fraction(int(amount * 10_000 + Fraction(1, 2)), 10_000)


def _kept(row: LineRow) -> Fraction:
    return Fraction(kept(row.of, row.line.id, row.line.quantity))


def _profit(row: LineRow) -> object:
    if "cost" in row.line.unknown:
        return UNKNOWN
    return MISSING if row.line.unit_cost is None else net(row) - Fraction(row.line.unit_cost) * _kept(row)


LINE_FIELDS: Fields = {
    "date": lambda row: row.at,
    "order_id": lambda row: Fraction(row.of.order.id),
    "product_id": lambda row: id_number(row.line.product_id),
    "variant_id": lambda row: id_number(row.line.variant_id),
    "sku": lambda row: text(row.line.sku),
    "title": lambda row: text(row.line.title),
    "vendor": lambda row: text(row.line.vendor),
    "type": lambda row: text(row.line.type),
    "category": lambda row: texts(row.line.categories),
    "product_tag": lambda row: texts(row.line.product_tags),
    "price": lambda row: number(row.line.price),
    "compare_at_price": lambda row: number(row.line.compare_at),
    "cost": lambda row: number(row.line.unit_cost),
    "profit": _profit,
    "selling_plan": lambda row: text(row.line.selling_plan),
    "gift_card": lambda row: row.line.gift_card,
    "gross": lambda row: Fraction(row.line.gross),
    "discount": lambda row: Fraction(row.line.discount),
    "net": net,
    "quantity": lambda row: Fraction(row.line.quantity),
    "net_quantity": _kept,
}

REFUND_FIELDS: Fields = {
    "date": lambda row: row.at,
    "goods": lambda row: Fraction(row.refund.goods),
    "total": lambda row: Fraction(row.refund.total),
    "quantity": lambda row: Fraction(sum((line.quantity for line in row.refund.lines), Decimal(0))),
}


def line_value(row: LineRow, name: str, key: str | None = None) -> object:
    """The field's value; ``order.…``: its order's."""
    if name.startswith("order."):
        return order_value(row.of, name.removeprefix("order."), key)
    if name in row.line.unknown:
        return UNKNOWN
    if name in CALENDAR:
        return calendar_fields(row)[name]
    if name in ("property", "option"):
        return among(row.line.properties if name == "property" else row.line.options, key or "")
    return LINE_FIELDS[name](row)


def refund_value(row: RefundRow, name: str, key: str | None = None) -> object:
    """The field's value; ``order.…``: its order's."""
    if name.startswith("order."):
        return order_value(row.of, name.removeprefix("order."), key)
    if name in ("goods", "total") and "refunded" in row.of.order.unknown:
        return UNKNOWN
    return calendar_fields(row)[name] if name in CALENDAR else REFUND_FIELDS[name](row)
