"""An explanation in one sentence: "£38.00 more before March 12", "in until April 3"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency

from plugin.db.pins import Pin, Way
from plugin.engine.away import Away
from plugin.engine.explained import Explained
from plugin.engine.parts import Part
from plugin.rules import fields
from plugin.rules.describe_rows import RowWords
from plugin.rules.fields import Type
from plugin.rules.print import print_rule
from plugin.rules.speak import Speaker, mark
from plugin.rules.tree import State


def sentence(explanation: Explained, speaker: Speaker) -> str:
    """What is missing and until when that is enough; how long it stays as it is; or why nobody can say."""
    words = _Words(speaker, explanation.as_of, explanation.timezone)
    if explanation.pin is not None:
        return words.pinned(explanation.pin)
    match explanation.verdict:
        case "in":
            return words.inside(explanation, words.better(explanation))
        case "undecided":
            return words.undecided(explanation.parts)
    easiest = explanation.parts[-1] if explanation.labels else explanation.parts[0]
    return words.outside(explanation, words.missing(easiest))


class _Words:
    """Speaks of one explanation."""

    def __init__(self, speaker: Speaker, as_of: datetime, timezone: str) -> None:
        self._speaker, self._say = speaker, speaker.say
        self._zone = ZoneInfo(timezone)
        self._today = as_of.astimezone(self._zone).date()

    def pinned(self, pin: Pin) -> str:
        """Who is held is not judged by the rule."""
        inside = pin.way is Way.IN
        if pin.until is None:
            template = mark("Pinned out without end: {reason}.")
            if inside:
                template = mark("Pinned in without end: {reason}.")
            return self._say(template, reason=pin.reason)
        template = mark("Pinned out until {date}: {reason}.")
        if inside:
            template = mark("Pinned in until {date}: {reason}.")
        return self._say(template, date=self._date(pin.until), reason=pin.reason)

    def inside(self, explanation: Explained, better: str | None) -> str:
        """How long it lasts, and what a better label would need."""
        said = self._lasting(explanation)
        return self._say("{what}; {better}.", what=said, better=better) if better else f"{said}."

    def _lasting(self, explanation: Explained) -> str:
        change, following = explanation.next_change, explanation.next_outcome
        if change is None or following is None:
            return self._say("In")
        date = self._date(change)
        if explanation.grace_ends is not None:
            return self._say("In until {date}, when the grace ends", date=date)
        if following.undecided:
            return self._say("In; from {date} on nobody can know", date=date)
        if following.label is None:
            return self._say("In until {date}", date=date)
        return self._say("In; ‘{label}’ from {date} on", label=following.label, date=date)

    def better(self, explanation: Explained) -> str | None:
        """What is missing for the next better label."""
        labels, label = explanation.labels, explanation.outcome.label
        place = labels.index(label) if label in labels else 0
        missing = self.missing(explanation.parts[place - 1]) if place else None
        return self._say("{missing} for ‘{label}’", missing=missing, label=labels[place - 1]) if missing else None

    def outside(self, explanation: Explained, missing: str | None) -> str:
        """What is missing, and whether time alone is enough."""
        change, following = explanation.next_change, explanation.next_outcome
        by_itself = None
        if change is not None and following is not None and following.label is not None:
            by_itself = self._say("in by itself from {date} on", date=self._date(change))
        if missing and by_itself:
            missing = self._say("{missing}, or {change}", missing=missing, change=by_itself)
        said = missing or by_itself or self._say("out")
        return f"{said[:1].upper()}{said[1:]}."

    def undecided(self, parts: Sequence[Part]) -> str:
        """What keeps it from being decided."""
        reasons = dict.fromkeys(self._reason(unknown) for part in parts for unknown in _unknown(part))
        listed = "; ".join(reason for reason in reasons if reason)
        return self._say("Not known: {reasons}.", reasons=listed) if listed else self._say("Not known.")

    def _reason(self, unknown: dict[str, str]) -> str:
        since = self._date(datetime.fromisoformat(unknown["since"])) if "since" in unknown else None
        match unknown["what"]:
            case "orders" if since:
                return self._say("orders are known since {date}", date=since)
            case "labels" if since:
                return self._say("tags and other labels are known since {date}", date=since)
            case "segment":
                return self._say("whether the customer is in ‘{name}’", name=unknown["name"])
            case "unread":
                return self._say("{name} has not been read in your store yet", name=unknown["name"])
            case "ranking":
                return self._say("the store's ranking has not been worked out yet")
        return self._say("nobody knows this customer's {what}", what=unknown["what"].replace("_", " "))

    def missing(self, part: Part) -> str | None:
        """What must still happen for the part to hold; None where no number says it, "" where nothing must."""
        if part.verdict == "in":
            return ""
        if part.kind == "condition":
            return self._away(part.away) if part.away else None
        listed = [self.missing(below) for below in part.parts]
        unmet = [(said, below) for said, below in zip(listed, part.parts, strict=True) if below.verdict != "in"]
        match part.kind:
            case "and":
                said = [each for each, _ in unmet]
                return None if None in said else self._say(" and ").join(dict.fromkeys(filter(None, said)))
            case "or":
                sayable = dict.fromkeys(each for each, _ in unmet if each)
                return self._say(" or ").join(sayable) if sayable else None
            case "at_least":
                lacking = part.count - (len(part.parts) - len(unmet))
                sayable = dict.fromkeys(each for each, _ in unmet if each)
                return self._say(" or ").join(sayable) if sayable and lacking == 1 else None
        return None

    def _away(self, away: Away) -> str:
        said = self._amount(away)
        if away.beyond:
            said = self._say("more than {amount}", amount=said)
        if away.rows is None:
            said = self._say("{amount} more", amount=said) if away.more else self._say("{amount} less", amount=said)
        if not away.amount:
            said = self._say("anything more") if away.more else self._say("anything less")
        if away.before is None:
            return said
        return self._say("{missing} before {date}", missing=said, date=self._date(away.before))

    def _amount(self, away: Away) -> str:
        if away.kind is Type.MONEY and self._speaker.currency is not None:
            return format_currency(away.amount, self._speaker.currency, locale=self._speaker.locale)
        number = self._speaker.number(away.amount)
        if away.rows is None:
            return number
        usual = fields.ROWS[away.rows.source].default
        counted = replace(away.rows, state=usual) if away.rows.state is State.ANY else away.rows
        rows = RowWords(self._speaker, print_rule).rows(counted, 1 if away.amount == 1 else 2)
        template = mark("{number} more {rows}") if away.more else mark("{number} fewer {rows}")
        return self._say(template, number=number, rows=rows)

    def _date(self, moment: datetime) -> str:
        day = moment.astimezone(self._zone).date()
        if day.year == self._today.year:
            return format_skeleton("MMMMd", day, locale=self._speaker.locale)
        return format_date(day, "long", locale=self._speaker.locale)


def _unknown(part: Part) -> list[dict[str, str]]:
    return [*part.unknown, *(unknown for below in part.parts for unknown in _unknown(below))]
