"""Control of what a shop pays the app for."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import BadRequest

from sandbox import moments
from sandbox.commerce.plans import agree, leave, price_of
from sandbox.control.answers import said, the_shop, the_world
from sandbox.store.agreement import DAYS, Agreement
from sandbox.store.shop import Shop

routes = Blueprint("control_plans", __name__, url_prefix="/_sandbox")
STATUSES = ("ACTIVE", "FROZEN", "PENDING", "DECLINED", "EXPIRED")


@routes.get("/shops/<domain>/plan")
def show(domain: str) -> Response:
    """What the shop agreed to; ``null`` when to nothing."""
    return jsonify(_shown(the_shop(domain)))


@routes.put("/shops/<domain>/plan")
def put(domain: str) -> Response:
    """The shop has agreed to this, and the app hears of it."""
    shop, body, now = the_shop(domain), said(), moments.now()
    plans = the_world().config.asked.plans
    handle = str(body.get("handle", ""))
    interval, status = body.get("interval", "EVERY_30_DAYS"), body.get("status", "ACTIVE")
    if not handle or interval not in DAYS or status not in STATUSES:
        raise BadRequest(f"handle, interval ({', '.join(DAYS)}), status ({', '.join(STATUSES)})")
    try:
        price = Decimal(str(body["price"])) if "price" in body else price_of(plans, handle)
        days = timedelta(days=float(body.get("trial_days", 0)))
    except (InvalidOperation, TypeError, ValueError) as error:
        raise BadRequest("price and trial_days are numbers") from error
    agreement = Agreement(
        shop.numbers.next("AppSubscription"), handle, plans.get(handle, handle), price, now, interval=interval,
        trial_ends_at=now + days if days else None, cancel_at_end=bool(body.get("cancel_at_end")),
        pending=body.get("pending"), status=status,
    )  # fmt: skip
    agree(the_world().announcer, shop, agreement)
    return jsonify(_shown(shop))


@routes.delete("/shops/<domain>/plan")
def remove(domain: str) -> Response:
    """The shop has no plan from now on, and the app hears of it."""
    shop = the_shop(domain)
    leave(the_world().announcer, shop)
    return jsonify(_shown(shop))


def _shown(shop: Shop) -> dict[str, Any] | None:
    with shop.lock:
        found, now = shop.agreement, moments.now()
        if found is None:
            return None
        return {
            "id": found.id,
            "handle": found.handle,
            "status": found.status,
            "price": f"{found.price:.2f}",
            "interval": found.interval,
            "trial_ends_at": moments.zulu(found.trial_ends_at) if found.trial_ends_at else None,
            "ends_at": moments.zulu(found.ends_at(now)),
            "cancel_at_end": found.cancel_at_end,
            "pending": found.pending,
        }
