"""Our account at a pretended BigCommerce, and merchants of it who pay or do not."""

from decimal import Decimal
from typing import Any

import requests

from plugin.platforms.base import Seller
from plugin.platforms.bigcommerce.billing import Buyer
from plugin.platforms.manifest import Price
from sandbox.bigcommerce.asked import Asked
from tests.platforms.bigcommerce.doors import Pretended

ASKED = Asked()
PRICE = Price(Decimal("29.90"), "month")
BACK = "http://127.0.0.1:1/back"


def the_seller(url: str, **more: Any) -> Seller:
    """Our account there."""
    said = {"account": ASKED.account_uuid, "app": str(ASKED.app_id), "token": ASKED.account_token} | more
    return Seller(f"{url}/bigcommerce/accounts", version="", **said)


def hours(url: str, limit: int = 70) -> None:
    """The hour is young, and takes so many requests."""
    requests.put(f"{url}/_sandbox/bigcommerce/accounts", json={"limit": limit}, timeout=30).raise_for_status()


def merchant(store: Pretended) -> Buyer:
    """Who pays for the store."""
    return Buyer(store.hash, store.control("GET")["account_uuid"], f"{store.url}/bigcommerce/panel/{store.hash}")


def agree(store: Pretended, address: str) -> None:
    """The merchant agrees on the page at this address."""
    store.control("POST", f"/checkouts/{address.rpartition('=')[2]}/complete")


def subscriptions(store: Pretended) -> list[dict[str, Any]]:
    """What stands in BigCommerce's books of the store."""
    return list(store.control("GET", "/billing")["subscriptions"])


def pays_late(store: Pretended, status: str = "SUSPENDED") -> None:
    """The store's only subscription has another status."""
    (one,) = subscriptions(store)
    store.control("PATCH", f"/subscriptions/{one['id']}", {"status": status})
