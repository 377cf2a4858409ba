"""What rules mean, spelt out slowly: one customer, one moment, facts in memory, no SQL, no cleverness.

Written from the meaning of rules (docs/rules.md, docs/measures.md), not from the engine. True, False, or
None where we cannot know. Numbers are fractions; a missing value is MISSING, an unknowable one UNKNOWN.
"""

import calendar
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from plugin.domain.facts import LineSeen, OrderSeen, RefundSeen
from plugin.domain.text import fold
from plugin.rules import tree
from plugin.rules.segment import Definition, OneRule, Tiers
from plugin.rules.tree import Comparison, Function, Operation, Source, State, Unit


class Nothing:
    """A value that is not there."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


MISSING, UNKNOWN = Nothing("missing"), Nothing("unknown")
Truth3 = bool | None
Literal = tree.Day | tree.Moment | tree.RelativeDay | tree.RelativeExact


@dataclass(frozen=True)
class Sighting:
    """Tags as they were seen: ``saw`` added, listed or removed."""

    at: datetime
    saw: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """All facts about one customer."""

    id: int
    created: datetime | None
    orders: Sequence[OrderSeen] = ()
    refunds: Sequence[RefundSeen] = ()
    sightings: Sequence[Sighting] = ()
    countries: Sequence[tuple[datetime, tuple[str, ...]]] = ()
    consents: Sequence[tuple[datetime, str]] = ()


@dataclass(frozen=True)
class Segment:
    """A segment and the tags it writes, by label; ours that stand there are not in any sighting we trust."""

    definition: Definition
    writes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Store:
    """Where and since when, and the segments by folded name."""

    timezone: str
    orders_known_from: datetime | None = None
    labels_known_from: datetime | None = None
    segments: Mapping[str, Segment] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """An order, a line or a refund as it stood at a moment; ``values`` by field."""

    order: OrderSeen
    values: Mapping[str, object]


# --- time -------------------------------------------------------------------------------------------


def add(day: date, count: int, unit: Unit) -> date:
    """The day so many units later; months and years end with a shorter month."""
    if unit in (Unit.DAY, Unit.WEEK):
        return day + timedelta(days=count * (7 if unit is Unit.WEEK else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit is Unit.YEAR else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def midnight(day: date, zone: str) -> datetime:
    """The first instant of the day there."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def span(literal: Literal, t: datetime, zone: str) -> tuple[datetime, datetime | None]:
    """From when until before when; None: one instant."""
    today = t.astimezone(ZoneInfo(zone)).date()
    match literal:
        case tree.Day(day):
            return midnight(day, zone), midnight(day + timedelta(days=1), zone)
        case tree.RelativeDay(count, unit):
            day = add(today, count, unit)
            return midnight(day, zone), midnight(day + timedelta(days=1), zone)
        case tree.RelativeExact(count, unit):
            return t + timedelta(minutes=count * (60 if unit is Unit.HOUR else 1)), None
        case tree.Moment(moment):
            return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC), None


def date_compares(fact: datetime, op: Comparison, start: datetime, end: datetime | None) -> bool:
    if end is None:
        return compares(fact, op, start)
    match op:
        case Comparison.GE:
            return fact >= start
        case Comparison.GT:
            return fact >= end
        case Comparison.LT:
            return fact < start
        case Comparison.LE:
            return fact < end
        case Comparison.EQ:
            return start <= fact < end
        case Comparison.NE:
            return not start <= fact < end


_OPERATORS: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQ: operator.eq,
    Comparison.NE: operator.ne,
    Comparison.GT: operator.gt,
    Comparison.GE: operator.ge,
    Comparison.LT: operator.lt,
    Comparison.LE: operator.le,
}
_TURNED = {
    Comparison.GT: Comparison.LT,
    Comparison.GE: Comparison.LE,
    Comparison.LT: Comparison.GT,
    Comparison.LE: Comparison.GE,
}


def compares(one: object, op: Comparison, other: object) -> bool:
    return _OPERATORS[op](one, other)


