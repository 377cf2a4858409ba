"""The words for single values: names, functions of names, arithmetic."""

from collections.abc import Callable

from plugin.rules.fields import Field, Type
from plugin.rules.scope import CUSTOMER, RowScope, Scope
from plugin.rules.speak import Speaker
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
        known = field_of(value, scope)
        label = self.label(known) if known else value.name
        if value.key is not None:
            label = self._say("{field} ‘{key}’", field=label, key=value.key)
        if value.name.startswith("outer.") and isinstance(scope, RowScope) and scope.outer is not None:
            rows = self._say(scope.outer.rows.label)
            return self._say("the {field} of the one among the {rows}", field=label, rows=rows)
        if known is not None and known.type is Type.TRUTH:
            return self._say("‘{field}’", field=label)
        if value.name.startswith("order."):
            return self._say("the order's {field}", field=label)
        return self._say("the {field}", field=label)

    def _attribute(self, value: Attribute, scope: Scope) -> str:
        known = field_of(value, scope)
        label = self.label(known) if known and value.name.count(".") == 0 else value.name
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
        template = "the distance in {unit} from {place} to the default address"
        if value.anywhere:
            template = "the distance in {unit} from {place} to the nearest address"
        return self._say(template, unit=unit, place=place)

    def _relative(self, value: Banded | StoreAverage | Rfm, scope: Scope) -> str:
        say = self._say
        match value:
            case Banded(bands, by, among):
                template = "the score from 1 to {bands} by {value} ({population})"
                return say(template, bands=bands, value=self.noun(by, scope), population=self.population(by, among))
            case StoreAverage(of, among):
                template = "the store's average of {value} ({population})"
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
                length = self._speaker.length(-window.count, window.unit)
                return say("{score} over the last {length}", score=name, length=length)

    def _arithmetic(self, value: Arithmetic, scope: Scope) -> str:
        if isinstance(value.right, Duration):
            template = "{length} after {date}" if value.operation is Operation.ADD else "{length} before {date}"
            return self._say(template, length=self._speaker.literal(value.right), date=self.noun(value.left, scope))
        template = {
            Operation.ADD: "{left} plus {right}",
            Operation.SUBTRACT: "{left} minus {right}",
            Operation.MULTIPLY: "{left} times {right}",
            Operation.DIVIDE: "{left} divided by {right}",
        }[value.operation]
        left, right = (self._operand(side, scope) for side in (value.left, value.right))
        return self._say(template, left=left, right=right)

    def _operand(self, value: Value, scope: Scope) -> str:
        kind = None if isinstance(value, Literal) else type_of(value, scope)
        said = self.noun(value, scope, kind)
        return f"({said})" if isinstance(value, Arithmetic) else said
