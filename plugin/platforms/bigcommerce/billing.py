"""What a store pays for: the plan it agreed to by Unified Billing, on BigCommerce's invoice (README §11).

The Account API is asked with a token of ours. It takes 70 requests an hour for all stores and everything we do there
together: so one question tells fifty subscriptions, and there are turns for reading and turns for choosing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from msgspec import DecodeError
from msgspec.json import decode

from plugin.domain.errors import SettingsError, Throttled
from plugin.platforms.base import Entitlement, InTrial, Order, Paying, Seller
from plugin.platforms.bigcommerce.agreements import SCOPE, Agreement, agreement, best, entitled, moment, trial_left
from plugin.platforms.bigcommerce.client import Api, Client
from plugin.platforms.bigcommerce.graphs import after, document, found, nodes
from plugin.platforms.bigcommerce.limits import rest
from plugin.platforms.http import CallFailed, Http, Request
from plugin.platforms.manifest import Price
from plugin.settings import Settings

HOURLY = 70
"""Requests an hour that BigCommerce takes of one account."""
TURNS = (4, 300.0)
"""Requests in seconds for reading. However the hours fall, no more than 52 of these come in one."""
CHOOSING_TURNS = (6, 1800.0)
"""The same for choosing and cancelling, which take ``REQUESTS`` each: at most 18 in an hour."""
REQUESTS = 2
PAGE = 50
"""Subscriptions that one request reads."""
REST = 300.0
"""Seconds after a refusal that names none."""
CURRENCY = "USD"
"""The only one there is."""
INTERVALS = {"month": "MONTH", "quarter": "QUARTER", "half-year": "SEMIANNUAL", "year": "ANNUAL"}


class Buyer(NamedTuple):
    """A store as the Account API knows it."""

    store: str
    """Its hash."""
    account: str
    """The merchant's account."""
    panel: str
    """Where their control panel is."""


def seller(settings: Settings) -> Seller:
    """Our account, and the app as it names it. Raises SettingsError that lists what is missing."""
    given = {
        "BIGCOMMERCE_ACCOUNT_UUID": settings.bigcommerce_account_uuid,
        "BIGCOMMERCE_ACCOUNT_TOKEN": settings.bigcommerce_account_token,
        "BIGCOMMERCE_APP_ID": settings.bigcommerce_app_id,
    }
    if missing := [name for name, value in given.items() if not value]:
        said = "is missing: BILLING is on, and manifest.json names prices for BigCommerce."
        raise SettingsError("\n".join(f"{name} {said}" for name in missing))
    account, token, app = given.values()
    return Seller(f"{settings.bigcommerce_api_url}/accounts", account, app, "", token)


NAMED = ("account_uuid", "control_panel_base_url")


def buyer(client: Client) -> Buyer:
    """Who is asked to pay. Raises as ``Client.run`` does."""
    told = client.get(Api.V2, "/store")
    account, panel = (told.get(name) for name in NAMED) if isinstance(told, dict) else (None, None)
    if not isinstance(account, str) or not account:
        raise CallFailed("the store does not name its account", sent=True)
    if not isinstance(panel, str) or not panel.startswith(("https://", "http://")):
        raise CallFailed("the store does not name its control panel", sent=True)
    return Buyer(client.store_hash, account, panel.rstrip("/"))


def _free() -> None:
    """Waits for nothing."""


def entitlement(http: Http, seller: Seller, store: str, now: datetime) -> Entitlement:
    """What the store with this hash has agreed to, at this moment; one request.

    Raises Throttled, PlatformRefused (our token or app is wrong), StoreUnavailable, CallFailed.
    """
    return entitled(_of(http, seller, store), now)


def entitlements(
    http: Http, seller: Seller, now: datetime, turn: Callable[[], None]
) -> dict[str, Entitlement | CallFailed]:
    """What every store has agreed to, by its hash; who is not named agreed to nothing. ``PAGE`` a request.

    ``turn`` is called before each request, and raises Throttled where it must wait. Raises as ``entitlement`` does;
    half a list is none. A store of which no more can be told than that is told with the reason.
    """
    stores: dict[str, list[Agreement]] = {}
    cursor: str | None = None
    while True:
        turn()
        page, cursor = _page(http, seller, {}, cursor)
        for each in page:
            stores.setdefault(each.store, []).append(each)
        if cursor is None:
            return {store: _told(theirs, now) for store, theirs in stores.items()}


