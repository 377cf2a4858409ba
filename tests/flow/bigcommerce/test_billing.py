"""A merchant's way to a plan: chosen on our page, agreed to on BigCommerce's, had by its word alone."""

import logging
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
import requests

from plugin.db import entitlements, stores
from plugin.db.stores import State
from plugin.domain.allowance import LANDING
from plugin.domain.errors import SettingsError
from plugin.domain.ids import StoreId
from plugin.flow.choose import ChoosingBusy, choose
from plugin.flow.entitle import entitle, entitle_all
from plugin.flow.house import House, open_house
from plugin.platforms.manifest import manifest
from plugin.settings import Settings
from tests.flow.bigcommerce.panel import PLATFORM, Panel
from tests.flow.bigcommerce.selling import ASKED, PRICES, SELLING, Payer, priced

FREE, GROW = manifest().plans[:2]
DAY = timedelta(days=1)


@pytest.fixture
def prices() -> dict[str, object]:
    """What manifest.json names for BigCommerce."""
    return dict(PRICES)


@pytest.fixture(autouse=True)
def named(tmp_path: Path, prices: dict[str, object]) -> Iterator[None]:
    """There are prices."""
    with priced(tmp_path, prices):
        yield


@pytest.fixture
def more() -> dict[str, str]:
    """Billing is on."""
    return SELLING


@pytest.fixture
def payer(installed: Panel) -> Payer:
    """A store whose history is read, at the beginning of an hour, with the free plan."""
    payer = Payer(installed)
    payer.hour_passes()
    assert payer.when_due()
    return payer


def test_a_new_store_has_the_free_plan_and_is_told_what_others_cost(payer: Payer) -> None:
    told = payer.page()

    assert (told["name"], told["state"], told["change_url"], told["cancelling"]) == ("Free", "none", None, None)
    rows = {each["handle"]: (each["costs"], each["tried"], each["can_choose"]) for each in told["plans"]}
    assert rows == {
        "free": ("Free", "", False),
        "grow": ("$19.00 a month", "", True),
        "scale": ("$190.00 a year", "", True),
        "unlimited": ("$99.00 every three months", "Free for a store's first 14 days with a plan", True),
    }
    assert told["billed"].startswith("BigCommerce bills a plan together with your store")


def test_a_plan_is_had_when_the_merchant_has_agreed_and_not_before(payer: Payer) -> None:
    address = payer.choose("grow").json()["url"]
    payer.read()
    before = payer.page()["name"]
    shown = requests.get(address, timeout=30).text
    requests.post(address, data={}, allow_redirects=False, timeout=30)  # They go back without agreeing.
    payer.read()
    declined = payer.page()["name"]

    payer.subscribe("grow")

    told = payer.page()
    assert "Regulars Grow" in shown
    assert (before, declined) == ("Free", "Free")
    assert (told["name"], told["state"], told["price"], told["limit"]) == (
        "Grow",
        "active",
        "$19.00 a month",
        GROW.customers,
    )
    assert "You pay for Grow no more" in told["cancelling"]
    assert [each["handle"] for each in told["plans"] if each["can_choose"]] == ["scale", "unlimited"]


def test_a_plan_is_changed_and_there_is_one_still(payer: Payer) -> None:
    payer.subscribe("grow")

    payer.subscribe("scale")

    assert len(payer.books()) == 1
    assert (payer.page()["name"], payer.page()["price"]) == ("Scale", "$190.00 a year")


def test_a_cancelled_plan_is_good_to_its_end_though_bigcommerce_calls_it_active(payer: Payer) -> None:
    payer.subscribe("grow")

    until = payer.cancel().json()["until"]
    at_once = payer.page()
    payer.read()
    later = payer.page()
    payer.changed(status="CANCELLED")
    payer.read()
    cancelled = payer.page()
    payer.hour_passes()
    payer.read(timedelta(days=40))

    assert datetime.fromisoformat(until) == payer_end(payer)
    for told in (at_once, later, cancelled):
        assert (told["name"], told["state"], told["cancelling"]) == ("Grow", "ending", None)
        assert "It is cancelled and ends on" in told["says"][1]
    assert (payer.row.state, payer.row.plan) == ("none", None)


def payer_end(payer: Payer) -> datetime:
    """Until when the store has paid."""
    found = datetime.fromisoformat(payer.books()[-1]["period_end"])
    return found.replace(microsecond=0, tzinfo=found.tzinfo or UTC)


def test_a_plan_that_is_renewed_after_all_was_not_cancelled(payer: Payer) -> None:
    payer.subscribe("grow")
    payer.cancel()

    payer.changed(period_end=(payer.house.now() + 60 * DAY).isoformat())
    payer.read()

    assert payer.row.state == "active"


def test_another_plan_can_be_chosen_while_one_ends(payer: Payer) -> None:
    payer.subscribe("grow")
    payer.cancel()
    payer.read()

    payer.hour_passes()
    payer.subscribe("scale")

    assert (payer.row.plan, payer.row.state) == ("scale", "active")


