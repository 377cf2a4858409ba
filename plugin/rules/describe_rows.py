"""The words for rows, for what is computed from them, and for conditions on one row or one customer."""

from collections.abc import Callable
from dataclasses import replace

from plugin.rules import fields
from plugin.rules.compared import by_days
from plugin.rules.describe_values import Nouns
from plugin.rules.fields import Part, Type
from plugin.rules.functions import parameter_name
from plugin.rules.scope import CUSTOMER, ParameterScope, RowScope, Scope
from plugin.rules.speak import Speaker, mark
from plugin.rules.tree import (
    MIRRORED,
    Affix,
    Affixed,
    Aggregate,
    And,
    AtLeast,
    Between,
    Changed,
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
    Truth,
    Value,
)
from plugin.rules.typed import field_of, type_of


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
        if value.slice is not None:
            number = 1 if value.slice.rows == 1 and value.slice.end is not End.NTH else 2
        said = self.rows(value, number) + self._limits(value.where, inside)
        if value.slice is not None:
            said = self._sliced(value, said)
        if value.having is not None:
            tests = self.tests(value.having, inside)
            said = self._speaker.say("those of {rows} where {conditions}", rows=said, conditions=tests)
        return said

    def tests(self, rule: Rule, scope: RowScope) -> str:
        """What is asked of each row, joined by "and"."""
        return self._joined(_parts(rule), scope, self._speaker.say("and"))

    def _sliced(self, value: Aggregate, rows: str) -> str:
        assert value.slice is not None  # The caller has looked.
        say, count = self._speaker, value.slice.rows
        match value.slice.end:
            case End.FIRST if count == 1:
                return say.say("the first {rows}", rows=rows)
            case End.FIRST:
                return say.say("the first {count} {rows}", count=say.number(count), rows=rows)
            case End.LATEST if count == 1:
                return say.say("the latest {rows}", rows=rows)
            case End.LATEST:
                return say.say("the latest {count} {rows}", count=say.number(count), rows=rows)
        if count < 0:
            return say.say("number {count} from the latest of the {rows}", count=say.number(-count), rows=rows)
        return say.say("number {count} of the {rows}", count=say.number(count), rows=rows)

    def _noun(self, source: Source, number: int) -> str:
        say = self._speaker
        match source:
            case Source.ORDERS:
                return say.plural("order", "orders", number)
            case Source.LINES:
                return say.plural("order line", "order lines", number)
            case Source.REFUNDS:
                return say.plural("refund", "refunds", number)
            case Source.ANSWERS:
                return say.plural("survey answer", "survey answers", number)
            case Source.EVENTS:
                return say.plural("event", "events", number)
            case Source.CHECKOUTS:
                return say.plural("abandoned checkout", "abandoned checkouts", number)
            case Source.CREDITS:
                return say.plural("store credit account", "store credit accounts", number)
            case Source.ADDRESSES:
                return say.plural("address", "addresses", number)

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
        say = self._speaker.say
        known = fields.ROWS[value.source].find(value.measure) if value.measure else None
        if known is None or value.function is Function.COUNT:
            return say("the number of {rows}", rows=self.chosen(value, scope))
        label = self.nouns.label(known)
        if value.measure is not None and value.measure.startswith("order."):
            label = say("order's {field}", field=label)
        if value.function in (Function.FIRST, Function.LAST):
            return self._at_an_end(value, scope, label)
        template = (_OF_DATES if known.type is Type.DATE else _OF_VALUES)[value.function]
        if value.measure == "days_since_previous" and value.where is None and value.function in _BETWEEN:
            template = _BETWEEN[value.function]
        return say(template, measure=label, rows=self.chosen(value, scope))

    def _at_an_end(self, value: Aggregate, scope: Scope, label: str) -> str:
        """A field of the first or the latest row."""
        say, latest = self._speaker.say, value.function is Function.LAST
        if value.slice is not None and (value.slice.end is End.NTH or value.slice.rows == 1):
            return say("the {measure} of {rows}", measure=label, rows=self.chosen(value, scope))
        if value.slice is not None or value.having is not None:
            template = mark("the {measure} of the first of {rows}")
            if latest:
                template = mark("the {measure} of the latest of {rows}")
            return say(template, measure=label, rows=self.chosen(value, scope))
        template = mark("the {measure} of the latest {rows}") if latest else mark("the {measure} of the first {rows}")
        return say(template, measure=label, rows=self.chosen(value, scope, 1))

    def function(self, rule: Matches) -> tuple[str, str]:
        """What one of Shopify's functions asks of each row, and of all that pass together."""
        scope = ParameterScope(fields.FUNCTIONS[rule.function])
        each: list[Rule] = []
        together: list[str] = []
        for parameter in rule.parameters:
            if scope.function.parameters[parameter_name(parameter)].part is Part.SET:
                together.append(self.condition(parameter, scope))
            else:
                each.append(parameter)
        return self._limited(tuple(each), scope), self._speaker.say(" and ").join(together)

    # --- filters ------------------------------------------------------------------------------

    def _limits(self, where: Rule | None, scope: RowScope) -> str:
        """What follows the noun, or nothing."""
        return "" if where is None else self._limited(_parts(where), scope)

    def _limited(self, parts: tuple[Rule, ...], scope: Scope) -> str:
        windows = [self._window(part) for part in parts]
        rest = tuple(part for part, window in zip(parts, windows, strict=True) if window is None)
        said = [self._speaker.say(" and ").join(window for window in windows if window is not None)]
        if rest:
            joined = self._joined(rest, scope, self._speaker.say("and"))
            said.append(self._speaker.say("where {conditions}", conditions=joined))
        return "".join(f" {part}" for part in said if part)

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
        say, asked = self._speaker.say, rule.rows
        its = asked.relation is Relation.ITS
        if its:
            asked = replace(asked, relation=None, state=fields.ROWS[asked.source].default)
        if rule.quantifier is Quantifier.EVERY:
            rows, tests = self.every(replace(rule, rows=asked), scope)
            template = mark("there are {rows}, and for each of them {conditions}")
            if its:
                template = mark("it has {rows}, and for each of them {conditions}")
            return say(template, rows=rows, conditions=tests)
        if rule.quantifier is Quantifier.NONE:
            template = mark("it has no {rows}") if its else mark("there are no {rows}")
            if asked.slice is not None:
                template = mark("there are none of {rows}")
            return say(template, rows=self.chosen(asked, scope))
        template = mark("it has at least one {rows}") if its else mark("there is at least one {rows}")
        if asked.slice is not None:
            template = mark("there is at least one of {rows}")
        return say(template, rows=self.chosen(asked, scope, 1))

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
        return self.chosen(bare, scope), self.tests(having, inside)

    # --- conditions ---------------------------------------------------------------------------

    def condition(self, rule: Rule, scope: Scope) -> str:
        """One condition, "the channel is ‘pos’", on one row or on one customer."""
        say, noun = self._speaker.say, self.nouns.noun
        match rule:
            case Compare(left, op, right):
                if isinstance(left, Literal):
                    left, op, right = right, MIRRORED[op], left
                if (clause := self.so(left, op, right, scope)) is not None:
                    return clause
                said = self.compared(left, op, right, scope)
                return say("{field} is {value}", field=noun(left, scope), value=said)
            case Between(value, low, high):
                kind = type_of(value, scope)
                limits = {"low": noun(low, scope, kind), "high": noun(high, scope, kind)}
                return say(
                    "{field} is {value}", field=noun(value, scope), value=say("between {low} and {high}", **limits)
                )
            case In(value, (option,), negated):
                return self.condition(Compare(value, Comparison.NE if negated else Comparison.EQ, option), scope)
            case In(value, options, negated):
                kind = type_of(value, scope)
                listed = ", ".join(noun(option, scope, kind) for option in options)
                template = mark("{field} is none of {values}") if negated else mark("{field} is one of {values}")
                return say(template, field=noun(value, scope), values=listed)
            case IsNull(value, negated):
                return self.given(value, negated, scope)
            case Contains(value, text, negated):
                words = self.searched(type_of(value, scope), negated)
                return say(words, field=noun(value, scope), value=self._speaker.literal(text))
            case Affixed(value):
                several = type_of(value, scope) is Type.LIST
                said = self._speaker.literal(rule.text)
                return say(self.affixed(rule, several), field=noun(value, scope), value=said)
        raise TypeError(f"not a condition: {rule!r}")

    def so(self, left: Value, op: Comparison, right: Value, scope: Scope) -> str | None:
        """A yes or no of a row as a clause, "the order was a gift"; None for what is none."""
        if not isinstance(left, RowField) or not isinstance(right, Truth):
            return None
        known = field_of(left, scope)
        if known is None or known.clauses is None or left.name.startswith("outer."):
            return None
        so, otherwise = known.clauses
        return self._speaker.say(so if right.value is (op is Comparison.EQ) else otherwise)

    def given(self, value: Value, there: bool, scope: Scope) -> str:
        """Whether there is a value at all."""
        say, noun = self._speaker.say, self.nouns.noun
        match value:
            case RowField("days_since_previous"):
                return say("there is a previous order") if there else say("there is no previous order")
            case RowField("days_until_next"):
                return say("there is a next order") if there else say("there is no next order")
            case RowField() if type_of(value, scope) is Type.LIST:
                template = mark("there are any {field}") if there else mark("there are no {field}")
                return say(template, field=self.nouns.bare(value, scope))
            case Changed(of):
                template = mark("{field} ever changed") if there else mark("{field} never changed")
                return say(template, field=noun(of, scope))
        template = mark("{field} is given") if there else mark("{field} is not given")
        return say(template, field=noun(value, scope))

    def searched(self, kind: Type, negated: bool) -> str:
        """The template for CONTAINS."""
        if kind is Type.LIST:
            return mark("{field} do not include {value}") if negated else mark("{field} include {value}")
        return mark("{field} does not contain {value}") if negated else mark("{field} contains {value}")

    def affixed(self, rule: Affixed, several: bool) -> str:
        """The template for STARTS WITH and its like, of a text or of a list."""
        one, other, many, none = {
            Affix.STARTS: (
                mark("{field} starts with {value}"),
                mark("{field} does not start with {value}"),
                mark("{field} include one that starts with {value}"),
                mark("{field} include none that starts with {value}"),
            ),
            Affix.ENDS: (
                mark("{field} ends with {value}"),
                mark("{field} does not end with {value}"),
                mark("{field} include one that ends with {value}"),
                mark("{field} include none that ends with {value}"),
            ),
            Affix.WORD: (
                mark("{field} has the word {value}"),
                mark("{field} does not have the word {value}"),
                mark("{field} include one with the word {value}"),
                mark("{field} include none with the word {value}"),
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
            said = self.nouns.noun(right, scope)
            if by_days(right) and op in (Comparison.EQ, Comparison.NE):
                return said if op is Comparison.EQ else speaker.say("not {day}", day=said)
            if op is Comparison.EQ:
                return speaker.say("at the same time as {point}", point=said)
            if op is Comparison.NE:
                return speaker.say("not at the same time as {point}", point=said)
            return speaker.when(op, said)
        said = self.nouns.noun(right, scope, kind)
        if kind in fields.NUMERIC:
            return speaker.size(op, said)
        return said if op is Comparison.EQ else speaker.say("not {value}", value=said)


_OF_VALUES = {
    Function.COUNT_DISTINCT: mark("the number of different values of {measure} among {rows}"),
    Function.SUM: mark("the total {measure} of {rows}"),
    Function.AVG: mark("the average {measure} of {rows}"),
    Function.MIN: mark("the smallest {measure} of {rows}"),
    Function.MAX: mark("the largest {measure} of {rows}"),
}
_OF_DATES = _OF_VALUES | {
    Function.MIN: mark("the earliest {measure} of {rows}"),
    Function.MAX: mark("the latest {measure} of {rows}"),
}
_BETWEEN = {
    Function.AVG: mark("the average number of days between {rows}"),
    Function.MIN: mark("the smallest number of days between {rows}"),
    Function.MAX: mark("the largest number of days between {rows}"),
}


def _parts(rule: Rule) -> tuple[Rule, ...]:
    return rule.parts if isinstance(rule, And) else (rule,)
