"""allowed: what a store may do under the plan it has. Nobody else asks a plan for anything."""

from datetime import datetime

from plugin.db import customers, entitlements, stores
from plugin.db.entitlements import Entitled
from plugin.db.transaction import Transaction
from plugin.domain.allowance import Allowance, PricingPlan, is_trusted, weigh
from plugin.flow.house import House
from plugin.platforms import platform
from plugin.platforms.base import Paying
from plugin.platforms.manifest import manifest

UNPAID = (Paying.NONE, Paying.FROZEN)


def may_write(house: House, tx: Transaction) -> bool:
    """Whether the store may be written to now: always where nothing is billed."""
    return not entitlements.is_paused(tx) or not platform(stores.get(tx).platform).sells(house.settings)


def allowed(tx: Transaction, row: Entitled, now: datetime) -> Allowance:
    """How the store stands at this moment. Counted is every customer the store has: those who were deleted, or
    merged into another, are none."""
    plan = plan_in_force(row, now)
    return weigh(customers.count(tx), None if plan is None else plan.customers, row.over_since, now)


def plan_in_force(row: Entitled, now: datetime) -> PricingPlan | None:
    """The plan whose limit holds; None where none does.

    None for a plan that the platform knows and manifest.json does not: it was made for this merchant, and what
    they pay for is not ours to cut. None before the first answer. An answer too old to be trusted is as none at all.
    """
    free = manifest().free_plan
    if not is_trusted(row.read_at or row.first_asked_at, now):
        return free
    if row.read_at is None:
        return None
    if Paying(row.state) in UNPAID:
        return free
    return None if row.plan is None else manifest().plan(row.plan)
