"""A rule as one sentence a shop owner understands: "Customers who spent at least 500 …"."""

from dataclasses import replace
from decimal import Decimal

from plugin.rules import fields
from plugin.rules.describe_rows import RowWords
from plugin.rules.fields import Type
from plugin.rules.functions import parameter_name
from plugin.rules.meaning import keeps_shopify
from plugin.rules.scope import CUSTOMER, RowScope
from plugin.rules.segment import Definition, OneRule, Tiers, TwoSided
from plugin.rules.speak import Speaker, mark
from plugin.rules.tree import (
    MIRRORED,
    Affixed,
    Aggregate,
    And,
    AtLeast,
    Attribute,
    Between,
    Changed,
    Compare,
    Comparison,
    Contains,
    Function,
    In,
    InSegment,
    IsNull,
    Label,
    Literal,
    Matches,
    Not,
    Number,
    Or,
    Passage,
    Place,
    Quantified,
    Quantifier,
    Ranked,
    Rule,
    SegmentDate,
    Source,
    State,
    TagDate,
)
from plugin.rules.typed import type_of


def describe(rule: Rule, speaker: Speaker | None = None) -> str:
    """The rule in one sentence, in the speaker's language."""
    words = _Clauses(speaker or Speaker())
    return words.say("Customers {clauses}.", clauses=words.clause(rule))


def describe_definition(definition: Definition, speaker: Speaker | None = None) -> str:
    """The whole definition in a sentence or a few."""
    words = _Clauses(speaker or Speaker())
    match definition:
        case OneRule(rule):
            return describe(rule, speaker)
        case TwoSided(join, stay, grace):
            entry = words.say("Customers {clauses} join.", clauses=words.clause(join))
            stays = words.clause(stay)
            if grace.count == 0:
                return f"{entry} " + words.say("Members stay as long as they are customers {clauses}.", clauses=stays)
            length = words.speaker.literal(grace)
            template = mark("Members leave {length} after they are no longer customers {clauses}.")
            return f"{entry} " + words.say(template, length=length, clauses=stays)
        case Tiers(cases, default):
            return words.tiers([(case.label, case.rule) for case in cases], default)


