"""V3 subscribers: who wants letters."""

from typing import Any

from flask import Response

from sandbox import moments
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused, data, nothing, said_object, the_store, the_world
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.commerce import people
from sandbox.bigcommerce.commerce.draft import CommerceError
from sandbox.bigcommerce.store.extras import Subscriber

FILTERS = ("id", "id:in", "email", "first_name", "last_name", "source", "order_id", "date_created", "date_created:min",
           "date_created:max", "date_modified", "date_modified:min", "date_modified:max")  # fmt: skip


@api.get("/v3/customers/subscribers")
def subscribers() -> Response:
    """Subscribers."""
    asking.only(*FILTERS)
    with the_store().lock:
        rows, meta = numbered(_found())
        return data([_shown(each) for each in rows], meta)


@api.post("/v3/customers/subscribers")
def create() -> Response:
    """One more."""
    said = said_object()
    if "@" not in str(said.get("email", "")):
        raise Refused(422, "The email is not valid.", {"email": "email is required"})
    try:
        return data(_shown(people.subscribe(the_world().announcer, the_store(), said)))
    except CommerceError as error:
        raise Refused(409, str(error), {"email": "taken"}) from error


@api.get("/v3/customers/subscribers/<int:number>")
def subscriber(number: int) -> Response:
    """One."""
    return data(_shown(_the_subscriber(number)))


@api.delete("/v3/customers/subscribers/<int:number>")
def delete(number: int) -> Response:
    """One less."""
    people.unsubscribe(the_world().announcer, the_store(), [_the_subscriber(number)])
    return nothing()


def _the_subscriber(number: int) -> Subscriber:
    found = the_store().subscribers.get(number)
    if found is None:
        raise Refused(404, "The subscriber does not exist.")
    return found


def _found() -> list[Subscriber]:
    one, ids, order = asking.integer("id"), asking.integers("id:in"), asking.integer("order_id")
    texts = {name: asking.text(name) for name in ("email", "first_name", "last_name", "source")}
    created = asking.span("date_created")
    modified = asking.span("date_modified")
    return [
        each
        for each in the_store().subscribers.values()
        if one in {None, each.id}
        and (ids is None or each.id in ids)
        and order in {None, each.order_id}
        and all(value is None or getattr(each, name).casefold() == value.casefold() for name, value in texts.items())
        and asking.within(each.created_at, *created)
        and asking.within(each.updated_at, *modified)
    ]


def _shown(it: Subscriber) -> dict[str, Any]:
    return {
        "id": it.id,
        "email": it.email,
        "first_name": it.first_name,
        "last_name": it.last_name,
        "source": it.source,
        "order_id": it.order_id,
        "channel_id": it.channel_id,
        "consents": list(it.consents),
        "date_created": moments.zulu(it.created_at),
        "date_modified": moments.zulu(it.updated_at),
    }
