"""What a store file expects, held against what came out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from plugin.domain.ids import CustomerId, SegmentId
from plugin.domain.text import fold
from plugin.engine.decide import Outcome
from plugin.engine.explain import Explanation
from plugin.flow.rehearse import Staged
from plugin.flow.standings import Standings
from plugin.platforms.given.kinds import Plain
from plugin.platforms.given.values import number


def at(file: Plain) -> list[datetime]:
    """The moments that the expectations name."""
    return [expected["at"] for expected in file.get("expect", ()) if "at" in expected]


def to_explain(staged: Staged, moment: datetime) -> list[tuple[SegmentId, CustomerId]]:
    """Whose next change is expected at the moment."""
    return [
        (_segment(staged, expected), CustomerId(number(written)))
        for _, expected in _of(staged.file, moment)
        for written in expected.get("next_change", ())
    ]


def differences(staged: Staged, found: Standings) -> Iterator[Plain]:
    """Everything at this moment that is not as expected."""
    zone = ZoneInfo(staged.file.get("store", {}).get("timezone", "UTC"))
    for place, expected in _of(staged.file, found.moment):
        for what, wanted, actual in _Held(staged, expected, found, zone).differences():
            yield {
                "path": f"expect[{place}].{what}",
                "moment": found.moment.astimezone(zone).isoformat(),
                "segment": expected["segment"],
                "expected": wanted,
                "actual": actual,
            }


def _of(file: Plain, moment: datetime) -> Iterator[tuple[int, Plain]]:
    for place, expected in enumerate(file.get("expect", ())):
        if expected.get("at", moment) == moment:
            yield place, expected


def _segment(staged: Staged, expected: Plain) -> SegmentId:
    name = fold(expected["segment"])
    return next(segment.id for segment in staged.in_order if fold(segment.name) == name)


class _Held:
    """One expectation at one moment."""

    def __init__(self, staged: Staged, expected: Plain, found: Standings, zone: ZoneInfo) -> None:
        self._staged, self._expected, self._found, self._zone = staged, expected, found, zone
        self._id = _segment(staged, expected)
        self._outcomes: Mapping[CustomerId, Outcome] = found.outcomes[self._id]

    def differences(self) -> Iterator[tuple[str, Any, Any]]:
        """(which key, what was expected, what it is)."""
        members = self._who(lambda outcome: not outcome.undecided and outcome.label is not None)
        undecided = self._who(lambda outcome: outcome.undecided)
        if "members" in self._expected and self._ids("members") != set(members):
            yield "members", self._expected["members"], self._written(members)
        if "undecided" in self._expected and self._ids("undecided") != set(undecided):
            yield "undecided", self._expected["undecided"], self._written(undecided)
        for key, wrong in (("includes", self._ids("includes") - set(members)), ("not_members", self._not_out())):
            if wrong:
                yield key, self._expected[key], {"differs_for": self._written(sorted(wrong)), **self._are(wrong)}
        yield from self._by_customer("labels", self._label)
        yield from self._by_customer("next_change", self._next_change)
        yield from self._scores()

    def _who(self, holds: Any) -> list[CustomerId]:
        return [customer for customer in self._staged.written if holds(self._outcomes.get(customer, Outcome(None)))]

    def _ids(self, key: str) -> set[CustomerId]:
        return {CustomerId(number(written)) for written in self._expected.get(key, ())}

    def _not_out(self) -> set[CustomerId]:
        """Whoever is expected to be no member and is one, or undecided."""
        return {who for who in self._ids("not_members") if self._outcomes.get(who, Outcome(None)) != Outcome(None)} - {
            who for who, outcome in self._outcomes.items() if outcome.label is None and not outcome.undecided
        }

    def _are(self, who: set[CustomerId]) -> Plain:
        undecided = [each for each in who if self._outcomes.get(each, Outcome(None)).undecided]
        return {"undecided": self._written(undecided)} if undecided else {}

    def _written(self, who: Sequence[CustomerId]) -> list[Any]:
        return [self._staged.written[each] for each in self._staged.written if each in set(who)]

    def _by_customer(self, key: str, actual: Any) -> Iterator[tuple[str, Any, Any]]:
        for written, wanted in self._expected.get(key, {}).items():
            found = actual(CustomerId(number(written)))
            if found != wanted:
                yield f"{key}.{written}", self._told(wanted), self._told(found)

    def _told(self, value: Any) -> Any:
        return value.astimezone(self._zone).isoformat() if isinstance(value, datetime) else value

    def _label(self, who: CustomerId) -> Any:
        outcome = self._outcomes.get(who, Outcome(None))
        return {"undecided": True} if outcome.undecided else outcome.label

    def _next_change(self, who: CustomerId) -> Any:
        explanation: Explanation | None = self._found.explained.get((self._id, who))
        if explanation is None:
            return None
        if explanation.not_before is not None:
            return {"not_before": self._told(explanation.not_before)}
        return explanation.next_change

    def _scores(self) -> Iterator[tuple[str, Any, Any]]:
        for written, wanted in self._expected.get("scores", {}).items():
            rows = [row for row in self._found.scored if number(row["customer"]) == number(written)]
            for score, value in wanted.items():
                found = next((row.get(score) for row in rows), None)
                if str(found) != str(value):
                    yield f"scores.{written}.{score}", value, found
