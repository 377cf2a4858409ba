"""What a field of a row is in SQL, as it stood at the moment asked (``p.as_of``).

Aliases of the tables: o orders, l lines, r refunds, an answers, ev events, ck checkouts, cr credits, ad
addresses. A filter inside a filter has its own: ``aliased`` puts its depth behind them.
"""

import re

from plugin.rules.tree import Source, State

_ALIAS = re.compile(r"\b(o|l|r|an|ev|ck|cr|ad|sn)\b")


def aliased(sql: str, depth: int, order: int | None = None) -> str:
    """The SQL over the tables of a filter that stands ``depth`` filters deep; ``order``: where orders are."""

    def renamed(found: re.Match[str]) -> str:
        number = order if found[1] == "o" and order is not None else depth
        return f"{found[1]}{number or ''}"

    return _ALIAS.sub(renamed, sql)


def _refunded(measure: str) -> str:
    return f"""(SELECT coalesce(sum(b.{measure}), 0) FROM refunds b
       WHERE b.store_id = %(store)s AND b.order_id = o.id AND b.refunded_at <= p.as_of)"""


def _then(alias: str, then: str, now: str) -> str:
    """What stands on the row, unless a refund came after the moment."""
    return f"CASE WHEN {alias}.last_refund_at > p.as_of THEN {then} ELSE {alias}.{now} END"


_MONEY = _then("o", _refunded("total"), "refunded_total")
_UNITS = _then("o", _refunded("quantity"), "refunded_quantity")
_NET = _then("o", f"greatest(o.gross - o.discount - {_refunded('goods')}, 0)", "net")

_LINE_UNITS = _then(
    "l",
    """(SELECT coalesce(sum(b.quantity), 0) FROM refund_lines b JOIN refunds d
         ON d.store_id = %(store)s AND d.order_id = b.order_id AND d.id = b.refund_id
       WHERE b.store_id = %(store)s AND b.order_id = l.order_id AND b.line_id = l.id AND d.refunded_at <= p.as_of)""",
    "refunded_quantity",
)

# As plugin/db/orders.py sums them: what names the line, and its share of refunds that name no line.
_LINE_GOODS = """(SELECT round(coalesce(sum(b.amount), 0) + coalesce(sum(d.goods) FILTER (WHERE b.refund_id IS NULL)
                * (l.gross - l.discount) / nullif(max(w.net), 0), 0), 4)
       FROM refunds d
       CROSS JOIN LATERAL (SELECT sum(n.gross - n.discount) AS net FROM lines n
         WHERE n.store_id = %(store)s AND n.order_id = l.order_id) w
       LEFT JOIN LATERAL (SELECT y.refund_id, sum(y.amount) FILTER (WHERE y.line_id = l.id) AS amount
         FROM refund_lines y WHERE y.store_id = %(store)s AND y.order_id = d.order_id AND y.refund_id = d.id
         GROUP BY y.refund_id) b ON true
       WHERE d.store_id = %(store)s AND d.order_id = l.order_id AND d.refunded_at <= p.as_of)"""
_LINE_NET = _then("l", f"greatest(l.gross - l.discount - {_LINE_GOODS}, 0)", "net")
_LINE_KEPT = f"greatest(l.quantity - ({_LINE_UNITS}), 0)"
_KEPT_OF = re.sub(r"\bl\b", "n", _LINE_KEPT)

COSTS = f"""(SELECT ARRAY[
        CASE WHEN count(*) = count(n.unit_cost) THEN coalesce(sum(n.unit_cost * {_KEPT_OF}), 0) END,
        count(*) FILTER (WHERE n.unit_cost IS NULL AND 'cost' = ANY (n.unknown))]
      FROM lines n WHERE n.store_id = %(store)s AND n.order_id = o.id)"""
"""Of the units kept, missing as soon as a line is known to have no cost; and how many are not known."""

