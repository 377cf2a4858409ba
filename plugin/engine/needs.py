"""What one statement must compute: collected while its rules are compiled, written down by ``statement``."""

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b

from plugin.engine.clock import Clock, Flip
from plugin.engine.limits import Limit
from plugin.engine.parameters import Parameters
from plugin.engine.relations import Rows
from plugin.rules import optional
from plugin.rules.fields import Facts


@dataclass(frozen=True, slots=True)
class Known:
    """Since when facts are known; None: always."""

    orders: datetime | None
    labels: datetime | None
    on_demand: frozenset[Facts] = frozenset()
    """What is read only since a rule asked for it: unknown until then, whatever else is known."""
    read_since: Mapping[str, datetime] = field(default_factory=dict)
    """Of these, by their names (plugin/rules/optional.py): since when all of it is read."""
    amounts_unsure: bool = False
    """Whether the amounts of some orders are unknown; else nobody is asked, for that costs time."""

    def since(self, name: str, facts: frozenset[Facts]) -> datetime | None:
        """Since when it is known of everybody what this name of a rule says; None: always."""
        if not self.on_demand & facts:
            return self.labels
        read = self.read_since.get(optional.name_of(name, facts) or "", UNREAD)
        return read if self.labels is None else max(read, self.labels)


UNREAD = datetime.max.replace(tzinfo=UTC)
"""Since when something is known that is not read yet."""
PAST = "past"
"""What the names of facts begin with that the asked relation brings along."""
_PLAIN = re.compile(r"\w+", re.ASCII)


class Needs:
    """The sources with their measures, what is read of labels, and when time alone changes an answer."""

    def __init__(self, timezone: str, known: Known) -> None:
        self.parameters = Parameters()
        self.clock = Clock(self.parameters, timezone)
        self.known = known
        self.sources: dict[str, Rows] = {}
        self.facts: dict[str, str] = {}
        """By name: SQL read once for each asked row (alias p)."""
        self.made: dict[str, str] = {}
        """By name: what is made of facts once for each asked row, over their names."""
        self.leaving: dict[Flip, dict[str, None]] = {}
        """By how a threshold moves: the facts that are still on its young side."""
        self.moments: dict[str, None] = {}
        """Other moments of change."""
        self.days: dict[str, None] = {}
        """Other local days at whose start answers may change."""
        self.limits: dict[str, Limit] = {}
        """By key: what must be known of the whole store."""

        self.level = 0
        self.before: Needs | None = None
        """What is computed of the customer first, because rows are compared with it."""
        self.values: dict[str, str] = {}
        """Of what is computed first: values by their SQL."""

    @property
    def measures(self) -> int:
        """How many aggregates there are."""
        here = sum(len(rows.measures) for rows in self.sources.values())
        return here + (self.before.measures if self.before else 0)

    @property
    def reads_own_tags(self) -> bool:
        """Whether the statement needs to know how our tags were ever spelt."""
        return "ours" in self.facts or (self.before is not None and self.before.reads_own_tags)

    @property
    def read(self) -> frozenset[str]:
        """The names of all facts read, and of what was made of them, so far."""
        return frozenset((*self.facts, *self.made)) | (self.before.read if self.before else frozenset())

    @property
    def remembers(self) -> bool:
        """Whether the asked relation must bring along what was before."""
        return any(name.startswith(PAST) for name in self.read)

    def rows(self, source: str) -> Rows:
        """The source's part of the statement."""
        return self.sources.setdefault(source, Rows(source, self.level))

    def earlier(self) -> "Needs":
        """What is computed of the customer before any row of these is looked at; time is watched together."""
        if self.before is None:
            self.before = replaced = copy(self)
            replaced.sources, replaced.facts, replaced.made, replaced.values, replaced.before = {}, {}, {}, {}, None
            replaced.level = self.level + 1
        return self.before

    def value(self, sql: str) -> str:
        """The name under which rows find this value of their customer."""
        return self.values.setdefault(sql, f"pv{self.level}_{len(self.values)}")

    def fact(self, sql: str, prefix: str) -> str:
        """The name of what is read once for each asked row; equal questions share it."""
        name = f"{prefix}_{blake2b(sql.encode(), digest_size=6).hexdigest()}"
        self.facts[name] = sql
        return name

    def once(self, sql: str, prefix: str) -> str:
        """The name of what is made of facts; worth it where it is said many times and costs more than a name."""
        name = f"{prefix}_{blake2b(sql.encode(), digest_size=6).hexdigest()}"
        self.made[name] = sql
        return name

    def labels_known(self) -> str | None:
        """SQL for: labels are known, since a date or because the customer came after it; None: always."""
        return self.known_since(self.known.labels)

    def known_since(self, moment: datetime | None) -> str | None:
        """SQL for: it is known, since this moment or because the customer came after it; None: always."""
        if moment is None:
            return None
        since = self.parameters.text(moment.isoformat()) + "::timestamptz"
        if moment is not UNREAD:
            self.moments[f"CASE WHEN as_of < {since} THEN {since} END"] = None
        return f"(as_of >= {since} OR created_at >= {since})"

    def told(self, *names: str) -> str:
        """SQL for: none of these is unknown of the customer."""
        listed = ", ".join(f"'{name}'" for name in sorted(set(names)) if _PLAIN.fullmatch(name))
        own = [self.parameters.text(name) for name in sorted(set(names)) if not _PLAIN.fullmatch(name)]
        return self.fact(f"NOT p.unknown && ARRAY[{', '.join(filter(None, [listed, *own]))}]", "told")

    def leaves(self, flip: Flip, fact: str) -> None:
        """An answer may change when this fact (null: none) falls behind the threshold."""
        self.leaving.setdefault(flip, {})[fact] = None
