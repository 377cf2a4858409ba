"""What is wrong with a rule, at its place and with the cure."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from plugin.domain.errors import RegularsError
from plugin.rules.tree import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. ``span`` is None only for a tree that was not read from text."""

    message: str
    span: Span | None = None
    expected: tuple[str, ...] = ()
    """What could have stood there, in words."""
    suggestion: str | None = None
    """What to write instead, ready to be put in the place of the span."""
    field: str | None = None
    """The part of a definition it belongs to: ``rule``, ``join``, ``cases.0.rule``."""

    @property
    def line(self) -> int | None:
        """The line, from 1."""
        return self.span.line if self.span else None

    @property
    def column(self) -> int | None:
        """The column, from 1."""
        return self.span.column if self.span else None

    @property
    def end(self) -> int | None:
        """The offset beyond the last character, from 0."""
        return self.span.end if self.span else None

    def __str__(self) -> str:
        place = f"line {self.span.line}, column {self.span.column}: " if self.span else ""
        field = f"{self.field}: " if self.field else ""
        cure = f" Did you mean `{self.suggestion}`?" if self.suggestion else ""
        return f"{field}{place}{self.message}{cure}"


class RuleError(RegularsError):
    """The rule can't be accepted; ``problems`` says why, the first in the text first."""

    code: ClassVar[str] = "rule"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.field or "", p.span or (0, 0, 0, 0))))
        super().__init__("\n".join(str(problem) for problem in self.problems), problems=self.problems)


class Refused(Exception):  # An inner signal, not an error for callers.
    """One condition can't be read; the builder notes its problem and goes on with the next."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant, or None."""
    close = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=cutoff)
    return close[0] if close else None
