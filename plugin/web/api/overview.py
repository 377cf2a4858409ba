"""The first view: the store, how far its history is, its segments, and what must be looked at."""

from collections.abc import Sequence
from typing import Any

from plugin.db import (
    backfills,
    customers,
    inbox,
    memberships,
    optional,
    orders,
    outbox,
    plans,
    problems,
    reads,
    segments,
    stores,
)
from plugin.db.backfills import Backfill
from plugin.db.stores import State
from plugin.db.transaction import Transaction
from plugin.domain.facts import Kind
from plugin.flow.progress import NO_REFUNDS, Refunds, Way, progress
from plugin.flow.weigh import MATTERS
from plugin.rules.optional import LISTS, facts_of
from plugin.web import words
from plugin.web.api import plan, requests, schemas, show
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("overview", __name__, url_prefix="/api", description="The store at a glance")
READING = (State.INSTALLING, State.BACKFILLING)
SAID_ELSEWHERE = (MATTERS,)
"""What is no trouble, and stands on the page of the segment that it is about."""
DONE = (State.READY, State.NEEDS_AUTHORISATION)


@routes.get("/overview")
@routes.answers(200, schemas.Overview)
def overview() -> dict[str, Any]:
    """Everything on the first view, as of one moment."""
    with house().database.store(store_id(), isolation="REPEATABLE READ") as tx:
        store = stores.get(tx)
        deliveries = inbox.counts(tx)
        return {
            "store": store,
            "history": _history(tx, done=store.ready_at is not None and store.state not in READING),
            "counts": {
                "customers": customers.count(tx),
                "deliveries_waiting": deliveries["waiting"],
                "deliveries_set_aside": deliveries["set_aside"],
                "outbox": outbox.count(tx),
                "due": customers.count_due(tx) if store.state in DONE else 0,
            },
            "asked": _asked(tx),
            "segments": _segments(tx, store.currency),
            "problems": notices(tx),
            "as_of": house().now(),
        }


def _asked(tx: Transaction) -> list[dict[str, Any]]:
    """What is read of everybody because a rule asks for it, and how many have been."""
    unread = optional.unread(tx)
    total = customers.count(tx) if unread else 0
    return [
        {
            "what": words.optional(name),
            "done": None if facts_of(name) in LISTS else optional.read_up_to(tx, read_to),
            "all": total,
        }
        for name, read_to in unread.items()
    ]


@routes.get("/problems")
@routes.answers(200, schemas.Notices)
def listed() -> dict[str, Any]:
    """What the merchant must look at."""
    with house().database.store(store_id()) as tx:
        return {"problems": notices(tx)}


def notices(tx: Transaction) -> list[dict[str, Any]]:
    """The open problems in words."""
    found = [each for each in problems.listed(tx) if each["code"] not in SAID_ELSEWHERE]
    rows = plan.told(tx, requests.told(tx, found))
    return [row | (row.get("words") or words.problem(row)) for row in rows]


def _history(tx: Transaction, *, done: bool) -> dict[str, Any]:
    chunks = {} if done else inbox.exports_waiting(tx)
    waiting = {kind: chunks.get(f"export/{kind.value}s", 0) for kind in Kind}
    rows = backfills.listed(tx)
    refunds = NO_REFUNDS if done else _refunds(tx, rows)
    found = progress(rows, waiting, house().now(), refunds)
    readings = [_reading(way) for way in found.ways] + _looking_up(refunds)
    seconds = None if done or found.seconds_left is None else round(found.seconds_left)
    return {"done": done, "readings": readings, "seconds_left": seconds, "at_least": found.at_least}


def _refunds(tx: Transaction, rows: Sequence[Backfill]) -> Refunds:
    began = next((row.loading_at for row in rows if row.kind is Kind.ORDER), None)
    left = 0 if began is None else reads.count_of(tx, (Kind.ORDER, Kind.REFUND))
    return Refunds(orders.refunds_read_since(tx, began), left) if began is not None and left else NO_REFUNDS


def _looking_up(refunds: Refunds) -> list[dict[str, Any]]:
    every = refunds.read + refunds.left
    row = {"kind": "refund", "state": "reading", "things": None, "done": refunds.read, "all": every, "error": None}
    return [row] if refunds.left else []


def _reading(way: Way) -> dict[str, Any]:
    row = way.reading
    return {
        "kind": row.kind,
        "state": row.state,
        "things": row.roots if row.state in backfills.WRITTEN else row.expected,
        "done": way.done,
        "all": way.all,
        "error": row.error,
    }


def _segments(tx: Transaction, currency: str) -> list[dict[str, Any]]:
    sizes, newest = memberships.sizes(tx), plans.latest_each(tx)
    return [
        show.segment(found, sizes.get(found.id, {}), newest.get(found.id), currency) for found in segments.newest(tx)
    ]
