"""What a store pays for: the plan it agreed to on Shopify's own page, read from the Partner API (README §8).

What comes back with the merchant (``plan_handle``, ``charge_id``) or in a message is never believed: it is asked here.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from msgspec import DecodeError
from msgspec.json import decode

from plugin.domain.errors import PlatformRefused, Throttled
from plugin.platforms.base import Entitlement, Paying, Seller
from plugin.platforms.http import CallFailed, Http, Request
from plugin.platforms.manifest import asked, manifest
from plugin.platforms.shopify.connect import NAME
from plugin.settings import Settings

TURNS = (3, 1.0)
"""Calls in seconds of one client of the Partner API: Shopify allows four a second."""
RETURNED = ("plan_handle", "charge_id")
"""What Shopify's page adds to our address when the merchant comes back from it."""
EVERY = {"EVERY_30_DAYS": "30 days", "ANNUAL": "year"}


@cache
def document() -> str:
    """The one question we ask."""
    return (files("plugin.platforms.shopify") / "partner" / "active_subscription.graphql").read_text("utf-8")


def seller(settings: Settings) -> Seller:
    """Our account, and the app as it names it; the settings demand them."""
    return Seller(
        settings.shopify_partner_url,
        settings.shopify_partner_organisation,
        settings.shopify_app_id,
        asked(NAME).billing_api_version,
        settings.shopify_partner_token,
    )


def entitlement(http: Http, seller: Seller, store: str, now: datetime) -> Entitlement:
    """What the store with this number has agreed to, at this moment.

    Raises Throttled, PlatformRefused (our token or app is wrong), StoreUnavailable, CallFailed.
    """
    url = f"{seller.url}/{quote(seller.account, safe='')}/api/{seller.version}/graphql.json"
    shop = f"gid://shopify/Shop/{store}"
    variables = {"appId": f"gid://shopify/App/{seller.app}", "shopId": shop}
    headers = {"X-Shopify-Access-Token": seller.token, "Accept": "application/json"}
    answer = http.send(Request("POST", url, headers, {"query": document(), "variables": variables}))
    subscription = _told(answer.body)
    if subscription is None:
        return Entitlement()
    try:
        if subscription["shop"]["id"] != shop:
            raise CallFailed("the answer is about another shop", sent=True)
        return _entitlement(subscription, now)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise CallFailed(f"the answer can't be read: {type(error).__name__}", sent=True) from error


def plans_page(settings: Settings, domain: str) -> str:
    """``plans_url``, where the settings say that admins live."""
    return plans_url(settings.shopify_admin_url, domain)


def plans_url(admin_url: str, domain: str) -> str:
    """Shopify's page on which the merchant of this store chooses a plan. It refuses frames: open it on top."""
    store = quote(domain.removesuffix(".myshopify.com"), safe="")
    return f"{admin_url}/store/{store}/charges/{quote(manifest().handle, safe='')}/pricing_plans"


def _told(body: bytes) -> Mapping[str, Any] | None:
    try:
        told = decode(body)
    except (DecodeError, ValueError, RecursionError) as error:
        raise CallFailed("the answer is not JSON", sent=True) from error
    if not isinstance(told, dict):
        raise CallFailed("the answer is not an object", sent=True)
    if errors := told.get("errors"):
        raise _error(errors)
    data = told.get("data")
    # Null is an answer; an answer without the field is none.
    if not isinstance(data, dict) or "activeSubscription" not in data:
        raise CallFailed("the answer has no data", sent=True)
    found = data["activeSubscription"]
    if found is not None and not isinstance(found, dict):
        raise CallFailed("the answer has no data", sent=True)
    return found


def _error(errors: object) -> Throttled | PlatformRefused:
    first = errors[0] if isinstance(errors, list) and errors else {"message": errors}
    told = first if isinstance(first, dict) else {"message": first}
    code = (told.get("extensions") or {}).get("code")
    if code in ("THROTTLED", "429"):
        return Throttled(2.0)
    return PlatformRefused(str(told.get("message"))[:500], graphql_code=code)


def _entitlement(told: Mapping[str, Any], now: datetime) -> Entitlement:
    trial, cycle = _moment(told["trialEndsAt"]), told["currentBillingCycle"]
    item = _plan_item(told["items"])
    pending = told["pendingUpdate"]
    price = (item or {}).get("price") or {}
    paying = Paying.TRIAL if trial and trial > now else Paying.ACTIVE
    return Entitlement(
        plan=None if item is None else item["handle"],
        state=Paying.ENDING if told["cancelAtEndOfCycle"] else paying,
        trial_until=trial,
        renews_at=_moment(cycle["endTime"]) if cycle else trial,
        amount=None if price.get("amount") is None else Decimal(str(price["amount"])),
        currency=price.get("currency"),
        every=EVERY.get(told["billingPeriod"]),
        next_plan=((_plan_item(pending["items"]) or {}).get("handle")) if pending else None,
    )


def _plan_item(items: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Which item is the plan: a subscription may also have items for usage, whose handles are events'."""
    named = [item for item in items if item["handle"]]
    known = [item for item in named if manifest().plan(item["handle"])]
    flat = [item for item in named if "amount" in item["price"]]
    return next(iter(known + flat + named), None)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
