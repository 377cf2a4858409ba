"""The functions of aggregates: what they make of the rows taken."""

from collections.abc import Callable
from dataclasses import replace

from plugin.engine.carried import knowing, known_of
from plugin.engine.operands import Id, Instant, Listed, Numeric, Operand, Textual, Yes
from plugin.engine.relations import Rows
from plugin.rules.tree import Function

Taken = Callable[..., str]
"""The name of: the row is taken (and meets these conditions, too)."""

_DISTINCT = """(SELECT count(DISTINCT e.value) FROM jsonb_array_elements({lists}) l(listed)
      CROSS JOIN LATERAL jsonb_array_elements_text(l.listed) e(value))"""


def measured(function: Function, field: Operand | None, rows: Rows, taken: Taken) -> Operand:
    """The function of the field over the rows taken, as SQL over measures; unknown where one of them is."""
    if field is None:
        return _number(rows.measure("count(*)", taken()))
    if function in (Function.FIRST, Function.LAST):
        return _at_the_end(function, field, rows, taken)
    known = _all_known(field, rows, taken)
    match function, field:
        case Function.COUNT_DISTINCT, Listed(sql):
            lists = rows.measure(f"jsonb_agg(to_jsonb({sql}))", taken())
            return knowing(_number(_DISTINCT.format(lists=lists)), known)
        case Function.COUNT_DISTINCT, _:
            return knowing(_number(rows.measure(f"count(DISTINCT {_sql(field)})", taken())), known)
        case ((Function.MIN | Function.MAX), Instant(sql)):
            return Instant(rows.measure(f"{function}({sql})", taken()), True, known)
        case ((Function.MIN | Function.MAX), Numeric(top, bottom)):
            return Numeric(rows.measure(f"{function}({top})", taken()), bottom, True, known)
        case Function.SUM, Numeric(top, bottom):
            return knowing(_number(rows.measure(f"sum({top})", taken()), bottom), known)
        case Function.AVG, Numeric(top, bottom, nullable):
            count = rows.measure(f"count({top if nullable else '*'})", taken())
            divisor = f"nullif(coalesce({count}, 0), 0)"
            total = f"coalesce({rows.measure(f'sum({top})', taken())}, 0)"
            return Numeric(total, f"({divisor} * {bottom})" if bottom else divisor, True, known)
    raise TypeError(f"no {function} of {field!r}")


def _number(measure: str, bottom: str | None = None) -> Numeric:
    """Of nothing it is 0."""
    return Numeric(f"coalesce({measure}, 0)", bottom, False)


def _at_the_end(function: Function, field: Operand, rows: Rows, taken: Taken) -> Operand:
    """The field of the earliest or latest row, and whether just that is known."""
    order = rows.ordered("DESC" if function is Function.LAST else "")

    def picked(sql: str) -> str:
        return f"({rows.measure(f'array_agg({sql} ORDER BY {order})', taken())})[1]"

    just_known = known_of(field)
    known = just_known and f"coalesce({picked(just_known)}, true)"
    match field:
        case Numeric(top):
            return replace(field, top=picked(top), nullable=True, known=known)
        case Instant(sql) | Textual(sql) | Yes(sql):
            return replace(field, sql=picked(sql), nullable=True, known=known)
        case Id(sql):
            return replace(field, sql=picked(sql), known=known)
    raise TypeError(f"no {function} of {field!r}")


def _all_known(field: Operand, rows: Rows, taken: Taken) -> str | None:
    known = known_of(field)
    return known and f"coalesce({rows.measure('count(*)', taken(f'NOT {known}'))}, 0) = 0"


def _sql(field: Operand) -> str:
    match field:
        case Numeric(top):
            return top
        case Instant(sql) | Textual(sql) | Id(sql) | Yes(sql):
            return sql
    raise TypeError(f"no value of a row: {field!r}")
