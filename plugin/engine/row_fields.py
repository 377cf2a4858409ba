"""What a field of a row is in SQL, and whether it can be known."""

import re

from plugin.engine.columns import CALENDAR, COLUMNS, COSTS, MICROSECONDS, STATES, TEXT_IDS
from plugin.engine.needs import Needs
from plugin.engine.operands import Id, Instant, Listed, Numeric, Operand, Textual, Yes
from plugin.engine.relations import Rows
from plugin.rules.fields import ROWS, Field, Type
from plugin.rules.tree import RowField, Source, State

SEQUENCES = frozenset({"position", "days_since_previous", "days_until_next"})
COUNTING_BACK = frozenset({"position", "days_since_previous"})
"""Those to which an older order makes a difference."""

_COLUMN = re.compile(r"\w+\.\w+")
_ADDRESSES = ("country", "postcode", "city", "billing_country", "billing_postcode", "billing_city")
_OTHERS = """(SELECT {found} FROM orders z WHERE z.store_id = %(store)s AND z.customer_id = o.customer_id
      AND z.placed_at <= p.as_of AND ({state}) AND (z.placed_at, z.id) {sign} (o.placed_at, o.id))"""


class RowFields:
    """The fields of one set of rows, among orders of one state."""

    def __init__(self, rows: Rows, state: State, needs: Needs) -> None:
        self._rows = rows
        self._state = state
        self._parameters = needs.parameters
        self._clock = needs.clock
        self._amounts_unsure = needs.known.amounts_unsure

    def named(self, asked: RowField) -> Operand:
        """The field by names of this set of rows."""
        field = self._field(asked.name)
        order, own = split(asked.name)
        if own in SEQUENCES and self._rows.source == Source.ORDERS and self._rows.depth == 0:
            return _typed(field, self._window(own), None)
        if own == "profit" and (order or self._rows.source == Source.ORDERS):
            return self._profit(order)
        sql = self._sql(asked, field)
        column = self._rows.named(sql, asked.name)
        plain = _COLUMN.fullmatch(sql) is not None  # Then whether it is known is found out once a row, too.
        known = self._known(field, order, sql if plain else column)
        if known is not None and (plain or field.name in ("profit", "address_differs")):
            known = self._rows.named(known, f"{asked.name}_known")
        elif known is not None:
            known = known.replace(self._unknown(order), self._rows.named(self._unknown(order), f"{order}unknown"))
        return _typed(field, column, known)

    def _profit(self, order: str) -> Operand:
        """Of an order: its lines are looked at once."""
        costs, net, unknown = (
            self._rows.named(sql, f"{order}{name}")
            for sql, name in (
                (self._rows.here(COSTS), "costs"),
                (self._rows.here(COLUMNS[Source.ORDERS]["net"]), "net"),
                (self._unknown(order), "unknown"),
            )
        )
        known = self._rows.window(f"{costs}[2] = 0 AND 'profit' <> ALL ({unknown})", f"{order}profit_known")
        return Numeric(self._rows.window(f"{net} - {costs}[1]", f"{order}profit"), None, True, known)

    def around(self, asked: RowField) -> Operand:
        """The field as rows see it that are looked at for one of these."""
        field = self._field(asked.name)
        sql = f"({self._sql(asked, field)})"
        return _typed(field, sql, self._known(field, split(asked.name)[0], sql))

    def _field(self, name: str) -> Field:
        found = ROWS[Source(self._rows.source)].find(name)
        if found is None:
            raise TypeError(f"{self._rows.source} have no {name}")
        return found

    def _sql(self, asked: RowField, field: Field) -> str:
        order, own = split(asked.name)
        columns = COLUMNS[Source.ORDERS if order else self._rows.source]
        if own in SEQUENCES:
            if self._rows.depth == 0 and self._rows.source != Source.ORDERS:
                return f"{self._rows.sequences(self._state)}.{own}"
            return self._rows.here(self._among_others(own))
        if field.name in CALENDAR:
            local = f"({self._rows.here(columns['date'])} AT TIME ZONE {self._clock.zone})"
            return CALENDAR[field.name].format(local=local)
        sql = self._rows.here(columns[field.name])
        return sql if asked.key is None else sql.replace("{key}", self._parameters.text(asked.key))

    # --- among the customer's other orders ------------------------------------------------------

    def _window(self, name: str) -> str:
        state, date = self._rows.state(self._state), self._rows.column("date")
        match name:
            case "position":
                return self._rows.sequence("row_number() OVER {order}", state, name)
            case "days_since_previous":
                gap = f"extract(epoch FROM {date} - lag({date}) OVER {{order}}) * 1000000"
            case _:
                gap = f"extract(epoch FROM lead({date}) OVER {{order}} - {date}) * 1000000"
        return self._rows.sequence(gap, state, name)

    def _among_others(self, name: str) -> str:
        state = re.sub(r"\bo\b", "z", STATES[self._state])
        match name:
            case "position":
                return _OTHERS.format(found="count(*)", state=state, sign="<=")
            case "days_since_previous":
                before = _OTHERS.format(found="max(z.placed_at)", state=state, sign="<")
                return f"extract(epoch FROM o.placed_at - {before}) * 1000000"
        after = _OTHERS.format(found="min(z.placed_at)", state=state, sign=">")
        return f"extract(epoch FROM {after} - o.placed_at) * 1000000"

    # --- what can be known ----------------------------------------------------------------------

    def _unknown(self, order: str) -> str:
        return self._rows.here("o.unknown" if order else COLUMNS[self._rows.source]["unknown"])

    def _known(self, field: Field, order: str, sql: str) -> str | None:
        """SQL that says whether the field can be known; None: always."""
        if field.converted:
            return f"('{field.converted}' <> ALL ({self._unknown(order)}))" if self._amounts_unsure else None
        if not field.snapshot:
            return None
        unknown = self._unknown(order)
        of_order = order or self._rows.source == Source.ORDERS
        if field.name == "address_differs":
            names = ", ".join(f"'{name}'" for name in ("address_differs", *_ADDRESSES))
            return f"(NOT {unknown} && ARRAY[{names}])"
        if field.name == "profit":
            cost = self._rows.here(
                f"({COSTS})[2] = 0" if of_order else "(l.unit_cost IS NOT NULL OR 'cost' <> ALL (l.unknown))"
            )
            return f"({cost} AND 'profit' <> ALL ({unknown}))"
        named = f"'{field.name}' <> ALL ({unknown})"
        return f"({named})" if field.type is Type.LIST else f"({sql} IS NOT NULL OR {named})"


def split(name: str) -> tuple[str, str]:
    """``order.`` or nothing, and the rest."""
    return ("order.", name.removeprefix("order.")) if name.startswith("order.") else ("", name)


def _typed(field: Field, sql: str, known: str | None) -> Operand:
    match field.type:
        case Type.NUMBER | Type.MONEY:
            bottom = MICROSECONDS if field.name.startswith("days_") else None
            return Numeric(sql, bottom, field.nullable, known)
        case Type.DATE:
            return Instant(sql, field.nullable, known)
        case Type.TEXT | Type.CHOICE:
            return Textual(sql, field.matching, field.nullable, known=known)
        case Type.ID:
            return Id(sql, field.name in TEXT_IDS, known)
        case Type.TRUTH:
            return Yes(sql, field.nullable, known)
        case Type.LIST:
            return Listed(f"coalesce({sql}, '{{}}')", field.matching, known=known)
    raise TypeError(f"no value of a row: {field.name}")
