"""``activeSubscription``: what a shop has agreed to pay the app for."""

from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema, build_schema

from sandbox import moments
from sandbox.commerce.plans import current, price_of
from sandbox.ids import gid, split
from sandbox.store.agreement import Agreement
from sandbox.store.shop import Shop
from sandbox.world import World

SDL = Path(__file__).parent.parent / "partner.graphql"


@cache
def the_schema() -> GraphQLSchema:
    """The schema, made once."""
    return build_schema(SDL.read_text(encoding="utf-8"), assume_valid=True)


def shop_of(world: World, text: object) -> Shop | None:
    """The shop of a global id."""
    found = split(str(text))
    if not found or found[0] != "Shop":
        return None
    return next((shop for shop in world.shops.values() if shop.number == found[1]), None)


class Root:
    """The fields of the root, for one request."""

    def __init__(self, world: World) -> None:
        self._world = world

    # The names of the arguments are the schema's.
    def activeSubscription(self, info: GraphQLResolveInfo[Any], appId: str, shopId: str) -> dict[str, Any] | None:  # noqa: N802, N803
        """The agreement of the shop; None without one that holds."""
        config, shop = self._world.config, shop_of(self._world, shopId)
        if split(appId) != ("App", config.app_number):
            raise GraphQLError("The app could not be found.", extensions={"code": "NOT_FOUND"})
        if shop is None:
            raise GraphQLError("The shop could not be found.", extensions={"code": "NOT_FOUND"})
        with shop.lock:
            found = current(shop)
            return None if found is None else _shown(self._world, shop, found)


def _shown(world: World, shop: Shop, what: Agreement) -> dict[str, Any]:
    now, config = moments.now(), world.config
    trial = what.trial_ends_at if what.on_trial(now) else None
    start, end = what.cycle(now)
    pending = _item(config.asked.plans, what.pending, what) if what.pending else None
    return {
        "app": {"apiKey": config.client_id, "id": gid("App", config.app_number), "name": config.asked.name},
        "shop": {"id": gid("Shop", shop.number), "myshopifyDomain": shop.domain, "name": shop.profile.name},
        "billingPeriod": what.interval,
        "cancelAtEndOfCycle": what.cancel_at_end,
        "currentBillingCycle": None if trial else {"startTime": moments.zulu(start), "endTime": moments.zulu(end)},
        "items": [_priced(what.handle, what.name, f"{what.price:.2f}", what.currency)],
        "legacySubscriptionId": gid("AppSubscription", what.id),
        "pendingUpdate": pending and {"billingPeriod": what.interval, "items": [pending], "legacySubscriptionId": None},
        "trialEndsAt": moments.zulu(trial) if trial else None,
    }


def _item(plans: dict[str, str], handle: str, what: Agreement) -> dict[str, Any]:
    return _priced(handle, plans.get(handle, handle), f"{price_of(plans, handle):.2f}", what.currency)


def _priced(handle: str, name: str, amount: str, currency: str) -> dict[str, Any]:
    price = {"__typename": "FlatRatePrice", "active": True, "amount": amount, "currency": currency}
    return {"description": name, "handle": handle, "price": price}
