"""The whole proof in one call, with its figures; the suite does the same step by step."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plugin.db import inbox
from plugin.flow.house import House, open_house
from plugin.settings import Settings
from tests.builders import a_store
from tests.stories.retail import compare, play
from tests.stories.retail.ledger import Ledger


@dataclass(frozen=True)
class Proof:
    """What was done, how fast, and every difference to the CSV: none, if all is exact."""

    webhooks: int
    received_per_second: float
    drained_per_second: float
    """Absorbed and decided for every segment, by one process."""
    decided_seconds: float
    """All segments for all customers at three moments of the past, the CSV's own answer included."""
    differences: list[str]


def prove(settings: Mapping[str, str], path: Path, logs: Path) -> Proof:
    """The file is played to a store of its own in the (migrated, empty) database of the settings, and compared."""
    house = open_house(Settings.from_environment(settings))
    try:
        return _prove(house, settings, path, logs)
    finally:
        house.database.close()


def _prove(house: House, settings: Mapping[str, str], path: Path, logs: Path) -> Proof:
    store_id = a_store(house.database, play.SHOP, timezone="Europe/London")
    play.save_questions(house, store_id)
    with play.web(settings, logs) as url:
        told = play.replay(settings, url, path)
    began = time.monotonic()
    play.settle(house)
    drained = time.monotonic()
    ledger = Ledger(path)
    with house.database.store(store_id) as tx:
        left = [f"{count} deliveries {state}" for state, count in inbox.counts(tx).items() if count]
        differences = left + compare.facts(tx, ledger)
    differences += compare.members(house, store_id, ledger)
    return Proof(
        told["sent"],
        told["per_second"],
        told["sent"] / (drained - began),
        time.monotonic() - drained,
        differences,
    )