def test_a_trial_is_not_changed_but_left_and_another_plan_is_chosen(payer: Payer) -> None:
    payer.subscribe("unlimited")
    told = payer.page()
    refused = payer.choose("scale")

    payer.hour_passes()
    address = payer.choose("scale", leaving_trial=True).json()["url"]
    payer.read()
    between = payer.row.state
    payer.panel.control("POST", f"/checkouts/{address.rpartition('=')[2]}/complete")
    payer.read()

    (scale,) = (each for each in told["plans"] if each["handle"] == "scale")
    assert told["state"] == "trial"
    assert "The trial of Unlimited ends at once, for good" in scale["leaving"]
    assert told["cancelling"].startswith("The free trial of Unlimited ends at once and costs nothing.")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "in_trial")
    assert between == "none"
    assert (payer.row.plan, payer.row.state) == ("scale", "active")


def test_a_trial_that_is_cancelled_is_over(payer: Payer) -> None:
    payer.subscribe("unlimited")

    assert payer.cancel().status_code == 200
    payer.read()

    assert (payer.page()["name"], payer.row.state) == ("Free", "none")


@pytest.mark.parametrize("plan", ["free", "nonsense", ""])
def test_what_is_no_plan_is_not_asked_for(payer: Payer, plan: str) -> None:
    before = payer.asked()

    assert payer.choose(plan).status_code == 422

    assert payer.asked() == before


def test_whoever_comes_back_has_the_plan_read_anew_and_nothing_in_the_address_is_believed(payer: Payer) -> None:
    payer.panel.load()
    opened = payer.is_due()

    payer.panel.load(path="/plan?plan=unlimited&status=COMPLETE")
    payer.ahead += entitlements.APART

    assert (opened, payer.is_due()) == (False, True)
    assert payer.when_due()
    assert (payer.row.plan, payer.row.state) == (None, "none")


def test_a_store_over_its_limit_stands_still_and_goes_on_with_a_larger_plan(payer: Payer) -> None:
    with payer.house.database.store(payer.panel.id) as tx:
        tx.execute(
            """INSERT INTO customers (store_id, id, updated_at, seen_at, digest)
               SELECT %s, 1000000 + n, now(), now(), '\\x00' FROM generate_series(1, %s) n""",
            (tx.store_id, FREE.customers),
        )
    payer.read()
    over = (payer.page()["standing"], payer.may_write)
    payer.hour_passes()
    payer.read(LANDING)
    paused = payer.may_write

    payer.subscribe("grow")

    assert over == ("over", True)
    assert not paused
    assert payer.may_write


def test_what_an_order_is_refused_for_is_said_and_changes_nothing(payer: Payer) -> None:
    payer.panel.control("PUT", "/faults", {"api": {"account_status_next": [500]}})
    away = payer.choose("grow")
    payer.panel.control("PUT", "/faults", {"api": {"account_status_next": [401]}})
    refused = payer.choose("grow")

    assert (away.status_code, away.json()["error"]["message"]) == (
        502,
        "BigCommerce doesn't answer. Try again in a minute.",
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (502, "choosing_refused")
    assert payer.books() == []


def test_too_many_who_choose_wait_and_are_told_for_how_long(payer: Payer) -> None:
    answers = [payer.choose("grow") for _ in range(4)]

    assert [each.status_code for each in answers] == [200, 200, 200, 503]
    assert "try again in 30 minutes" in answers[-1].json()["error"]["message"]
    assert payer.asked()["refused"] == 0


class TestWithoutPrices:
    """As manifest.json is."""

    @pytest.fixture
    def prices(self) -> dict[str, object]:
        return {}

    def test_nothing_is_sold_and_stores_have_everything(self, installed: Panel) -> None:
        payer = Payer(installed)
        page = installed.load()
        with installed.house.database.store(installed.id) as tx:
            unread = entitlements.get(tx) is None
            entitlements.want(tx, payer.house.now())  # As if something had been sold, once.
            entitlements.weighed(tx, 5000, payer.house.now(), payer.house.now())

        assert payer.page() == {"billing": False}
        assert "/bigcommerce/plan" not in page.answer.text
        assert payer.choose("grow").status_code == payer.cancel().status_code == 404
        assert (unread, entitle_all(payer.house), payer.when_due(), payer.may_write) == (True, 0, False, True)


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
        house = open_house(shift.settings)
        payer = later(house, shift.ahead)
        read = sum(entitle(payer, each) for each in shift.reads)
        chosen = 0
        for each in shift.chooses:
            try:
                chosen += bool(choose(payer, each, "grow"))
            except ChoosingBusy:
                continue
        house.database.close()
        return read, chosen


def later(house: House, ahead: timedelta) -> House:
    """The house, so much later."""
    return replace(house, now=lambda: datetime.now(UTC) + ahead)


def test_however_two_processes_ask_bigcommerce_never_refuses_for_it(payer: Payer, house: House, tmp_path: Path) -> None:
    """The most that fits into any hour: thirteen windows of reading and three of choosing. More stores are due than
    one question may tell of."""
    everyone = rows(house, 160, "hour")
    entitle_all(house)
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
            mine = everyone[window * 12 :]
            shifts = [
                Shift(
                    house.settings,
                    str(folder),
                    tuple(mine[number * 6 : number * 6 + 6]),
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