# --- three values -----------------------------------------------------------------------------------


def every(parts: Sequence[Truth3]) -> Truth3:
    return False if False in parts else None if None in parts else True


def any_of(parts: Sequence[Truth3]) -> Truth3:
    return True if True in parts else None if None in parts else False


def opposite(part: Truth3) -> Truth3:
    return None if part is None else not part


# --- rows -------------------------------------------------------------------------------------------


def _refunded(person: Person, order: OrderSeen, t: datetime) -> list[RefundSeen]:
    return [r for r in person.refunds if r.order_id == order.id and r.refunded_at <= t]


def in_state(order: OrderSeen, state: State, refunds: Sequence[RefundSeen], t: datetime) -> bool:
    paid = order.paid_at is not None and order.paid_at <= t
    cancelled = order.cancelled_at is not None and order.cancelled_at <= t
    goods = sum(r.goods for r in refunds)
    fully = bool(refunds) and goods >= order.gross - order.discount
    if state is State.TEST or order.test:
        return order.test and state is State.TEST
    return {
        State.COUNTED: paid and not cancelled and not fully,
        State.PLACED: not cancelled,
        State.PAID: paid and not cancelled,
        State.UNPAID: not paid and not cancelled,
        State.CANCELLED: cancelled,
        State.REFUNDED: bool(refunds),
        State.ANY: True,
    }[state]


def order_row(order: OrderSeen, refunds: Sequence[RefundSeen], t: datetime) -> Row:
    goods = Fraction(sum(r.goods for r in refunds))
    units = sum(line.quantity for r in refunds for line in r.lines)
    quantity = sum(line.quantity for line in order.lines)
    values: dict[str, object] = {
        "date": order.placed_at,
        "paid_date": order.paid_at if order.paid_at and order.paid_at <= t else MISSING,
        "cancelled_date": order.cancelled_at if order.cancelled_at and order.cancelled_at <= t else MISSING,
        "gross": Fraction(order.gross),
        "discount": Fraction(order.discount),
        "net": max(Fraction(order.gross - order.discount) - goods, Fraction(0)),
        "total": Fraction(order.total),
        "refunded": Fraction(sum(r.total for r in refunds)),
        "quantity": Fraction(quantity),
        "net_quantity": Fraction(max(quantity - units, 0)),
        "channel": _text(order.channel),
        "country": _text(order.country),
        "discount_code": tuple(fold(code) for code in order.discount_codes),
        "tag": tuple(fold(tag) for tag in order.tags),
        "location_id": MISSING if order.location_id is None else int(order.location_id),
        "app_id": MISSING if order.app_id is None else int(order.app_id),
        "name": MISSING if order.name is None else order.name,
    }
    return Row(order, values)


def _text(value: str | None) -> object:
    return MISSING if value is None else fold(value)


def line_row(order: OrderSeen, line: LineSeen, refunds: Sequence[RefundSeen]) -> Row:
    named = [x for r in refunds for x in r.lines if x.line_id == line.id]
    bare = sum((Fraction(r.goods) for r in refunds if not r.lines), Fraction(0))
    worth = sum((Fraction(each.gross - each.discount) for each in order.lines), Fraction(0))
    own = Fraction(line.gross - line.discount)
    back = Fraction(sum(x.amount for x in named)) + (bare * own / worth if worth else 0)
    back = Fraction(int(back * 10000 + Fraction(1, 2)), 10000)  # Amounts have four places.
    values: dict[str, object] = {
        "date": order.placed_at,
        "product_id": MISSING if line.product_id is None else int(line.product_id),
        "variant_id": MISSING if line.variant_id is None else line.variant_id,
        "sku": MISSING if line.sku is None else line.sku,
        "vendor": MISSING if line.vendor is None else line.vendor,
        "type": UNKNOWN if line.type is None else line.type,
        "title": MISSING if line.title is None else line.title,
        "gift_card": line.gift_card,
        "product_tag": UNKNOWN if line.product_tags is None else tuple(fold(tag) for tag in line.product_tags),
        "gross": Fraction(line.gross),
        "discount": Fraction(line.discount),
        "net": max(own - back, Fraction(0)),
        "quantity": Fraction(line.quantity),
        "net_quantity": Fraction(max(line.quantity - sum(x.quantity for x in named), 0)),
    }
    return Row(order, values)


