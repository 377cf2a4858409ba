"""Opening the app is a reason to ask for the plan; what its address brings is a reason too, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from plugin.db import entitlements
from plugin.db.entitlements import Entitled
from plugin.db.transaction import Database as Doors
from plugin.domain.ids import StoreId
from plugin.settings import Settings
from tests.builders import a_store
from tests.database import Database
from tests.web.api.test_plan import BILLING
from tests.web.conftest import id_token, settings_for

SHOP = "corner.myshopify.com"
BROUGHT = {"plan_handle": "unlimited", "charge_id": "1"}


@pytest.fixture
def settings(database: Database, redis_url: str) -> Settings:
    """Billing is on."""
    return settings_for(database, redis_url, **BILLING)


@pytest.fixture
def store(at: Doors) -> StoreId:
    return a_store(at, SHOP)


def known(at: Doors, store: StoreId, ago: timedelta) -> None:
    """The plan was read so long ago, and is due in a day."""
    now = datetime.now(UTC)
    with at.store(store) as tx:
        entitlements.want(tx, now - ago)
        entitlements.claim(tx, now - ago)
        entitlements.put(tx, now - ago, **dict.fromkeys(entitlements.TOLD) | {"state": "none"})
        entitlements.put_off(tx, now - ago, now + timedelta(days=1))


def row(at: Doors, store: StoreId) -> Entitled | None:
    with at.store(store) as tx:
        return entitlements.get(tx)


def is_due(at: Doors, store: StoreId) -> bool:
    found = row(at, store)
    return found is not None and found.due_at is not None and found.due_at <= datetime.now(UTC)


def opened(client: FlaskClient, path: str = "/shopify", **brought: str) -> str:
    answer = client.get(path, query_string={"id_token": id_token(SHOP), "shop": SHOP, **brought})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_store_nobody_asked_about_is_asked_about(client: FlaskClient, at: Doors, store: StoreId) -> None:
    opened(client)

    assert is_due(at, store)


@pytest.mark.parametrize(("ago", "due"), [(timedelta(minutes=50), False), (timedelta(minutes=70), True)])
def test_what_was_read_within_the_hour_is_not_read_again(
    client: FlaskClient, at: Doors, store: StoreId, ago: timedelta, due: bool
) -> None:
    known(at, store, ago)

    opened(client)

    assert is_due(at, store) is due


def test_what_comes_back_with_the_merchant_is_asked_for_and_not_believed(
    client: FlaskClient, at: Doors, store: StoreId
) -> None:
    known(at, store, timedelta(minutes=1))

    opened(client, "/shopify/plan", **BROUGHT)

    found = row(at, store)
    assert is_due(at, store)
    assert found is not None
    assert (found.plan, found.state, found.hint) == (None, "none", None)


def test_who_has_no_token_makes_nobody_ask(client: FlaskClient, at: Doors, store: StoreId) -> None:
    known(at, store, timedelta(days=1))

    client.get("/shopify/plan", query_string={"shop": SHOP, **BROUGHT})
    client.get("/shopify/plan", query_string={"shop": SHOP, "id_token": id_token(SHOP, aud="another"), **BROUGHT})

    assert not is_due(at, store)


def test_the_page_leads_to_the_plan(client: FlaskClient, store: StoreId) -> None:
    assert 'href="/shopify/plan"' in opened(client)


class TestWithoutBilling:
    """As it is by default."""

    @pytest.fixture
    def settings(self, database: Database, redis_url: str) -> Settings:
        return settings_for(database, redis_url)

    def test_the_page_knows_of_no_plan_and_nothing_is_asked(
        self, client: FlaskClient, at: Doors, store: StoreId
    ) -> None:
        assert "/shopify/plan" not in opened(client, **BROUGHT)
        assert row(at, store) is None
