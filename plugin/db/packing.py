"""Lists of texts inside a list of rows: psycopg sends no ragged arrays, so each travels as one text.

``string_to_array(…, E'\\x1f')`` takes it apart; with a third argument E'\\x1e' it finds the gaps.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec.json import encode

from plugin.domain.facts import Pairs, Version
from plugin.domain.text import fold

SEPARATOR = "\x1f"
GAP = "\x1e"
BEGINNING = datetime.min.replace(tzinfo=UTC)


def packed(texts: Sequence[str]) -> str:
    """The texts as one."""
    return SEPARATOR.join([text.replace(SEPARATOR, " ") for text in texts])


def packed_with_gaps(values: Sequence[object]) -> str:
    """The values' texts as one; None stays a gap, so that one gap differs from no value."""
    return SEPARATOR.join([GAP if each is None else str(each).replace(SEPARATOR, " ") for each in values])


def packed_folded(texts: Sequence[str]) -> str:
    """The texts as rules compare them, as one."""
    return packed([fold(text) for text in texts])


def folded(text: str | None) -> str | None:
    """As rules compare it."""
    return None if text is None else fold(text)


def as_object(pairs: Pairs) -> str | None:
    """The pairs as a JSON object; none is None."""
    return encode(dict(pairs)).decode() if pairs else None


def packed_version(version: Version | None) -> bytes | None:
    """The version as bytes in the order of versions."""
    if version is None:
        return None
    return _microseconds(version.updated_at) + _microseconds(version.seen_at) + version.digest


def _microseconds(moment: datetime) -> bytes:
    return ((moment - BEGINNING) // timedelta(microseconds=1)).to_bytes(8)


def digest(text: str) -> bytes:
    """Eight bytes that tell one content from another."""
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


WORDS = {"text": "{}", "texts": "string_to_array({}, E'\\x1f')", "jsonb": "{}::jsonb"}
"""Kinds whose values travel together, as one text a row, and how each is taken from it: a parameter for each
of thirty columns costs more than the row."""
BETWEEN = "\x1d"


class Bulk:
    """Columns of a bulk INSERT: ``INSERT INTO t (store_id, {columns}) SELECT %(store)s, {selected}``.

    ``fields``: column → its kind (a type of PostgreSQL, or one of WORDS) and what gives its value for a row;
    the value of ``texts`` and ``jsonb`` is packed.
    """

    def __init__(self, fields: Mapping[str, tuple[str, Callable[..., object]]]) -> None:
        self._words = [get for kind, get in fields.values() if kind in WORDS]
        self._others = {name: get for name, (kind, get) in fields.items() if kind not in WORDS}
        places = {name: place for place, name in enumerate((n for n, (k, _) in fields.items() if k in WORDS), 1)}
        taken = [
            WORDS[kind].format(f"t.w[{places[name]}]") if kind in WORDS else f't."{name}"'
            for name, (kind, _) in fields.items()
        ]
        arrays = [f"%({name})s::{fields[name][0]}[]" for name in self._others]
        self.columns = quoted(fields)
        self.selected = f"""{", ".join(taken)} FROM (
          SELECT *, string_to_array(words, E'\\x1d', E'\\x1e') AS w
          FROM unnest({", ".join(arrays)}, %(words)s::text[]) AS u({quoted(self._others)}, words) OFFSET 0) t"""

    def values(self, rows: Sequence[tuple[object, ...]]) -> dict[str, object]:
        """The parameters for these rows; each is what the getters take."""
        found: dict[str, object] = {name: [get(*row) for row in rows] for name, get in self._others.items()}
        return found | {"words": [self._packed(row) for row in rows]}

    def _packed(self, row: tuple[object, ...]) -> str:
        words = [GAP if (word := get(*row)) is None else str(word) for get in self._words]
        together = BETWEEN.join(words)
        if together.count(BETWEEN) >= len(words):
            together = BETWEEN.join([word.replace(BETWEEN, " ") for word in words])
        return together


def quoted(names: Iterable[str]) -> str:
    """The columns' names for a list in SQL."""
    return ", ".join(f'"{name}"' for name in names)
