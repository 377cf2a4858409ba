"""Lost answers, refusals, haste and crashes move nobody twice, and nobody out of where they may not be taken."""

from multiprocessing import get_context

import pytest

from plugin.db import placements
from plugin.db.outputs import State
from plugin.db.placements import Heading
from plugin.domain.ids import CustomerId, StoreId
from plugin.flow.bell import Work
from plugin.flow.deliver import deliver
from plugin.flow.house import open_house
from plugin.flow.scan import scan
from plugin.flow.write import WRITES_AN_HOUR
from plugin.settings import Settings
from tests.flow.bigcommerce.grouping import Shop, _shop, shop

__all__ = ("_shop", "shop")


def test_a_move_whose_answer_was_lost_is_read_back_and_not_made_again(shop: Shop) -> None:
    retail = shop.group("Retail lost")
    (one,) = shop.people(1)
    shop.put(one, retail)
    shop.allow(retail)
    word, _ = shop.shown("Circle lost")
    shop.fail(lose_next=1)
    shop.note(one, word)
    row = shop.placement(one)
    assert row is not None
    assert (shop.where(one), row.written, row.heading is None) == ("Circle lost", None, False)
    puts = len(shop.puts())

    shop.overdue()
    row = shop.placement(one)
    assert row is not None
    assert (row.is_settled, row.previous, len(shop.puts())) == (True, retail, puts)
    assert shop.moves(one) == [(["Circle lost"], ["Retail lost"], True)]
    shop.note(one, "")

    assert shop.where(one) == "Retail lost", "where they were before is not forgotten with the answer"


def test_a_move_that_never_happened_is_made_once_it_is_known(shop: Shop) -> None:
    (one,) = shop.people(1)
    word, _ = shop.shown("Circle late")
    shop.control("PATCH", f"/customers/{one}", {"notes": word})
    shop.hear()
    with shop.house.database.store(shop.id) as tx:
        (row,) = placements.due(tx, 10)
        assert row.wanted is not None
        placements.sending(tx, [Heading(row.customer_id, row.wanted, None)])  # The call was made, and lost on its way.
    shop.settle()
    assert shop.where(one) is None

    shop.overdue()

    assert (shop.where(one), shop.moves(one)) == ("Circle late", [(["Circle late"], [], True)])


def test_who_left_while_nobody_knew_where_they_were_is_taken_back(shop: Shop) -> None:
    retail = shop.group("Retail unsure")
    (one,) = shop.people(1)
    shop.put(one, retail)
    shop.allow(retail)
    word = shop.word()
    segment = shop.asking(word)
    shop.show(segment, "Circle unsure")
    shop.fail(lose_next=1)
    shop.note(one, word)
    shop.heal()
    shop.control("PATCH", f"/customers/{one}", {"notes": ""})
    shop.drop(segment)

    assert (shop.where(one), shop.placement(one)) == ("Retail unsure", None)


def test_whom_somebody_moved_while_nobody_knew_where_they_were_is_left_there(shop: Shop) -> None:
    bulk = shop.group("Bulk unsure")
    (one,) = shop.people(1)
    word, _ = shop.shown("Circle moved")
    shop.fail(lose_next=1)
    shop.note(one, word)
    shop.heal()
    shop.put(one, bulk)
    shop.overdue()

    assert (shop.where(one), shop.held_by(one)) == ("Bulk unsure", "Bulk unsure")


def test_going_back_whose_answer_was_lost_is_not_undone(shop: Shop) -> None:
    retail = shop.group("Retail back")
    (one,) = shop.people(1)
    shop.put(one, retail)
    shop.allow(retail)
    word, _ = shop.shown("Circle back")
    shop.note(one, word)
    shop.fail(lose_next=1)
    shop.note(one, "")
    assert shop.where(one) == "Retail back"

    shop.overdue()

    assert (shop.where(one), shop.placement(one)) == ("Retail back", None)


