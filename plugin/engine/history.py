"""Whether all rows that an aggregate could take are rows that we can know of."""

from dataclasses import replace
from datetime import datetime, timedelta

from plugin.engine.clock import Clock, Edge, Exact, ExactFlip, WholeDays
from plugin.engine.columns import COLUMNS
from plugin.engine.needs import UNREAD, Needs
from plugin.engine.operands import both
from plugin.engine.relations import WITH_ORDERS
from plugin.engine.rows import RowPlace, conjuncts
from plugin.rules import fields
from plugin.rules.fields import Facts
from plugin.rules.reads import reads
from plugin.rules.tree import Aggregate, Between, Compare, Comparison, Relation, RowField, Source

LISTED = frozenset({Source.ADDRESSES, Source.CREDITS})
"""Sources of which the newest list says everything."""


class History:
    """What must be so for one aggregate: of the customer, or (``outer``) for each row of others."""

    def __init__(self, value: Aggregate, needs: Needs, outer: RowPlace | None) -> None:
        self._value = value
        self._needs = needs
        self._outer = outer

    def known(self) -> str | None:
        """SQL for: no row is missing; None: always."""
        if self._value.relation is Relation.ITS:
            return None
        if self._value.source in WITH_ORDERS:
            return both(self._told("orders"), self._orders_known(), self._disputes_known())
        return both(self._told(self._value.source), self._labels_known(), self._disputes_known())

    def _told(self, source: str) -> str:
        """Nobody said that it cannot be known of this customer."""
        if self._outer is not None:
            return f"'{source}' <> ALL ({self._outer.person('unknown')})"
        return self._needs.told(source)

    def _orders_known(self) -> str | None:
        since = self._needs.known.orders
        if since is None or (self._outer_has_orders() and self._follows()):
            return None  # What comes after an order that is known is known.
        start, just_before = self._moment(since), self._moment(since - timedelta(microseconds=1))
        ways = [f"{self._person('created_at')} >= {start}"]
        if self._outer is not None and self._follows():
            around = self._outer.rows
            ways.append(f"{around.here(COLUMNS[around.source]['date'])} >= {start}")
        for edge in lower_bounds(self._value, self._needs.clock):
            ways.append(f"{edge.column} >= {start}")
            flip = replace(edge.flip, open=False) if isinstance(edge.flip, ExactFlip) else edge.flip
            if flip is not None:
                self._needs.leaves(flip, f"CASE WHEN {edge.column} < {start} THEN {just_before} END")
        return f"({' OR '.join(ways)})"

    def _disputes_known(self) -> str | None:
        """All of a store's disputes are read together, the old ones with their moments: then they are known for ever."""
        if self._outer is not None or Facts.DISPUTES not in self._needs.known.on_demand:
            return None
        asked = any(Facts.DISPUTES in read.facts for read in reads(self._value))
        return "false" if asked and Facts.DISPUTES.value not in self._needs.known.read_since else None

    def _follows(self) -> bool:
        """Only rows after the one around matter."""
        return self._value.relation is Relation.LATER and self._outer is not None

    def _outer_has_orders(self) -> bool:
        return self._outer is not None and self._outer.rows.source in WITH_ORDERS

    def _labels_known(self) -> str | None:
        source = self._value.source
        since = self._needs.known.since(source.value, fields.ROWS[source].reads)
        if since is None:
            return None
        start = self._moment(since)
        if since is not UNREAD:
            self._needs.moments[f"CASE WHEN as_of < {start} THEN {start} END"] = None
        ways = [f"{self._person('as_of')} >= {start}", f"{self._person('created_at')} >= {start}"]
        if self._value.source in LISTED:
            ways.append(self._listed())
        return f"({' OR '.join(ways)})"

    def _listed(self) -> str:
        """Somebody said what there is."""
        table = self._value.source
        found = f"""EXISTS (SELECT FROM {table} y
      WHERE y.store_id = %(store)s AND y.customer_id = {{}} AND y.at <= p.as_of)"""
        if self._outer is not None:
            return found.format(self._outer.person("customer_id"))
        return self._needs.fact(found.format("p.customer_id"), "listed")

    def _person(self, name: str) -> str:
        return name if self._outer is None else self._outer.person(name)

    def _moment(self, moment: datetime) -> str:
        return self._needs.parameters.text(moment.isoformat()) + "::timestamptz"


def lower_bounds(value: Aggregate, clock: Clock) -> list[Edge]:
    """Thresholds that the filter demands each row's date to have reached."""
    if value.source is Source.REFUNDS:
        return []  # A refund in the window may belong to an order before it, which we do not know.
    found: list[Edge] = []
    for part in conjuncts(value.where):
        match part:
            case Compare(RowField("date"), op, bound) if op in _LOWER and isinstance(bound, (WholeDays, Exact)):
                start, end = clock.edges(bound)
                found.append(end if op is Comparison.GT else start)
            case Compare(bound, op, RowField("date")) if op in _UPPER and isinstance(bound, (WholeDays, Exact)):
                start, end = clock.edges(bound)
                found.append(end if op is Comparison.LT else start)
            case Between(RowField("date"), low, _) if isinstance(low, (WholeDays, Exact)):
                found.append(clock.edges(low)[0])
    return found


_LOWER = {Comparison.GE, Comparison.GT, Comparison.EQ}
_UPPER = {Comparison.LE, Comparison.LT, Comparison.EQ}
