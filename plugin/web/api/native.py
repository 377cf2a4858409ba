"""A segment's counterpart among the store's own: asked for, looked at, taken away."""

from typing import Any

from plugin.db import segments, stores, twins
from plugin.db.transaction import Transaction
from plugin.db.twins import State
from plugin.domain.ids import SegmentId
from plugin.flow import twin as twin_flow
from plugin.web import words
from plugin.web.api import schemas
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("native", __name__, url_prefix="/api/segments", description="Segments among the store's own")
THEIRS = (State.CHANGED, State.GONE)


@routes.get("/<int:segment_id>/native")
@routes.answers(200, schemas.Native)
def look(segment_id: int) -> dict[str, Any]:
    """Whether the store has the segment among its own, and what can be done about it."""
    with house().database.store(store_id()) as tx:
        return _shown(tx, SegmentId(segment_id))


@routes.post("/<int:segment_id>/native")
@routes.answers(201, schemas.Native)
def make(segment_id: int) -> dict[str, Any]:
    """The store has the segment among its own; what was the merchant's there before stays theirs."""
    twin_flow.make(house(), store_id(), SegmentId(segment_id))
    with house().database.store(store_id()) as tx:
        return _shown(tx, SegmentId(segment_id))


@routes.delete("/<int:segment_id>/native")
@routes.answers(204)
def remove(segment_id: int) -> None:
    """It is taken away there; one that somebody changed stays, and is theirs."""
    twin_flow.remove(house(), store_id(), SegmentId(segment_id))


def _shown(tx: Transaction, segment_id: SegmentId) -> dict[str, Any]:
    found, twin = segments.get(tx, segment_id), twins.of(tx, segment_id)
    said = None
    if found.applied_version is not None:
        said = twin_flow.saying(stores.get(tx), segments.at_version(tx, segment_id, found.applied_version))
    state = "none" if twin is None else twin.state.value
    if twin is None:
        can = None if said is None else "make"
    else:
        can = None if twin.state is State.LEAVING else "make" if twin.state in THEIRS else "remove"
    how = "waits" if found.applied_version is None else "not" if said is None else "rule" if said.exact else "tag"
    query = twin.query if twin is not None else None if said is None else said.query
    return {"state": state, "query": query, "can": can, "says": words.native(state, how)}
