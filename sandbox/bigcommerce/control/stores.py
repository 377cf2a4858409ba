"""Control of a store as a whole: opening it, its plan and labels, faults, what was sent and called."""

from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from flask import Response, jsonify, request
from werkzeug.exceptions import BadRequest

from sandbox.bigcommerce.control.answers import control, refuse, the_store, the_world
from sandbox.bigcommerce.history.build import build
from sandbox.bigcommerce.store.quota import PLANS
from sandbox.bigcommerce.store.store import Details, Store
from sandbox.control.answers import said

DETAILS = ("name", "timezone", "currency", "plan", "country")


@control.post("/stores")
def create() -> tuple[Response, int]:
    """A new store with its believable past; nothing is sent about it."""
    body = said()
    store_hash = str(body.get("hash", ""))
    if not store_hash.isalnum() or not store_hash.islower() or body.get("plan", "plus") not in PLANS:
        raise BadRequest(f"hash is of small letters and digits, plan is one of {', '.join(PLANS)}")
    chosen = {name: str(body[name]) for name in DETAILS if body.get(name)}
    details = Details(store_hash, **({"name": store_hash.title()} | chosen), channels=int(body.get("channels", 1)))
    try:
        store = the_world().open_store(details)
    except ZoneInfoNotFoundError as error:
        return refuse(error)
    build(
        store,
        customers=int(body.get("customers", 300)),
        years=float(body.get("years", 2)),
        seed=int(body.get("seed", 1)),
    )
    return jsonify(store.summary()), 201


@control.get("/stores")
def every() -> Response:
    """All stores in a few numbers."""
    return jsonify([store.summary() for store in the_world().stores.values()])


@control.get("/stores/<store>")
def show(store: str) -> Response:
    """The store in a few numbers."""
    found = the_store(store)
    with found.lock:
        more = {
            "pending_webhooks": the_world().courier.pending(found.hash),
            "most_at_once": the_world().crowd.most[found.hash],
        }
        return jsonify(found.summary() | more)


@control.patch("/stores/<store>")
def change(store: str) -> Response:
    """Its ``name``, ``timezone``, ``currency``, ``plan``, or ``status_labels`` are changed; it says so."""
    found, body = the_store(store), said()
    with found.lock:
        _change(found, body)
        the_world().announcer.announce(found, ("store/information/updated", {"type": "store"}))
        return jsonify(found.summary())


@control.get("/stores/<store>/deliveries")
def deliveries(store: str) -> Response:
    """Every webhook with its attempts, oldest first. ``?scope= &state= &limit= &bodies=1``."""
    ask = request.args
    found = [
        item
        for item in the_world().courier.deliveries(the_store(store).hash)
        if ask.get("scope") in {None, item.topic} and ask.get("state") in {None, item.state}
    ]
    limit, bodies = ask.get("limit", type=int), ask.get("bodies") == "1"
    rows = [item.summary(body=bodies) for item in (found[-limit:] if limit else found)]
    return jsonify([row | {"scope": row.pop("topic")} for row in rows])


@control.get("/stores/<store>/calls")
def calls(store: str) -> Response:
    """Every call of the app to this store's API, oldest first. ``?limit=``."""
    found = [asdict(call) for call in the_store(store).calls]
    limit = request.args.get("limit", type=int)
    return jsonify(found[-limit:] if limit else found)


@control.post("/stores/<store>/quiet")
def quiet(store: str) -> tuple[Response, int]:
    """Answers when no webhook is pending: 200, or 408 after ``timeout`` seconds."""
    found, courier = the_store(store), the_world().courier
    done = courier.wait_until_quiet(found.hash, float(said().get("timeout", 30)))
    return jsonify(quiet=done, pending=courier.pending(found.hash)), 200 if done else 408


@control.put("/stores/<store>/quota")
def quota(store: str) -> Response:
    """A new window begins: ``quota`` requests, ``window`` seconds, ``others_per_second`` used by another app."""
    found, body = the_store(store).quota, said()
    found.change(
        quota=int(body["quota"]) if "quota" in body else None,
        window=float(body["window"]) if "window" in body else None,
        others_per_second=float(body["others_per_second"]) if "others_per_second" in body else None,
    )
    return jsonify(asdict(found.look()))


@control.put("/stores/<store>/suspended")
def suspend(store: str) -> Response:
    """The store is closed to every app: 503 from now on, or not any more."""
    found = the_store(store)
    found.suspended = bool(said().get("suspended", True))
    return jsonify(suspended=found.suspended)


@control.put("/stores/<store>/faults")
def fail(store: str) -> Response:
    """These faults hold from now on."""
    the_store(store).faults.put(said())
    return faults(store)


@control.get("/stores/<store>/faults")
def faults(store: str) -> Response:
    """What is left of the faults."""
    now = the_store(store).faults
    return jsonify(webhooks=asdict(now.webhooks), api=asdict(now.api))


@control.delete("/stores/<store>/faults")
def heal(store: str) -> Response:
    """Nothing fails any more; calls that hang are let go."""
    the_store(store).faults.clear()
    return faults(store)


@control.put("/delivery")
def delivering() -> Response:
    """How webhooks are retried (``gaps``) and domains blocked (``blocking``); nobody is blocked any more."""
    body, courier = said(), the_world().courier
    if "gaps" in body:
        courier.wait_between([float(each) for each in body["gaps"]])
    return jsonify(blocking=courier.board.change(dict(body.get("blocking") or {})))


def _change(store: Store, body: dict[str, Any]) -> None:
    labels = body.get("status_labels")
    if labels is not None:
        store.status_labels = {int(number): str(label) for number, label in labels.items()}
    chosen = {name: str(body[name]) for name in DETAILS if body.get(name)}
    if chosen.get("plan", "plus") not in PLANS:
        raise ValueError(f"plan is one of {', '.join(PLANS)}")
    store.describe(chosen)
