"""Segments of the shop: made, changed and deleted; their names are unlike each other."""

import re
from typing import Any

from sandbox import moments
from sandbox.admin_api.asking import ApiError, Asking, FieldFunction
from sandbox.admin_api.connection import Connection, page
from sandbox.ids import gid, split
from sandbox.store.segment import Segment
from sandbox.store.shop import Shop

CLAUSES = 10
UNKNOWN = re.compile(r"\b(sum|any|every|none|count|avg|in segment|at least)\s*[( ']", re.IGNORECASE)


def mistake(shop: Shop, name: str, query: str, own: Segment | None = None) -> dict[str, Any] | None:
    """What is wrong with this name or query."""
    if not name.strip():
        return {"field": ["name"], "message": "Name can't be blank"}
    if any(each.name.casefold() == name.casefold() for each in shop.segments.values() if each is not own):
        return {"field": ["name"], "message": "Name has already been taken"}
    bare = re.sub(r"'(?:\\.|[^'])*'", "''", query)
    if not query.strip() or UNKNOWN.search(bare):
        return {"field": ["query"], "message": f"Query filter not found in: {query[:60]}"}
    if len(re.split(r"\b(?:AND|OR)\b", bare)) > CLAUSES:
        return {"field": ["query"], "message": f"Query exceeds the limit of {CLAUSES} clauses"}
    return None


def _found(asking: Asking, id: str) -> Segment:  # noqa: A002 (the platform's name)
    parts = split(id)
    found = asking.shop.segments.get(parts[1]) if parts and parts[0] == "Segment" else None
    if found is None:
        raise ApiError("Segment not found", "RESOURCE_NOT_FOUND")
    return found


def _create(root: None, asking: Asking, name: str, query: str) -> dict[str, Any]:
    if problem := mistake(asking.shop, name, query):
        return {"segment": None, "user_errors": [problem]}
    now = moments.now()
    made = Segment(asking.shop.numbers.next("Segment"), name, query, now, now)
    asking.shop.segments[made.id] = made
    return {"segment": made, "user_errors": []}


def _update(root: None, asking: Asking, id: str, name: str | None = None, query: str | None = None) -> dict[str, Any]:  # noqa: A002
    parts = split(id)
    found = asking.shop.segments.get(parts[1]) if parts else None
    if found is None:
        return {"segment": None, "user_errors": [{"field": ["id"], "message": "Segment does not exist"}]}
    wanted = name or found.name, query or found.query
    if problem := mistake(asking.shop, *wanted, own=found):
        return {"segment": None, "user_errors": [problem]}
    found.name, found.query, found.last_edit_date = *wanted, moments.now()
    return {"segment": found, "user_errors": []}


def _delete(root: None, asking: Asking, id: str) -> dict[str, Any]:  # noqa: A002 (the platform's name)
    parts = split(id)
    gone = asking.shop.segments.pop(parts[1], None) if parts else None
    if gone is None:
        problem = {"field": ["id"], "message": "Segment does not exist"}
        return {"deleted_segment_id": None, "user_errors": [problem]}
    return {"deleted_segment_id": gid("Segment", gone.id), "user_errors": []}


def _listed(root: None, asking: Asking, **arguments: Any) -> Connection:
    return page(list(asking.shop.segments.values()), arguments)


FIELDS: dict[tuple[str, str], FieldFunction] = {
    ("QueryRoot", "segment"): lambda root, asking, id: _found(asking, id),  # noqa: A006
    ("QueryRoot", "segments"): _listed,
    ("Mutation", "segmentCreate"): _create,
    ("Mutation", "segmentUpdate"): _update,
    ("Mutation", "segmentDelete"): _delete,
    ("Segment", "id"): lambda found, asking: gid("Segment", found.id),
}
