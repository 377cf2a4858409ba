"""Checkouts and subscriptions as the Account API tells them."""

from datetime import datetime
from typing import Any

from sandbox.bigcommerce import forms, graphs
from sandbox.bigcommerce.accounts.billing import Checkout, Subscription
from sandbox.bigcommerce.control.answers import the_world

PAGE = 10


def product_id() -> str:
    """The app's own."""
    return f"bc/account/product/{the_world().registration.app_id}"


def subscription_id(number: str) -> str:
    """The whole id of a number."""
    return f"bc/account/subscription/{number}"


def stamp(at: datetime) -> str:
    """A moment as this API writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _shared(it: Checkout | Subscription) -> dict[str, Any]:
    product = {"id": product_id(), "type": "APPLICATION", "productLevel": it.level}
    return {"product": product, "scope": {"id": f"bc/account/scope/{it.store}", "type": "STORE"}}


def checkout(it: Checkout) -> dict[str, Any]:
    """A checkout as the API tells it."""
    price = {"value": forms.number(it.price), "currencyCode": "USD"}
    item = {
        "id": it.id,
        "subscriptionId": subscription_id(it.subscription_id) if it.subscription_id else None,
        "status": it.status,
        "pricingPlan": {"interval": it.interval, "price": price, "trialDays": it.trial_days},
        "redirectUrl": it.redirect_url,
        "description": it.description,
        **_shared(it),
    }
    return {
        "id": f"bc/account/checkout/{it.id}",
        "accountId": it.account_id,
        "status": it.status,
        "checkoutUrl": f"{the_world().api}/manage/{it.store}/merchant-checkout?checkoutId={it.id}",
        "items": lambda info, first=PAGE, after=None: graphs.connection([item], first, after),
    }


def subscription(it: Subscription) -> dict[str, Any]:
    """A subscription as the API tells it."""
    return {
        "id": subscription_id(it.id),
        "accountId": it.account_id,
        "activationDate": stamp(it.billed_from),
        "billingInterval": it.interval,
        "createdAt": stamp(it.created_at),
        "currentPeriodEnd": stamp(it.period_end),
        "pricePerInterval": {"value": forms.number(it.price), "currencyCode": "USD"},
        "status": it.status,
        "updatedAt": stamp(it.updated_at),
        **_shared(it),
    }


def fits(row: dict[str, Any], filters: dict[str, Any]) -> bool:
    """Whether a subscription is what the filters ask for."""
    seen = {
        "productId": row["product"]["id"],
        "productType": row["product"]["type"],
        "scopeId": row["scope"]["id"],
        "scopeType": row["scope"]["type"],
        "status": row["status"],
    }
    after, ids = filters.get("updatedAfter"), filters.get("ids")
    return (
        all(seen[name] == value for name, value in filters.items() if name in seen)
        and (after is None or row["updatedAt"] > after)
        and (ids is None or row["id"] in ids)
    )
