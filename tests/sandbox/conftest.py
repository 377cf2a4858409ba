"""A running sandbox for the session, with the app's ears beside it; a shop of its own for each test."""

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from sandbox.server import running
from tests.sandbox.ears import Ears, listening
from tests.sandbox.keeper import CLIENT_ID, CLIENT_SECRET, Keeper

RETRIES = (0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05)
MANIFEST = {
    "name": "Listening",
    "handle": "listening",
    "plans": [
        {"handle": "free", "name": "Free"},
        {"handle": "more", "name": "More"},
        {"handle": "most", "name": "Most"},
    ],
    "platforms": {
        "shopify": {
            "api_version": "2026-10",
            "application_path": "/app",
            "webhook_path": "/hooks",
            "scopes": [
                *("read_customers", "write_customers", "read_orders", "read_all_orders", "read_products"),
                *("read_store_credit_accounts", "read_store_credit_account_transactions"),
                "read_own_subscription_contracts",
            ],
            "topics": [
                "orders/create",
                "orders/updated",
                "orders/paid",
                "orders/cancelled",
                "orders/delete",
                "refunds/create",
                "customers/create",
                "customers/update",
                "customers/delete",
                "customer.tags_added",
                "customer.tags_removed",
                "app/uninstalled",
                "app_subscriptions/update",
            ],
            "compliance_topics": ["customers/data_request", "customers/redact", "shop/redact"],
        }
    },
}

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def ears() -> Iterator[Ears]:
    """The app, which only listens."""
    with listening() as ears:
        yield ears


@pytest.fixture(scope="session")
def base(ears: Ears, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the session's sandbox."""
    manifest: Path = tmp_path_factory.mktemp("sandbox") / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST))
    with running(ears.url, CLIENT_ID, CLIENT_SECRET, topics_file=manifest, retries=RETRIES) as address:
        yield address


NewShop = Callable[..., Keeper]


@pytest.fixture
def new_shop(base: str) -> NewShop:
    """Opens a shop; installed, with thirty customers and half a year of history unless said otherwise."""

    def open_shop(*, installed: bool = True, **said: object) -> Keeper:
        domain = f"shop-{next(_numbers)}.myshopify.com"
        asked = {"domain": domain, "customers": 30, "years": 0.5, "seed": 7} | said
        answer = requests.post(f"{base}/_sandbox/shops", json=asked, timeout=30)
        assert answer.status_code == 201, answer.text
        keeper = Keeper(base, domain)
        if installed:
            keeper.install()
        return keeper

    return open_shop


@pytest.fixture
def shop(new_shop: NewShop) -> Keeper:
    """An installed shop for this test alone."""
    return new_shop()
