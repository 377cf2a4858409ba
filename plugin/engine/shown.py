"""Values and facts as people may see them: what a rule compared, and the rows behind it."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.engine import labels
from plugin.engine.aggregates import Aggregated
from plugin.engine.asked import Asked
from plugin.engine.conditions import operand_of
from plugin.engine.needs import Needs
from plugin.engine.operands import DayValue, Elapsed, Id, Instant, Listed, Numeric, Operand, Textual, Yearly, Yes
from plugin.engine.people import PeoplePlace
from plugin.engine.plan import Plan
from plugin.engine.reading import read
from plugin.engine.statement import asked as asked_people
from plugin.rules.tree import Aggregate, Attribute, Rule, Source, Value

MOST = 5
"""Rows shown behind one value."""

UNKNOWN = "unknown"

CODES = frozenset({Attribute("customer_countries"), Attribute("customer_regions")})
"""Lists of codes, shown in capitals."""

_SHOWN: dict[Source, tuple[str, ...]] = {
    Source.ORDERS: ("date", "name", "net", "total", "refunded", "channel"),
    Source.LINES: ("date", "title", "quantity", "net", "product_id", "order_id"),
    Source.REFUNDS: ("date", "goods", "total"),
    Source.ANSWERS: ("date", "question", "choice", "number", "text", "other"),
    Source.EVENTS: ("date", "name", "item", "value"),
    Source.CHECKOUTS: ("date", "amount"),
    Source.CREDITS: ("balance", "currency", "next_expiry_date"),
    Source.ADDRESSES: ("country", "region", "city", "postcode", "default"),
}


def values(
    tx: Transaction, plan: Plan, about: Sequence[Rule], asked: Sequence[Value], customer_id: CustomerId, at: datetime
) -> list[Any]:
    """Each value: a text, a list of texts, None when missing, ``{"unknown": true}`` when not knowable.

    ``about``: the rules in which they stand.
    """

    def told(place: PeoplePlace) -> str:
        return f"jsonb_build_array({', '.join(_value(value, place) for value in asked)})::text"

    row = next(read(tx, plan, about, told, Asked.customers([customer_id], at)), None)
    return [None] * len(asked) if row is None or row.text is None else list(json.loads(row.text))


def _value(value: Value, place: PeoplePlace) -> str:
    if value == Attribute("customer_tags"):
        return _TAGS
    sql, known = _readable(operand_of(value, place))
    if value in CODES:
        sql = f"upper({sql}::text)::text[]"
    if known is None:
        return f"to_jsonb({sql})"
    return f"""CASE WHEN {known} THEN to_jsonb({sql}) ELSE '{{"{UNKNOWN}": true}}'::jsonb END"""


_TAGS = re.sub(r"\bp\.", "v.", labels.TAGS)
"""As they were spelt when last seen."""


def _readable(operand: Operand) -> tuple[str, str | None]:
    """As text: numbers lose no digit on their way through JSON."""
    match operand:
        case Numeric(top, bottom, _, known):
            plain = f"round({top}::numeric / {bottom}, 4)" if bottom else f"({top})::numeric"
            return f"trim_scale({plain})::text", known
        case Instant(sql, known=known) | DayValue(sql, known=known) | Textual(sql, known=known):
            return f"({sql})", known
        case Listed(sql, known=known):
            return f"({sql})", known
        case Elapsed(Instant(sql, known=known)):
            return f"round(extract(epoch FROM (as_of - {sql})) / 86400, 4)::text", known
        case Yearly(sql, known=known):
            return f"to_char({sql}, 'MM-DD')", known
        case Id(sql, known=known) | Yes(sql, known=known):
            return f"({sql})::text", known
    raise TypeError(f"nothing to show: {operand!r}")


def rows(tx: Transaction, plan: Plan, value: Aggregate, customer_id: CustomerId, at: datetime) -> list[dict[str, Any]]:
    """Up to five of the rows that the aggregate took, newest first."""
    needs = Needs(plan.store.timezone, plan.around.known)
    source = needs.rows(value.source)
    taken = Aggregated(value, needs, PeoplePlace(needs, {})).taken()
    columns = {name: source.column(name) for name in _SHOWN[value.source]}
    listed = ", ".join(f"'{name}', {column}" for name, column in columns.items())
    newest_first = source.ordered("DESC")
    asked = Asked.customers([customer_id], at)
    before, people = asked_people(needs)
    text = f"""{asked.relation}{before}
SELECT jsonb_build_object({listed})::text FROM ({source.flagged(needs.clock.columns, people=people)}) r
WHERE {taken} ORDER BY {newest_first} LIMIT {MOST}"""
    found = tx.rows(text, {"store": tx.store_id, **needs.parameters.values(), **asked.parameters()})
    return [_decimals(json.loads(row[0], parse_float=str, parse_int=str)) for row in found]


def _decimals(row: Mapping[str, Any]) -> dict[str, Any]:
    """Only what is there; amounts stay text, digit by digit."""
    return {name: found for name, found in row.items() if found is not None}
