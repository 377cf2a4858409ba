"""Lists of texts inside a list of rows: psycopg sends no ragged arrays, so each travels as one text.

``string_to_array(…, E'\\x1f')`` takes it apart; with a third argument E'\\x1e' it finds the gaps.
"""

import hashlib
from collections.abc import Iterable, Sequence

from msgspec.json import encode

from plugin.domain.facts import Pairs
from plugin.domain.text import fold

SEPARATOR = "\x1f"
GAP = "\x1e"


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


def digest(text: str) -> bytes:
    """Eight bytes that tell one content from another."""
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


_TRAVELS = {"texts": "text", "jsonb": "text"}
_ARRIVES = {"texts": "string_to_array({}, E'\\x1f')", "jsonb": "{}::jsonb"}


def unpacked(kinds: dict[str, str]) -> tuple[str, str]:
    """The columns of a bulk INSERT, for ``SELECT … FROM unnest(…)``: each by its name and its type.

    ``texts`` and ``jsonb`` travel as one text a row; the parameters are named as the columns.
    """
    selected = ", ".join(_ARRIVES.get(kind, "{}").format(f't."{name}"') for name, kind in kinds.items())
    arrays = ", ".join(f"%({name})s::{_TRAVELS.get(kind, kind)}[]" for name, kind in kinds.items())
    return selected, f"unnest({arrays}) AS t({quoted(kinds)})"


def quoted(names: Iterable[str]) -> str:
    """The columns' names for a list in SQL."""
    return ", ".join(f'"{name}"' for name in names)
