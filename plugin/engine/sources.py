"""The rows of a customer as they stood at a moment: orders, their lines, refunds, sightings of tags.

``people`` (alias p) is the relation asked about; later facts are invisible. What refunds took from an
order stands on it summed; only where a refund came after the moment are they summed again up to it.
"""

from plugin.rules.tree import Source, State

TAGS = "tags"

MINE: dict[str, str] = {
    Source.ORDERS: """people p JOIN orders o
      ON o.store_id = %(store)s AND o.customer_id = p.customer_id AND o.placed_at <= p.as_of""",
    Source.LINES: """people p JOIN lines l
      ON l.store_id = %(store)s AND l.customer_id = p.customer_id AND l.placed_at <= p.as_of
      JOIN orders o ON o.store_id = %(store)s AND o.id = l.order_id""",
    Source.REFUNDS: """people p JOIN orders o ON o.store_id = %(store)s AND o.customer_id = p.customer_id
      JOIN refunds r ON r.store_id = %(store)s AND r.order_id = o.id AND r.refunded_at <= p.as_of""",
    TAGS: """people p JOIN tag_observations x
      ON x.store_id = %(store)s AND x.customer_id = p.customer_id AND x.at <= p.as_of""",
}
"""The rows of each asked row."""

ALL: dict[str, tuple[str, str]] = {
    Source.ORDERS: (
        "o.customer_id",
        "moments p JOIN orders o ON o.store_id = %(store)s AND o.customer_id IS NOT NULL AND o.placed_at <= p.as_of",
    ),
    Source.LINES: (
        "l.customer_id",
        """moments p JOIN lines l ON l.store_id = %(store)s AND l.customer_id IS NOT NULL AND l.placed_at <= p.as_of
      JOIN orders o ON o.store_id = %(store)s AND o.id = l.order_id""",
    ),
    Source.REFUNDS: (
        "o.customer_id",
        """moments p JOIN refunds r ON r.store_id = %(store)s AND r.refunded_at <= p.as_of
      JOIN orders o ON o.store_id = %(store)s AND o.id = r.order_id AND o.customer_id IS NOT NULL""",
    ),
    TAGS: ("x.customer_id", "moments p JOIN tag_observations x ON x.store_id = %(store)s AND x.at <= p.as_of"),
}
"""The rows of the whole store, where everyone is asked as of one moment: a fifth cheaper than by customer."""


def _refunds_of_order(measure: str, stored: str) -> str:
    return f"""CASE WHEN o.last_refund_at > p.as_of THEN
      (SELECT coalesce(sum(b.{measure}), 0) FROM refunds b
       WHERE b.store_id = %(store)s AND b.order_id = o.id AND b.refunded_at <= p.as_of) ELSE o.{stored} END"""


_GOODS = _refunds_of_order("goods", "refunded")
_MONEY = _refunds_of_order("total", "refunded_total")
_UNITS = _refunds_of_order("quantity", "refunded_quantity")

_LINE_UNITS = """CASE WHEN o.last_refund_at > p.as_of THEN
      (SELECT coalesce(sum(b.quantity), 0) FROM refund_lines b JOIN refunds d
         ON d.store_id = %(store)s AND d.order_id = b.order_id AND d.id = b.refund_id
       WHERE b.store_id = %(store)s AND b.order_id = l.order_id AND b.line_id = l.id AND d.refunded_at <= p.as_of)
      ELSE l.refunded_quantity END"""

# As plugin/db/orders.py sums them: what names the line, and its share of refunds that name no line.
_LINE_GOODS = """CASE WHEN o.last_refund_at > p.as_of THEN
      (SELECT round(coalesce(sum(b.amount), 0) + coalesce(sum(d.goods) FILTER (WHERE b.refund_id IS NULL)
                * (l.gross - l.discount) / nullif(max(w.net), 0), 0), 4)
       FROM refunds d
       CROSS JOIN LATERAL (SELECT sum(n.gross - n.discount) AS net FROM lines n
         WHERE n.store_id = %(store)s AND n.order_id = l.order_id) w
       LEFT JOIN LATERAL (SELECT y.refund_id, sum(y.amount) FILTER (WHERE y.line_id = l.id) AS amount
         FROM refund_lines y WHERE y.store_id = %(store)s AND y.order_id = d.order_id AND y.refund_id = d.id
         GROUP BY y.refund_id) b ON true
       WHERE d.store_id = %(store)s AND d.order_id = l.order_id AND d.refunded_at <= p.as_of)
      ELSE l.refunded END"""

