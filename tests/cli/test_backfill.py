"""A history that is read again."""

from datetime import timedelta

from plugin.db import backfills, customers, plans, stores
from plugin.db.stores import State
from plugin.db.transaction import Database as Doors
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId
from plugin.flow.backfill import backfill
from plugin.flow.house import open_house
from plugin.flow.plan import plan
from plugin.flow.save import save
from plugin.settings import Settings
from tests.builders import NOON, a_store
from tests.cli.conftest import Regulars


def test_the_store_begins_again_with_its_subscriptions(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")

    done = regulars("backfill", "tea")

    assert done.exit_code == 0, done.output
    with at.store(store_id) as tx:
        assert stores.get(tx).state is State.INSTALLING


def test_a_store_that_left_is_refused(regulars: Regulars, at: Doors) -> None:
    a_store(at, "tea.myshopify.com", state=State.UNINSTALLED)

    done = regulars("backfill", "tea")

    assert done.stderr == "Error: tea.myshopify.com is uninstalled: its merchant must open the app first.\n"


def test_once_history_is_whole_again_everyone_is_decided_anew(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")
    house = open_house(Settings.from_environment(regulars.environment))
    save(house, store_id, "Spend", {"kind": "rule", "rule": "amount_spent >= 500"}, {}, "a test")
    plan(house, store_id)
    with at.store(store_id) as tx:
        customers.put(tx, {CustomerId(1): NOON, CustomerId(2): NOON})
        customers.set_alarms(tx, [CustomerId(1), CustomerId(2)], [NOON + timedelta(days=9000), None])
        stores.set_state(tx, State.BACKFILLING, NOON)
        backfills.begin(tx, (Kind.ORDER,))
        backfills.change(tx, Kind.ORDER, state="done")

    assert backfill(house, store_id) is State.READY

    with at.store(store_id) as tx:
        assert [cause for _, cause in customers.due(tx, 9).values()] == ["history", "history"]
        assert plans.waiting(tx) == []
    house.database.close()
