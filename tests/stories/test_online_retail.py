"""The product, given a real shop's year, has exactly the customers, orders, money and segments that its CSV says."""

import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from plugin.cli.history import online_retail
from plugin.db import inbox, stores
from plugin.domain.ids import SegmentId, StoreId
from plugin.flow.house import House, open_house
from plugin.flow.receive import Received
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
def house(module_database: Database, _session_redis: object) -> Iterator[House]:
    """The product's house over real servers."""
    environment = module_database.environment | {
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "REDIS_URL": _session_redis.url,  # type: ignore[attr-defined]
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "SHOPIFY_CLIENT_ID": "id",
        "SHOPIFY_CLIENT_SECRET": "secret",
    }
    opened = open_house(Settings.from_environment(environment))
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
def played(house: House, ids: dict[str, SegmentId], history: Path) -> dict[Received, int]:
    """The whole history was received and everything it means is decided."""
    began = time.monotonic()
    counts = play.receive_all(house, online_retail.read(history))
    print(f"{sum(counts.values())} webhooks received, absorbed and decided in {time.monotonic() - began:.1f} s")
    return counts


def test_every_webhook_is_stored_once_and_none_is_set_aside(
    house: House, store_id: StoreId, played: dict[Received, int]
) -> None:
    assert played[Received.STORED] == sum(played.values())
    with house.database.store(store_id) as tx:
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
    today = datetime.now(compare.ZONE).replace(tzinfo=None)
    with house.database.store(store_id) as tx:
        found = play.standing(tx, ids)

    assert compare.members_at(found, ledger, today) == []


@pytest.mark.usefixtures("played")
def test_a_second_replay_changes_nothing(house: House, store_id: StoreId, history: Path) -> None:
    before = _everything(house, store_id)

    counts = play.receive_all(house, online_retail.read(history))

    assert counts[Received.DUPLICATE] == sum(counts.values())
    assert _everything(house, store_id) == before


def _everything(house: House, store_id: StoreId) -> list[tuple[object, ...]]:
    """Counts and sums of all that the history made."""
    with house.database.store(store_id) as tx:
        assert stores.get(tx).state is stores.State.READY
        return tx.rows(
            """SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM customers), (SELECT sum(revision) FROM customers),
                 (SELECT count(*) FROM orders), (SELECT sum(gross - refunded) FROM orders), (SELECT count(*) FROM lines),
                 (SELECT count(*) FROM refunds), (SELECT count(*) FROM memberships), (SELECT count(*) FROM membership_log)"""
        )
