"""A history that is read again."""

from plugin.db import stores
from plugin.db.stores import State
from plugin.db.transaction import Database as Doors
from tests.builders import a_store
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
