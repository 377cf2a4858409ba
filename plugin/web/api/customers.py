"""Customers: found, and shown with what they are in and why."""

from typing import Any

from plugin.db import customers, memberships, outbox, segments, stores
from plugin.db.segments import Segment
from plugin.db.transaction import Transaction
from plugin.domain.errors import NotFound
from plugin.domain.ids import CustomerId, SegmentId
from plugin.flow.passages import passages
from plugin.flow.why import why
from plugin.rules import schema
from plugin.web import words
from plugin.web.api import schemas
from plugin.web.api.activity import journal
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id
from plugin.web.reasons import Reasons

routes = Routes("customers", __name__, url_prefix="/api/customers", description="Customers and their segments")


@routes.get("")
@routes.asks(schemas.SearchQuery, location="query")
@routes.answers(200, schemas.People)
def search(query: dict[str, str]) -> dict[str, Any]:
    """Customers whose name or e-mail begins so, or whose number this is; without a search, the newest."""
    with house().database.store(store_id()) as tx:
        return {"customers": customers.search(tx, query["search"].strip()), "next": None}


@routes.get("/<int:customer_id>")
@routes.answers(200, schemas.CustomerShown)
def show_one(customer_id: int) -> dict[str, Any]:
    """The customer: in which segments since when, what stands on them in the store, and what happened."""
    with house().database.store(store_id(), isolation="REPEATABLE READ") as tx:
        found = customers.named(tx, [CustomerId(customer_id)]).get(CustomerId(customer_id))
        if found is None:
            raise NotFound("no such customer", customer=customer_id)
        applied = segments.applied(tx)
        return {
            "customer": found,
            "segments": _standings(tx, CustomerId(customer_id), applied),
            "history": _history(tx, CustomerId(customer_id), applied),
            "tags": _tags(tx, CustomerId(customer_id)),
            "writes": journal(tx, CustomerId(customer_id)),
        }


@routes.get("/<int:customer_id>/segments/<int:segment_id>")
@routes.asks(schemas.MomentQuery, location="query")
@routes.answers(200, schemas.Why)
def reason(query: dict[str, Any], customer_id: int, segment_id: int) -> dict[str, Any]:
    """Why the customer is, or was at a moment, in the segment or not, and when time alone changes it."""
    with house().database.store(store_id(), isolation="REPEATABLE READ") as tx:
        store, found = stores.get(tx), segments.get(tx, SegmentId(segment_id))
        told = why(house(), tx, found.id, CustomerId(customer_id), query["as_of"])
        if told is None or found.applied_version is None:
            return {"reason": None, "sentence": None, "next_change": None, "grace_ends": None, "pin": None}
        definition = schema.load(segments.at_version(tx, found.id, found.applied_version).definition)
    reasons = Reasons(store.currency, store.timezone)
    return {
        "reason": reasons.tree(told, definition),
        "sentence": reasons.sentence(told),
        "next_change": told.next_change,
        "grace_ends": told.grace_ends,
        "pin": told.pin,
    }


@routes.get("/<int:customer_id>/segments/<int:segment_id>/history")
@routes.answers(200, schemas.Passages)
def history(customer_id: int, segment_id: int) -> dict[str, Any]:
    """When the customer entered and left the segment, by what we know today; the log of what was shown is
    part of the customer."""
    with house().database.store(store_id(), isolation="REPEATABLE READ") as tx:
        found = segments.get(tx, SegmentId(segment_id))
        told = passages(house(), tx, found.id, CustomerId(customer_id))
    return {"passages": None if told is None else [passage._asdict() for passage in told]}


def _standings(tx: Transaction, customer_id: CustomerId, applied: list[Segment]) -> list[dict[str, Any]]:
    """Every segment, those the customer is in first."""
    inside = {row.segment_id: row for row in memberships.of(tx, [customer_id])}
    listed = []
    for segment in applied:
        row = inside.get(segment.id)
        listed.append(
            {
                "id": segment.id,
                "name": segment.name,
                "state": segment.state,
                "label": None if row is None else row.label,
                "since": None if row is None else row.since,
            }
        )
    return sorted(listed, key=lambda each: each["label"] is None)


def _history(tx: Transaction, customer_id: CustomerId, applied: list[Segment]) -> list[dict[str, Any]]:
    names = {segment.id: segment.name for segment in applied}
    return [
        row | {"segment": names.get(row["segment_id"]), "cause": words.cause(str(row["cause"]))}  # type: ignore[call-overload]
        for row in memberships.log_of(tx, customer_id)
    ]


def _tags(tx: Transaction, customer_id: CustomerId) -> dict[str, Any]:
    entry = outbox.of(tx, [customer_id]).get(customer_id)
    if entry is None:
        return {"wanted": [], "written": [], "foreign": []}
    return {"wanted": entry.wanted, "written": entry.written, "foreign": entry.foreign}