_DISPUTE = """(SELECT d.state FROM disputes d WHERE d.store_id = %(store)s AND d.order_id = o.id AND d.at <= p.as_of
       ORDER BY (SELECT min(b.at) FROM disputes b
         WHERE b.store_id = %(store)s AND b.order_id = o.id AND b.id = d.id) DESC, d.id DESC, d.at DESC, d.state DESC
       LIMIT 1)"""
"""The newest state of the dispute that began last."""

_DIFFERS = """CASE WHEN coalesce(o.country, o.postcode, o.city) IS NOT NULL
        AND coalesce(o.billing_country, o.billing_postcode, o.billing_city) IS NOT NULL
      THEN (o.country, o.postcode, o.city) IS DISTINCT FROM (o.billing_country, o.billing_postcode, o.billing_city) END"""
"""Missing where one of the two addresses is."""

COLUMNS: dict[str, dict[str, str]] = {
    Source.ORDERS: {
        "id": "o.id",
        "date": "o.placed_at",
        "paid_date": "CASE WHEN o.paid_at <= p.as_of THEN o.paid_at END",
        "cancelled_date": "CASE WHEN o.cancelled_at <= p.as_of THEN o.cancelled_at END",
        "gross": "o.gross",
        "discount": "o.discount",
        "net": _NET,
        "total": "o.total",
        "refunded": _MONEY,
        "profit": f"{_NET} - ({COSTS})[1]",
        "shipping": "o.shipping",
        "tax": "o.tax",
        "quantity": "o.quantity",
        "net_quantity": f"greatest(o.quantity - ({_UNITS}), 0)",
        "channel": "o.channel",
        "location": "o.location",
        "location_id": "o.location_id",
        "app": "o.app",
        "app_id": "o.app_id",
        "staff": "o.staff",
        "country": "o.country",
        "region": "o.region",
        "city": "o.city",
        "postcode": "o.postcode",
        "billing_country": "o.billing_country",
        "billing_region": "o.billing_region",
        "billing_city": "o.billing_city",
        "billing_postcode": "o.billing_postcode",
        "address_differs": _DIFFERS,
        "discount_code": "o.discount_codes",
        "discount_kind": "o.discount_kinds",
        "discounted": "o.discount > 0 OR cardinality(o.discount_codes) > 0 OR cardinality(o.discount_kinds) > 0",
        "tag": "o.tags",
        "gateway": "o.gateways",
        "shipping_method": "o.shipping_method",
        "utm_source": "o.utm_source",
        "utm_medium": "o.utm_medium",
        "utm_campaign": "o.utm_campaign",
        "utm_term": "o.utm_term",
        "utm_content": "o.utm_content",
        "gift": "o.gift",
        "gift_note": "o.gift_note",
        "note": "o.note",
        "draft": "o.draft",
        "dispute_state": _DISPUTE,
        "currency": "o.presentment_currency",
        "name": "o.name",
        "property": "o.properties ->> {key}",
        "unknown": "o.unknown",
    },
    Source.LINES: {
        "id": "l.id",
        "order_id": "l.order_id",
        "date": "l.placed_at",
        "product_id": "l.product_id",
        "variant_id": "l.variant_id",
        "sku": "l.sku",
        "title": "l.title",
        "vendor": "l.vendor",
        "type": "l.type",
        "category": "l.categories",
        "product_tag": "l.product_tags",
        "option": "l.options ->> {key}",
        "price": "l.price",
        "compare_at_price": "l.compare_at",
        "cost": "l.unit_cost",
        "profit": f"{_LINE_NET} - l.unit_cost * {_LINE_KEPT}",
        "selling_plan": "l.selling_plan",
        "gift_card": "l.gift_card",
        "property": "l.properties ->> {key}",
        "gross": "l.gross",
        "discount": "l.discount",
        "net": _LINE_NET,
        "quantity": "l.quantity",
        "net_quantity": _LINE_KEPT,
        "unknown": "l.unknown",
    },
    Source.REFUNDS: {
        "id": "r.id",
        "order_id": "r.order_id",
        "date": "r.refunded_at",
        "goods": "r.goods",
        "total": "r.total",
        "quantity": "r.quantity",
        "unknown": "o.unknown",
    },
    Source.ANSWERS: {
        "id": "an.digest",
        "date": "an.at",
        "question": "an.question",
        "choice": "an.choices",
        "number": "an.number",
        "text": "an.text",
        "other": "an.other",
    },
    Source.EVENTS: {
        "id": "ev.digest",
        "date": "ev.at",
        "name": "ev.name",
        "item": "ev.item",
        "tag": "ev.tags",
        "value": "ev.value",
    },
    Source.CHECKOUTS: {"id": "ck.id", "date": "ck.at", "amount": "ck.amount"},
    Source.CREDITS: {
        "id": "cr.number",
        "balance": "cr.balance",
        "currency": "cr.currency",
        "next_expiry_date": "cr.next_expiry",
        "last_credit_date": "cr.last_credit",
    },
    Source.ADDRESSES: {
        "id": "ad.number",
        "country": "ad.country",
        "region": "ad.region",
        "city": "ad.city",
        "postcode": "ad.postcode",
        "default": "ad.number = sn.main",
        "latitude": "ad.latitude::numeric",
        "longitude": "ad.longitude::numeric",
        "unknown": "p.unknown",
    },
    "tags": {"at": "x.at", "saw": "x.saw", "digest": "x.digest", "folded": "x.folded"},
}

