"""An explanation in plain words: what each part of the rule asks, what it saw, how far it is away."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton

from plugin.engine.explain import Explanation, Part
from plugin.rules.describe import describe
from plugin.rules.fields import Type
from plugin.rules.parse import parse
from plugin.rules.segment import Definition, Tiers, TwoSided
from plugin.rules.speak import Speaker
from plugin.web.words import say

ANSWERS = {"in": "yes", "out": "no", "undecided": "unknown"}
JOINED = {
    "and": "All of these:",
    "or": "At least one of these:",
    "not": "None of this:",
    "at_least": "Enough of these:",
}


_WORDS = ("name", "title", "question", "choice", "number", "text", "other", "item", "country", "region", "city")
"""What a row is called, or says; amounts and dates have words of their own."""
_DAY, _YEARLY = re.compile(r"\d{4,}-\d\d-\d\d"), re.compile(r"\d\d-\d\d")


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

    def sentence(self, explanation: Explanation) -> str:
        """How far it is, or how long it lasts."""
        return explanation.sentence(self._speaker)

    def _part(self, part: Part) -> dict[str, Any]:
        told: dict[str, Any] = {"answer": ANSWERS[part.verdict], "parts": [self._part(below) for below in part.parts]}
        if part.kind != "condition":
            return told | {"sentence": say(JOINED[part.kind]), "actual": None, "facts": []}
        rule = parse(part.text)
        facts = [self._fact(fact, part.text) for fact in part.facts]
        sentence = describe(rule, self._speaker).rstrip(".")
        return told | {"sentence": sentence, "actual": self._actual(part), "facts": facts}

    def _actual(self, part: Part) -> str | None:
        """What the condition saw: "here: 4", "here: €82.50, €17.50 to go"."""
        said = []
        for number, value in enumerate(part.values):
            kind = Type(value["type"])
            text = self._value(value["actual"], kind)
            if "rank" in value:
                text += self._rank(value["rank"])
            if number == 0 and part.away is not None and part.away.more and part.away.amount:
                text = say("{value}, {away} to go").format(value=text, away=self._value(str(part.away.amount), kind))
            said.append(text)
        return say("here: {values}").format(values="; ".join(said)) if said else None

    def _rank(self, rank: Mapping[str, Any]) -> str:
        """ " (place 4 of 120)", or nothing outside the population."""
        if not isinstance(rank.get("place"), int):
            return ""
        place, of = (self._speaker.number(number) for number in (rank["place"], rank["of"]))
        return " " + say("(place {place} of {of})").format(place=place, of=of)

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
            return self._date(str(actual))
        if kind is Type.TRUTH:
            return say("yes") if actual == "true" else say("no")
        return str(actual)

    def _date(self, text: str) -> str:
        """A moment by the store's clock, or a whole day."""
        if _DAY.fullmatch(text):
            return format_date(date.fromisoformat(text), "medium", locale=self._speaker.locale)
        if _YEARLY.fullmatch(text):
            return format_skeleton("MMMMd", date.fromisoformat(f"2000-{text}"), locale=self._speaker.locale)
        moment = datetime.fromisoformat(text).astimezone(self._zone)
        return format_datetime(moment, "medium", tzinfo=self._zone, locale=self._speaker.locale)

    def _fact(self, fact: Mapping[str, Any], rule: str) -> str:
        """A row behind the value: "March 12, 2026 · #1043 · €52"."""
        said = []
        if "date" in fact:
            moment = datetime.fromisoformat(fact["date"]).astimezone(self._zone)
            said.append(format_date(moment.date(), "long", locale=self._speaker.locale))
        for name in _WORDS:
            found = fact.get(name)
            if found not in (None, "", []):
                said.append(", ".join(map(str, found)) if isinstance(found, list) else str(found))
        amount = _amount(fact, rule)
        if amount is not None:
            said.append(self._speaker.amount(amount))
        return " · ".join(said)


def _amount(fact: Mapping[str, Any], rule: str) -> Decimal | None:
    """What the row adds to what the rule asks for: charged, charged minus refunded, or the goods' net value."""
    if "total" in fact and "amount" in rule:
        return Decimal(fact["total"]) - Decimal(fact.get("refunded", 0))
    names = ("total",) if ".total" in rule else ("net", "goods", "total", "amount", "balance")
    return next((Decimal(fact[name]) for name in names if name in fact), None)


def _headings(definition: Definition) -> list[str]:
    match definition:
        case TwoSided():
            return [say("To join:"), say("To stay:")]
        case Tiers(cases):
            return [say("‘{label}’:").format(label=case.label) for case in cases]
    return []
