"""Histories of one JSON object a line: ``{"topic": …, "triggered_at": …, "body": {…}}``."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

from msgspec import Meta, MsgspecError, Raw, Struct
from msgspec.json import Decoder

from plugin.cli.history import files
from plugin.cli.history.delivery import Delivery
from plugin.domain.errors import Invalid


class _Line(Struct):
    topic: str
    triggered_at: Annotated[datetime, Meta(tz=True)]
    body: Raw
    """Sent byte for byte as it stands in the line."""


_line = Decoder(_Line)


def read(path: Path) -> Iterator[Delivery]:
    """The deliveries in the file's order; blank lines are passed over. Raises Invalid with the line's number."""
    with files.text(path) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _delivery(line, number)


def _delivery(line: str, number: int) -> Delivery:
    try:
        found = _line.decode(line)
    except MsgspecError as error:
        raise Invalid(f"Line {number} can't be read: {error}", field="file") from error
    return Delivery(found.topic, found.triggered_at, bytes(found.body))
