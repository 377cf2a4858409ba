"""A rule as one sentence a shop owner understands: "Customers who spent at least 500 …"."""

from decimal import Decimal

from plugin.rules import fields
from plugin.rules.describe_rows import RowWords
from plugin.rules.fields import Type
from plugin.rules.scope import CustomerScope
from plugin.rules.segment import Definition, OneRule, Tiers, TwoSided
from plugin.rules.speak import Speaker
from plugin.rules.tree import (
    MIRRORED,
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
    Rule,
    Source,
    State,
)

_SCOPE = CustomerScope()


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
        self._rows = RowWords(speaker)

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
            case Compare():
                return self._compare(rule)
            case Contains(Attribute(name), text, negated):
                return self._contains(name, self.speaker.literal(text), negated)
        return self._other(rule)

    def _compare(self, rule: Compare) -> str:
        left, op, right = rule.left, rule.op, rule.right
        if isinstance(left, Literal):
            left, op, right = right, MIRRORED[op], left
        said = self._rows.compared(left, op, right, _SCOPE)
        match left:
            case Aggregate(function=Function.COUNT) if isinstance(right, Number):
                return self._count(left, op, right.value)
            case Aggregate(Function.SUM, Source.ORDERS, State.COUNTED, "net", where):
                limits = self._rows.limits(Source.ORDERS, where)
                template = "who spent {amount} (after refunds, without shipping and tax){limits}"
                return self.say(template, amount=said, limits=limits)
            case Attribute("amount_spent"):
                return self.say("who spent {amount} in all (charged minus refunded)", amount=said)
            case Attribute("number_of_orders"):
                template = "whose number of orders, cancelled ones too, is {amount}"
                return self.say(template, amount=said)
            case Attribute("last_order_date"):
                return self._or_none(self.say("whose last order was {when}", when=said), "last_order_date", op)
            case Attribute("first_order_date"):
                return self._or_none(self.say("whose first order was {when}", when=said), "first_order_date", op)
            case Attribute("customer_added_date"):
                return self._or_none(self.say("who were added {when}", when=said), "customer_added_date", op)
            case Attribute(name):
                noun = self._label(name)
                return self._or_none(self.say("whose {field} is {value}", field=noun, value=said), name, op)
        return self.say("for whom {condition}", condition=self._rows.condition(rule, _SCOPE))

    def _count(self, value: Aggregate, op: Comparison, number: Decimal) -> str:
        rows = self._rows.rows(value.source, value.state, 1 if number == 1 else 2)
        limits = self._rows.limits(value.source, value.where)
        none = (op is Comparison.EQ and number == 0) or (op is Comparison.LT and number == 1)
        if none:
            rows = self._rows.rows(value.source, value.state)
            return self.say("who have no {rows}{limits}", rows=rows, limits=limits)
        if (op is Comparison.GE and number == 1) or (op is Comparison.GT and number == 0):
            rows = self._rows.rows(value.source, value.state, 1)
            return self.say("who have at least one {rows}{limits}", rows=rows, limits=limits)
        amount = self.speaker.size(op, self.speaker.number(number))
        return self.say("who have {amount} {rows}{limits}", amount=amount, rows=rows, limits=limits)

    def _contains(self, name: str, text: str, negated: bool) -> str:
        if name == "customer_tags":
            template = "who do not have the tag {text}" if negated else "who have the tag {text}"
        elif name == "customer_countries":
            template = "who have no address in {text}" if negated else "who have an address in {text}"
        else:
            template = "whose {field} do not include {text}" if negated else "whose {field} include {text}"
        return self.say(template, field=self._label(name), text=text)

    def _function(self, rule: Matches) -> str:
        each, together = self._rows.function(rule)
        templates = {
            ("orders_placed", False): "who placed an order{where}",
            ("orders_placed", True): "who did not place an order{where}",
            ("products_purchased", False): "who bought a product{where}",
            ("products_purchased", True): "who did not buy a product{where}",
        }
        where = ""
        if each:
            where += self.say(" for which {conditions}", conditions=each)
        if together:
            where += self.say(", such that {conditions}", conditions=together)
        return self.say(templates[rule.function, rule.negated], where=where)

    def _other(self, rule: Rule) -> str:
        """BETWEEN, IN and IS NULL."""
        match rule:
            case IsNull(Attribute(name), negated):
                template = "who have a {field}" if negated else "who have no {field}"
                if fields.ATTRIBUTES[name].type is Type.LIST:
                    template = "who have {field}" if negated else "who have no {field}"
                return self.say(template, field=self._label(name))
            case Between(Attribute(name)) | In(Attribute(name)):
                said = self._rows.condition(rule, _SCOPE)
                negated = isinstance(rule, In) and rule.negated
                op = Comparison.NE if negated else Comparison.EQ
                return self._or_none(self.say("for whom {condition}", condition=said), name, op)
        return self.say("for whom {condition}", condition=self._rows.condition(rule, _SCOPE))

    def _or_none(self, clause: str, name: str, op: Comparison) -> str:
        """Shopify's names include customers without a value under ``!=``; the sentence says so."""
        known = fields.ATTRIBUTES[name]
        if op is Comparison.NE and known.shopify and known.nullable:
            return self.say("{clause} or who have no {field}", clause=clause, field=self._label(name))
        return clause

    def _label(self, name: str) -> str:
        return self.say(fields.ATTRIBUTES[name].label)
