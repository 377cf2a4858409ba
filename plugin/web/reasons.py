"""An explanation in plain words: what each part of the rule asks, what it saw, how far it is away."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from plugin.engine.explain import Explanation, Part
from plugin.rules.describe import describe
from plugin.rules.fields import Type
from plugin.rules.meaning import core
from plugin.rules.parse import parse
from plugin.rules.print import print_value
from plugin.rules.scope import CustomerScope
from plugin.rules.segment import Definition, Tiers, TwoSided
from plugin.rules.speak import Speaker
from plugin.rules.tree import Aggregate, AnyNode, Arithmetic, Attribute, Rule
from plugin.rules.typecheck import type_of
from plugin.rules.walk import children
from plugin.web.words import say

ANSWERS = {"in": "yes", "out": "no", "undecided": "unknown"}
JOINED = {
    "and": "All of these:",
    "or": "At least one of these:",
    "not": "None of this:",
    "at_least": "Enough of these:",
}


class Reasons:
    """Speaks of one store: its currency, its clock."""

    def __init__(self, currency: str, timezone: str) -> None:
        self._speaker = Speaker(currency=currency)
        self._zone = ZoneInfo(timezone)

    def tree(self, explanation: Explanation, definition: Definition) -> dict[str, Any]:
        """The whole definition with its answer, its rules below."""
        if len(explanation.parts) == 1 and not isinstance(definition, Tiers):
            return self._part(explanation.parts[0])
        parts = [
            {"sentence": heading, "answer": ANSWERS[part.verdict], "actual": None, "parts": [self._part(part)]}
            for heading, part in zip(_headings(definition), explanation.parts, strict=False)
        ]
        sentence = say("The first that fits counts:") if isinstance(definition, Tiers) else say("Joining and staying:")
        return {"sentence": sentence, "answer": ANSWERS[explanation.verdict], "actual": None, "parts": parts}

    def _part(self, part: Part) -> dict[str, Any]:
        told: dict[str, Any] = {"answer": ANSWERS[part.verdict], "parts": [self._part(below) for below in part.parts]}
        if part.kind != "condition":
            return told | {"sentence": say(JOINED[part.kind]), "actual": None, "facts": []}
        rule = parse(part.text)
        facts = [self._fact(fact, part.text) for fact in part.facts]
        sentence = describe(rule, self._speaker).rstrip(".")
        return told | {"sentence": sentence, "actual": self._actual(part, rule), "facts": facts}

    def _actual(self, part: Part, rule: Rule) -> str | None:
        """What the condition saw: "here: 4", "here: €82.50, €17.50 to go"."""
        kinds = _kinds(rule)
        said = []
        for value in part.values:
            kind = kinds.get(value["text"], Type.NUMBER)
            text = self._value(value["actual"], kind)
            away = Decimal(value.get("away", 0))
            if away > 0 and part.verdict == "out":
                text = say("{value}, {away} to go").format(value=text, away=self._value(str(away), kind))
            said.append(text)
        return say("here: {values}").format(values="; ".join(said)) if said else None

    def _value(self, actual: Any, kind: Type) -> str:
        match actual:
            case None:
                return say("none")
            case {"unknown": _}:
                return say("not known")
            case list():
                return ", ".join(map(str, actual)) or say("none")
        if kind is Type.MONEY:
            return self._speaker.amount(Decimal(actual))
        if kind is Type.NUMBER:
            return self._speaker.number(Decimal(actual))
        if kind is Type.DATE:
            moment = datetime.fromisoformat(actual).astimezone(self._zone)
            return format_datetime(moment, "medium", tzinfo=self._zone, locale=self._speaker.locale)
        return str(actual)

    def _fact(self, fact: Mapping[str, Any], rule: str) -> str:
        """A row behind the value: "March 12, 2026 · #1043 · €52"."""
        said = []
        if "date" in fact:
            moment = datetime.fromisoformat(fact["date"]).astimezone(self._zone)
            said.append(format_date(moment.date(), "long", locale=self._speaker.locale))
        said += [str(fact[name]) for name in ("name", "title") if name in fact]
        amount = _amount(fact, rule)
        if amount is not None:
            said.append(self._speaker.amount(amount))
        return " · ".join(said)


def _amount(fact: Mapping[str, Any], rule: str) -> Decimal | None:
    """What the row adds to what the rule asks for: charged, charged minus refunded, or the goods' net value."""
    if "total" in fact and "amount" in rule:
        return Decimal(fact["total"]) - Decimal(fact.get("refunded", 0))
    names = ("total",) if ".total" in rule else ("net", "goods", "total")
    return next((Decimal(fact[name]) for name in names if name in fact), None)


def _headings(definition: Definition) -> list[str]:
    match definition:
        case TwoSided():
            return [say("To join:"), say("To stay:")]
        case Tiers(cases):
            return [say("‘{label}’:").format(label=case.label) for case in cases]
    return []


def _kinds(rule: Rule) -> dict[str, Type]:
    """The type of each value of the condition by its text."""
    found = (*_values(rule), *_values(core(rule)))
    return {print_value(value): type_of(value, CustomerScope()) for value in found}


def _values(node: AnyNode) -> Iterator[Attribute | Aggregate | Arithmetic]:
    """The values the condition compares; what stands inside an aggregate is not compared."""
    if isinstance(node, Attribute | Aggregate | Arithmetic):
        yield node
        return
    for below in children(node):
        yield from _values(below)
