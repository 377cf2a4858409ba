"""The store's plan: what it has, how it stands to it, and where to choose another."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from plugin.db import entitlements, stores
from plugin.db.entitlements import Entitled
from plugin.db.transaction import Transaction
from plugin.domain.allowance import PricingPlan
from plugin.flow.allowed import allowed, plan_in_force
from plugin.flow.entitle import look
from plugin.platforms.manifest import manifest
from plugin.platforms.shopify.billing import plans_url
from plugin.web import plan_words
from plugin.web.api import schemas
from plugin.web.api.routes import Routes
from plugin.web.here import house, platform, store_id
from plugin.web.words import say

routes = Routes("plan", __name__, url_prefix="/api/plan", description="What the store pays for")
OURS = frozenset({"plan_unread"})
"""Problems that are ours to solve: no merchant is told."""


@routes.get("")
@routes.answers(200, schemas.Entitlement)
def shown() -> dict[str, Any]:
    """The plan as it was last read, and the store's size at this moment."""
    if not house().settings.bills or platform().entitlement is None:
        return {"billing": False}
    with house().database.store(store_id()) as tx:
        told, outdated = _shown(tx, house().now())
    if outdated:  # Nobody waits a day for what this page already knows.
        look(house(), store_id(), changed=True)
    return told


@routes.post("/read")
@routes.answers(202)
def read() -> None:
    """The platform will be asked again, within seconds. What the merchant's address says of it is never looked at."""
    look(house(), store_id(), changed=True)


def told(tx: Transaction, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The problems without those that are ours, and with the numbers and days of plans in words."""
    kept = [row for row in rows if row["code"] not in OURS]
    if not any(row["code"] in plan_words.PROBLEMS for row in kept):
        return kept
    zone = ZoneInfo(stores.get(tx).timezone)
    return [_told(row, zone) if row["code"] in plan_words.PROBLEMS else row for row in kept]


def _told(row: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    words = plan_words.problem(row["code"], row["particulars"], zone)
    return row | {"words": words, "times": 1}


def _shown(tx: Transaction, now: datetime) -> tuple[dict[str, Any], bool]:
    """The answer; and whether what stands of the store is not what it says."""
    store, row = stores.get(tx), entitlements.get(tx)
    asked = row or Entitled.unasked(now)
    zone = ZoneInfo(store.timezone)
    found, plan = allowed(tx, asked, now), plan_in_force(asked, now)
    known = plan is not None or asked.read_at is not None
    later = manifest().plan(asked.next_plan) if asked.next_plan else None
    says = [plan_words.standing(found, zone, known=known)]
    says += plan_words.state(asked, (later.name if later else asked.next_plan), zone)
    told = {
        "billing": True,
        "name": plan_words.name(plan, row),
        "state": asked.state,
        "price": plan_words.price(asked),
        "standing": found.standing,
        "customers": found.customers,
        "limit": found.limit,
        "until": found.until,
        "says": says,
        "counted": say(plan_words.COUNTED),
        "always": say(plan_words.FREE_FOR_ALL),
        "read_at": asked.read_at,
        "reading": row is None or (row.due_at is not None and row.due_at <= now + entitlements.CLAIM),
        "change_url": plans_url(house().settings.shopify_admin_url, store.domain),
        "plans": [_offered(each, plan) for each in manifest().plans if each.listed],
    }
    return told, row is None or found.may_write != (row.paused_at is None)


def _offered(plan: PricingPlan, current: PricingPlan | None) -> dict[str, Any]:
    return {
        "handle": plan.handle,
        "name": plan.name,
        "says": plan_words.size(plan.customers),
        "includes": [say(plan_words.INCLUDES[word]) for word in plan.includes],
        "current": plan == current,
    }
