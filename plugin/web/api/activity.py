"""What came in and what went out."""

from typing import Any
from zoneinfo import ZoneInfo

from plugin.db import inbox, reconciles, repairs, stores, writes
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, DeliveryId
from plugin.flow.retry import retry as retry_flow
from plugin.web import words
from plugin.web.api import schemas, show
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("activity", __name__, url_prefix="/api", description="Messages in, changes out")


@routes.get("/deliveries")
@routes.answers(200, schemas.Deliveries)
def deliveries() -> dict[str, Any]:
    """The newest messages from the store, and every one that was set aside."""
    with house().database.store(store_id()) as tx:
        rows = {
            row["id"]: row for row in (*inbox.latest(tx, asked=False), *inbox.latest(tx, state=inbox.State.SET_ASIDE))
        }
        newest = sorted(rows.values(), key=lambda row: -int(str(row["id"])))
        listed = [row | {"what": words.topic(str(row["topic"]))} for row in newest]
        return {"deliveries": listed, **inbox.counts(tx)}


@routes.post("/deliveries/<int:delivery_id>/retry")
@routes.answers(204)
def retry(delivery_id: int) -> None:
    """A message that was set aside is tried again."""
    retry_flow(house(), store_id(), DeliveryId(delivery_id))


@routes.get("/repairs")
@routes.answers(200, schemas.Repairs)
def repaired() -> dict[str, Any]:
    """What comparisons with the store found missing here, newest first, and when the last one was."""
    with house().database.store(store_id()) as tx:
        zone = ZoneInfo(stores.get(tx).timezone)
        rows = [row | {"said": words.repair(row, zone)} for row in repairs.latest(tx)]
        return {"repairs": rows, "compared_at": reconciles.compared_at(tx)}


@routes.get("/writes")
@routes.answers(200, schemas.Writes)
def written() -> dict[str, Any]:
    """The newest changes we made at the store."""
    with house().database.store(store_id()) as tx:
        return {"writes": journal(tx)}


def journal(tx: Transaction, customer_id: CustomerId | None = None) -> list[dict[str, Any]]:
    """The newest changes, of one customer or of all, with names and causes in words."""
    rows = writes.latest(tx, 50, customer_id)
    names = {person["id"]: person.get("name") or person.get("email") for person in _people(tx, rows)}
    return [row | {"customer": names.get(row["customer_id"]), "cause": words.cause(str(row["cause"]))} for row in rows]


def _people(tx: Transaction, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return show.people(tx, dict.fromkeys(CustomerId(row["customer_id"]) for row in rows))
