"""V3 segments, on the largest plan only. Deleting without ids deletes everything."""

import uuid
from typing import Any

from flask import Response, jsonify, request

from sandbox import moments
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import KIND, Refused, data, nothing, said_list, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.store.extras import Profile, Segment

MOST, AT_ONCE = 1_000, 50
MEMBERS = "/v3/segments/<segment>/shopper-profiles"


@api.get("/v3/segments")
def segments() -> Response:
    """Segments."""
    offered()
    asking.only("id:in")
    ids = asking.texts("id:in")
    with the_store().lock:
        found = [each for each in the_store().segments.values() if ids is None or each.id in ids]
        rows, meta = numbered(found, links=False)
        return data([shown(each) for each in rows], meta)


@api.post("/v3/segments")
def create() -> Response:
    """New segments; no two of one name."""
    offered()
    store, said, made = the_store(), said_list(), []
    with store.lock:
        names = {each.name for each in store.segments.values()}
        for each in said:
            if not isinstance(each.get("name"), str) or not each["name"]:
                raise Refused(400, "Bad Request", {"name": "name is required"})
            if each["name"] in names:
                return _conflict(len(said), "Cannot have multiple segments with the same name.", {})
            names.add(each["name"])
        if len(names) > MOST:
            raise Refused(400, f"A store has {MOST} segments at most.", {})
        for each in said:
            at = moments.now()
            segment = Segment(str(uuid.uuid4()), each["name"], str(each.get("description", "")), at, at)
            store.segments[segment.id] = segment
            made.append(segment)
        return data([shown(each) for each in made], status=201)


@api.put("/v3/segments")
def update() -> Response:
    """Other names and descriptions."""
    offered()
    with the_store().lock:
        said = [(_the_segment(str(each.get("id"))), each) for each in said_list()]
        for segment, each in said:
            segment.name = each.get("name", segment.name)
            segment.description = each.get("description", segment.description)
            segment.updated_at = moments.now()
        return data([shown(segment) for segment, _ in said], status=201)


@api.delete("/v3/segments")
def delete() -> Response:
    """These segments are gone; all of them, when none is named."""
    offered()
    ids = asking.texts("id:in")
    with the_store().lock:
        for number in [each for each in the_store().segments if ids is None or each in ids]:
            del the_store().segments[number]
    return nothing()


@api.get(MEMBERS)
def members(segment: str) -> Response:
    """The profiles in a segment."""
    offered()
    with the_store().lock:
        profiles = the_store().profiles
        rows, meta = numbered([profiles[each] for each in sorted(_the_segment(segment).members)], links=False)
        return data([profile_shown(each) for each in rows], meta)


@api.post(MEMBERS)
def add(segment: str) -> Response:
    """These profiles are in the segment too; one that is already has the whole call refused."""
    offered()
    wanted = request.get_json(silent=True)
    store = the_store()
    if not isinstance(wanted, list) or not wanted or len(wanted) > AT_ONCE:
        raise Refused(400, f"Between 1 and {AT_ONCE} shopper profiles are required.", {})
    with store.lock:
        found = _the_segment(segment)
        unknown = [each for each in wanted if each not in store.profiles]
        if unknown:
            raise Refused(400, "Shopper profile does not exist.", {unknown[0]: "does not exist"})
        twice = {
            str(index): f"Shopper profile `{each}` already exists for segment `{segment}`."
            for index, each in enumerate(wanted)
            if each in found.members
        }
        if twice:
            return _conflict(len(wanted), "Unable to add shopper profiles to segment due to conflicts.", twice)
        found.members.update(wanted)
        made = jsonify(data=[profile_shown(store.profiles[each]) for each in wanted])
        made.status_code = 201
        return made


@api.delete(MEMBERS)
def remove(segment: str) -> Response:
    """These profiles are in it no more; nobody is, when none is named."""
    offered()
    ids = asking.texts("id:in")
    with the_store().lock:
        found = _the_segment(segment)
        found.members.difference_update(found.members.copy() if ids is None else ids)
    return nothing()


def offered() -> None:
    """The store's plan has segments. Raises Refused."""
    if not the_store().enterprise:
        raise Refused(403, "Segments are not available on this plan.")


def _the_segment(number: str) -> Segment:
    found = the_store().segments.get(number)
    if found is None:
        raise Refused(404, "Segment does not exist.")
    return found


def shown(it: Segment) -> dict[str, Any]:
    """A segment as the API tells it."""
    times = {"created_at": moments.zulu(it.created_at), "updated_at": moments.zulu(it.updated_at)}
    return {"id": it.id, "name": it.name, "description": it.description, **times}


def profile_shown(it: Profile) -> dict[str, Any]:
    """A shopper profile as the API tells it."""
    times = {"created_at": moments.zulu(it.created_at), "updated_at": moments.zulu(it.updated_at)}
    return {"id": it.id, "customer_id": it.customer_id, **times}


def _conflict(total: int, title: str, errors: dict[str, str]) -> Response:
    response = jsonify(
        data=[],
        errors=[{"status": 409, "title": title, "type": KIND, "errors": errors}],
        meta={"total": total, "success": 0, "failed": total},
    )
    response.status_code = 409
    return response
