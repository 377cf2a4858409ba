"""Pages of a list: cursors that stay good while the list changes."""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.admin_api.asking import ApiError

LARGEST = 250


@dataclass(frozen=True, slots=True)
class Edge:
    """A node with its cursor."""

    cursor: str
    node: Any


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Whether there is more."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Connection:
    """One page."""

    edges: list[Edge]
    page_info: PageInfo

    @property
    def nodes(self) -> list[Any]:
        """The nodes without their cursors."""
        return [edge.node for edge in self.edges]


Key = Callable[[Any], tuple[Any, int]]


def by_id(item: Any) -> tuple[Any, int]:
    """The order of ids."""
    return (0, item.id)


def page(items: Iterable[Any], arguments: dict[str, Any], key: Key = by_id, *, unbounded: bool = False) -> Connection:
    """The page that ``first``/``after`` or ``last``/``before`` ask for; unbounded all, without cursors.

    Raises ApiError.
    """
    found = sorted(((_plain(key(item)), item) for item in items), key=lambda pair: pair[0])
    if arguments.get("reverse"):
        found.reverse()
    if unbounded:
        return Connection([Edge("", item) for _, item in found], PageInfo(False, False, None, None))
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise ApiError("you must provide one of first or last")
    if not 0 < (first if first is not None else last or 0) <= LARGEST:
        raise ApiError(f"first or last must be between 1 and {LARGEST}")
    start, end = _bounds(found, arguments)
    if first is not None:
        stop = min(end, start + first)
        return _connection(found[start:stop], more=stop < end, earlier=start > 0)
    begin = max(start, end - (last or 0))
    return _connection(found[begin:end], more=end < len(found), earlier=begin > start)


def _bounds(found: list[tuple[tuple[Any, int], Any]], arguments: dict[str, Any]) -> tuple[int, int]:
    start, end = 0, len(found)
    backwards = bool(arguments.get("reverse"))
    if arguments.get("after"):
        mark = _decode(arguments["after"])
        start = sum(1 for key, _ in found if (key >= mark if backwards else key <= mark))
    if arguments.get("before"):
        mark = _decode(arguments["before"])
        end = sum(1 for key, _ in found if (key > mark if backwards else key < mark))
    return start, max(start, end)


def _connection(found: list[tuple[tuple[Any, int], Any]], *, more: bool, earlier: bool) -> Connection:
    edges = [Edge(_encode(key), item) for key, item in found]
    ends = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
    return Connection(edges, PageInfo(more, earlier, *ends))


def _plain(key: tuple[Any, int]) -> tuple[Any, int]:
    value, number = key
    return (value if isinstance(value, int | str) else value.isoformat(), number)


def _encode(key: tuple[Any, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _decode(cursor: str) -> tuple[Any, int]:
    try:
        value, number = json.loads(base64.urlsafe_b64decode(cursor))
    except ValueError as error:
        raise ApiError(f"Invalid cursor for current pagination sort. '{cursor}'") from error
    return (value, number)
