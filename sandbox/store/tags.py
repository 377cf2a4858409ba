"""A list of tags with the platform's rules: case is folded, the first spelling stays, 250 at most."""

from collections.abc import Iterable, Iterator
from datetime import datetime

LIMIT = 250
LONGEST = 255


class TagError(ValueError):
    """The platform refuses this; the text is its sentence to the caller."""


def split(tags: Iterable[str]) -> list[str]:
    """Trimmed tags; one text may hold several, parted by commas; blanks vanish."""
    return [part.strip() for text in tags for part in text.split(",") if part.strip()]


class Tags:
    """One thing's tags in the order they came, each with the moment it appeared."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, datetime]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter([spelling for spelling, _ in self._kept.values()])

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, tag: object) -> bool:
        return isinstance(tag, str) and tag.casefold() in self._kept

    def since(self) -> dict[str, datetime]:
        """Each tag with the moment it appeared."""
        return dict(self._kept.values())

    def add(self, tags: Iterable[str], at: datetime) -> list[str]:
        """The tags are there; gives those that were not. Raises TagError and changes nothing."""
        fresh: dict[str, str] = {}
        for tag in split(tags):
            if len(tag) > LONGEST:
                raise TagError(f"Tag is too long (maximum is {LONGEST} characters)")
            if tag.casefold() not in self._kept:
                fresh.setdefault(tag.casefold(), tag)
        if len(self._kept) + len(fresh) > LIMIT:
            raise TagError(f"Tags can't exceed {LIMIT} in total")
        self._kept.update({folded: (tag, at) for folded, tag in fresh.items()})
        return list(fresh.values())

    def remove(self, tags: Iterable[str]) -> list[str]:
        """The tags are gone; gives those that were there, in the spelling they had."""
        gone = (self._kept.pop(tag.casefold(), None) for tag in split(tags))
        return [found[0] for found in gone if found]
