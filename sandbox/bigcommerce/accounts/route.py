"""The Account GraphQL API: asking merchants for money, and looking who pays. Seventy requests an hour."""

import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Response, jsonify, request
from graphql import GraphQLError

from sandbox import moments
from sandbox.bigcommerce import graphs
from sandbox.bigcommerce.accounts import shown
from sandbox.bigcommerce.accounts.billing import Checkout, Subscription
from sandbox.bigcommerce.control.answers import the_world
from sandbox.bigcommerce.doors import Doors

SCHEMA = Path(__file__).parent / "account.graphql"
MOST = 50

accounts = Doors("bigcommerce_accounts", __name__, url_prefix="/bigcommerce/accounts")


@accounts.post("/<account>/graphql")
def account(account: str) -> Response | tuple[Response, int]:
    """The answer, with ``errors`` where something is wrong."""
    world = the_world()
    known = account == world.registration.account_uuid
    if not known or request.headers.get("X-Auth-Token") != world.registration.account_token:
        return jsonify(errors=[{"message": "Unauthorized"}]), 401
    if not world.billing.admit():
        return jsonify(errors=[{"message": "Too Many Requests"}]), 429
    for store in world.stores.values():
        if status := store.faults.next_status("account_status_next"):
            return jsonify(errors=[{"message": "Error"}]), status
    with world.billing.lock:
        root = {
            "account": {"checkout": checkout, "subscriptions": subscriptions},
            "checkout": {"createCheckout": create},
            "subscription": {"cancelSubscription": cancel},
        }
        return graphs.answered(SCHEMA, root)


def checkout(info: Any, id: str) -> dict[str, Any] | None:  # noqa: A002 (as the schema calls it)
    """One checkout."""
    found = the_world().billing.checkouts.get(id.rpartition("/")[2])
    return shown.checkout(found) if found else None


def subscriptions(info: Any, filters: dict[str, Any] | None = None, first: int = shown.PAGE,
                  after: str | None = None) -> dict[str, Any]:  # fmt: skip
    """A page of subscriptions, the newest first."""
    if not 1 <= first <= MOST:
        raise GraphQLError(f"first must be between 1 and {MOST}.")
    rows = [shown.subscription(each) for each in reversed(the_world().billing.subscriptions.values())]
    return graphs.connection([row for row in rows if shown.fits(row, filters or {})], first, after)


def create(info: Any, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
    """The merchant is asked; nothing is owed until they agree. Raises GraphQLError."""
    billing, item = the_world().billing, input["items"][0]
    plan, known = item["pricingPlan"], None
    if plan["price"]["currencyCode"] != "USD":
        raise GraphQLError("Only USD is supported.")
    if item.get("subscriptionId"):
        known = billing.subscriptions.get(item["subscriptionId"].rpartition("/")[2])
        _check_change(known, item)
    store = known.store if known else (item.get("scope") or {"id": ""})["id"].rpartition("/")[2]
    _check_account(store, input["accountId"])
    product = item.get("product") or {}
    if not known and product.get("id") != shown.product_id():
        raise GraphQLError("Product does not belong to partner.")
    made = Checkout(
        id=str(uuid.uuid4()),
        account_id=input["accountId"],
        store=store,
        level=product.get("productLevel") or (known.level if known else ""),
        interval=plan["interval"],
        price=Decimal(str(plan["price"]["value"])),
        trial_days=plan.get("trialDays") or 0,
        description=item["description"],
        redirect_url=item["redirectUrl"],
        created_at=moments.now(),
        subscription_id=known.id if known else None,
    )
    billing.checkouts[made.id] = made
    return {"checkout": shown.checkout(made)}


def cancel(info: Any, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
    """The subscription ends with what is paid. Raises GraphQLError."""
    billing = the_world().billing
    found = billing.subscriptions.get(input["id"].rpartition("/")[2])
    if found is None or found.status != "ACTIVE":
        raise GraphQLError("Could not find active subscription.")
    return {"subscriptionId": shown.subscription_id(found.id), "cancelledAt": shown.stamp(billing.cancel(found))}


def _check_change(known: Subscription | None, item: dict[str, Any]) -> None:
    if known is None or known.status != "ACTIVE":
        raise GraphQLError("Could not find active subscription.")
    if known.in_trial(moments.now()):
        raise GraphQLError("Checkouts are not available for existing trial subscriptions.")
    if item.get("scope") and item["scope"]["id"].rpartition("/")[2] != known.store:
        raise GraphQLError("Scope updates are not allowed for an existing subscription.")
    if item["pricingPlan"].get("trialDays"):
        raise GraphQLError("Trial days cannot be added to existing subscriptions.")


def _check_account(store_hash: str, account_id: str) -> None:
    store = the_world().stores.get(store_hash)
    if store is None or account_id != f"bc/account/account/{store.account_uuid}":
        raise GraphQLError("Scope does not belong to account.")
