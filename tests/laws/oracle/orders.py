"""Orders: which state they are in, and what each of their fields is."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from plugin.domain.facts import OrderSeen, RefundSeen
from plugin.rules.tree import State
from tests.laws.oracle.days import TICK
from tests.laws.oracle.rows import (
    CALENDAR,
    Fields,
    OrderRow,
    among,
    calendar_fields,
    folded,
    given,
    id_number,
    text,
    texts,
)
from tests.laws.oracle.texts import Manner
from tests.laws.oracle.truth import MISSING, UNKNOWN

DAY = Fraction(86_400_000_000)
"""Microseconds."""


def in_state(row: OrderRow, state: State) -> bool:
    """Whether the order is in that state, as known at the row's moment."""
    order, t = row.order, row.t
    if order.test or state is State.TEST:
        return order.test and state is State.TEST
    paid = order.paid_at is not None and order.paid_at <= t
    cancelled = order.cancelled_at is not None and order.cancelled_at <= t
    match state:
        case State.COUNTED:
            return paid and not cancelled and not fully_refunded(order, row.refunds)
        case State.PLACED:
            return not cancelled
        case State.PAID:
            return paid and not cancelled
        case State.UNPAID:
            return not paid and not cancelled
        case State.CANCELLED:
            return cancelled
        case State.REFUNDED:
            return bool(row.refunds)
        case State.DISPUTED:
            return bool(row.disputes)
    return True


def fully_refunded(order: OrderSeen, refunds: tuple[RefundSeen, ...]) -> bool:
    """Refunds reach lines less discounts; shipping and tax aside."""
    if any(r.whole for r in refunds):
        return True
    return (
        bool(refunds) and "gross" not in order.unknown and sum(r.goods for r in refunds) >= order.gross - order.discount
    )


def net(row: OrderRow) -> Fraction:
    """Lines less discounts less refunds, never below 0."""
    goods = sum((r.goods for r in row.refunds), Decimal(0))
    return max(Fraction(row.order.gross - row.order.discount - goods), Fraction(0))


def kept(row: OrderRow, line_id: int, quantity: int) -> int:
    """The units of a line that did not come back."""
    back = sum(line.quantity for r in row.refunds for line in r.lines if line.line_id == line_id)
    return max(quantity - back, 0)


def _net_quantity(row: OrderRow) -> Fraction:
    back = sum(line.quantity for r in row.refunds for line in r.lines)
    return Fraction(max(sum(line.quantity for line in row.order.lines) - back, 0))


def profit(row: OrderRow) -> object:
    """Net less what the kept units cost; unknown with any cost, missing where one has none."""
    if any("cost" in line.unknown for line in row.order.lines):
        return UNKNOWN
    spent = Fraction(0)
    for line in row.order.lines:
        if line.unit_cost is None:
            return MISSING
        spent += Fraction(line.unit_cost) * kept(row, line.id, line.quantity)
    return net(row) - spent


# --- the order among its customer's -------------------------------------------------------------------


def _position(row: OrderRow) -> object:
    return Fraction(row.siblings.index(row) + 1) if row.whole else UNKNOWN


def _since_previous(row: OrderRow) -> object:
    """Where older orders are hidden from us, only between two of the time that we know."""
    place = row.siblings.index(row)
    before = row.siblings[place - 1].at if place else None
    if not row.whole and (before is None or (row.known_from is not None and before < row.known_from)):
        return UNKNOWN
    return MISSING if before is None else _elapsed(before, row.at)


def _until_next(row: OrderRow) -> object:
    place = row.siblings.index(row) + 1
    return _elapsed(row.at, row.siblings[place].at) if place < len(row.siblings) else MISSING


