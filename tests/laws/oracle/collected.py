"""All rows of a customer at a moment: by source and state, of a row, earlier and later than a row."""

from datetime import datetime

from plugin.domain.facts import DisputeSeen, OrderSeen, RefundSeen
from plugin.rules.tree import Aggregate, Relation, Source, State
from tests.laws.oracle.facts import Person, Store
from tests.laws.oracle.known import orders_whole
from tests.laws.oracle.lines import line_value, refund_value
from tests.laws.oracle.orders import in_state, order_value
from tests.laws.oracle.others import other_rows, other_value
from tests.laws.oracle.rows import LineRow, OrderRow, OtherRow, RefundRow, Row


class Collected:
    """The rows, each set made once."""

    def __init__(self, store: Store, person: Person, t: datetime) -> None:
        self._store, self._person, self._t = store, person, t
        self._made: dict[tuple[Source, State], list[Row]] = {}

    def rows(self, source: Source, state: State) -> list[Row]:
        """The earliest first."""
        if (source, state) not in self._made:
            self._made[source, state] = sorted(self._all(source, state), key=lambda row: (row.at, row.place))
        return self._made[source, state]

    def related(self, value: Aggregate, beside: Row | None) -> list[Row]:
        """The rows the aggregate is made of, before its filter. ``beside``: what the filter around looks at."""
        if value.relation is Relation.ITS and beside is not None:
            return its(beside, value.source)
        rows = self.rows(value.source, value.state)
        if value.relation is Relation.EARLIER and beside is not None:
            return [row for row in rows if row.at < beside.at]
        if value.relation is Relation.LATER and beside is not None:
            return [row for row in rows if row.at > beside.at]
        return rows

    def _all(self, source: Source, state: State) -> list[Row]:
        match source:
            case Source.ORDERS:
                return list(self._orders(state))
            case Source.LINES:
                return [line for order in self._orders(state) for line in its(order, source)]
            case Source.REFUNDS:
                # Those of every order except tests, whenever it was placed.
                found = [refund for order in self._orders(state, placed=False) for refund in its(order, source)]
                return list(found)
        return list(other_rows(self._person, source, self._t, self._store.timezone))

    def _orders(self, state: State, placed: bool = True) -> list[OrderRow]:
        rows = [self._order(fact) for fact in self._person.told(OrderSeen) if not placed or fact.placed_at <= self._t]
        chosen = sorted((row for row in rows if in_state(row, state)), key=lambda row: (row.at, row.place))
        for row in chosen:
            row.siblings.extend(each for each in chosen if each.at <= self._t)
        return chosen

    def _order(self, fact: OrderSeen) -> OrderRow:
        refunds = tuple(r for r in self._person.told(RefundSeen) if r.order_id == fact.id and r.refunded_at <= self._t)
        disputes = tuple(d for d in self._person.told(DisputeSeen) if d.order_id == fact.id and d.at <= self._t)
        whole = orders_whole(self._store, self._person)
        zone = self._store.timezone
        since = self._store.orders_known_from
        return OrderRow(
            Source.ORDERS, fact.placed_at, (fact.id,), zone, fact, self._t, refunds, disputes, [], whole, since
        )


def its(row: Row, source: Source) -> list[Row]:
    """An order's lines and refunds; of a line the refunds that name it, of a refund the lines it names."""
    match row, source:
        case OrderRow(), Source.LINES:
            lines = row.order.lines
            return [LineRow(source, row.at, (row.order.id, line.id), row.zone, row, line) for line in lines]
        case OrderRow(), Source.REFUNDS:
            return [RefundRow(source, r.refunded_at, (row.order.id, r.id), row.zone, row, r) for r in row.refunds]
        case LineRow(), Source.REFUNDS:
            named = [r for r in row.of.refunds if any(x.line_id == row.line.id for x in r.lines)]
            place = row.of.order.id
            return [RefundRow(source, r.refunded_at, (place, r.id), row.zone, row.of, r) for r in named]
        case RefundRow(), Source.LINES:
            names = {x.line_id for x in row.refund.lines}
            return [line for line in its(row.of, source) if isinstance(line, LineRow) and line.line.id in names]
    raise TypeError(f"a row has no {source} of its own")


def value_of(row: Row, name: str, key: str | None = None) -> object:
    """A field of the row."""
    match row:
        case OrderRow():
            return order_value(row, name, key)
        case LineRow():
            return line_value(row, name, key)
        case RefundRow():
            return refund_value(row, name, key)
        case OtherRow():
            return other_value(row, name)
    raise TypeError(repr(row))
