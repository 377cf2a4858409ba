"""The store's plan: what it has, how it stands to it, and how to choose another."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from plugin.db import entitlements, stores
from plugin.db.entitlements import Entitled
from plugin.db.transaction import Transaction
from plugin.domain.allowance import PricingPlan
from plugin.flow import choose as choosing
from plugin.flow.agreed import look
from plugin.flow.allowed import allowed, plan_in_force
from plugin.platforms.base import Paying
from plugin.platforms.manifest import asked, manifest
from plugin.web import plan_words
from plugin.web.api import schemas
from plugin.web.api.routes import Routes
from plugin.web.here import house, platform, store_id
from plugin.web.words import say

routes = Routes("plan", __name__, url_prefix="/api/plan", description="What the store pays for")
OURS = frozenset({"plan_unread"})
"""Problems that are ours to solve: no merchant is told."""
CANCELLED_BY_US = (Paying.TRIAL, Paying.ACTIVE)


@routes.get("")
@routes.answers(200, schemas.Entitlement)
def shown() -> dict[str, Any]:
    """The plan as it was last read, and the store's size at this moment."""
    if not platform().sells(house().settings):
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


@routes.post("/choose")
@routes.asks(schemas.PlanWanted)
@routes.answers(200, schemas.Agreeing)
def choose(wanted: dict[str, Any]) -> dict[str, Any]:
    """Where the merchant agrees to another plan. Nothing is owed, and nothing is given, before they do."""
    leaving = wanted["leaving_trial"]
    return {"url": choosing.choose(house(), store_id(), wanted["plan"], leaving_trial=leaving)}


@routes.post("/cancel")
@routes.answers(200, schemas.Cancelled)
def cancel() -> dict[str, Any]:
    """Nothing more is paid; what is paid stays good to its end."""
    return {"until": choosing.cancel(house(), store_id())}


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
    held = row or Entitled.unasked(now)
    zone = ZoneInfo(store.timezone)
    found, plan = allowed(tx, held, now), plan_in_force(held, now)
    known = plan is not None or held.read_at is not None
    later = manifest().plan(held.next_plan) if held.next_plan else None
    name, billing = plan_words.name(plan, row), platform().billing
    says = [plan_words.standing(found, zone, known=known)]
    says += plan_words.state(held, (later.name if later else held.next_plan), zone)
    told = {
        "billing": True,
        "name": name,
        "state": held.state,
        "price": plan_words.price(held),
        "standing": found.standing,
        "customers": found.customers,
        "limit": found.limit,
        "until": found.until,
        "says": says,
        "counted": say(plan_words.COUNTED),
        "always": say(plan_words.FREE_FOR_ALL),
        "read_at": held.read_at,
        "reading": row is None or (row.due_at is not None and row.due_at <= now + entitlements.CLAIM),
        "billed": plan_words.billed(billing.page is not None),
        "change_url": billing.page(house().settings, store.domain) if billing.page else None,
        "cancelling": _cancelling(held, name) if billing.choosing else None,
        "plans": [_offered(each, held, plan) for each in manifest().plans if each.listed],
    }
    return told, row is None or found.may_write != (row.paused_at is None)


def _cancelling(held: Entitled, name: str) -> str | None:
    """What is asked before the plan is cancelled; None where there is nothing to cancel."""
    return plan_words.ending(held, name, _free()) if Paying(held.state) in CANCELLED_BY_US else None


def _offered(plan: PricingPlan, held: Entitled, current: PricingPlan | None) -> dict[str, Any]:
    """One plan. Those that cost something can be chosen where the platform has no page for it."""
    price = asked(platform().name).prices.get(plan.handle)
    can = platform().billing.choosing is not None and price is not None and plan != current
    leaving = can and held.state == Paying.TRIAL
    name = plan_words.name(current, held)
    return {
        "handle": plan.handle,
        "name": plan.name,
        "says": plan_words.size(plan.customers),
        "costs": say(plan_words.NOTHING_PAID) if plan.free else plan_words.costs(price),
        "tried": plan_words.tried(price),
        "includes": [say(plan_words.INCLUDES[word]) for word in plan.includes],
        "current": plan == current,
        "can_choose": can,
        "leaving": plan_words.leaving_trial(name, plan.name, _free()) if leaving else None,
    }


def _free() -> str:
    found = manifest().free_plan
    return found.name if found else ""
