"""Control of what a merchant pays the app for."""

import uuid
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Response, jsonify
from werkzeug.exceptions import NotFound

from sandbox import moments
from sandbox.bigcommerce.accounts.billing import DAYS, Checkout, Subscription
from sandbox.bigcommerce.control.answers import control, the_store, the_world
from sandbox.control.answers import said


@control.get("/stores/<store>/billing")
def billing(store: str) -> Response:
    """The store's checkouts and subscriptions."""
    found, all_of_them = the_store(store).hash, the_world().billing
    with all_of_them.lock:
        return jsonify(
            checkouts=[_shown(each) for each in all_of_them.checkouts.values() if each.store == found],
            subscriptions=[_shown(each) for each in all_of_them.subscriptions.values() if each.store == found],
        )


@control.post("/stores/<store>/checkouts/<checkout>/complete")
def complete(store: str, checkout: str) -> Response:
    """The merchant agrees to this checkout."""
    found = the_world().billing.checkouts.get(checkout)
    if found is None or found.store != the_store(store).hash:
        raise NotFound(f"no checkout {checkout}")
    return jsonify(_shown(the_world().billing.complete(found)))


@control.post("/stores/<store>/subscriptions")
def subscribed(store: str) -> tuple[Response, int]:
    """The store has a subscription of this ``plan``, by no checkout, with this ``status``."""
    found, body, billing = the_store(store), said(), the_world().billing
    at = moments.now()
    made = Subscription(
        str(uuid.uuid4()), found.account_uuid, found.hash, str(body.get("plan", "")), "MONTH", Decimal("0.00"), 0,
        at, at, at + timedelta(days=DAYS["MONTH"]), str(body.get("status", "ACTIVE")),
    )  # fmt: skip
    with billing.lock:
        billing.subscriptions[made.id] = made
    return jsonify(_shown(made)), 201


@control.patch("/stores/<store>/subscriptions/<subscription>")
def change(store: str, subscription: str) -> Response:
    """The subscription's ``status`` is another, as when an invoice is not paid, or its ``period_end``."""
    found, body = the_world().billing.subscriptions.get(subscription), said()
    if found is None or found.store != the_store(store).hash:
        raise NotFound(f"no subscription {subscription}")
    found.status, found.updated_at = str(body.get("status", found.status)), moments.now()
    if "period_end" in body:
        found.period_end = moments.parse(body["period_end"])
    return jsonify(_shown(found))


@control.get("/accounts")
def asked() -> Response:
    """How many requests the Account API took in this hour, and how many it refused."""
    it = the_world().billing
    with it.lock:
        return jsonify(asked=len(it.asked), refused=it.refused)


@control.put("/accounts")
def hours() -> Response:
    """The Account API takes ``limit`` requests in ``window`` seconds; those so far are forgotten."""
    body, it = said(), the_world().billing
    with it.lock:
        it.limit, it.window = int(body.get("limit", 70)), float(body.get("window", 3600))
        it.asked.clear()
        it.refused = 0
        return jsonify(limit=it.limit, window=it.window)


def _shown(it: Checkout | Subscription) -> dict[str, Any]:
    row = asdict(it)
    times = {name: moments.zulu(row[name]) for name in ("created_at", "updated_at", "period_end") if row.get(name)}
    ended = moments.zulu(row["cancelled_at"]) if row.get("cancelled_at") else None
    return row | times | {"price": str(row["price"])} | ({"cancelled_at": ended} if "cancelled_at" in row else {})
