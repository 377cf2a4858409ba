"""Tags of a customer: those of our own segments as the segments want them, all others as they were seen."""

from collections.abc import Mapping, Sequence

from plugin.engine import labels
from plugin.engine.needs import Needs
from plugin.engine.operands import Instant, Listed, both, when_known
from plugin.engine.sources import TAGS


class Tags:
    """Reads what rules ask about tags. ``writing``: SQL for *this segment of ours writes it*."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs

    def has(self, tag: str, writing: Sequence[str]) -> str:
        """Whether the folded tag stands there."""
        there = self._there(tag)
        if not writing:
            return self._known(there)
        return f"({' OR '.join([*writing, self._known(self._foreign(there, tag))])})"

    def empty(self, writing: Sequence[str]) -> str:
        """Whether no tag at all stands there."""
        writing = list(dict.fromkeys(writing))
        self._needs.facts["any_tag"] = labels.any_tag(self._ours() if writing else "'{}'::text[]")
        return f"(NOT ({' OR '.join([*writing, self._known('any_tag')])}))"

    def listed(self, writers: Mapping[str, Sequence[str]]) -> Listed:
        """All tags, folded. One of ours whose segment is undecided leaves the whole list unknown."""
        name = "standing"
        self._needs.facts[name] = labels.standing(self._ours() if writers else "'{}'::text[]")
        text = self._needs.parameters.text
        ours = "".join(
            f" || CASE WHEN {sql} THEN ARRAY[{text(tag)}] ELSE '{{}}' END"
            for tag, each in writers.items()
            for sql in each
        )
        decided = [f"{sql} IS NOT NULL" for sql in dict.fromkeys(sql for each in writers.values() for sql in each)]
        return Listed(f"({name}{ours})", known=both(self._labels_known(), *decided))

    def date(self, tag: str, came: Sequence[tuple[str, Instant]]) -> Instant:
        """When the tag was last added. ``came``: which segments write it, and since when they do."""
        there = self._there(tag)
        seen = f"CASE WHEN {there} THEN {self._added(tag)} END"
        known = self._labels_known()
        if not came:
            return Instant(f"({seen})", known=known)
        foreign = f"CASE WHEN {self._foreign(there, tag)} THEN {self._added(tag)} END"
        ours = ", ".join(f"CASE WHEN {sql} THEN {since.sql} END" for sql, since in came)
        writes = " OR ".join(sql for sql, _ in came)
        decided = [f"({sql}) IS NOT NULL" for sql, _ in came]
        dated = [f"(NOT ({sql}) OR {since.known})" for sql, since in came if since.known]
        return Instant(
            f"(CASE WHEN {writes} THEN greatest({ours}) ELSE {foreign} END)", known=both(known, *decided, *dated)
        )

    # --- how it is read -----------------------------------------------------------------------

    def _there(self, tag: str) -> str:
        flag, listed = self._mentions(tag)
        return f"coalesce({self._needs.rows(TAGS).measure(labels.last_word(listed), flag)}[1], false)"

    def _added(self, tag: str) -> str:
        """When it was added, unless it has been denied since."""
        _, listed = self._mentions(tag)
        rows = self._needs.rows(TAGS)
        added = rows.measure("max(c_at)", rows.flag(labels.adds(listed)))
        denied = rows.measure("max(c_at)", rows.flag(labels.denies(listed)))
        return f"(CASE WHEN {added} > coalesce({denied}, '-infinity') THEN {added} END)"

    def _mentions(self, tag: str) -> tuple[str, str]:
        listed = self._needs.parameters.add([tag], "text[]")
        rows = self._needs.rows(TAGS)
        for name in ("at", "saw", "digest", "folded"):
            rows.column(name)
        return rows.flag(labels.mentions(listed)), listed

    def _foreign(self, there: str, tag: str) -> str:
        self._ours()
        return f"({there} AND NOT {self._needs.parameters.text(tag)} = ANY(ours))"

    def _ours(self) -> str:
        self._needs.facts["ours"] = labels.OURS
        return labels.OURS

    def _labels_known(self) -> str | None:
        """Known once labels are, or for customers who came after that."""
        return both(self._needs.labels_known(), self._needs.told("tags", "customer_tags"))

    def _known(self, sql: str) -> str:
        return when_known(sql, self._labels_known())