COLUMNS: dict[str, dict[str, str]] = {
    Source.ORDERS: {
        "date": "o.placed_at",
        "paid_date": "CASE WHEN o.paid_at <= p.as_of THEN o.paid_at END",
        "cancelled_date": "CASE WHEN o.cancelled_at <= p.as_of THEN o.cancelled_at END",
        "gross": "o.gross",
        "discount": "o.discount",
        "net": f"greatest(o.gross - o.discount - ({_GOODS}), 0)",
        "total": "o.total",
        "refunded": _MONEY,
        "quantity": "o.quantity",
        "net_quantity": f"greatest(o.quantity - ({_UNITS}), 0)",
        "channel": "o.channel",
        "country": "o.country",
        "discount_code": "o.discount_codes",
        "tag": "o.tags",
        "location_id": "o.location_id",
        "app_id": "o.app_id",
        "name": "o.name",
    },
    Source.LINES: {
        "order_id": "l.order_id",
        "date": "l.placed_at",
        "product_id": "l.product_id",
        "variant_id": "l.variant_id",
        "sku": "l.sku",
        "vendor": "l.vendor",
        "type": "l.type",
        "title": "l.title",
        "gift_card": "l.gift_card",
        "product_tag": "l.product_tags",
        "gross": "l.gross",
        "discount": "l.discount",
        "net": f"greatest(l.gross - l.discount - ({_LINE_GOODS}), 0)",
        "quantity": "l.quantity",
        "net_quantity": f"greatest(l.quantity - ({_LINE_UNITS}), 0)",
    },
    Source.REFUNDS: {"date": "r.refunded_at", "goods": "r.goods", "total": "r.total"},
    TAGS: {"at": "x.at", "saw": "x.saw", "digest": "x.digest", "folded": "x.folded"},
}

TEXT_IDS = frozenset({"app_id", "location_id"})
"""Ids that are kept as text."""

_PAID = "o.paid_at <= p.as_of"
_CANCELLED = "o.cancelled_at <= p.as_of"
_FULLY_REFUNDED = f"CASE WHEN o.first_refund_at <= p.as_of THEN o.gross - o.discount <= ({_GOODS}) ELSE false END"

STATES: dict[State, str] = {
    State.COUNTED: f"NOT o.test AND {_PAID} AND ({_CANCELLED}) IS NOT TRUE AND NOT {_FULLY_REFUNDED}",
    State.PLACED: f"NOT o.test AND ({_CANCELLED}) IS NOT TRUE",
    State.PAID: f"NOT o.test AND {_PAID} AND ({_CANCELLED}) IS NOT TRUE",
    State.UNPAID: f"NOT o.test AND ({_PAID}) IS NOT TRUE AND ({_CANCELLED}) IS NOT TRUE",
    State.CANCELLED: f"NOT o.test AND {_CANCELLED}",
    State.REFUNDED: "NOT o.test AND o.first_refund_at <= p.as_of",
    State.ANY: "NOT o.test",
    State.TEST: "o.test",
}
"""``IS TRUE`` or not: a date that is missing makes null, which is not true."""


PRUNED = 8
"""Up to so many different conditions, rows that meet none of them are dropped early."""


class Rows:
    """What one statement wants of one source: columns, conditions of a row, measures over them."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._columns: dict[str, str] = {}
        self._flags: dict[str, str] = {}
        self._measures: dict[str, str] = {}
        self._taking: dict[str, None] = {}

    def column(self, field: str) -> str:
        """The name of the field's value."""
        return self._columns.setdefault(COLUMNS[self.source][field], f"c_{field}")

    def state(self, state: State) -> str:
        """The name of: the order is in this state."""
        return self._columns.setdefault(f"({STATES[state]}) IS TRUE", f"in_{state}")

    def flag(self, condition: str) -> str:
        """The name of a condition over names of this source; equal conditions share it."""
        return self._flags.setdefault(condition, f"f{len(self._flags)}")

    def measure(self, aggregate: str, flag: str, test: str = "") -> str:
        """The name of an aggregate over the rows with this flag; equal ones are computed once.

        ``test``: what else than *true* the flag must be, as ``IS NULL``.
        """
        self._taking[flag] = None
        filtered = f"{aggregate} FILTER (WHERE {flag}{' ' + test if test else ''})"
        return self._measures.setdefault(filtered, f"{self.source}_{len(self._measures)}")

    @property
    def measures(self) -> tuple[str, ...]:
        """The names of all measures."""
        return tuple(self._measures.values())

    def relation(self, thresholds: tuple[str, ...], everyone: bool = False) -> str:
        """One row for each asked row that has any, with all measures."""
        measures = "".join(f",\n    {sql} AS {name}" for sql, name in self._measures.items())
        return f"SELECT n{measures}\n  FROM ({self.flagged(thresholds, everyone)}) r{self._taken()} GROUP BY n"

    def _taken(self) -> str:
        """Rows that no aggregate takes are dropped before they are sorted; not worth asking of many."""
        if len(self._taking) > PRUNED:
            return ""
        return "\n  WHERE " + " OR ".join(f"{flag} IS NOT FALSE" for flag in self._taking)

    def flagged(self, thresholds: tuple[str, ...], everyone: bool = False) -> str:
        """Every row with the columns and conditions asked for so far.

        Each is computed once a row: the two fences (OFFSET 0) keep PostgreSQL from pasting them into
        every aggregate, which costs 40 % more.
        """
        n, rows_of = ALL[self.source] if everyone else ("p.n", MINE[self.source])
        columns = "".join(f",\n      {sql} AS {name}" for sql, name in self._columns.items())
        moving = "".join(f", p.{name}" for name in thresholds)
        rows = f"SELECT {n} AS n{moving}{columns}\n    FROM {rows_of}\n    OFFSET 0"
        kept = "".join(f", {name}" for name in self._columns.values())
        flags = "".join(f",\n      {sql} AS {name}" for sql, name in self._flags.items())
        return f"SELECT n{kept}{flags}\n    FROM ({rows}) q OFFSET 0"
