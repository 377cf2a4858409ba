"""Questions about the customer: what a name, an aggregate or a segment is in SQL, and the alarms.

Columns of one asked row: ``as_of``, ``created_at``, the thresholds of the clock, the measures of the
sources, and what ``facts`` names (read once a row).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.domain.text import fold
from plugin.engine import labels
from plugin.engine.aggregates import Aggregated
from plugin.engine.clock import Edge
from plugin.engine.conditions import operand_of, young
from plugin.engine.needs import Needs
from plugin.engine.operands import Instant, Numeric, Operand, Textual, arithmetic, when_known
from plugin.engine.relative import Relative
from plugin.engine.sources import TAGS
from plugin.rules.tree import (
    Aggregate,
    Arithmetic,
    Attribute,
    Banded,
    Contains,
    InSegment,
    Ranked,
    Rfm,
    StoreAverage,
    Value,
)


@dataclass(frozen=True, slots=True)
class Answered:
    """How a segment's answer is read by others: SQL for *in it* and for *with that label*."""

    member: str
    writes: Mapping[str, str]
    """Folded tag → SQL for *the segment writes it*."""


class PeoplePlace:
    """Outside any filter."""

    def __init__(self, needs: Needs, segments: Mapping[str, Answered]) -> None:
        self.parameters = needs.parameters
        self.clock = needs.clock
        self._needs = needs
        self._segments = segments

    def inside(self, needs: Needs) -> "PeoplePlace":
        """The same place before any row is looked at; no segment is answered there yet."""
        return PeoplePlace(needs, {})

    # --- values -------------------------------------------------------------------------------

    def operand(self, value: Value) -> Operand:
        match value:
            case Attribute("customer_added_date"):
                return Instant("created_at")
            case Attribute("email_subscription_status"):
                self._needs.facts["email_consent"] = labels.EMAIL_CONSENT
                return Textual("email_consent")
            case Aggregate():
                return Aggregated(value, self._needs, self).operand()
            case Banded() | StoreAverage() | Rfm():
                return Relative(self._needs, self).operand(value)
            case Arithmetic(left, operation, right):
                one, other = operand_of(left, self), operand_of(right, self)
                if isinstance(one, Numeric) and isinstance(other, Numeric):
                    return arithmetic(one, operation, other)
        raise TypeError(f"no value of a customer: {value!r}")

    def crosses(self, fact: Instant, edge: Edge) -> None:
        if edge.flip is not None:
            self._needs.leaves(edge.flip, f"CASE WHEN {young(fact.sql, edge)} THEN {fact.sql} END")

    # --- tags, countries, segments ------------------------------------------------------------

    def contains(self, rule: Contains) -> str:
        text = self.parameters.add([fold(rule.text.value)], "text[]")
        if rule.value.name == "customer_tags":
            return self._has_tag(fold(rule.text.value), text)
        return self._label(f"coalesce({self._countries()} @> {text}, false)")

    def empty(self, value: Value) -> str | None:
        if not isinstance(value, Attribute):
            return None
        if value.name == "customer_tags":
            writing = dict.fromkeys(sql for segment in self._segments.values() for sql in segment.writes.values())
            self._needs.facts["any_tag"] = labels.any_tag(self._ours() if writing else "'{}'::text[]")
            return f"(NOT ({' OR '.join([*writing, self._label('any_tag')])}))"
        if value.name == "customer_countries":
            return self._label(f"coalesce({self._countries()} = '{{}}', true)")
        return None

    def in_segment(self, rule: InSegment) -> str:
        return self._segments[fold(rule.name)].member

    def ranked(self, rule: Ranked) -> str:
        return Relative(self._needs, self).ranked(rule)

    def _countries(self) -> str:
        self._needs.facts["countries"] = labels.COUNTRIES
        return "countries"

    def _ours(self) -> str:
        self._needs.facts["ours"] = labels.OURS
        return labels.OURS

    def _has_tag(self, tag: str, listed: str) -> str:
        rows = self._needs.rows(TAGS)
        for name in ("at", "saw", "digest", "folded"):
            rows.column(name)
        flag = rows.flag(labels.mentions(listed))
        there = f"coalesce({rows.measure(labels.last_word(listed), flag)}[1], false)"
        writing = [s.writes[tag] for s in self._segments.values() if tag in s.writes]
        if not writing:
            return self._label(there)
        self._ours()
        foreign = self._label(f"({there} AND NOT {self.parameters.text(tag)} = ANY(ours))")
        return f"({' OR '.join([*writing, foreign])})"

    def _label(self, sql: str) -> str:
        """Known once labels are, or for customers who came after that."""
        if self._needs.known.labels is None:
            return sql
        since = self.parameters.text(self._needs.known.labels.isoformat()) + "::timestamptz"
        self._needs.moments[f"CASE WHEN as_of < {since} THEN {since} END"] = None
        return when_known(sql, f"(as_of >= {since} OR created_at >= {since})")
