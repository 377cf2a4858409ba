"""The words for rows, for their fields, and for what is computed from them."""

from plugin.rules import fields
from plugin.rules.fields import Field, Part, Type
from plugin.rules.functions import parameter_name
from plugin.rules.scope import ParameterScope, RowScope, Scope
from plugin.rules.speak import Speaker
from plugin.rules.tree import (
    MIRRORED,
    Aggregate,
    And,
    Arithmetic,
    AtLeast,
    Attribute,
    Between,
    Compare,
    Comparison,
    Contains,
    Function,
    In,
    IsNull,
    Literal,
    Matches,
    Not,
    Operation,
    Or,
    RowField,
    Rule,
    Source,
    State,
    Value,
)
from plugin.rules.typed import field_of, type_of


class RowWords:
    """Speaks of orders, lines and refunds."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def rows(self, source: Source, state: State, number: int = 2) -> str:
        """As in "orders", "an order" in the number asked for, with its state."""
        say = self._speaker
        noun = {
            Source.ORDERS: say.count("order", "orders", number),
            Source.LINES: say.count("order line", "order lines", number),
            Source.REFUNDS: say.count("refund", "refunds", number),
        }[source]
        if state is fields.ROWS[source].default:
            return noun
        return {
            State.COUNTED: noun,
            State.PLACED: say.say("placed {rows}", rows=noun),
            State.PAID: say.say("paid {rows}", rows=noun),
            State.UNPAID: say.say("unpaid {rows}", rows=noun),
            State.CANCELLED: say.say("cancelled {rows}", rows=noun),
            State.REFUNDED: say.say("refunded {rows}", rows=noun),
            State.ANY: say.say("{rows} of any state", rows=noun),
            State.TEST: say.say("test {rows}", rows=noun),
        }[state]

    def limits(self, source: Source, where: Rule | None) -> str:
        """What follows the noun: " in the last 90 days where the channel is ‘pos’", or nothing."""
        if where is None:
            return ""
        parts = where.parts if isinstance(where, And) else (where,)
        windows = [self._window(part) for part in parts]
        rest = tuple(part for part, window in zip(parts, windows, strict=True) if window is None)
        said = [window for window in windows if window is not None]
        rows = fields.ROWS[source]
        if rest:
            joined = self._joined(rest, RowScope(rows), self._speaker.say("and"))
            said.append(self._speaker.say("where {conditions}", conditions=joined))
        return "".join(f" {part}" for part in said)

    def value(self, value: Aggregate) -> str:
        """As in "the average net value of orders in the last 90 days"."""
        rows, say = fields.ROWS[value.source], self._speaker.say
        noun = self.rows(value.source, value.state) + self.limits(value.source, value.where)
        if value.measure is None or value.function in (Function.COUNT, Function.COUNT_DISTINCT):
            return say("the number of {rows}", rows=noun)
        known = rows.fields[value.measure]
        label = self.label(known)
        match value.function:
            case Function.SUM:
                return say("the total {measure} of {rows}", measure=label, rows=noun)
            case Function.AVG:
                return say("the average {measure} of {rows}", measure=label, rows=noun)
            case Function.MIN if known.type is Type.DATE:
                return say("the earliest date of {rows}", rows=noun)
            case Function.MIN:
                return say("the smallest {measure} of {rows}", measure=label, rows=noun)
            case _ if known.type is Type.DATE:
                return say("the latest date of {rows}", rows=noun)
        return say("the largest {measure} of {rows}", measure=label, rows=noun)

    def label(self, known: Field) -> str:
        """The field's noun, translated."""
        return self._speaker.say(known.label)

    def function(self, rule: Matches) -> tuple[str, str]:
        """What one of Shopify's functions asks of each row, and of all that pass together."""
        scope = ParameterScope(fields.FUNCTIONS[rule.function])
        each: list[str] = []
        together: list[str] = []
        for parameter in rule.parameters:
            part = scope.function.parameters[parameter_name(parameter)].part
            (each if part is Part.ROW else together).append(self.condition(parameter, scope))
        word = self._speaker.say(" and ")
        return word.join(each), word.join(together)

    def _window(self, rule: Rule) -> str | None:
        """The condition on the row's own date as a window in time."""
        speaker = self._speaker
        match rule:
            case Compare(RowField("date"), op, right) if isinstance(right, Literal):
                return speaker.when_literal(op, right)
            case Compare(left, op, RowField("date")) if isinstance(left, Literal):
                return speaker.when_literal(MIRRORED[op], left)
            case Between(RowField("date"), low, high) if isinstance(low, Literal) and isinstance(high, Literal):
                low_said, high_said = speaker.point(low), speaker.point(high)
                return speaker.say("between {low} and {high}", low=low_said, high=high_said)
        return None

    def _joined(self, parts: tuple[Rule, ...], scope: Scope, word: str) -> str:
        return f" {word} ".join(self._filter(part, scope, inside=len(parts) > 1) for part in parts)

    def _filter(self, rule: Rule, scope: Scope, inside: bool) -> str:
        say = self._speaker.say
        match rule:
            case And(parts) | Or(parts):
                text = self._joined(parts, scope, say("and") if isinstance(rule, And) else say("or"))
                return f"({text})" if inside else text
            case Not(part):
                return say("it is not so that {condition}", condition=self._filter(part, scope, inside=True))
            case AtLeast(count, parts):
                listed = "; ".join(self._filter(part, scope, inside=True) for part in parts)
                return say("at least {count} of these hold: {parts}", count=count, parts=listed)
        return self.condition(rule, scope)

    def condition(self, rule: Rule, scope: Scope) -> str:
        """One condition, "the channel is ‘pos’", on one row or on one customer."""
        say = self._speaker.say
        match rule:
            case Compare(left, op, right):
                if isinstance(left, Literal):
                    left, op, right = right, MIRRORED[op], left
                return say(
                    "{field} is {value}", field=self.noun(left, scope), value=self.compared(left, op, right, scope)
                )
            case Between(value, low, high):
                known = field_of(value, scope)
                low_said, high_said = self.noun(low, scope, known), self.noun(high, scope, known)
                said = say("between {low} and {high}", low=low_said, high=high_said)
                return say("{field} is {value}", field=self.noun(value, scope), value=said)
            case In(value, options, negated):
                known = field_of(value, scope)
                listed = ", ".join(self.noun(option, scope, known) for option in options)
                template = "{field} is none of {values}" if negated else "{field} is one of {values}"
                return say(template, field=self.noun(value, scope), values=listed)
            case IsNull(value, negated):
                template = "{field} has a value" if negated else "{field} has no value"
                return say(template, field=self.noun(value, scope))
            case Contains(value, text, negated):
                template = "{field} do not include {value}" if negated else "{field} include {value}"
                return say(template, field=self.noun(value, scope), value=self._speaker.literal(text))
        raise TypeError(f"not a condition: {rule!r}")

    def compared(self, left: Value, op: Comparison, right: Value, scope: Scope) -> str:
        """As in "at least 50", "in the last 30 days", "not ‘pos’"."""
        speaker, kind = self._speaker, type_of(left, scope)
        if kind is Type.DATE:
            if isinstance(right, Literal):
                return speaker.when_literal(op, right)
            return speaker.when(op, self.noun(right, scope))
        said = self._beside(right, kind, scope)
        if kind in fields.NUMERIC:
            return speaker.size(op, said)
        return said if op is Comparison.EQ else speaker.say("not {value}", value=said)

    def noun(self, value: Value, scope: Scope, beside: Field | None = None) -> str:
        """The value as a noun; ``beside`` is the field it is compared with."""
        match value:
            case Aggregate():
                return self.value(value)
            case Arithmetic():
                return self._arithmetic(value, scope)
            case Attribute() | RowField():
                known = field_of(value, scope)
                label = self.label(known) if known else value.name
                return self._speaker.say("the {field}", field=label)
        return self._speaker.literal(value, beside.type if beside else None)

    def _beside(self, value: Value, kind: Type, scope: Scope) -> str:
        if isinstance(value, Literal):
            return self._speaker.literal(value, kind)
        return self.noun(value, scope)

    def _arithmetic(self, value: Arithmetic, scope: Scope) -> str:
        template = {
            Operation.ADD: "{left} plus {right}",
            Operation.SUBTRACT: "{left} minus {right}",
            Operation.MULTIPLY: "{left} times {right}",
            Operation.DIVIDE: "{left} divided by {right}",
        }[value.operation]
        left, right = (self._operand(side, scope) for side in (value.left, value.right))
        return self._speaker.say(template, left=left, right=right)

    def _operand(self, value: Value, scope: Scope) -> str:
        said = self.noun(value, scope)
        return f"({said})" if isinstance(value, Arithmetic) else said