class _Clauses:
    """Clauses that follow the word "customers": "who …", "whose …"."""

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.say = speaker.say
        self._rows = RowWords(speaker, self.clause)

    def tiers(self, cases: list[tuple[str, Rule]], default: str | None) -> str:
        """The cases in their order; the first that holds wins."""
        said = [
            self.say("‘{label}’: customers {clauses}", label=label, clauses=self.clause(rule)) for label, rule in cases
        ]
        if default is not None:
            said.append(self.say("‘{label}’: everyone else", label=default))
        return self.say("The first that holds: {cases}.", cases="; ".join(said))

    def clause(self, rule: Rule, inside: bool = False) -> str:
        """The rule as a clause, in brackets where it stands among others."""
        match rule:
            case And(parts) | Or(parts):
                word = self.say("and") if isinstance(rule, And) else self.say("or")
                text = f" {word} ".join(self.clause(part, inside=True) for part in parts)
                return f"({text})" if inside else text
            case Not(part):
                return self.say("who are not among those {clause}", clause=self.clause(part, inside=True))
            case AtLeast(count, parts):
                listed = "; ".join(self.clause(part, inside=True) for part in parts)
                return self.say("for whom at least {count} of these hold: {parts}", count=count, parts=listed)
            case InSegment(name, negated):
                if negated:
                    return self.say("who are not in the segment ‘{name}’", name=name)
                return self.say("who are in the segment ‘{name}’", name=name)
            case Matches():
                return self._function(rule)
            case Quantified():
                return self._quantified(rule)
            case Ranked():
                return self._ranked(rule)
        return self._condition(rule)

    def _condition(self, rule: Rule) -> str:
        match rule:
            case Compare():
                return self._compare(rule)
            case Contains(Attribute() as value, text, negated):
                return self._contains(value, self.speaker.literal(text), negated)
            case Affixed(Attribute() as value):
                several = type_of(value, CUSTOMER) is Type.LIST
                template, said = self._rows.affixed(rule, several), self.speaker.literal(rule.text)
                return self.say("whose {condition}", condition=self.say(template, field=self._label(value), value=said))
            case IsNull(Attribute() as value, negated):
                return self._is_null(value, negated)
            case IsNull(SegmentDate() | TagDate() | Label() as value, negated):
                return self._ever(value, negated)
            case In(value, (option,), negated):
                return self._compare(Compare(value, Comparison.NE if negated else Comparison.EQ, option))
            case Between(Attribute() as value) | In(Attribute() as value):
                said = self._rows.condition(rule, CUSTOMER)
                op = Comparison.NE if isinstance(rule, In) and rule.negated else Comparison.EQ
                return self._or_none(self.say("for whom {condition}", condition=said), value, op)
        return self.say("for whom {condition}", condition=self._rows.condition(rule, CUSTOMER))

    def _compare(self, rule: Compare) -> str:
        left, op, right = rule.left, rule.op, rule.right
        if isinstance(left, Literal):
            left, op, right = right, MIRRORED[op], left
        said = self._rows.compared(left, op, right, CUSTOMER)
        match left:
            case Aggregate(function=Function.COUNT, slice=None) if isinstance(right, Number):
                return self._count(left, op, right.value)
            case Aggregate(Function.COUNT) if _of_one(left) and right == Number(Decimal(1)) and op in _IS_THERE:
                return self._of_the_one(left)
            case Aggregate(Function.SUM, Source.ORDERS, State.COUNTED, "net", slice=None, having=None) if isinstance(
                right, Number
            ):
                limits = self._rows.chosen(left, CUSTOMER).removeprefix(self._rows.rows(left))
                template = mark("who spent {amount} (after refunds, without shipping and tax){limits}")
                return self.say(template, amount=said, limits=limits)
            case SegmentDate() | TagDate() | Changed():
                return self._happened(left, said)
            case Attribute():
                return self._or_none(self._about(left, said), left, op)
        return self.say("for whom {condition}", condition=self._rows.condition(rule, CUSTOMER))

    def _of_the_one(self, value: Aggregate) -> str:
        """What is asked of the one row that a slice leaves."""
        having = value.having
        assert having is not None  # The caller has looked.
        tests = self._rows.tests(having, RowScope(fields.ROWS[value.source]))
        row = self._rows.chosen(replace(value, having=None), CUSTOMER)
        return self.say("for whom it is true of {row} that {conditions}", row=row, conditions=tests)

    def _happened(self, value: SegmentDate | TagDate | Changed, when: str) -> str:
        match value:
            case TagDate(tag):
                return self.say("whose latest addition of the tag ‘{tag}’ was {when}", tag=tag, when=when)
            case SegmentDate(Passage.ENTERED, name):
                return self.say("whose latest entry into the segment ‘{name}’ was {when}", name=name, when=when)
            case SegmentDate(_, name):
                return self.say("whose latest exit from the segment ‘{name}’ was {when}", name=name, when=when)
        field = self._rows.nouns.noun(value.of, CUSTOMER)
        return self.say("for whom the latest change of {field} was {when}", field=field, when=when)

    def _ever(self, value: SegmentDate | TagDate | Label, there: bool) -> str:
        match value:
            case TagDate(tag):
                template = mark("who ever got the tag ‘{name}’") if there else mark("who never got the tag ‘{name}’")
                return self.say(template, name=tag)
            case Label(name):
                template = mark("who have a label in ‘{name}’") if there else mark("who have no label in ‘{name}’")
                return self.say(template, name=name)
            case SegmentDate(Passage.ENTERED, name) if there:
                return self.say("who ever entered the segment ‘{name}’", name=name)
            case SegmentDate(Passage.ENTERED, name):
                return self.say("who never entered the segment ‘{name}’", name=name)
            case SegmentDate(_, name) if there:
                return self.say("who ever left the segment ‘{name}’", name=name)
        return self.say("who never left the segment ‘{name}’", name=value.name)

    def _about(self, value: Attribute, said: str) -> str:
        """A comparison of an attribute, with words of its own for the common ones."""
        match value.name:
            case "amount_spent":
                return self.say("who spent {amount} in all (charged minus refunded)", amount=said)
            case "number_of_orders":
                return self.say("whose number of orders, cancelled ones too, is {amount}", amount=said)
            case "last_order_date":
                return self.say("whose last order was {when}", when=said)
            case "first_order_date":
                return self.say("whose first order was {when}", when=said)
            case "abandoned_checkout_date":
                return self.say("whose last abandoned checkout was {when}", when=said)
            case "customer_added_date":
                return self.say("who were added {when}", when=said)
        return self.say("whose {field} is {value}", field=self._label(value), value=said)

    def _count(self, value: Aggregate, op: Comparison, number: Decimal) -> str:
        none = (op is Comparison.EQ and number == 0) or (op is Comparison.LT and number == 1)
        if none:
            return self.say("who have no {rows}", rows=self._rows.chosen(value, CUSTOMER))
        if (op is Comparison.GE and number == 1) or (op is Comparison.GT and number == 0):
            return self.say("who have at least one {rows}", rows=self._rows.chosen(value, CUSTOMER, 1))
        amount = self.speaker.size(op, self.speaker.number(number))
        rows = self._rows.chosen(value, CUSTOMER, 1 if number == 1 else 2)
        return self.say("who have {amount} {rows}", amount=amount, rows=rows)

    def _quantified(self, rule: Quantified) -> str:
        match rule.quantifier:
            case _ if rule.rows.slice is not None and rule.quantifier is not Quantifier.EVERY:
                return self.say("for whom {condition}", condition=self._rows.quantified(rule, CUSTOMER))
            case Quantifier.ANY:
                return self._count(rule.rows, Comparison.GE, Decimal(1))
            case Quantifier.NONE:
                return self._count(rule.rows, Comparison.EQ, Decimal(0))
        rows, tests = self._rows.every(rule, CUSTOMER)
        return self.say("who have {rows}, and for each of them {conditions}", rows=rows, conditions=tests)

    def _ranked(self, rule: Ranked) -> str:
        amount = self.speaker.number(rule.amount)
        if rule.percent:
            amount = self.say("{number}%", number=amount)
        template = mark("who are in the top {amount} by {value} ({population})")
        if rule.place is Place.BOTTOM:
            template = mark("who are in the bottom {amount} by {value} ({population})")
        nouns = self._rows.nouns
        value, population = nouns.noun(rule.by, CUSTOMER), nouns.population(rule.by, rule.among)
        return self.say(template, amount=amount, value=value, population=population)

    def _contains(self, value: Attribute, text: str, negated: bool) -> str:
        if value.name == "customer_tags":
            template = mark("who do not have the tag {text}") if negated else mark("who have the tag {text}")
        elif value.name == "customer_countries":
            template = mark("who have no address in {text}") if negated else mark("who have an address in {text}")
        elif type_of(value, CUSTOMER) is Type.LIST:
            template = mark("whose {field} do not include {text}") if negated else mark("whose {field} include {text}")
        elif negated:
            template = mark("whose {field} does not contain {text}")
        else:
            template = mark("whose {field} contains {text}")
        return self.say(template, field=self._label(value), text=text)

    def _is_null(self, value: Attribute, negated: bool) -> str:
        template = mark("whose {field} is given") if negated else mark("who have no {field}")
        if type_of(value, CUSTOMER) is Type.LIST:
            template = mark("who have {field}") if negated else mark("who have no {field}")
        return self.say(template, field=self._label(value))

    def _function(self, rule: Matches) -> str:
        if fields.FUNCTIONS[rule.function].source is Source.ADDRESSES:
            return self._near(rule)
        where, together = self._rows.function(rule)
        if together:
            where += self.say(", and {conditions}", conditions=together)
        return self.say(_SHOPIFYS[rule.function][rule.negated], where=where)

    def _near(self, rule: Matches) -> str:
        given = {
            parameter_name(p): self.speaker.literal(p.right)
            for p in rule.parameters
            if isinstance(p, Compare) and isinstance(p.right, Literal)
        }
        place = given.pop("coordinates", "")
        [(name, distance)] = given.items()
        if name == "distance_km":
            template = mark("who live within {distance} km of {place}")
            if rule.negated:
                template = mark("who do not live within {distance} km of {place}")
        else:
            template = mark("who live within {distance} miles of {place}")
            if rule.negated:
                template = mark("who do not live within {distance} miles of {place}")
        return self.say(template, distance=distance, place=place)

    def _or_none(self, clause: str, value: Attribute, op: Comparison) -> str:
        """Shopify's names include customers without a value under ``!=``; the sentence says so."""
        if op is Comparison.NE and keeps_shopify(value):
            return self.say("{clause} or who have no {field}", clause=clause, field=self._label(value))
        return clause

    def _label(self, value: Attribute) -> str:
        return self._rows.nouns.named(value)


