"""What the asked relation brings along of a segment's history: four words each, blank between all of them.

``entered left previous changed``: moments, and the number of a label; ``-`` none, ``?`` not to be known.
"""

from dataclasses import dataclass

from plugin.engine.needs import PAST, Needs
from plugin.engine.operands import Instant, Textual

WORDS = 4
NONE, UNKNOWN = "-", "?"


@dataclass(frozen=True)
class Past:
    """Reads the words of the segment at this position among the followed."""

    position: int
    labels: tuple[str, ...]

    def entered(self, needs: Needs) -> Instant:
        """When the customer last came in."""
        return self._moment(1, needs)

    def left(self, needs: Needs) -> Instant:
        """When the customer last went out."""
        return self._moment(2, needs)

    def previous(self, needs: Needs) -> Textual:
        """The label before the current one."""
        word = self._word(3, needs)
        names = needs.parameters.add(list(self.labels), "text[]")
        number = f"(CASE WHEN {word} NOT IN ('{NONE}', '{UNKNOWN}') THEN {word}::int END)"
        return Textual(f"({names})[{number}]", known=f"{word} <> '{UNKNOWN}'")

    def changed(self, needs: Needs) -> Instant:
        """When the label last changed."""
        return self._moment(4, needs)

    def _word(self, number: int, needs: Needs) -> str:
        return needs.fact(f"split_part(p.past, ' ', {self.position * WORDS + number})", PAST)

    def _moment(self, number: int, needs: Needs) -> Instant:
        word = self._word(number, needs)
        moment = f"(CASE WHEN {word} NOT IN ('{NONE}', '{UNKNOWN}') THEN {word}::timestamptz END)"
        return Instant(moment, known=f"{word} <> '{UNKNOWN}'")
