"""What a rule means for one customer at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property

from plugin.domain.facts import AddressesListed, CreditsListed
from plugin.domain.text import fold
from plugin.rules import tree
from plugin.rules.tree import Comparison, Operation, Source
from tests.laws.oracle import attributes, matches, population, segments
from tests.laws.oracle.aggregates import aggregate, at_least_so_many, is_count, quantified, sure_count
from tests.laws.oracle.collected import Collected, value_of
from tests.laws.oracle.comparing import compares, in_options, is_shopifys
from tests.laws.oracle.days import Days, Yearly, local_day, moved, since, written, yearly_between
from tests.laws.oracle.distance import distance
from tests.laws.oracle.facts import Person, Store
from tests.laws.oracle.known import labels_known
from tests.laws.oracle.rows import Place
from tests.laws.oracle.signs import calculated
from tests.laws.oracle.tags import tag_date, tags
from tests.laws.oracle.texts import Listed, Manner, Words, affixed, contains
from tests.laws.oracle.truth import MISSING, UNKNOWN, Nothing, Truth3, any_of, at_least, every, opposite

_TAGS = "customer_tags"
_ORDERED = {"number_of_orders", "amount_spent", "first_order_date", "last_order_date"}


@dataclass(frozen=True)
class Oracle:
    """Answers for one customer as of one moment."""

    store: Store
    told: Person
    t: datetime

    @cached_property
    def person(self) -> Person:
        """The customer, with what was told of those who are the same person."""
        return segments.merged(self.store, self.told)

    @cached_property
    def rows(self) -> Collected:
        """The customer's rows."""
        return Collected(self.store, self.person, self.t)

    def exists(self) -> bool:
        """Created by then, and not another record of somebody else."""
        return self.told.merged is None and (self.told.created is None or self.told.created <= self.t)

    def snapshots(self, source: Source) -> Sequence[AddressesListed | CreditsListed]:
        """Every list of addresses or of credit accounts that was seen."""
        return self.person.told(AddressesListed if source is Source.ADDRESSES else CreditsListed)

    # --- rules --------------------------------------------------------------------------------

    def holds(self, rule: tree.Rule, place: Place | None = None) -> Truth3:
        """Whether the rule holds: of the customer, or inside a filter of a row."""
        match rule:
            case tree.And(parts):
                return every([self.holds(part, place) for part in parts])
            case tree.Or(parts):
                return any_of([self.holds(part, place) for part in parts])
            case tree.Not(part):
                return opposite(self.holds(part, place))
            case tree.AtLeast(count, parts):
                return at_least(count, [self.holds(part, place) for part in parts])
            case tree.Compare(left, op, right):
                return self._compared(left, op, right, place)
            case tree.Between():
                return self._between(rule, place)
            case tree.In(value, options, negated):
                found = self.value(value, place)
                listed = [self.value(option, place) for option in options]
                return in_options(found, listed, negated, negated and is_shopifys(value), self.store.timezone)
            case tree.IsNull(value, negated):
                return self._turned(self._is_null(value, place), negated)
            case tree.Contains(value, text, negated):
                return self._found(value, place, negated, text.value, lambda v: contains(v, text.value))
            case tree.Affixed(value, affix, text, negated):
                return self._found(value, place, negated, None, lambda v: affixed(v, affix, text.value))
            case tree.Quantified():
                return quantified(self, rule, place)
            case tree.Ranked():
                return population.ranked(self, rule)
            case tree.InSegment(name, negated):
                return self._turned(segments.in_segment(self, fold(name)), negated)
            case tree.Matches():
                return self._turned(matches.matches(self, rule), rule.negated)

    def _turned(self, answer: Truth3, negated: bool) -> Truth3:
        return opposite(answer) if negated else answer

    def _compared(self, left: tree.Value, op: Comparison, right: tree.Value, place: Place | None) -> Truth3:
        if isinstance(left, tree.Number):
            left, op, right = right, tree.MIRRORED[op], left
        one, other = self.value(left, place), self.value(right, place)
        counted = matches.COUNTED.get(left.name) if isinstance(left, tree.Attribute) else left
        if one is UNKNOWN and isinstance(right, tree.Number) and is_count(counted):
            return at_least_so_many(sure_count(self, counted, place), op, other)
        return self._compares(left, one, op, right, other)

    def _compares(self, left: tree.Value, one: object, op: Comparison, right: tree.Value, other: object) -> Truth3:
        missing = [node for node, found in ((left, one), (right, other)) if found is MISSING]
        if op is Comparison.NE and any(is_shopifys(node) for node in missing):
            return True  # Shopify's own names keep Shopify's meaning.
        return compares(one, op, other, self.store.timezone)

    def _between(self, rule: tree.Between, place: Place | None) -> Truth3:
        value, low, high = (self.value(v, place) for v in (rule.value, rule.low, rule.high))
        if isinstance(value, Yearly) and not isinstance(low, Nothing) and not isinstance(high, Nothing):
            return yearly_between(value, _first_day(low, self.store.timezone), _last_day(high, self.store.timezone))
        ends = ((Comparison.GE, rule.low), (Comparison.LE, rule.high))
        return every([self._compared(rule.value, op, end, place) for op, end in ends])

    def _is_null(self, value: tree.Value, place: Place | None) -> Truth3:
        found = self.value(value, place)
        if value == tree.Attribute(_TAGS):
            ours = [segments.writes(self, segment, None) for segment in self.store.segments.values()]
            there = None if not isinstance(found, Listed) else bool(found.elements)
            return opposite(any_of([*ours, there]))
        return None if found is UNKNOWN else found is MISSING or (isinstance(found, Listed) and not found.elements)

    def _found(self, value: tree.Value, place: Place | None, negated: bool, tag: str | None, test: object) -> Truth3:
        """Whether a text or list passes; a list that is missing is empty, a text that is missing satisfies nothing."""
        assert callable(test)
        if value == tree.Attribute(_TAGS) and tag is not None:
            return self._turned(self._has_tag(fold(tag)), negated)
        found = self.value(value, place)
        if found is UNKNOWN:
            return None
        if isinstance(found, Words | Listed):
            return bool(test(found)) is not negated
        return negated and is_shopifys(value)

    def _has_tag(self, tag: str) -> Truth3:
        """One of ours is answered by its segment, else by what stands there (nothing there is ours here)."""
        ours = [segments.writes(self, segment, tag) for segment in self.store.segments.values()]
        there = tag in tags(self.person, self.t) if self._tags_known() else None
        return any_of([*ours, there])

    def _tags_known(self) -> bool:
        return "tags" not in self.person.unknown and labels_known(self.store, self.person, self.t)

    # --- values -------------------------------------------------------------------------------

    def value(self, value: tree.Value, place: Place | None = None) -> object:
        """What is compared: a plain value, MISSING or UNKNOWN."""
        zone = self.store.timezone
        match value:
            case tree.Number(number):
                return Fraction(number)
            case tree.Text(text):
                return Words(text, Manner.WRITTEN)
            case tree.Truth(truth):
                return truth
            case tree.RowField(name, key):
                return self._field(name, key, place)
            case tree.Attribute(name, kind):
                return self._attribute(name, kind)
            case tree.Aggregate():
                return aggregate(self, value, place)
            case tree.Arithmetic(left, operation, right):
                return self._arithmetic(self.value(left, place), operation, right, place)
            case tree.Previous(of):
                before = self._before(of)[0]
                empty = isinstance(of, tree.Attribute) and (of.name in attributes.LISTS or of.kind == "list")
                return Listed((), Manner.EXACT) if before is MISSING and empty else before
            case tree.Changed(of):
                return self._before(of)[1]
            case tree.DaysSince(of):
                found = self.value(of, place)
                return found if isinstance(found, Nothing) else since(found, self.t, zone)  # type: ignore[arg-type]
            case tree.Anniversary(of):
                return _yearly(self.value(of, place), zone)
            case tree.TagDate(tag):
                return tag_date(self.person, fold(tag), self.t) if self._tags_known() else UNKNOWN
            case tree.SegmentDate(passage, name):
                return segments.passed(self, passage, fold(name))
            case tree.Label(name):
                label = segments.label(self, fold(name))
                return label if label is UNKNOWN else MISSING if label is None else Words(str(label), Manner.EXACT)
            case tree.Distance():
                return distance(self.store, self.person, value, self.t)
            case tree.Banded():
                return population.banded(self, value)
            case tree.StoreAverage():
                return population.average(self, value)
            case tree.Rfm():
                return population.rfm(self, value)
        return written(value, self.t, zone)

    def _field(self, name: str, key: str | None, place: Place | None) -> object:
        assert place is not None
        if name.startswith("outer."):
            assert place.around is not None
            return value_of(place.around.row, name.removeprefix("outer."), key)
        return value_of(place.row, name, key)

    def _attribute(self, name: str, kind: str | None) -> object:
        if name == _TAGS:
            return Listed(tags(self.person, self.t), Manner.FOLDED) if self._tags_known() else UNKNOWN
        if name in matches.MEANT:
            return matches.MEANT[name](self)
        return attributes.attribute(self.store, self.person, name, kind, self.t)

    def _before(self, of: tree.Attribute | tree.Label) -> tuple[object, object]:
        if isinstance(of, tree.Label):
            return segments.label_before(self, fold(of.name))
        return attributes.before(self.store, self.person, of, self.t)

    def _arithmetic(self, one: object, operation: Operation, right: tree.Value, place: Place | None) -> object:
        if isinstance(right, tree.Duration):
            if isinstance(one, Nothing):
                return one
            count = right.count if operation is Operation.ADD else -right.count
            return moved(one, count, right.unit, self.store.timezone)  # type: ignore[arg-type]
        return calculated(one, operation, self.value(right, place))


def _yearly(found: object, zone: str) -> object:
    if isinstance(found, Nothing):
        return found
    day = local_day(found, zone)  # type: ignore[arg-type]
    return Yearly(day.month, day.day)


def _first_day(found: object, zone: str):  # type: ignore[no-untyped-def]
    return found.first if isinstance(found, Days) else local_day(found, zone)  # type: ignore[arg-type]


def _last_day(found: object, zone: str):  # type: ignore[no-untyped-def]
    return found.last if isinstance(found, Days) else local_day(found, zone)  # type: ignore[arg-type]
