"""A store that is compared by hand."""

from plugin.db import reconciles, repairs
from plugin.db.reconciles import Look
from plugin.db.repairs import What
from plugin.db.stores import State
from plugin.db.transaction import Database as Doors
from plugin.domain.facts import Kind
from tests.builders import NOON, a_store
from tests.cli.conftest import Regulars


def test_what_changed_is_looked_at_now_and_on_demand_everything(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")

    assert regulars("reconcile", "tea").exit_code == 0
    with at.store(store_id) as tx:
        soon = {(row.kind, row.look) for row in reconciles.listed(tx) if row.due_at <= tx.value("SELECT now()")}
    assert soon == {(Kind.CUSTOMER, Look.CHANGES), (Kind.ORDER, Look.CHANGES)}

    assert regulars("reconcile", "tea", "--everything").exit_code == 0
    with at.store(store_id) as tx:
        assert all(row.due_at <= tx.value("SELECT now()") for row in reconciles.listed(tx))


def test_a_store_without_its_history_is_refused(regulars: Regulars, at: Doors) -> None:
    a_store(at, "tea.myshopify.com", state=State.BACKFILLING)

    done = regulars("reconcile", "tea")

    assert done.stderr == "Error: tea.myshopify.com is backfilling: its history must be read first.\n"


def test_a_store_shows_what_was_mended(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")
    with at.store(store_id) as tx:
        repairs.add(tx, NOON, Kind.ORDER, What.MISSED, [7, 8])

    said = " ".join(regulars("stores", "show", "tea").output.split())

    assert "compared: not yet" in said
    assert f"repaired: 2 order missed, at {NOON}: 7, 8" in said
