"""A bulk operation: asked once, answered by a file."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class BulkOperation:
    """Where a bulk query or mutation stands. It changes in a thread of its own, under the shop's lock."""

    id: int
    query: str
    group_objects: bool
    created_at: datetime
    status: str = "CREATED"
    error_code: str | None = None
    completed_at: datetime | None = None
    object_count: int = 0
    root_object_count: int = 0
    file_size: int | None = None
    url: str | None = None
    partial_data_url: str | None = None
    type: str = "QUERY"