def rows(person: Person, source: Source, state: State, t: datetime) -> Iterator[Row]:
    """The rows in that state, as known at the moment."""
    for order in person.orders:
        refunds = _refunded(person, order, t)
        if not in_state(order, state, refunds, t):
            continue
        match source:
            case Source.ORDERS if order.placed_at <= t:
                yield order_row(order, refunds, t)
            case Source.LINES if order.placed_at <= t:
                for line in order.lines:
                    yield line_row(order, line, refunds)
            case Source.REFUNDS:
                for r in refunds:
                    values = {"date": r.refunded_at, "goods": Fraction(r.goods), "total": Fraction(r.total)}
                    yield Row(order, values)


# --- rules ------------------------------------------------------------------------------------------

_SHOPIFY_NULLABLE = {"first_order_date", "last_order_date", "customer_added_date", "email_subscription_status"}
_UNFOLDED = {"sku", "vendor", "type", "title", "name"}
_PARAMETERS = {
    "orders_placed": {"date": "date", "amount": "total", "location_id": "location_id", "app_id": "app_id"},
    "products_purchased": {"id": "product_id", "tag": "product_tag", "date": "date", "quantity": "quantity"},
}


@dataclass(frozen=True)
class Oracle:
    """Answers for one customer as of one moment."""

    store: Store
    person: Person
    t: datetime

    def exists(self) -> bool:
        return self.person.created is None or self.person.created <= self.t

    def holds(self, rule: tree.Rule, row: Row | None = None) -> Truth3:
        """Whether the rule holds: of the customer, or inside a filter of the row."""
        match rule:
            case tree.And(parts):
                return every([self.holds(part, row) for part in parts])
            case tree.Or(parts):
                return any_of([self.holds(part, row) for part in parts])
            case tree.Not(part):
                return opposite(self.holds(part, row))
            case tree.AtLeast(count, parts):
                answers = [self.holds(part, row) for part in parts]
                if answers.count(True) >= count:
                    return True
                return None if answers.count(True) + answers.count(None) >= count else False
            case tree.Compare(left, op, right):
                return self._compare(left, op, right, row)
            case tree.Between(value, low, high):
                above = self._compare(value, Comparison.GE, low, row)
                return every([above, self._compare(value, Comparison.LE, high, row)])
            case tree.In(value, options, negated):
                return self._in(value, options, negated, row)
            case tree.IsNull(value, negated):
                found = self.value(value, row)
                absent = None if found is UNKNOWN else found is MISSING or found == ()
                return opposite(absent) if negated else absent
            case tree.Contains(value, text, negated):
                return self._contains(value, text, negated, row)
            case tree.InSegment(name, negated):
                inside = self.in_segment(fold(name))
                return opposite(inside) if negated else inside
            case tree.Matches():
                found_match = self._matches(rule)
                return opposite(found_match) if rule.negated else found_match

    def label(self, definition: Definition) -> str | Nothing | None:
        """The label of a rule or of tiers; UNKNOWN where undecided."""
        match definition:
            case OneRule(rule):
                holds = self.holds(rule)
                return UNKNOWN if holds is None else "" if holds else None
            case Tiers(cases, default):
                for case in cases:
                    holds = self.holds(case.rule)
                    if holds is not False:
                        return UNKNOWN if holds is None else case.label
                return default
        raise TypeError("a two-sided segment has a history")

    def in_segment(self, name: str) -> Truth3:
        label = self.label(self.store.segments[name].definition)
        return None if label is UNKNOWN else label is not None

    # --- comparisons --------------------------------------------------------------------------

    def _compare(self, left: tree.Value, op: Comparison, right: tree.Value, row: Row | None) -> Truth3:
        if isinstance(left, tree.Literal):
            return self._compare(right, _TURNED.get(op, op), left, row)
        one = self.value(left, row)
        other = None if isinstance(right, Literal) else self.value(right, row, beside=left)
        if UNKNOWN in (one, other):
            if row is not None and MISSING in (one, other):
                return False  # Whatever the unknown is.
            included = op is Comparison.NE and _missing_counts(left, one, right, other)
            return True if included else None
        if MISSING in (one, other):
            return op is Comparison.NE and row is None and _missing_counts(left, one, right, other)
        if isinstance(right, Literal):
            assert isinstance(one, datetime)
            return date_compares(one, op, *span(right, self.t, self.store.timezone))
        return compares(one, op, other)

    def _in(self, value: tree.Value, options: Sequence[tree.Literal], negated: bool, row: Row | None) -> Truth3:
        found = self.value(value, row)
        if found is UNKNOWN:
            return None
        if found is MISSING:
            return negated and row is None and _missing_counts(value, found, options[0], None)
        among = found in [self.value(option, row, beside=value) for option in options]
        return among is not negated

    def _contains(self, value: tree.Value, text: tree.Text, negated: bool, row: Row | None) -> Truth3:
        if value == tree.Attribute("customer_tags"):
            inside = self._has_tag(fold(text.value))
        else:
            listed = self.value(value, row)
            assert isinstance(listed, tuple) or listed is UNKNOWN
            inside = None if isinstance(listed, Nothing) else fold(text.value) in listed
        return opposite(inside) if negated else inside

    # --- values -------------------------------------------------------------------------------

    def value(self, value: tree.Value, row: Row | None, beside: tree.Value | None = None) -> object:
        match value:
            case tree.Number(number):
                return Fraction(number)
            case tree.Text(text):
                exact = isinstance(beside, tree.RowField) and beside.name in _UNFOLDED
                exact = exact or beside == tree.Attribute("email_subscription_status")
                return text if exact else fold(text)
            case tree.Truth(truth):
                return truth
            case tree.RowField(name):
                assert row is not None
                return row.values[name]
            case tree.Attribute(name):
                return self._attribute(name)
            case tree.Aggregate():
                return self._aggregate(value)
            case tree.Arithmetic(left, operation, right):
                return _calculate(self.value(left, row), operation, self.value(right, row))
        raise TypeError(repr(value))

    def _attribute(self, name: str) -> object:
        match name:
            case "customer_added_date":
                return self.person.created or MISSING
            case "email_subscription_status":
                before = [(at, state) for at, state in self.person.consents if at <= self.t]
                return max(before)[1] if before else MISSING
            case "customer_countries":
                if not self._labels_known():
                    return UNKNOWN
                lists = [(at, codes) for at, codes in self.person.countries if at <= self.t]
                newest = max(lists, key=lambda pair: pair[0])[1] if lists else ()
                return tuple(fold(code) for code in newest)
            case "customer_tags":
                return self._tags() if self._labels_known() else UNKNOWN
        if not self._orders_known(None, Source.ORDERS):
            return UNKNOWN
        mine = list(rows(self.person, Source.ORDERS, State.ANY, self.t))
        dates = [row.order.placed_at for row in mine]
        match name:
            case "number_of_orders":
                return Fraction(len(mine))
            case "amount_spent":
                paid = [row for row in mine if row.values["paid_date"] is not MISSING]
                return sum((_number(row, "total") - _number(row, "refunded") for row in paid), Fraction(0))
            case "first_order_date":
                return min(dates, default=MISSING)
            case "last_order_date":
                return max(dates, default=MISSING)
        raise TypeError(name)

    def _aggregate(self, value: tree.Aggregate) -> object:
        if not self._orders_known(value.where, value.source):
            return UNKNOWN
        kept: list[Row] = []
        for row in rows(self.person, value.source, value.state, self.t):
            passes = True if value.where is None else self.holds(value.where, row)
            if passes is None:
                return UNKNOWN
            if passes:
                kept.append(row)
        if value.function is Function.COUNT:
            return Fraction(len(kept))
        assert value.measure is not None
        found = [row.values[value.measure] for row in kept]
        return _reduce(value.function, found)

    # --- Shopify's functions ------------------------------------------------------------------

    def _matches(self, rule: tree.Matches) -> Truth3:
        """Every order except tests; parameters about a row choose rows, the others ask about all chosen."""
        fields = _PARAMETERS[rule.function]
        source = Source.ORDERS if rule.function == "orders_placed" else Source.LINES
        about_rows = [p for p in rule.parameters if _parameter(p) in fields]
        about_all = [p for p in rule.parameters if _parameter(p) not in fields]
        known = self._orders_known(tree.And(tuple(about_rows)), source)
        chosen: list[Row] = []
        for row in rows(self.person, source, State.ANY, self.t):
            passes = every([self._row_passes(p, row, fields[_parameter(p)]) for p in about_rows])
            if passes is None:
                known = False
            elif passes:
                chosen.append(row)
        if not known:
            return None
        orders = Fraction(len({row.order.id for row in chosen}))
        totals = {
            "count": orders,
            "sum_amount": sum((_number(r, "total") for r in chosen), Fraction(0)) if source is Source.ORDERS else None,
            "sum_quantity": sum((_number(r, "quantity") for r in chosen), Fraction(0)),
        }
        whole = Row(self.person.orders[0], totals) if self.person.orders else Row(None, totals)  # type: ignore[arg-type]
        found = [self.holds(p, whole) for p in about_all]
        if all(_parameter(p) != "count" for p in about_all):
            found.append(orders >= 1)
        return every(found)

    def _row_passes(self, parameter: tree.Rule, row: Row, field_name: str) -> Truth3:
        """The parameter about this row; ``!=`` and NOT IN include rows without a value; a list is searched."""
        name = _parameter(parameter)
        value = row.values[field_name]
        aliased = Row(row.order, {**row.values, name: value})
        negative = (isinstance(parameter, tree.Compare) and parameter.op is Comparison.NE) or (
            isinstance(parameter, tree.In) and parameter.negated
        )
        if isinstance(parameter, tree.IsNull) or not isinstance(value, (tuple, Nothing)):
            return self.holds(parameter, aliased)
        if value is UNKNOWN:
            return None
        if value is MISSING:
            return negative
        assert isinstance(value, tuple)
        match parameter:
            case tree.Compare(right=tree.Text(text)):
                return (fold(text) in value) is not negative
            case tree.In(options=options):
                return any(fold(o.value) in value for o in options if isinstance(o, tree.Text)) is not negative
        raise TypeError(repr(parameter))

    # --- tags ---------------------------------------------------------------------------------

    def _has_tag(self, tag: str) -> Truth3:
        """One of ours is answered by its segment, else by what stands there (nothing there is ours here)."""
        found: list[Truth3] = []
        for segment in self.store.segments.values():
            for label, written in segment.writes.items():
                if fold(written) == tag:
                    now = self.label(segment.definition)
                    found.append(None if now is UNKNOWN else now == label)
        found.append(tag in self._tags() if self._labels_known() else None)
        return any_of(found)

    def _tags(self) -> tuple[str, ...]:
        there: set[str] = set()
        for sighting in sorted(self.person.sightings, key=lambda s: (s.at, s.saw)):
            if sighting.at <= self.t:
                seen = {fold(tag) for tag in sighting.tags}
                there = {"added": there | seen, "listed": seen, "removed": there - seen}[sighting.saw]
        return tuple(sorted(there))

    # --- what can be known --------------------------------------------------------------------

    def _labels_known(self) -> bool:
        since = self.store.labels_known_from
        return since is None or self.t >= since or (self.person.created is not None and self.person.created >= since)

    def _orders_known(self, where: tree.Rule | None, source: Source) -> bool:
        since = self.store.orders_known_from
        if since is None or (self.person.created is not None and self.person.created >= since):
            return True
        if source is Source.REFUNDS:
            return False
        return any(bound >= since for bound in self._lower_bounds(where))

    def _lower_bounds(self, where: tree.Rule | None) -> Iterator[datetime]:
        """Instants that the filter demands every row's date to have reached."""
        match where:
            case tree.And(parts):
                for part in parts:
                    yield from self._lower_bounds(part)
            case tree.Compare(tree.RowField("date"), op, bound) if isinstance(bound, Literal):
                start, end = span(bound, self.t, self.store.timezone)
                if op in (Comparison.GE, Comparison.EQ):
                    yield start
                elif op is Comparison.GT:
                    yield end or start
            case tree.Compare(bound, op, tree.RowField("date")) if isinstance(bound, Literal):
                turned = tree.Compare(tree.RowField("date"), _TURNED.get(op, op), bound)
                yield from self._lower_bounds(turned)
            case tree.Between(tree.RowField("date"), low, _) if isinstance(low, Literal):
                yield span(low, self.t, self.store.timezone)[0]