_IS_THERE = (Comparison.GE, Comparison.EQ)
_SHOPIFYS = {
    "orders_placed": (mark("who placed an order{where}"), mark("who did not place an order{where}")),
    "products_purchased": (mark("who bought a product{where}"), mark("who did not buy a product{where}")),
    "store_credit_accounts": (mark("who have store credit{where}"), mark("who do not have store credit{where}")),
    "shopify_email.bounced": (mark("whose mail bounced{where}"), mark("whose mail did not bounce{where}")),
    "shopify_email.clicked": (mark("who clicked in a mail{where}"), mark("who did not click in a mail{where}")),
    "shopify_email.delivered": (mark("who were sent a mail{where}"), mark("who were not sent a mail{where}")),
    "shopify_email.marked_as_spam": (
        mark("who marked a mail as spam{where}"),
        mark("who did not mark a mail as spam{where}"),
    ),
    "shopify_email.opened": (mark("who opened a mail{where}"), mark("who did not open a mail{where}")),
    "shopify_email.unsubscribed": (
        mark("who unsubscribed by a mail{where}"),
        mark("who did not unsubscribe by a mail{where}"),
    ),
    "storefront_event.product_viewed": (mark("who viewed a product{where}"), mark("who did not view a product{where}")),
    "storefront_event.collection_viewed": (
        mark("who viewed a collection{where}"),
        mark("who did not view a collection{where}"),
    ),
}
"""What is said of a function of Shopify's, and of its negation."""


def _of_one(value: Aggregate) -> bool:
    """Whether it asks something of one row only."""
    return value.having is not None and value.slice is not None and value.slice.rows == 1
