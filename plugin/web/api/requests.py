"""What the law lets a customer ask: what is held about them, as a file the merchant sends."""

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Response, make_response

from plugin.db import customers, problems, stores
from plugin.db.transaction import Transaction
from plugin.domain.errors import NotFound
from plugin.domain.ids import CustomerId
from plugin.flow.export import export
from plugin.rules.speak import Speaker
from plugin.web import words
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("requests", __name__, url_prefix="/api", description="What customers ask for by law")
ANSWERED_IN = timedelta(days=30)
DONE_BY_A_PERSON = frozenset({"data_requested", "deliveries_given_up", "names_forgotten"})
"""Problems of which only the merchant can know that they are over."""


@routes.get("/customers/<int:customer_id>/export")
def exported(customer_id: int) -> Response:
    """Everything that is held about the customer, as a JSON file to keep and to send."""
    told = export(house(), store_id(), CustomerId(customer_id))
    told["shown"] = [each | {"cause": words.cause(each["cause"])} for each in told["shown"]]
    response = make_response(json.dumps(told, default=_plain, ensure_ascii=False, indent=2))
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="customer-{customer_id}.json"'
    return response


@routes.post("/problems/<code>/<subject>/done")
@routes.answers(204)
def done(code: str, subject: str) -> None:
    """The merchant has seen to it."""
    if code not in DONE_BY_A_PERSON:
        raise NotFound("no such problem to answer", code=code)
    with house().database.store(store_id()) as tx:
        problems.clear(tx, code, subject)


def told(tx: Transaction, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The problems; requests for data with who asks, until when they are to be answered, and whether there is
    anything to send; unreadable messages with the day until which they are kept."""
    if not any(row["code"] in ("data_requested", "delivery_set_aside") for row in rows):
        return rows
    asked = [row["particulars"]["customer"] for row in rows if row["code"] == "data_requested"]
    people = customers.named(tx, [CustomerId(each) for each in asked if each is not None])
    zone, kept = ZoneInfo(stores.get(tx).timezone), house().settings.keep_messages
    return [_said(row, people, zone, kept) for row in rows]


def _said(
    row: dict[str, Any], people: dict[CustomerId, dict[str, object]], zone: ZoneInfo, kept: timedelta
) -> dict[str, Any]:
    match row["code"]:
        case "data_requested":
            return _told(row, people, zone)
        case "delivery_set_aside":
            return row | {"particulars": {**row["particulars"], "until": _day(row["first_at"] + kept, zone)}}
    return row


def _day(at: datetime, zone: ZoneInfo) -> str:
    return format_date(at.astimezone(zone).date(), "long", locale=Speaker().locale)


def _told(row: dict[str, Any], people: dict[CustomerId, dict[str, object]], zone: ZoneInfo) -> dict[str, Any]:
    number = row["particulars"]["customer"]
    person = people.get(number)
    by = _day(row["first_at"] + ANSWERED_IN, zone)
    if person is None:
        return row | {
            "said_as": "data_requested_of_nobody",
            "customer": None,
            "particulars": {"customer": number or "–", "by": by},
        }
    name = person["name"] or person["email"] or f"Customer {number}"
    return row | {"customer": str(number), "particulars": {"name": name, "by": by}}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)
