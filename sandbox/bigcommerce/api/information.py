"""V2: what the store is, and what time it is there."""

import time
from datetime import datetime
from typing import Any

from flask import Response, jsonify

from sandbox import moments
from sandbox.bigcommerce.api.answers import the_store, the_world
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.store.store import Store

PLAN_NAMES = {"standard": "Standard", "plus": "Plus", "pro": "Pro", "enterprise": "Enterprise"}
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CAD": "$", "CHF": "CHF", "SEK": "kr", "AUD": "$", "JPY": "¥"}
PLACELESS = frozenset({"JPY", "KRW"})


@api.get("/v2/store")
def store() -> Response:
    """The store's own information."""
    return jsonify(information(the_store()))


@api.get("/v2/time")
def now() -> Response:
    """Unix seconds."""
    return jsonify(time=int(time.time()))


def information(it: Store) -> dict[str, Any]:
    """All of it."""
    domain, owner = f"{it.hash}.example.com", it.access.users[it.access.owner_id]
    return {
        "id": it.hash,
        "account_uuid": it.account_uuid,
        "domain": domain,
        "secure_url": f"https://{domain}",
        "control_panel_base_url": f"{the_world().api}/panel/{it.hash}",
        "status": "live",
        "name": it.details.name,
        "first_name": owner.username.partition(" ")[0],
        "last_name": owner.username.partition(" ")[2],
        "address": "",
        "country": it.details.country,
        "country_code": it.details.country,
        "infrastructure_region": "us-central1",
        "phone": "",
        "admin_email": owner.email,
        "order_email": owner.email,
        "favicon_url": "",
        "timezone": _timezone(it, moments.now()),
        "language": "en",
        **_money(it),
        **_measures(),
        "plan_name": f"{PLAN_NAMES[it.details.plan]} Plan",
        "plan_level": PLAN_NAMES[it.details.plan],
        "plan_is_trial": False,
        "industry": "Sports",
        "logo": [],
        "is_price_entered_with_tax": it.tax_inclusive,
        "store_id": it.number,
        "default_channel_id": 1,
        "default_site_id": 1000,
        "active_comparison_modules": [],
        "features": _features(it),
    }


def _timezone(it: Store, at: datetime) -> dict[str, Any]:
    local = at.astimezone(it.zone)
    offset, summer = local.utcoffset(), local.dst()
    whole = int(offset.total_seconds()) if offset else 0
    extra = int(summer.total_seconds()) if summer else 0
    return {
        "name": it.details.timezone,
        "raw_offset": whole - extra,
        "dst_offset": whole - extra + 3600,
        "dst_correction": bool(extra),
        "date_format": {"display": "M jS Y", "export": "M jS Y", "extended_display": "M jS Y @ g:i A"},
    }


def _money(it: Store) -> dict[str, Any]:
    currency = it.details.currency
    return {
        "currency": currency,
        "currency_symbol": SYMBOLS.get(currency, currency),
        "currency_symbol_location": "left",
        "decimal_separator": ".",
        "thousands_separator": ",",
        "decimal_places": 0 if currency in PLACELESS else 2,
    }


def _measures() -> dict[str, Any]:
    return {
        "weight_units": "KGS",
        "dimension_units": "Centimeters",
        "dimension_decimal_places": 2,
        "dimension_decimal_token": ".",
        "dimension_thousands_token": ",",
    }


def _features(it: Store) -> dict[str, Any]:
    return {
        "stencil_enabled": True,
        "sitewidehttps_enabled": True,
        "facebook_catalog_id": "",
        "checkout_type": "optimized",
        "wishlists_enabled": True,
        "graphql_storefront_api_enabled": True,
        "shopper_consent_tracking_enabled": False,
        "multi_storefront_enabled": it.details.channels > 1,
        "storefront_limits": {"active": it.details.channels, "total_including_inactive": it.details.channels},
    }
