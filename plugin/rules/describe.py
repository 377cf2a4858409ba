"""A rule as one sentence a shop owner understands: "Customers who spent at least 500 …"."""

from decimal import Decimal

from plugin.rules import fields
from plugin.rules.describe_rows import RowWords
from plugin.rules.fields import Type
from plugin.rules.functions import parameter_name
from plugin.rules.meaning import keeps_shopify
from plugin.rules.scope import CUSTOMER
from plugin.rules.segment import Definition, OneRule, Tiers, TwoSided
from plugin.rules.speak import Speaker
from plugin.rules.tree import (
    MIRRORED,
    Affixed,
    Aggregate,
    And,
    AtLeast,
    Attribute,
    Between,
    Compare,
    Comparison,
    Contains,
    Function,
    In,
    InSegment,
    IsNull,
    Literal,
    Matches,
    Not,
    Number,
    Or,
    Place,
    Quantified,
    Quantifier,
    Ranked,
    Rule,
    Source,
    State,
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
            template = "Members leave {length} after they are no longer customers {clauses}."
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
                template = "who are not in the segment ‘{name}’" if negated else "who are in the segment ‘{name}’"
                return self.say(template, name=name)
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
            case Aggregate(Function.SUM, Source.ORDERS, State.COUNTED, "net", slice=None, having=None):
                limits = self._rows.chosen(left, CUSTOMER).removeprefix(self._rows.rows(left))
                template = "who spent {amount} (after refunds, without shipping and tax){limits}"
                return self.say(template, amount=said, limits=limits)
            case Attribute():
                return self._or_none(self._about(left, said), left, op)
        return self.say("for whom {condition}", condition=self._rows.condition(rule, CUSTOMER))

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
        template = "who are in the top {amount} by {value} ({population})"
        if rule.place is Place.BOTTOM:
            template = "who are in the bottom {amount} by {value} ({population})"
        nouns = self._rows.nouns
        value, population = nouns.noun(rule.by, CUSTOMER), nouns.population(rule.by, rule.among)
        return self.say(template, amount=amount, value=value, population=population)

    def _contains(self, value: Attribute, text: str, negated: bool) -> str:
        if value.name == "customer_tags":
            template = "who do not have the tag {text}" if negated else "who have the tag {text}"
        elif value.name == "customer_countries":
            template = "who have no address in {text}" if negated else "who have an address in {text}"
        elif type_of(value, CUSTOMER) is Type.LIST:
            template = "whose {field} do not include {text}" if negated else "whose {field} include {text}"
        else:
            template = "whose {field} does not contain {text}" if negated else "whose {field} contains {text}"
        return self.say(template, field=self._label(value), text=text)

    def _is_null(self, value: Attribute, negated: bool) -> str:
        template = "whose {field} is given" if negated else "who have no {field}"
        if type_of(value, CUSTOMER) is Type.LIST:
            template = "who have {field}" if negated else "who have no {field}"
        return self.say(template, field=self._label(value))

    def _function(self, rule: Matches) -> str:
        if fields.FUNCTIONS[rule.function].source is Source.ADDRESSES:
            return self._near(rule)
        each, together = self._rows.function(rule)
        where = ""
        if each:
            where += self.say(" for which {conditions}", conditions=each)
        if together:
            where += self.say(", such that {conditions}", conditions=together)
        return self.say(self._template(rule), where=where, name=rule.function.rpartition(".")[2].replace("_", " "))

    def _near(self, rule: Matches) -> str:
        given = {
            parameter_name(p): self.speaker.literal(p.right)
            for p in rule.parameters
            if isinstance(p, Compare) and isinstance(p.right, Literal)
        }
        place = given.pop("coordinates", "")
        [(name, distance)] = given.items()
        if name == "distance_km":
            template = "who live within {distance} km of {place}"
            if rule.negated:
                template = "who do not live within {distance} km of {place}"
        else:
            template = "who live within {distance} miles of {place}"
            if rule.negated:
                template = "who do not live within {distance} miles of {place}"
        return self.say(template, distance=distance, place=place)

    def _template(self, rule: Matches) -> str:
        templates = {
            "orders_placed": ("who placed an order{where}", "who did not place an order{where}"),
            "products_purchased": ("who bought a product{where}", "who did not buy a product{where}"),
            "store_credit_accounts": ("who have store credit{where}", "who do not have store credit{where}"),
        }
        if rule.function.startswith("shopify_email."):
            return (
                "who have no mail that was {name}{where}" if rule.negated else "who have a mail that was {name}{where}"
            )
        fallback = ("who have an event ‘{name}’{where}", "who have no event ‘{name}’{where}")
        return templates.get(rule.function, fallback)[rule.negated]

    def _or_none(self, clause: str, value: Attribute, op: Comparison) -> str:
        """Shopify's names include customers without a value under ``!=``; the sentence says so."""
        if op is Comparison.NE and keeps_shopify(value):
            return self.say("{clause} or who have no {field}", clause=clause, field=self._label(value))
        return clause

    def _label(self, value: Attribute) -> str:
        known = fields.attribute(value)
        return self.say(known.label) if known and "." not in value.name else value.name
