"""What is wrong with a file: where, and what to write instead."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from plugin.domain.errors import RegularsError


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake. ``path`` is that of the file: ``customers[3].orders[0].paid``; empty for the file itself.

    ``line``, ``column`` and ``suggestion`` speak of the text of a rule.
    """

    path: str
    message: str
    line: int | None = None
    column: int | None = None
    suggestion: str | None = None

    def __str__(self) -> str:
        place = "" if self.line is None else f"line {self.line}, column {self.column}: "
        cure = f" Did you mean `{self.suggestion}`?" if self.suggestion else ""
        return f"{self.path}: {place}{self.message}{cure}" if self.path else f"{place}{self.message}{cure}"

    def plain(self) -> dict[str, object]:
        """For JSON."""
        found = {"path": self.path, "message": self.message, "line": self.line, "column": self.column}
        return {**found, "suggestion": self.suggestion}


class FileUnusable(RegularsError):
    """The file does not say what a store file says, or one of its rules can't be worked out; lists every mistake."""

    code: ClassVar[str] = "file_unusable"

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def flat(messages: object, path: str = "") -> Iterator[Mistake]:
    """marshmallow's nested messages as mistakes with the file's paths."""
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            yield from flat(below, _joined(path, key))
    elif isinstance(messages, list):
        for message in messages:
            yield from flat(message, path) if isinstance(message, Mapping) else [Mistake(path, str(message))]


def _joined(path: str, key: object) -> str:
    if key == "_schema":
        return path
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)
