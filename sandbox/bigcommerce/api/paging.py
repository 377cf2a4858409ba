"""Pages of a list: by number, or by a cursor that deletions and insertions do not disturb."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import request

from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused

Row = TypeVar("Row")


def sliced(rows: Sequence[Row]) -> list[Row]:
    """The asked page of a V2 list, which says nothing about how many there are."""
    size, number = asking.limit(), asking.page()
    return list(rows[(number - 1) * size : number * size])


def numbered(rows: Sequence[Row], *, links: bool = True) -> tuple[list[Row], dict[str, Any]]:
    """The asked page of a V3 list, and its ``meta``; some lists have no links there."""
    size, number = asking.limit(), asking.page()
    found = list(rows[(number - 1) * size : number * size])
    pagination = _pagination(len(rows), len(found), size, number)
    if not links:
        del pagination["links"]
    return found, {"pagination": pagination}


def by_cursor(
    rows: Sequence[Row], key: Callable[[Row], int], *, links: bool = True
) -> tuple[list[Row], dict[str, Any]]:
    """The asked page and its ``meta``: with cursors on the first page and wherever a cursor was brought."""
    after, before = request.args.get("after"), request.args.get("before")
    if after is None and before is None:
        found, meta = numbered(rows, links=links)
        if asking.page() == 1:
            meta["cursor_pagination"] = _cursors(found, key, len(rows) > len(found), False)
        return found, meta
    size, ids = asking.limit(), [key(row) for row in rows]
    if after is not None:
        _, start = _around(ids, after)
        found = list(rows[start : start + size])
        meta = _cursors(found, key, start + size < len(rows), start > 0)
    else:
        end, _ = _around(ids, before or "")
        found = list(rows[max(0, end - size) : end])
        meta = _cursors(found, key, end < len(rows), end > size)
    return found, {"cursor_pagination": meta}


def _around(ids: list[int], cursor: str) -> tuple[int, int]:
    """Where what is before the cursor's row ends, and where what is after it begins.

    In a list by id a row that was deleted meanwhile is missed by nobody.
    """
    try:
        wanted = int(json.loads(base64.urlsafe_b64decode(cursor + "=="))["id"])
    except (ValueError, KeyError, TypeError):
        raise Refused(422, "The cursor is not valid.", {"cursor": "invalid"}) from None
    if wanted in ids:
        return ids.index(wanted), ids.index(wanted) + 1
    between = sum(1 for each in ids if each < wanted)
    return between, between


def _cursors(found: list[Row], key: Callable[[Row], int], more: bool, earlier: bool) -> dict[str, Any]:
    size = asking.limit()
    made: dict[str, Any] = {"count": len(found), "per_page": size, "links": {}}
    if found:
        made["start_cursor"], made["end_cursor"] = _cursor(key(found[0])), _cursor(key(found[-1]))
        made["links"]["current"] = f"?limit={size}"
        if more:
            made["links"]["next"] = f"?after={made['end_cursor']}&limit={size}"
        if earlier:
            made["links"]["previous"] = f"?before={made['start_cursor']}&limit={size}"
    return made


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"id": number}).encode()).decode().rstrip("=")


def _pagination(total: int, count: int, size: int, number: int) -> dict[str, Any]:
    pages = -(-total // size)
    links = {"current": f"?page={number}&limit={size}"}
    if number > 1:
        links["previous"] = f"?page={number - 1}&limit={size}"
    if number < pages:
        links["next"] = f"?page={number + 1}&limit={size}"
    return {
        "total": total, "count": count, "per_page": size, "current_page": number, "total_pages": pages, "links": links,
    }  # fmt: skip