def test_one_of_ten_who_is_refused_takes_nobody_with_them(shop: Shop) -> None:
    people = shop.people(10)
    word, _ = shop.shown("Circle ten")
    shop.fail(batch_refuses=[people[4]])
    shop.note_all(people, word)

    assert [each for each in people if shop.where(each) is None] == [people[4]]
    assert [each["customer"] for each in shop.notices("place_refused")] == [people[4]]
    row = shop.placement(people[4])
    assert row is not None
    assert (row.heading, row.written) == (None, None)
    shop.heal()
    shop.overdue()
    assert shop.where(people[4]) == "Circle ten"
    assert shop.notices("place_refused") == []


def test_whom_a_move_was_refused_for_is_told_of_no_longer_when_nobody_wants_it(shop: Shop) -> None:
    one, other = shop.people(2)
    word = shop.word()
    segment = shop.asking(word)
    shop.show(segment, "Circle refused")
    shop.fail(batch_refuses=[one, other])
    shop.note_all([one, other], word)
    assert sorted(each["customer"] for each in shop.notices("place_refused")) == [one, other]

    shop.note(one, "")
    assert [each["customer"] for each in shop.notices("place_refused")] == [other]
    shop.drop(segment)

    assert shop.notices("place_refused") == []


def test_who_is_deleted_in_between_takes_nobody_with_them(shop: Shop) -> None:
    one, gone = shop.people(2)
    word, _ = shop.shown("Circle two")
    for each in (one, gone):
        shop.control("PATCH", f"/customers/{each}", {"notes": word})
    shop.hear()
    shop.control("DELETE", f"/customers/{gone}")
    shop.settle()

    assert (shop.where(one), shop.placement(gone)) == ("Circle two", None)


def test_a_store_that_asks_for_patience_is_left_alone_and_nothing_is_unsure(shop: Shop) -> None:
    (one,) = shop.people(1)
    word, _ = shop.shown("Circle slow")
    shop.control("PATCH", f"/customers/{one}", {"notes": word})
    shop.hear()
    shop.fail(throttle_next=1)
    shop.settle()
    row = shop.placement(one)
    assert row is not None
    assert (row.heading, row.attempts, shop.where(one)) == (None, 0, None)

    shop.heal()
    shop.overdue()

    assert shop.where(one) == "Circle slow"


def test_what_failed_before_anybody_was_moved_leaves_nothing_unsure(shop: Shop) -> None:
    (one,) = shop.people(1)
    word, _ = shop.shown("Circle broken")
    shop.control("PATCH", f"/customers/{one}", {"notes": word})
    shop.hear()
    shop.fail(status_next=[500])
    shop.settle()
    row = shop.placement(one)
    assert row is not None
    assert (row.heading, shop.where(one)) == (None, None)

    shop.overdue()

    assert shop.where(one) == "Circle broken"


def test_a_store_whose_plan_has_no_groups_any_more_is_told_so_once(shop: Shop) -> None:
    (one,) = shop.people(1)
    word = shop.word()
    segment = shop.asking(word)
    shop.show(segment, "Circle planned")
    shop.note(one, word)
    shop.fail(groups_status=403)
    shop.tomorrow()

    found = shop.output(segment)
    assert found is not None
    assert (found.state, found.error) == (State.REFUSED, "The store's plan has no customer groups.")
    assert [each["reason"] for each in shop.notices("output_refused")] == ["The store's plan has no customer groups."]
    shop.heal()
    shop.show(segment, "Circle planned")
    assert shop.where(one) == "Circle planned"
    assert shop.notices("output_refused") == []


@pytest.mark.parametrize("called", [True, False], ids=["after the call", "before the call"])
def test_a_worker_that_dies_between_its_two_transactions_leaves_nothing_wrong(shop: Shop, called: bool) -> None:
    retail = shop.group(f"Retail died {called}")
    (one,) = shop.people(1)
    shop.put(one, retail)
    shop.allow(retail)
    word, group = shop.shown(f"Circle died {called}")
    shop.control("PATCH", f"/customers/{one}", {"notes": word})
    shop.hear()
    with shop.house.database.store(shop.id) as tx:
        placements.sending(tx, [Heading(CustomerId(one), group, retail)])
    if called:
        shop.put(one, group)
    shop.overdue()
    assert shop.where(one) == f"Circle died {called}"

    shop.note(one, "")

    assert shop.where(one) == f"Retail died {called}"


