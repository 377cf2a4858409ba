"""npm's `jsonwebtoken` as a process that judges and signs, for an app of this id and secret."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.contract.official import Judge, NotHere, installed
from tests.platforms.bigcommerce.callback import CLIENT_ID, SECRET


@contextmanager
def judging() -> Iterator[Judge]:
    """The library runs; it is installed when a session first asks for it. The test skips where it can't be."""
    try:
        folder = installed(Path(__file__).parent / "jsonwebtoken")
    except NotHere as missing:
        pytest.skip(f"needs jsonwebtoken for Node: {missing}")
    running = Judge(folder, CLIENT_ID, SECRET)
    try:
        yield running
    finally:
        running.close()
