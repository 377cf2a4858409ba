"""Opening a history: plain or gzip, told apart by its first bytes."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

GZIP = b"\x1f\x8b"


@contextmanager
def text(path: Path) -> Iterator[TextIO]:
    """The file's text, UTF-8, with or without a byte-order mark."""
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
    opened = (
        gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        if packed
        else path.open(encoding="utf-8-sig", newline="")
    )
    with opened as file:
        yield file