def test_a_worker_that_is_killed_in_the_middle_of_it_leaves_nothing_wrong(shop: Shop) -> None:
    retail = shop.group("Retail killed")
    (one,) = shop.people(1)
    shop.put(one, retail)
    shop.allow(retail)
    word, group = shop.shown("Circle killed")
    shop.control("PATCH", f"/customers/{one}", {"notes": word})
    shop.hear()
    shop.fail(slow_seconds=1.0)
    worker = get_context("spawn").Process(target=work, args=(shop.house.settings, shop.id))
    worker.start()
    while not is_under_way(shop, one):
        assert worker.is_alive()
        worker.join(0.02)
    worker.kill()
    worker.join()
    shop.heal()
    row = shop.placement(one)
    assert row is not None
    assert (row.heading, row.previous, row.written) == (group, retail, None)

    with shop.house.database.store(shop.id) as tx:
        tx.execute("DELETE FROM leases")  # A dead worker's ends by itself after two minutes.
    shop.overdue()
    assert shop.where(one) == "Circle killed"
    shop.note(one, "")

    assert shop.where(one) == "Retail killed"


def is_under_way(shop: Shop, who: int) -> bool:
    row = shop.placement(who)
    return row is not None and row.heading is not None


def work(settings: Settings, store_id: StoreId) -> None:
    """What a worker's process does."""
    deliver(open_house(settings), store_id)


def test_a_bell_that_nobody_heard_is_made_up_for_by_the_scan(shop: Shop) -> None:
    (one,) = shop.people(1)
    word, _ = shop.shown("Circle unheard")
    shop.control("PATCH", f"/customers/{one}", {"notes": word})
    shop.hear()
    with shop.house.database.store(shop.id) as tx:
        assert placements.due(tx, 10)
    shop.house.redis.flushdb()
    shop.rings.heard.clear()

    scan(shop.house)

    assert (Work.DELIVER, shop.id) in shop.rings.heard
    shop.settle()
    assert shop.where(one) == "Circle unheard"


def test_after_the_app_came_back_it_is_known_where_everybody_is(shop: Shop) -> None:
    retail, bulk = shop.group("Retail again"), shop.group("Bulk again")
    stayed, moved = shop.people(2)
    shop.put(stayed, retail)
    shop.allow(retail)
    word, _ = shop.shown("Circle again")
    shop.note_all([stayed, moved], word)
    shop.control("POST", "/uninstall", {})
    shop.hear()
    shop.put(moved, bulk)
    shop.install()
    shop.read_history()
    shop.settle()

    assert [shop.where(each) for each in (stayed, moved)] == ["Circle again", "Bulk again"]
    assert shop.held_by(moved) == "Bulk again"
    shop.note_all([stayed, moved], "")
    assert [shop.where(each) for each in (stayed, moved)] == ["Retail again", "Bulk again"]


def test_who_is_moved_all_the_time_is_left_alone_for_an_hour(shop: Shop) -> None:
    (one,) = shop.people(1)
    word, _ = shop.shown("Circle fought")
    shop.note(one, word)
    with shop.house.database.store(shop.id) as tx:
        tx.execute(
            """INSERT INTO writes (store_id, customer_id, before, added, removed, cause, ok, sent_at, what)
               SELECT %s, %s, '{}', '{}', '{}', 'a test', true, now(), 'group' FROM generate_series(2, %s)""",
            (shop.id, one, WRITES_AN_HOUR),
        )
    shop.note(one, "")

    assert shop.where(one) == "Circle fought"
    assert [each["customer"] for each in shop.notices("written_too_often")] == [one]
    shop.put(one, 0)
    shop.overdue()
    assert shop.placement(one) is None
