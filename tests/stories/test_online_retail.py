"""The product, given a real shop's year, has exactly the customers, orders, money and segments that its CSV says."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from embedded.valkey import Valkey
from plugin.cli.history.invoices import ZONE
from plugin.db import inbox
from plugin.domain.ids import SegmentId, StoreId
from plugin.flow.house import House, open_house
from plugin.settings import Settings
from tests.builders import a_store
from tests.database import Database
from tests.stories.retail import compare, play
from tests.stories.retail.ledger import Ledger
from tests.stories.retail.sample import NAME, tenth


@pytest.fixture(scope="module")
def history(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file: a tenth of it, or with RETAIL=all everything."""
    source = data_dir / NAME
    return source if os.environ.get("RETAIL") == "all" else tenth(source, tmp_path_factory.mktemp("retail") / "a.csv")


@pytest.fixture(scope="module")
def ledger(history: Path) -> Ledger:
    """What the CSV says by itself."""
    return Ledger(history)


@pytest.fixture(scope="module")
def settings(module_database: Database, _session_redis: Valkey) -> dict[str, str]:
    """The environment of the product over real servers."""
    return module_database.environment | {
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "REDIS_URL": _session_redis.url,
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "SHOPIFY_CLIENT_ID": "id",
        "SHOPIFY_CLIENT_SECRET": "secret",
    }


@pytest.fixture(scope="module")
def house(settings: dict[str, str]) -> Iterator[House]:
    """The product's house, as a worker has it."""
    opened = open_house(Settings.from_environment(settings))
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def store_id(house: House) -> StoreId:
    """A store by the clock of London."""
    return a_store(house.database, play.SHOP, timezone="Europe/London")


@pytest.fixture(scope="module")
def ids(house: House, store_id: StoreId) -> dict[str, SegmentId]:
    """Every question is a segment of the store before anything comes in."""
    return play.save_questions(house, store_id)


@pytest.fixture(scope="module")
def web(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running web server."""
    with play.web(settings, tmp_path_factory.mktemp("log")) as url:
        yield url


@pytest.fixture(scope="module")
def played(
    house: House, web: str, settings: dict[str, str], ids: dict[str, SegmentId], history: Path
) -> dict[str, Any]:
    """The whole history was played over HTTP, and everything it means is decided."""
    told = play.replay(settings, web, history)
    play.settle(house)
    return told


def test_every_webhook_is_stored_once_and_none_is_set_aside(
    house: House, store_id: StoreId, played: dict[str, Any]
) -> None:
    with house.database.store(store_id) as tx:
        assert tx.value("SELECT count(*) FROM inbox") == played["accepted"] == played["sent"]
        assert inbox.counts(tx) == {"waiting": 0, "set_aside": 0}


@pytest.mark.usefixtures("played")
def test_customers_orders_and_net_spend_are_the_csvs_to_the_cent(
    house: House, store_id: StoreId, ledger: Ledger
) -> None:
    with house.database.store(store_id) as tx:
        assert compare.facts(tx, ledger) == []


@pytest.mark.usefixtures("played")
def test_segments_have_the_csvs_members_at_three_moments(house: House, store_id: StoreId, ledger: Ledger) -> None:
    assert compare.members(house, store_id, ledger) == []


@pytest.mark.usefixtures("played")
def test_what_was_decided_live_is_what_the_csv_says_of_today(
    house: House, store_id: StoreId, ids: dict[str, SegmentId], ledger: Ledger
) -> None:
    today = datetime.now(ZONE).replace(tzinfo=None)
    with house.database.store(store_id) as tx:
        found = play.standing(tx, ids)

    assert compare.members_at(found, ledger, today) == []


@pytest.mark.usefixtures("played")
def test_a_second_replay_changes_nothing(
    house: House, store_id: StoreId, web: str, settings: dict[str, str], history: Path
) -> None:
    before = _everything(house, store_id)

    told = play.replay(settings, web, history)
    play.settle(house)

    assert told["accepted"] == told["sent"]
    assert _everything(house, store_id) == before


def _everything(house: House, store_id: StoreId) -> dict[str, object]:
    """Counts of all that the history made, how often customers were touched, and the money."""
    tables = ("inbox", "customers", "orders", "lines", "refunds", "refund_lines", "memberships", "membership_log")
    with house.database.store(store_id) as tx:
        return {
            **{table: tx.value(f"SELECT count(*) FROM {table}") for table in tables},
            "touched": tx.value("SELECT sum(revision) FROM customers"),
            "money": tx.value("SELECT sum(gross - refunded) FROM orders"),
        }
