"""The words for single values: names, functions of names, arithmetic."""

from collections.abc import Callable

from plugin.rules.fields import Field, Type
from plugin.rules.scope import CUSTOMER, RowScope, Scope
from plugin.rules.speak import Speaker, mark
from plugin.rules.tree import (
    Aggregate,
    Anniversary,
    Arithmetic,
    Attribute,
    Banded,
    Changed,
    DaysSince,
    Distance,
    Duration,
    Label,
    Length,
    Literal,
    Operation,
    Passage,
    Previous,
    Rfm,
    RowField,
    Rule,
    Score,
    SegmentDate,
    Source,
    StoreAverage,
    TagDate,
    Value,
)
from plugin.rules.typed import field_of, type_of


class Nouns:
    """Speaks of values; ``rows`` says an aggregate, ``clause`` a rule about customers ("who …")."""

    def __init__(
        self,
        speaker: Speaker,
        rows: Callable[[Aggregate, Scope], str],
        clause: Callable[[Rule], str],
    ) -> None:
        self._speaker = speaker
        self._say = speaker.say
        self._rows = rows
        self._clause = clause

    def noun(self, value: Value, scope: Scope, kind: Type | None = None) -> str:
        """The value as a noun; ``kind`` is the type of what it is compared with."""
        if isinstance(value, Literal):
            return self._speaker.literal(value, kind)
        match value:
            case Aggregate():
                return self._rows(value, scope)
            case Arithmetic():
                return self._arithmetic(value, scope)
            case RowField():
                return self._field(value, scope)
            case Attribute():
                return self._attribute(value, scope)
            case Banded() | StoreAverage() | Rfm():
                return self._relative(value, scope)
        return self._call(value, scope)

    def label(self, known: Field) -> str:
        """The field's noun, translated."""
        return self._say(known.label)

    def population(self, by: Value, among: Rule | None) -> str:
        """Of whom a place is counted."""
        if among is None and type_of(by, CUSTOMER) is Type.DATE:
            return self._say("among all who have one")
        if among is None:
            return self._say("among all with more than 0")
        return self._say("among customers {clause}", clause=self._clause(among))

    def _field(self, value: RowField, scope: Scope) -> str:
        label = self.bare(value, scope)
        if value.name.startswith("outer.") and isinstance(scope, RowScope) and scope.outer is not None:
            return self._of_outer(scope.outer, label)
        if value.name.startswith("order."):
            return self._say("the order's {field}", field=label)
        return self._say("the {field}", field=label)

    def bare(self, value: RowField, scope: Scope) -> str:
        """The field's noun without article, with its key if it has one."""
        known = field_of(value, scope)
        label = self.label(known) if known else value.name
        return label if value.key is None else self._say("{field} ‘{key}’", field=label, key=value.key)

    def _of_outer(self, outer: RowScope, label: str) -> str:
        match outer.rows.source:
            case Source.ORDERS:
                return self._say("that order's {field}", field=label)
            case Source.LINES:
                return self._say("that order line's {field}", field=label)
            case Source.REFUNDS:
                return self._say("that refund's {field}", field=label)
        return self._say("the {field} of that one", field=label)

    def named(self, value: Attribute) -> str:
        """The attribute's noun; names of the store's own are said as it wrote them."""
        family, _, own = value.name.partition(".")
        if own and family == "metafields":
            return self._say("metafield {name}", name=own)
        if own:
            return self._say("attribute ‘{name}’", name=own)
        known = field_of(value, CUSTOMER)
        return self.label(known) if known else value.name

    def _attribute(self, value: Attribute, scope: Scope) -> str:
        label = self.named(value)
        if isinstance(scope, RowScope):
            return self._say("the customer's {field}", field=label)
        return self._say("the {field}", field=label)

    def _call(self, value: Value, scope: Scope) -> str:
        say = self._say
        match value:
            case Previous(of):
                return say("{field} before the latest change", field=self.noun(of, scope))
            case Changed(of):
                return say("the latest change of {field}", field=self.noun(of, scope))
            case DaysSince(of):
                return say("the number of days since {date}", date=self.noun(of, scope))
            case Anniversary(of):
                return say("the anniversary of {date}", date=self.noun(of, scope))
            case TagDate(tag):
                return say("the latest addition of the tag ‘{tag}’", tag=tag)
            case SegmentDate(Passage.ENTERED, name):
                return say("the latest entry into the segment ‘{name}’", name=name)
            case SegmentDate(_, name):
                return say("the latest exit from the segment ‘{name}’", name=name)
            case Label(name):
                return say("the label in ‘{name}’", name=name)
            case Distance():
                return self._distance(value)
        raise TypeError(f"not a value: {value!r}")

    def _distance(self, value: Distance) -> str:
        unit = self._say("km") if value.unit is Length.KM else self._say("miles")
        place = f"{value.latitude}, {value.longitude}"
        if value.anywhere:
            return self._say("the distance in {unit} from {place} to the nearest address", unit=unit, place=place)
        return self._say("the distance in {unit} from {place} to the default address", unit=unit, place=place)

    def _relative(self, value: Banded | StoreAverage | Rfm, scope: Scope) -> str:
        say = self._say
        match value:
            case Banded(bands, by, among):
                template = mark("the score from 1 to {bands} by {value} ({population})")
                return say(template, bands=bands, value=self.noun(by, scope), population=self.population(by, among))
            case StoreAverage(of, among):
                template = mark("the store's average of {value} ({population})")
                return say(template, value=self.noun(of, scope), population=self.population(of, among))
            case Rfm(score, window):
                name = {
                    Score.RECENCY: say("the recency score"),
                    Score.FREQUENCY: say("the frequency score"),
                    Score.MONETARY: say("the monetary score"),
                    Score.GROUP: say("the RFM group of the store"),
                }[score]
                if window is None:
                    return name
                period = self._speaker.last(-window.count, window.unit)
                return say("{score} over {period}", score=name, period=period)

    def _arithmetic(self, value: Arithmetic, scope: Scope) -> str:
        if isinstance(value.right, Duration):
            return self._moved(value, scope)
        template = {
            Operation.ADD: mark("{left} plus {right}"),
            Operation.SUBTRACT: mark("{left} minus {right}"),
            Operation.MULTIPLY: mark("{left} times {right}"),
            Operation.DIVIDE: mark("{left} divided by {right}"),
        }[value.operation]
        left, right = (self._operand(side, scope) for side in (value.left, value.right))
        return self._say(template, left=left, right=right)

    def _moved(self, value: Arithmetic, scope: Scope) -> str:
        """A date and how far it was moved: "1 year and 3 days after the first order"."""
        date, operation, lengths = value.left, value.operation, [self._speaker.literal(_length(value))]
        while isinstance(date, Arithmetic) and isinstance(date.right, Duration) and date.operation is operation:
            lengths.insert(0, self._speaker.literal(date.right))
            date = date.left
        length, said = self._say(" and ").join(lengths), self.noun(date, scope)
        if operation is Operation.ADD:
            return self._say("{length} after {date}", length=length, date=said)
        return self._say("{length} before {date}", length=length, date=said)

    def _operand(self, value: Value, scope: Scope) -> str:
        kind = None if isinstance(value, Literal) else type_of(value, scope)
        said = self.noun(value, scope, kind)
        return f"({said})" if isinstance(value, Arithmetic) else said


def _length(value: Arithmetic) -> Duration:
    assert isinstance(value.right, Duration)  # The caller has looked.
    return value.right