def _missing_counts(left: tree.Value, one: object, right: object, other: object) -> bool:
    """``!=`` on one of Shopify's own names includes who has no value."""
    pairs = ((left, one), (right, other))
    return any(
        isinstance(value, tree.Attribute) and value.name in _SHOPIFY_NULLABLE and found is MISSING
        for value, found in pairs
    )


def _parameter(parameter: tree.Rule) -> str:
    subject = parameter.left if isinstance(parameter, tree.Compare) else parameter.value  # type: ignore[union-attr]
    assert isinstance(subject, tree.RowField)
    return subject.name


def _number(row: Row, name: str) -> Fraction:
    found = row.values[name]
    assert isinstance(found, Fraction)
    return found


def _reduce(function: Function, found: Sequence[object]) -> object:
    match function:
        case Function.SUM:
            return sum((n for n in found if isinstance(n, Fraction)), Fraction(0))
        case Function.AVG:
            numbers = [n for n in found if isinstance(n, Fraction)]
            return sum(numbers, Fraction(0)) / len(numbers) if numbers else MISSING
        case Function.MIN:
            return min(found, default=MISSING)  # type: ignore[type-var]
        case Function.MAX:
            return max(found, default=MISSING)  # type: ignore[type-var]
    raise TypeError(function)


def _calculate(one: object, operation: Operation, other: object) -> object:
    if UNKNOWN in (one, other):
        return UNKNOWN
    if not isinstance(one, Fraction) or not isinstance(other, Fraction):
        return MISSING
    match operation:
        case Operation.ADD:
            return one + other
        case Operation.SUBTRACT:
            return one - other
        case Operation.MULTIPLY:
            return one * other
        case Operation.DIVIDE:
            return one / other if other else MISSING


def member(
    moments: Sequence[datetime], joins: Sequence[bool], stays: Sequence[bool], grace_ends: Sequence[datetime]
) -> bool:
    """In at the last of the moments, between which nothing changes: some moment had join, and at no later one
    had stay been false for longer than the grace."""
    last = max((k for k, join in enumerate(joins) if join), default=None)
    if last is None:
        return False
    if last == len(moments) - 1:
        return True
    for k in range(last + 1, len(moments)):
        if stays[k] and stays[k - 1]:
            continue
        began = k
        while began > 0 and not stays[began - 1]:
            began -= 1
        # Up to this moment, and at it if stay still fails, stay has been false since ``began``.
        fails_at_once = grace_ends[began] == moments[began]
        if not stays[k] and (moments[k] > grace_ends[began] or fails_at_once):
            return False
        if stays[k] and k - 1 > last and moments[k] - TICK > grace_ends[began]:
            return False
        if stays[k] and k - 1 == last and not joins[k] and moments[k] - TICK > grace_ends[began]:
            continue  # Until just before this moment join held.
    return True


TICK = timedelta(microseconds=1)
