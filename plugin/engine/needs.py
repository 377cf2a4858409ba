"""What one statement must compute: collected while its rules are compiled, written down by ``statement``."""

from dataclasses import dataclass
from datetime import datetime

from plugin.engine.clock import Clock, Flip
from plugin.engine.limits import Limit
from plugin.engine.parameters import Parameters
from plugin.engine.sources import Rows


@dataclass(frozen=True, slots=True)
class Known:
    """Since when facts are known; None: always."""

    orders: datetime | None
    labels: datetime | None


class Needs:
    """The sources with their measures, what is read of labels, and when time alone changes an answer."""

    def __init__(self, timezone: str, known: Known) -> None:
        self.parameters = Parameters()
        self.clock = Clock(self.parameters, timezone)
        self.known = known
        self.sources: dict[str, Rows] = {}
        self.facts: dict[str, str] = {}
        """By name: SQL read once for each asked row (alias p)."""
        self.leaving: dict[Flip, dict[str, None]] = {}
        """By how a threshold moves: the facts that are still on its young side."""
        self.moments: dict[str, None] = {}
        """Other moments of change."""
        self.limits: dict[str, Limit] = {}
        """By key: what must be known of the whole store."""

    @property
    def measures(self) -> int:
        """How many aggregates there are."""
        return sum(len(rows.measures) for rows in self.sources.values())

    @property
    def reads_own_tags(self) -> bool:
        """Whether the statement needs to know how our tags were ever spelt."""
        return "ours" in self.facts

    def rows(self, source: str) -> Rows:
        """The source's part of the statement."""
        return self.sources.setdefault(source, Rows(source))

    def leaves(self, flip: Flip, fact: str) -> None:
        """An answer may change when this fact (null: none) falls behind the threshold."""
        self.leaving.setdefault(flip, {})[fact] = None
