"""Opening a history: plain or gzip, told apart by its first bytes."""

import gzip
import io
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
        raw.seek(0)
        plain = gzip.GzipFile(fileobj=raw) if packed else raw
        with io.TextIOWrapper(plain, encoding="utf-8-sig", newline="") as file:
            yield file