IN_ORDER: dict[str, tuple[str, ...]] = {
    Source.ORDERS: ("date", "id"),
    Source.LINES: ("date", "order_id", "id"),
    Source.REFUNDS: ("date", "order_id", "id"),
    Source.ANSWERS: ("date", "question", "id"),
    Source.EVENTS: ("date", "id"),
    Source.CHECKOUTS: ("date", "id"),
    Source.CREDITS: ("id",),
    Source.ADDRESSES: ("id",),
}
"""By what rows come first and last: their date, then their id; undated ones as they were listed."""

CALENDAR = {
    "day": "to_char({local}, 'YYYY-MM-DD')",
    "week": "to_char({local}, 'IYYY-\"W\"IW')",
    "month": "to_char({local}, 'YYYY-MM')",
    "quarter": "to_char({local}, 'YYYY-\"Q\"Q')",
    "year": "to_char({local}, 'YYYY')",
    "weekday": "extract(isodow FROM {local})",
    "hour": "extract(hour FROM {local})",
}
"""Of a row's date on the store's clock."""

MICROSECONDS = "86400000000::numeric"
"""In a day: what gaps are divided by."""

TEXT_IDS = frozenset({"app_id", "location_id"})
"""Ids that are kept as text."""

_PAID = "o.paid_at <= p.as_of"
_CANCELLED = "o.cancelled_at <= p.as_of"
_FULLY_REFUNDED = "o.full_refund_at <= p.as_of"

STATES: dict[State, str] = {
    State.COUNTED: f"NOT o.test AND {_PAID} AND ({_CANCELLED}) IS NOT TRUE AND ({_FULLY_REFUNDED}) IS NOT TRUE",
    State.PLACED: f"NOT o.test AND ({_CANCELLED}) IS NOT TRUE",
    State.PAID: f"NOT o.test AND {_PAID} AND ({_CANCELLED}) IS NOT TRUE",
    State.UNPAID: f"NOT o.test AND ({_PAID}) IS NOT TRUE AND ({_CANCELLED}) IS NOT TRUE",
    State.CANCELLED: f"NOT o.test AND {_CANCELLED}",
    State.REFUNDED: "NOT o.test AND o.first_refund_at <= p.as_of",
    State.DISPUTED: """NOT o.test AND EXISTS (SELECT FROM disputes d
      WHERE d.store_id = %(store)s AND d.order_id = o.id AND d.at <= p.as_of)""",
    State.ANY: "NOT o.test",
    State.TEST: "o.test",
}
"""``IS TRUE`` or not: a date that is missing makes null, which is not true."""

LINE_STATES = {state: re.sub(r"\bo\b", "l", sql.replace("o.id", "l.order_id")) for state, sql in STATES.items()}
"""The same from what stands on the line, without its order."""
