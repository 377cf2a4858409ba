"""The words for rows, for what is computed from them, and for conditions on one row or one customer."""

from collections.abc import Callable

from plugin.rules import fields
from plugin.rules.describe_values import Nouns
from plugin.rules.fields import Part, Type
from plugin.rules.functions import parameter_name
from plugin.rules.scope import CUSTOMER, ParameterScope, RowScope, Scope
from plugin.rules.speak import Speaker
from plugin.rules.tree import (
    MIRRORED,
    Affix,
    Affixed,
    Aggregate,
    And,
    AtLeast,
    Between,
    Compare,
    Comparison,
    Contains,
    End,
    Function,
    In,
    IsNull,
    Literal,
    Matches,
    Not,
    Or,
    Quantified,
    Quantifier,
    Relation,
    RowField,
    Rule,
    Source,
    State,
    Value,
)
from plugin.rules.typed import type_of


class RowWords:
    """Speaks of orders, lines, refunds and the like; ``clause`` says a rule about customers."""

    def __init__(self, speaker: Speaker, clause: Callable[[Rule], str]) -> None:
        self._speaker = speaker
        self.nouns = Nouns(speaker, self.value, clause)

    # --- rows ---------------------------------------------------------------------------------

    def rows(self, value: Aggregate, number: int = 2) -> str:
        """As in "orders", "an order" in the number asked for, with state, slice and relation."""
        say, noun = self._speaker.say, self._stated(value.source, value.state, number)
        if value.relation is Relation.ITS:
            noun = self._noun(value.source, number)
        if value.relation is Relation.EARLIER:
            noun = say("earlier {rows}", rows=noun)
        if value.relation is Relation.LATER:
            noun = say("later {rows}", rows=noun)
        if value.relation is Relation.ITS and number != 1:
            noun = say("{rows} of its own", rows=noun)
        return noun

    def chosen(self, value: Aggregate, scope: Scope, number: int = 2) -> str:
        """The rows with everything that narrows them: " in the last 90 days where the channel is ‘pos’"."""
        inside = RowScope(fields.ROWS[value.source], scope if isinstance(scope, RowScope) else None)
        said = self.rows(value, number if value.slice is None else 2) + self._limits(value.where, inside)
        if value.slice is not None:
            said = self._sliced(value, said)
        if value.having is not None:
            tests = self._joined(_parts(value.having), inside, self._speaker.say("and"))
            said = self._speaker.say("{rows}, only those where {conditions}", rows=said, conditions=tests)
        return said

    def _sliced(self, value: Aggregate, rows: str) -> str:
        assert value.slice is not None  # The caller has looked.
        say, count = self._speaker, value.slice.rows
        match value.slice.end:
            case End.FIRST if count == 1:
                return say.say("the first of the {rows}", rows=rows)
            case End.FIRST:
                return say.say("the first {count} of the {rows}", count=say.number(count), rows=rows)
            case End.LATEST if count == 1:
                return say.say("the latest of the {rows}", rows=rows)
            case End.LATEST:
                return say.say("the latest {count} of the {rows}", count=say.number(count), rows=rows)
        if count < 0:
            return say.say("number {count} from the latest of the {rows}", count=say.number(-count), rows=rows)
        return say.say("number {count} of the {rows}", count=say.number(count), rows=rows)

    def _noun(self, source: Source, number: int) -> str:
        say = self._speaker
        match source:
            case Source.ORDERS:
                return say.count("order", "orders", number)
            case Source.LINES:
                return say.count("order line", "order lines", number)
            case Source.REFUNDS:
                return say.count("refund", "refunds", number)
            case Source.ANSWERS:
                return say.count("survey answer", "survey answers", number)
            case Source.EVENTS:
                return say.count("event", "events", number)
            case Source.CHECKOUTS:
                return say.count("abandoned checkout", "abandoned checkouts", number)
            case Source.CREDITS:
                return say.count("store credit account", "store credit accounts", number)
            case Source.ADDRESSES:
                return say.count("address", "addresses", number)

    def _stated(self, source: Source, state: State, number: int) -> str:
        say, noun = self._speaker, self._noun(source, number)
        if state is fields.ROWS[source].default:
            return noun
        match state:
            case State.COUNTED:
                return noun
            case State.PLACED:
                return say.say("placed {rows}", rows=noun)
            case State.PAID:
                return say.say("paid {rows}", rows=noun)
            case State.UNPAID:
                return say.say("unpaid {rows}", rows=noun)
            case State.CANCELLED:
                return say.say("cancelled {rows}", rows=noun)
            case State.REFUNDED:
                return say.say("refunded {rows}", rows=noun)
            case State.DISPUTED:
                return say.say("disputed {rows}", rows=noun)
            case State.ANY:
                return say.say("{rows} of any state", rows=noun)
            case State.TEST:
                return say.say("test {rows}", rows=noun)

    def value(self, value: Aggregate, scope: Scope = CUSTOMER) -> str:
        """As in "the average net value of orders in the last 90 days"."""
        say, noun = self._speaker.say, self.chosen(value, scope)
        known = fields.ROWS[value.source].find(value.measure) if value.measure else None
        if known is None or value.function is Function.COUNT:
            return say("the number of {rows}", rows=noun)
        label = self.nouns.label(known)
        if value.measure is not None and value.measure.startswith("order."):
            label = say("order's {field}", field=label)
        template = {
            Function.COUNT_DISTINCT: "the number of different values of {measure} of {rows}",
            Function.SUM: "the total {measure} of {rows}",
            Function.AVG: "the average {measure} of {rows}",
            Function.MIN: "the smallest {measure} of {rows}",
            Function.MAX: "the largest {measure} of {rows}",
            Function.FIRST: "the {measure} of the first of {rows}",
            Function.LAST: "the {measure} of the latest of {rows}",
        }[value.function]
        if value.slice is not None and value.function in (Function.FIRST, Function.LAST):
            nth = value.slice.end is End.NTH or value.slice.rows == 1
            template = "the {measure} of {rows}" if nth else template
        if known.type is Type.DATE and value.function is Function.MIN:
            template = "the earliest {measure} of {rows}"
        if known.type is Type.DATE and value.function is Function.MAX:
            template = "the latest {measure} of {rows}"
        return say(template, measure=label, rows=noun)

    def function(self, rule: Matches) -> tuple[str, str]:
        """What one of Shopify's functions asks of each row, and of all that pass together."""
        scope = ParameterScope(fields.FUNCTIONS[rule.function])
        each: list[str] = []
        together: list[str] = []
        for parameter in rule.parameters:
            part = scope.function.parameters[parameter_name(parameter)].part
            (together if part is Part.SET else each).append(self.condition(parameter, scope))
        word = self._speaker.say(" and ")
        return word.join(each), word.join(together)

    # --- filters ------------------------------------------------------------------------------

    def _limits(self, where: Rule | None, scope: RowScope) -> str:
        """What follows the noun, or nothing."""
        if where is None:
            return ""
        parts = _parts(where)
        windows = [self._window(part) for part in parts]
        rest = tuple(part for part, window in zip(parts, windows, strict=True) if window is None)
        said = [window for window in windows if window is not None]
        if rest:
            joined = self._joined(rest, scope, self._speaker.say("and"))
            said.append(self._speaker.say("where {conditions}", conditions=joined))
        return "".join(f" {part}" for part in said)

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
        return f" {word} ".join(self.filter(part, scope, inside=len(parts) > 1) for part in parts)

    def filter(self, rule: Rule, scope: Scope, inside: bool) -> str:
        """A question about one row, in brackets where it stands among others."""
        say = self._speaker.say
        match rule:
            case And(parts) | Or(parts):
                text = self._joined(parts, scope, say("and") if isinstance(rule, And) else say("or"))
                return f"({text})" if inside else text
            case Not(part):
                return say("it is not so that {condition}", condition=self.filter(part, scope, inside=True))
            case AtLeast(count, parts):
                listed = "; ".join(self.filter(part, scope, inside=True) for part in parts)
                return say("at least {count} of these hold: {parts}", count=count, parts=listed)
            case Quantified():
                return self.quantified(rule, scope)
        return self.condition(rule, scope)

    def quantified(self, rule: Quantified, scope: Scope) -> str:
        """As in "there is at least one earlier order where …"."""
        say = self._speaker.say
        match rule.quantifier:
            case Quantifier.ANY:
                return say("there is at least one of these: {rows}", rows=self.chosen(rule.rows, scope))
            case Quantifier.NONE:
                return say("there are no {rows}", rows=self.chosen(rule.rows, scope))
        rows, tests = self.every(rule, scope)
        return say("there are {rows}, and for each of them {conditions}", rows=rows, conditions=tests)

    def every(self, rule: Quantified, scope: Scope) -> tuple[str, str]:
        """The rows, and what each of them must fulfil."""
        having = rule.rows.having
        assert having is not None  # Without it every(…) can't be written.
        inside = RowScope(fields.ROWS[rule.rows.source], scope if isinstance(scope, RowScope) else None)
        bare = Aggregate(
            rule.rows.function,
            rule.rows.source,
            rule.rows.state,
            where=rule.rows.where,
            slice=rule.rows.slice,
            relation=rule.rows.relation,
        )
        return self.chosen(bare, scope), self._joined(_parts(having), inside, self._speaker.say("and"))

    # --- conditions ---------------------------------------------------------------------------

    def condition(self, rule: Rule, scope: Scope) -> str:
        """One condition, "the channel is ‘pos’", on one row or on one customer."""
        say, noun = self._speaker.say, self.nouns.noun
        match rule:
            case Compare(left, op, right):
                if isinstance(left, Literal):
                    left, op, right = right, MIRRORED[op], left
                said = self.compared(left, op, right, scope)
                return say("{field} is {value}", field=noun(left, scope), value=said)
            case Between(value, low, high):
                kind = type_of(value, scope)
                limits = {"low": noun(low, scope, kind), "high": noun(high, scope, kind)}
                return say(
                    "{field} is {value}", field=noun(value, scope), value=say("between {low} and {high}", **limits)
                )
            case In(value, options, negated):
                kind = type_of(value, scope)
                listed = ", ".join(noun(option, scope, kind) for option in options)
                template = "{field} is none of {values}" if negated else "{field} is one of {values}"
                return say(template, field=noun(value, scope), values=listed)
            case IsNull(value, negated):
                template = "{field} has a value" if negated else "{field} has no value"
                return say(template, field=noun(value, scope))
            case Contains(value, text, negated):
                words = self.searched(type_of(value, scope), negated)
                return say(words, field=noun(value, scope), value=self._speaker.literal(text))
            case Affixed(value):
                several = type_of(value, scope) is Type.LIST
                said = self._speaker.literal(rule.text)
                return say(self.affixed(rule, several), field=noun(value, scope), value=said)
        raise TypeError(f"not a condition: {rule!r}")

    def searched(self, kind: Type, negated: bool) -> str:
        """The template for CONTAINS."""
        if kind is Type.LIST:
            return "{field} do not include {value}" if negated else "{field} include {value}"
        return "{field} does not contain {value}" if negated else "{field} contains {value}"

    def affixed(self, rule: Affixed, several: bool) -> str:
        """The template for STARTS WITH and its like, of a text or of a list."""
        one, other, many, none = {
            Affix.STARTS: (
                "{field} starts with {value}",
                "{field} does not start with {value}",
                "{field} include one that starts with {value}",
                "{field} include none that starts with {value}",
            ),
            Affix.ENDS: (
                "{field} ends with {value}",
                "{field} does not end with {value}",
                "{field} include one that ends with {value}",
                "{field} include none that ends with {value}",
            ),
            Affix.WORD: (
                "{field} has the word {value}",
                "{field} does not have the word {value}",
                "{field} include one with the word {value}",
                "{field} include none with the word {value}",
            ),
        }[rule.affix]
        if several:
            return none if rule.negated else many
        return other if rule.negated else one

    def compared(self, left: Value, op: Comparison, right: Value, scope: Scope) -> str:
        """As in "at least 50", "in the last 30 days", "not ‘pos’"."""
        speaker, kind = self._speaker, type_of(left, scope)
        if kind is Type.DATE:
            if isinstance(right, Literal):
                return speaker.when_literal(op, right)
            return speaker.when(op, self.nouns.noun(right, scope))
        said = self.nouns.noun(right, scope, kind)
        if kind in fields.NUMERIC:
            return speaker.size(op, said)
        return said if op is Comparison.EQ else speaker.say("not {value}", value=said)


def _parts(rule: Rule) -> tuple[Rule, ...]:
    return rule.parts if isinstance(rule, And) else (rule,)
