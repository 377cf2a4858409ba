"""A segment of the shop's own: a name and a query, kept as it was written."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Segment:
    """A segment, whoever made it."""

    id: int
    name: str
    query: str
    creation_date: datetime
    last_edit_date: datetime
