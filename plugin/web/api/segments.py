"""Segments: made, changed, looked at, switched on and off."""

from typing import Any

from plugin.db import memberships, plans, segments, stores
from plugin.db.transaction import Transaction
from plugin.domain.errors import NotFound
from plugin.domain.ids import SegmentId
from plugin.engine.series import Step
from plugin.flow import plan as plan_flow
from plugin.flow import save as save_flow
from plugin.flow import series as series_flow
from plugin.flow.named import named
from plugin.rules import graph
from plugin.web.api import schemas, show
from plugin.web.api.foreseen import foreseen
from plugin.web.api.routes import Routes
from plugin.web.here import house, identity, store_id

routes = Routes("segments", __name__, url_prefix="/api/segments", description="Segments and their members")


@routes.post("")
@routes.asks(schemas.SegmentRequest)
@routes.answers(201, schemas.Saved)
def create(segment: dict[str, Any]) -> dict[str, int]:
    """A new segment in preview; its plan is on its way."""
    return _save(segment, None)


@routes.put("/<int:segment_id>")
@routes.asks(schemas.SegmentRequest)
@routes.answers(200, schemas.Saved)
def change(segment: dict[str, Any], segment_id: int) -> dict[str, int]:
    """A new version. In preview it is applied once its plan is complete, live it waits for apply."""
    return _save(segment, SegmentId(segment_id))


def _save(segment: dict[str, Any], segment_id: SegmentId | None) -> dict[str, int]:
    saved, plan = save_flow.save(
        house(),
        store_id(),
        segment["name"],
        segment["definition"],
        segment["outputs"],
        author=identity().user_id,
        segment_id=segment_id,
    )
    return {"id": saved, "plan_id": plan}


@routes.get("/<int:segment_id>")
@routes.answers(200, schemas.SegmentShown)
def show_one(segment_id: int) -> dict[str, Any]:
    """The segment at its newest version, its earlier ones, and who refers to it."""
    with house().database.store(store_id()) as tx:
        found = segments.get(tx, SegmentId(segment_id))
        currency = stores.get(tx).currency
        sizes = memberships.sizes(tx).get(found.id, {})
        versions = [
            row | {"sentence": show.version(row["definition"], currency)} for row in segments.versions(tx, found.id)
        ]
        return show.segment(found, sizes, plans.latest(tx, found.id), currency) | {
            "versions": versions,
            "used_by": graph.readers(found.name, named(segments.newest(tx))),
        }


@routes.delete("/<int:segment_id>")
@routes.answers(204)
def delete(segment_id: int) -> None:
    """The segment is gone; its tags are taken off."""
    save_flow.delete(house(), store_id(), SegmentId(segment_id))


@routes.get("/<int:segment_id>/members")
@routes.asks(schemas.PageQuery, location="query")
@routes.answers(200, schemas.People)
def members(query: dict[str, int], segment_id: int) -> dict[str, Any]:
    """A page of the segment's customers."""
    with house().database.store(store_id()) as tx:
        segments.get(tx, SegmentId(segment_id))
        found = memberships.members(tx, SegmentId(segment_id), query["after"], query["most"] + 1)
        page = found[: query["most"]]
        listed = show.people(
            tx,
            [row.customer_id for row in page],
            label=[row.label for row in page],
            since=[row.since for row in page],
        )
    return {"customers": listed, "next": page[-1].customer_id if len(found) > len(page) else None}


@routes.get("/<int:segment_id>/series")
@routes.asks(schemas.SeriesQuery, location="query")
@routes.answers(200, schemas.Series)
def series(query: dict[str, Any], segment_id: int) -> dict[str, Any]:
    """How large the segment was at each of many moments, by what we know today."""
    found = series_flow.series(house(), store_id(), SegmentId(segment_id), query["points"], Step(query["step"]))
    return {"points": found}


@routes.get("/<int:segment_id>/plan")
@routes.answers(200, schemas.PlanShown)
def plan(segment_id: int) -> dict[str, Any]:
    """The segment's newest plan with a few of those it moves."""
    with house().database.store(store_id()) as tx:
        segments.get(tx, SegmentId(segment_id))
        found = plans.latest(tx, SegmentId(segment_id))
        if found is None:
            raise NotFound("no plan", segment=segment_id)
        return _plan(tx, found)


def _plan(tx: Transaction, found: plans.Plan) -> dict[str, Any]:
    samples = {kind: show.rows(tx, rows) for kind, rows in plans.sample(tx, found.id).items()}
    return {**vars(found), "samples": samples, "shows": foreseen(tx, found)}


@routes.post("/<int:segment_id>/live")
@routes.answers(200, schemas.Due)
def live(segment_id: int) -> dict[str, int]:
    """From now on the segment's tags are written to the store."""
    return {"due": plan_flow.go_live(house(), store_id(), SegmentId(segment_id))}


@routes.post("/<int:segment_id>/preview")
@routes.answers(200, schemas.Due)
def preview(segment_id: int) -> dict[str, int]:
    """The segment's tags are taken off the store again; it is still kept up to date here."""
    return {"due": plan_flow.pause(house(), store_id(), SegmentId(segment_id))}
