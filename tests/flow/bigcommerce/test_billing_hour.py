"""What our account may ask in an hour: one question for many stores, turns for all processes, no secret told."""

import logging
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import pytest

from plugin.db import entitlements, stores
from plugin.db.stores import State
from plugin.domain.errors import SettingsError
from plugin.domain.ids import StoreId
from plugin.flow.choose import ChoosingBusy, choose
from plugin.flow.entitle import entitle, entitle_all
from plugin.flow.house import House, open_house
from plugin.platforms.bigcommerce.billing import PAGE, TURNS
from plugin.settings import Settings
from tests.flow.bigcommerce.panel import PLATFORM
from tests.flow.bigcommerce.selling import ASKED, PRICES, SELLING, Payer, priced


@pytest.fixture
def more() -> dict[str, str]:
    """Billing is on."""
    return SELLING


def test_one_question_tells_the_plans_of_all_who_are_due(payer: Payer, house: House) -> None:
    payer.subscribe("grow")
    others = rows(house, 12, "many")
    payer.ahead += entitlements.APART
    payer.hour_passes()
    entitle_all(house)
    before = payer.asked()["asked"]

    assert entitle(payer.house, others[0])

    assert payer.asked()["asked"] == before + 1
    for each in others:
        with house.database.store(each) as tx:
            found = entitlements.get(tx)
            assert found is not None
            assert (found.state, found.read_at is not None) == ("none", True)


def test_a_question_for_all_that_fails_is_each_ones_own_from_then_on(payer: Payer, house: House) -> None:
    others = rows(house, 3, "few")
    entitle_all(house)
    payer.panel.control("PUT", "/faults", {"api": {"account_status_next": [500]}})

    assert not entitle(payer.house, others[0])
    payer.ahead += timedelta(minutes=2)
    before = payer.asked()["asked"]
    assert entitle(payer.house, others[1])

    assert payer.asked()["asked"] == before + 1
    with house.database.store(others[2]) as tx:
        found = entitlements.get(tx)
    assert found is not None
    assert (found.attempts, found.read_at) == (1, None)


def test_where_there_is_more_to_tell_than_was_thought_each_has_a_question_of_its_own(
    payer: Payer, house: House
) -> None:
    for _ in range(4 * PAGE + 1):
        payer.panel.control("POST", "/subscriptions", {"plan": "grow", "status": "CANCELLED"})
    others = rows(house, 3, "long")
    entitle_all(house)
    payer.hour_passes()

    assert not entitle(payer.house, others[0])
    spent = payer.asked()["asked"]
    payer.hour_passes()
    payer.ahead += timedelta(minutes=6)

    assert spent == TURNS[0]
    assert [entitle(payer.house, each) for each in others] == [True] * 3
    assert payer.asked()["asked"] == 3


def rows(house: House, many: int, name: str) -> list[StoreId]:
    """Stores with the app, of which nobody asked yet."""
    made = []
    for number in range(many):
        store_id = stores.next_id(house.database)
        with house.database.store(store_id) as tx:
            stores.put(
                tx, PLATFORM, f"{name}-{number}", f"{name}{number}", "A store", "UTC", "USD", (), house.now()
            )  # fmt: skip
            stores.set_state(tx, State.READY, house.now())
        made.append(store_id)
    return made


@dataclass(frozen=True)
class Shift:
    """What one process does of an hour's work: it reads these, and chooses for these, so much later."""

    settings: Settings
    folder: str
    reads: tuple[StoreId, ...]
    chooses: tuple[StoreId, ...]
    ahead: timedelta


def work(shift: Shift) -> tuple[int, int]:
    """How many plans were read, and how many chosen."""
    with priced(Path(shift.folder), PRICES):
        payer = later(opened(shift.settings), shift.ahead)
        read = sum(entitle(payer, each) for each in shift.reads)
        chosen = 0
        for each in shift.chooses:
            try:
                chosen += bool(choose(payer, each, "grow"))
            except ChoosingBusy:
                continue
        return read, chosen


@cache
def opened(settings: Settings) -> House:
    """A process has one house."""
    return open_house(settings)


def later(house: House, ahead: timedelta) -> House:
    """The house, so much later."""
    return replace(house, now=lambda: datetime.now(UTC) + ahead)


def test_however_two_processes_ask_bigcommerce_never_refuses_for_it(payer: Payer, house: House, tmp_path: Path) -> None:
    """The most that fits into any hour: thirteen windows of reading and three of choosing. All who are due had trouble
    before, so that each has a question of its own."""
    everyone = rows(house, 78, "hour")
    entitle_all(house)
    for each in everyone:
        with house.database.store(each) as tx:
            entitlements.failed(tx, house.now(), "as yesterday")
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    payer.hour_passes()
    read = chosen = 0
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for window in range(13):
            clear(house, "billing")
            if window % 5 == 0:
                clear(house, "choosing")
            mine = everyone[window * 6 :]
            shifts = [
                Shift(
                    house.settings,
                    str(folder),
                    tuple(mine[number * 3 : number * 3 + 3]),
                    (payer.panel.id,) * 3 if window % 5 == 0 else (),
                    timedelta(minutes=5 * window),
                )
                for number, folder in enumerate(folders)
            ]
            done = list(pool.map(work, shifts))
            read, chosen = read + sum(each[0] for each in done), chosen + sum(each[1] for each in done)

    assert (read, chosen) == (52, 9)
    assert payer.asked() == {"asked": 70, "refused": 0}


def clear(house: House, kind: str) -> None:
    """A window is over."""
    house.redis.delete(f"turns:{kind}:{PLATFORM}")


@pytest.mark.usefixtures("named")
def test_who_sells_is_told_of_all_that_is_missing_at_once(house: House) -> None:
    without = asdict(house.settings) | {
        f"bigcommerce_{name}": "" for name in ("account_uuid", "account_token", "app_id")
    }

    with pytest.raises(SettingsError) as caught:
        open_house(Settings(**without))

    assert all(name in caught.value.message for name in SELLING if name.startswith("BIGCOMMERCE"))


class TestWrittenDown:
    """With a file of all that is asked."""

    @pytest.fixture
    def more(self, tmp_path: Path) -> dict[str, str]:
        return SELLING | {"RECORD_REQUESTS": str(tmp_path / "requests.jsonl")}

    def test_no_secret_of_ours_is_told(
        self,
        payer: Payer,
        more: dict[str, str],
        capsys: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        payer.subscribe("grow")
        payer.cancel()
        payer.panel.control("PUT", "/faults", {"api": {"account_status_next": [401]}})
        payer.hour_passes()
        refused = payer.choose("scale")

        written = Path(more["RECORD_REQUESTS"]).read_text()
        shown = "".join((*capsys.readouterr(), caplog.text, repr(payer.house.settings), repr(payer.house)))
        assert refused.status_code == 502
        assert "plan.refused" in shown
        assert f"/accounts/{ASKED.account_uuid}/graphql" in written
        assert ASKED.account_token not in written + shown + refused.text
