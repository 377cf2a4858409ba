"""Relative to the store: who is among the best, and how many are better, at the moment asked."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from plugin.rules.rfm import group
from plugin.rules.tree import (
    Aggregate,
    Banded,
    Compare,
    Comparison,
    Function,
    Number,
    Place,
    Ranked,
    RelativeDay,
    Rfm,
    RowField,
    Rule,
    Score,
    Source,
    State,
    StoreAverage,
    Value,
)
from tests.laws.oracle.texts import Manner, Words
from tests.laws.oracle.truth import MISSING, UNKNOWN, Truth3, every

if TYPE_CHECKING:
    from tests.laws.oracle.oracle import Oracle


_ONE = Number(Decimal(1))


def ranked(asked: "Oracle", rule: Ranked) -> Truth3:
    """Whether the customer is among the first; places are rounded up, ties at the cut are all in."""
    own = standing(asked, rule.by, rule.among)
    if own is UNKNOWN or own is MISSING:
        return None if own is UNKNOWN else False
    values = sorted(_values(asked, rule.by, rule.among), reverse=rule.place is Place.TOP)
    amount = Fraction(rule.amount)
    places = math.ceil(len(values) * amount / 100 if rule.percent else amount)
    if places <= 0:
        return False
    cut = values[min(places, len(values)) - 1]
    return bool(own >= cut if rule.place is Place.TOP else own <= cut)  # type: ignore[operator]


def banded(asked: "Oracle", value: Banded) -> object:
    """Bands less the share of those who are strictly better: equals always score alike."""
    return _score(asked, value.by, value.among, value.bands)


def average(asked: "Oracle", value: StoreAverage) -> object:
    """Over the population; missing where there is nobody."""
    values = _values(asked, value.of, value.among)
    return sum(values, Fraction(0)) / len(values) if values else MISSING


def rfm(asked: "Oracle", value: Rfm) -> object:
    """Among customers with a counted order: the latest order, how many, net spend; and the group they make."""
    within = _within(value.window)
    bought = Compare(_orders(Function.COUNT, None, within), Comparison.GE, _ONE)
    measures = {
        Score.RECENCY: _orders(Function.MAX, "date", within),
        Score.FREQUENCY: _orders(Function.COUNT, None, within),
        Score.MONETARY: _orders(Function.SUM, "net", within),
    }
    if value.score is not Score.GROUP:
        return _score(asked, measures[value.score], bought, 5)
    scores = [_score(asked, measure, bought, 5) for measure in measures.values()]
    if UNKNOWN in scores:
        return UNKNOWN
    if MISSING in scores:
        return Words("PROSPECTS", Manner.EXACT)
    recency, frequency, monetary = (int(score) for score in scores if isinstance(score, Fraction))
    return Words(str(group(recency, frequency, monetary)), Manner.EXACT)


def _within(window: RelativeDay | None) -> Rule | None:
    return None if window is None else Compare(RowField("date"), Comparison.GE, window)


def _orders(function: Function, measure: str | None, where: Rule | None) -> Aggregate:
    return Aggregate(function, Source.ORDERS, State.COUNTED, measure, where)


def _score(asked: "Oracle", by: Value, among: Rule | None, bands: int) -> object:
    own = standing(asked, by, among)
    if own is UNKNOWN or own is MISSING:
        return own
    values = _values(asked, by, among)
    better = len([value for value in values if value > own])  # type: ignore[operator]
    return Fraction(bands - bands * better // len(values))


def standing(asked: "Oracle", by: Value, among: Rule | None) -> object:
    """The customer's value, missing outside the population."""
    value = asked.value(by)
    positive = value > 0 if isinstance(value, Fraction) else True
    inside: Truth3 = positive if among is None else asked.holds(among)
    there: Truth3 = None if value is UNKNOWN else value is not MISSING
    member = every([inside, there])
    return UNKNOWN if member is None else value if member else MISSING


def _values(asked: "Oracle", by: Value, among: Rule | None) -> list[Fraction]:
    """The values of everyone in the population."""
    key = (asked.t, by, among)
    if key not in asked.store.memory:
        everyone = [type(asked)(asked.store, person, asked.t) for person in asked.store.people]
        found = [standing(each, by, among) for each in everyone if each.exists()]
        asked.store.memory[key] = [value for value in found if value is not UNKNOWN and value is not MISSING]
    values: list[Fraction] = asked.store.memory[key]
    return values