def ask(client: Client, http: Http, seller: Seller, order: Order, now: datetime) -> str:
    """``choose``, for the client's store, which says who pays for it and where its control panel is."""
    to = buyer(client)
    back = f"{to.panel}/manage/app/{quote(seller.app, safe='')}{order.view}"
    return choose(http, seller, to, order.plan, order.price, order.about, back, now)


def choose(http: Http, seller: Seller, to: Buyer, plan: str, price: Price, about: str, back: str, now: datetime) -> str:
    """The address on which the merchant agrees to the plan with this handle, or goes ``back``; good for a day.

    Nothing is owed before they agree, and whether they did is asked (``entitlement``). Who has a plan changes it. It
    refuses frames: open it on top. ``about``: what stands on the invoice. Two requests.
    Raises InTrial, and as ``entitlement`` does.
    """
    theirs = _of(http, seller, to.store)
    held = best(theirs, now)
    state = held.state(now) if held else None
    if held and state is Paying.TRIAL:
        raise InTrial("a plan can't be changed during its trial", until=held.billed_from)
    item: dict[str, Any] = {
        "product": {"productLevel": plan},
        "pricingPlan": {"interval": INTERVALS[price.every], "price": _money(price)},
        "description": about,
        "redirectUrl": back,
    }
    if held and state is Paying.ACTIVE:
        item["subscriptionId"] = held.id
    else:
        item["product"] |= {"id": _product(seller), "type": "APPLICATION"}
        item["scope"] = {"id": SCOPE + to.store, "type": "STORE"}
        item["pricingPlan"]["trialDays"] = trial_left(theirs, price.trial_days, now)
    wanted = {"accountId": f"bc/account/account/{to.account}", "items": [item]}
    told = _ask(http, seller, "choose", {"input": wanted})
    url = found(told, "checkout", "createCheckout", "checkout").get("checkoutUrl")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise CallFailed("the answer names no address", sent=True)
    return url


def cancel(http: Http, seller: Seller, store: str, now: datetime, turn: Callable[[], None] = _free) -> datetime | None:
    """Until when the store has what it paid for, now that it pays for nothing more; None: it paid for nothing.

    A trial ends at once. Safe to repeat. Two requests. One more for each further subscription, of which there should
    be none; ``turn`` is called before each of those, and raises Throttled where it must wait.
    Raises as ``entitlement`` does.
    """
    live = [each for each in _of(http, seller, store) if each.state(now) in (Paying.ACTIVE, Paying.TRIAL)]
    moments = []
    for number, each in enumerate(live):
        if number:
            turn()
        told = _ask(http, seller, "cancel", {"input": {"id": each.id}})
        moments.append(moment(found(told, "subscription", "cancelSubscription").get("cancelledAt")))
    return max(moments, default=None)


def _told(theirs: list[Agreement], now: datetime) -> Entitlement | CallFailed:
    try:
        return entitled(theirs, now)
    except CallFailed as error:
        return error


def _of(http: Http, seller: Seller, store: str) -> list[Agreement]:
    """The store's own, the newest fifty."""
    scope = SCOPE + store
    page, _ = _page(http, seller, {"scopeId": scope}, None)
    if any(each.store != store for each in page):
        raise CallFailed("the answer is about another store", sent=True)
    return page


def _page(
    http: Http, seller: Seller, filters: dict[str, str], cursor: str | None
) -> tuple[list[Agreement], str | None]:
    product = _product(seller)
    told = _ask(http, seller, "agreements", {"filters": {"productId": product, **filters}, "after": cursor})
    page = found(told, "account", "subscriptions")
    return [agreement(each, product) for each in nodes(page)], after(page, cursor)


def _ask(http: Http, seller: Seller, name: str, variables: dict[str, Any]) -> Any:
    url = f"{seller.url}/{quote(seller.account, safe='')}/graphql"
    headers = {"X-Auth-Token": seller.token, "Accept": "application/json", "Content-Type": "application/json"}
    asked = Request("POST", url, headers, {"query": document("account", name), "variables": variables})
    answer = http.send(asked, accept=frozenset({200, 429}))
    if answer.status == 429:
        raise Throttled(rest(answer.headers) or REST)
    try:
        return decode(answer.body)
    except (DecodeError, ValueError, RecursionError) as error:
        raise CallFailed("the answer is not JSON", sent=True) from error


def _product(seller: Seller) -> str:
    return f"bc/account/product/{seller.app}"


def _money(price: Price) -> dict[str, Any]:
    """As a number, which is what this API takes: with two places it is written as it is."""
    return {"value": float(price.usd), "currencyCode": CURRENCY}