def _elapsed(start: datetime, end: datetime) -> Fraction:
    return ((end - start) // TICK) / DAY


# --- addresses, discounts, disputes -------------------------------------------------------------------

_PLACES = ("country", "postcode", "city")
_BOTH = frozenset({*_PLACES, *(f"billing_{name}" for name in _PLACES)})


def _address_differs(row: OrderRow) -> object:
    """Missing where one of the two addresses is not there at all."""
    if _BOTH & set(row.order.unknown):
        return UNKNOWN
    shipping = [FIELDS[name](row) for name in _PLACES]
    billing = [FIELDS[f"billing_{name}"](row) for name in _PLACES]
    if [MISSING] * 3 in (shipping, billing):
        return MISSING
    return shipping != billing


def _discounted(row: OrderRow) -> bool:
    return row.order.discount > 0 or bool(row.order.discount_codes) or bool(row.order.discount_kinds)


def _dispute_state(row: OrderRow) -> object:
    """The newest state of the dispute that began last."""
    if not row.disputes:
        return MISSING
    began = {seen.id: min(d.at for d in row.disputes if d.id == seen.id) for seen in row.disputes}
    latest = max(began, key=lambda dispute: (began[dispute], dispute))
    newest = max((seen for seen in row.disputes if seen.id == latest), key=lambda seen: seen.at)
    return text(newest.state)


def _postcode(value: str | None) -> object:
    return text(value, Manner.POSTCODE)


def _by(moment: datetime | None, t: datetime) -> object:
    return moment if moment is not None and moment <= t else MISSING


FIELDS: Fields = {
    "date": lambda row: row.at,
    "paid_date": lambda row: _by(row.order.paid_at, row.t),
    "cancelled_date": lambda row: _by(row.order.cancelled_at, row.t),
    "position": _position,
    "days_since_previous": _since_previous,
    "days_until_next": _until_next,
    "gross": lambda row: Fraction(row.order.gross),
    "discount": lambda row: Fraction(row.order.discount),
    "net": net,
    "total": lambda row: Fraction(row.order.total),
    "refunded": lambda row: Fraction(sum((r.total for r in row.refunds), Decimal(0))),
    "profit": profit,
    "shipping": lambda row: Fraction(row.order.shipping),
    "tax": lambda row: Fraction(row.order.tax),
    "quantity": lambda row: Fraction(sum(line.quantity for line in row.order.lines)),
    "net_quantity": _net_quantity,
    "channel": lambda row: folded(row.order.channel),
    "location": lambda row: folded(row.order.location),
    "location_id": lambda row: id_number(row.order.location_id),
    "app": lambda row: text(row.order.app),
    "app_id": lambda row: id_number(row.order.app_id),
    "staff": lambda row: text(row.order.staff),
    "country": lambda row: folded(row.order.country),
    "region": lambda row: folded(row.order.region),
    "city": lambda row: folded(row.order.city),
    "postcode": lambda row: _postcode(row.order.postcode),
    "billing_country": lambda row: folded(row.order.billing_country),
    "billing_region": lambda row: folded(row.order.billing_region),
    "billing_city": lambda row: folded(row.order.billing_city),
    "billing_postcode": lambda row: _postcode(row.order.billing_postcode),
    "address_differs": _address_differs,
    "discount_code": lambda row: texts(row.order.discount_codes),
    "discounted": _discounted,
    "discount_kind": lambda row: texts(row.order.discount_kinds),
    "tag": lambda row: texts(row.order.tags),
    "gateway": lambda row: texts(row.order.gateways, Manner.EXACT),
    "shipping_method": lambda row: text(row.order.shipping_method),
    "utm_source": lambda row: text(row.order.utm_source),
    "utm_medium": lambda row: text(row.order.utm_medium),
    "utm_campaign": lambda row: text(row.order.utm_campaign),
    "utm_term": lambda row: text(row.order.utm_term),
    "utm_content": lambda row: text(row.order.utm_content),
    "gift": lambda row: given(row.order.gift),
    "gift_note": lambda row: folded(row.order.gift_note),
    "note": lambda row: folded(row.order.note),
    "draft": lambda row: given(row.order.draft),
    "dispute_state": _dispute_state,
    "currency": lambda row: text(row.order.presentment_currency),
    "name": lambda row: text(row.order.name),
}
"""Every field of an order but the calendar's and ``property``."""


def order_value(row: OrderRow, name: str, key: str | None = None) -> object:
    """The field's value."""
    if name in row.order.unknown:
        return UNKNOWN
    if name in CALENDAR:
        return calendar_fields(row)[name]
    if name == "property":
        return among(row.order.properties, key or "")
    return FIELDS[name](row)
