"""Preferences: what the store's people can choose, each with what it does in plain words."""

from collections.abc import Callable, Mapping
from typing import Any

from plugin.db import guests, preferences, stores
from plugin.db.preferences import Preferences
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.flow.prefer import prefer
from plugin.flow.recount import counting, recount
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.platforms.manifest import asked
from plugin.web import words
from plugin.web.api import schemas
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

READING = (State.INSTALLING, State.BACKFILLING)

routes = Routes("preferences", __name__, url_prefix="/api/preferences", description="What the store's people choose")


def _guests(tx: Transaction, on: bool) -> str:
    return words.guests(on, *guests.count(tx), under_way=guests.under_way(tx) is not None)


NOW: Mapping[str, Callable[[Transaction, bool], str]] = {"guest_orders_by_email": _guests}
"""What a switch changes, or would change, at this store: by its name, in a sentence."""


@routes.get("")
@routes.answers(200, schemas.PreferencesShown)
def listed() -> dict[str, Any]:
    """Every choice, and what it does here."""
    with house().database.store(store_id()) as tx:
        return _shown(tx, preferences.get(tx))


@routes.patch("")
@routes.asks(schemas.Preferred)
@routes.answers(200, schemas.PreferencesShown)
def change(choices: dict[str, bool]) -> dict[str, Any]:
    """The choices hold from now on; those not named stay as they are."""
    chosen = prefer(house(), store_id(), choices)
    with house().database.store(store_id()) as tx:
        return _shown(tx, chosen)


@routes.get("/statuses")
@routes.answers(200, schemas.OrderStatuses)
def statuses() -> dict[str, Any]:
    """In which statuses orders count as purchases, as the store calls them; asks the store."""
    with house().database.store(store_id()) as tx:
        store, (usual, now) = stores.get(tx), counting(tx)
    known = platform(store.platform).statuses
    listed = known.listed(client(house(), store, optional=True)) if known is not None else []
    return {
        "statuses": [
            each._asdict() | {"counts": each.id in now, "usual": usual[each.id]} for each in listed if each.id in usual
        ],
        "reading": store.state in READING,
    }


@routes.put("/statuses")
@routes.asks(schemas.CountedStatuses)
@routes.answers(200, schemas.Recounted)
def count(chosen: dict[str, list[str]]) -> dict[str, Any]:
    """Orders in these statuses count; the store's history is read again for it."""
    return {"again": recount(house(), store_id(), chosen["counted"])}


def _shown(tx: Transaction, chosen: Preferences) -> dict[str, Any]:
    return {
        "switches": [_switch(tx, name, getattr(chosen, name)) for name in words.SWITCHES],
        "access": _access(stores.get(tx)),
        "statuses": platform(stores.get(tx).platform).statuses is not None,
    }


def _access(store: Store) -> list[dict[str, Any]]:
    """What the platform may be asked to show us besides, and whether the merchant allowed it."""
    there = set(asked(store.platform).optional_scopes)
    return [
        {"scopes": scopes, "on": set(scopes) <= set(store.scopes), "title": words.say(title), "says": words.say(says)}
        for scopes, (title, says) in words.ACCESS.items()
        if set(scopes) <= there
    ]


def _switch(tx: Transaction, name: str, on: bool) -> dict[str, Any]:
    title, says = words.SWITCHES[name]
    now = NOW[name](tx, on) if name in NOW else ""
    return {"name": name, "on": on, "title": words.say(title), "says": words.say(says), "now": now}
