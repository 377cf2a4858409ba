"""A segment shows in a customer group: who may be moved is moved, whoever may not stays, and everybody finds back."""

import pytest

from plugin.db import memberships, outputs, placements, tallies, writes
from plugin.db.outputs import Kind, State
from plugin.db.placements import LET_GO
from plugin.domain.errors import Invalid, NotFound
from plugin.domain.ids import CustomerId, SegmentId
from plugin.flow import output, release
from plugin.flow.deliver import deliver
from plugin.flow.fit import Choice
from plugin.flow.forget import forget_customer
from plugin.flow.plan import go_live, pause
from plugin.flow.release import NeedsConfirming
from plugin.flow.save import delete, save
from tests.flow.bigcommerce.grouping import Shop, _shop, shop

__all__ = ("_shop", "shop")


def test_who_is_in_no_group_is_moved_into_the_segment_s_and_out_of_it_again(shop: Shop) -> None:
    one, other = shop.people(2)
    word, _ = shop.shown("Circle")

    shop.note(one, word)
    assert (shop.where(one), shop.where(other)) == ("Circle", None)
    shop.note(one, "")

    assert (shop.where(one), shop.placement(one)) == (None, None)
    assert shop.moves(one) == [(["Circle"], [], True), ([], ["Circle"], True)]


def test_nothing_is_written_in_a_preview_nor_for_a_store_without_groups_of_ours(shop: Shop) -> None:
    (one,) = shop.people(1)
    word = shop.word()
    segment = shop.asking(word)
    shop.note(one, word)
    assert (shop.placement(one), shop.where(one)) == (None, None)
    shop.show(segment, "Shown")
    assert shop.where(one) == "Shown"

    pause(shop.house, shop.id, segment)
    shop.settle()

    assert (shop.placement(one), shop.where(one)) == (None, None)


def test_who_is_in_a_group_of_the_merchant_s_stays_and_it_is_said_in_which(shop: Shop) -> None:
    bulk = shop.group("Bulk buyers")
    (one,) = shop.people(1)
    shop.put(one, bulk)
    word, group = shop.shown("Circle held")
    shop.note(one, word)

    assert (shop.where(one), shop.held_by(one), shop.moves(one)) == ("Bulk buyers", "Bulk buyers", [])
    with shop.house.database.store(shop.id) as tx:
        assert placements.counts(tx, [group])[group].held == {"Bulk buyers": 1}
        assert next(iter(tallies.of(tx, outputs.every(tx)).values())).held == {"Bulk buyers": 1}
    assert "customer" not in str(shop.notices("place_refused"))


def test_whom_a_group_held_is_moved_when_the_merchant_takes_them_out_of_it(shop: Shop) -> None:
    trade = shop.group("Trade")
    (one,) = shop.people(1)
    shop.put(one, trade)
    word, _ = shop.shown("Circle waits")
    shop.note(one, word)
    calls = len(shop.control("GET", "/calls"))
    shop.note(one, f"{word} and more")
    asked = [call["path"] for call in shop.control("GET", "/calls")[calls:]]
    assert not any(path.endswith("/customer_groups") for path in asked), "whom nobody moved is not looked at anew"

    shop.put(one, 0)
    shop.settle()

    assert (shop.where(one), shop.held_by(one)) == ("Circle waits", None)


def test_a_group_that_is_given_up_is_left_and_restored(shop: Shop) -> None:
    retail = shop.group("Retail")
    held, free = shop.people(2)
    shop.put(held, retail)
    shop.put(free, retail)
    word, _ = shop.shown("Circle given")
    shop.note(held, word)
    assert shop.where(held) == "Retail"

    shop.allow(retail)
    shop.note(free, word)
    assert [shop.where(each) for each in (held, free)] == ["Circle given"] * 2
    release.disallow(shop.house, shop.id, retail)
    shop.note_all([held, free], "")

    assert [shop.where(each) for each in (held, free)] == ["Retail"] * 2
    assert shop.moves(held)[-1] == (["Retail"], ["Circle given"], True)


def test_whose_group_from_before_was_deleted_meanwhile_is_in_none(shop: Shop) -> None:
    before = shop.group("Old friends")
    (one,) = shop.people(1)
    shop.put(one, before)
    shop.allow(before)
    word, _ = shop.shown("Circle after")
    shop.note(one, word)
    shop.control("DELETE", f"/groups/{before}")

    shop.note(one, "")

    assert (shop.where(one), shop.placement(one)) == (None, None)


def test_whom_somebody_moved_meanwhile_is_left_where_they_are(shop: Shop) -> None:
    retail, bulk = shop.group("Retail left"), shop.group("Bulk left")
    moved, taken = shop.people(2)
    shop.put(moved, retail)
    shop.allow(retail)
    word, _ = shop.shown("Circle left")
    shop.note_all([moved, taken], word)
    shop.put(moved, bulk)
    shop.put(taken, 0)
    shop.settle()
    assert (shop.where(moved), shop.held_by(moved)) == ("Bulk left", "Bulk left")
    row = shop.placement(taken)
    assert row is not None
    assert (shop.where(taken), row.held_by, row.written) == (None, LET_GO, None)

    shop.note_all([moved, taken], "")
    assert [shop.where(each) for each in (moved, taken)] == ["Bulk left", None]
    shop.note(taken, word)

    assert shop.where(taken) == "Circle left", "who comes back to the segment is moved again"


def test_who_is_in_several_segments_is_in_the_first_of_their_groups(shop: Shop) -> None:
    (one,) = shop.people(1)
    gold, silver = shop.word(), shop.word()
    first, second = shop.asking(gold), shop.asking(silver)
    shop.show(second, "Silver")
    shop.show(first, "Gold")
    shop.note(one, f"{gold} {silver}")
    assert shop.where(one) == "Silver"

    output.order(shop.house, shop.id, [first, second])
    shop.settle()
    assert shop.where(one) == "Gold"
    shop.note(one, silver)
    assert shop.where(one) == "Silver"
    shop.drop(second)

    assert (shop.where(one), shop.placement(one)) == (None, None)


def test_the_one_before_is_kept_over_several_of_ours_and_a_group_that_nobody_wants_stays_empty(shop: Shop) -> None:
    retail = shop.group("Retail several")
    (one,) = shop.people(1)
    shop.put(one, retail)
    shop.allow(retail)
    gold, silver = shop.word(), shop.word()
    first = shop.asking(gold)
    shop.show(first, "Gold several")
    shop.show(shop.asking(silver), "Silver several")
    shop.note(one, gold)
    shop.note(one, silver)
    assert shop.where(one) == "Silver several"

    shop.note(one, gold)
    shop.drop(first)

    assert shop.where(one) == "Retail several"
    left = [each for each in shop.control("GET", "/groups") if each["name"] == "Gold several"]
    assert [each["customers"] for each in left] == [0]


def test_deleting_the_segment_takes_everybody_back_to_where_they_were(shop: Shop) -> None:
    retail = shop.group("Retail deleted")
    one, other = shop.people(2)
    shop.put(one, retail)
    shop.allow(retail)
    word = shop.word()
    segment = shop.asking(word)
    shop.show(segment, "Circle deleted")
    shop.note_all([one, other], word)

    delete(shop.house, shop.id, segment)
    shop.settle()

    assert [shop.where(each) for each in (one, other)] == ["Retail deleted", None]
    assert [shop.placement(each) for each in (one, other)] == [None, None]


def test_tiers_have_a_group_each(shop: Shop) -> None:
    (one,) = shop.people(1)
    cases = [{"label": each, "rule": f"note CONTAINS '{each.casefold()}x'"} for each in ("High", "Low")]
    made = shop.live("Levels", {"kind": "tiers", "cases": cases})
    for label in ("High", "Low"):
        shop.show(made, f"Tier {label}", label)
    shop.note(one, "lowx")
    assert shop.where(one) == "Tier Low"

    shop.note(one, "highx")

    assert shop.where(one) == "Tier High"


def test_a_group_that_somebody_deleted_shows_nobody_until_it_is_asked_for_again(shop: Shop) -> None:
    one, other = shop.people(2)
    word = shop.word()
    segment = shop.asking(word)
    group = shop.show(segment, "Deleted")
    shop.note(one, word)
    shop.control("DELETE", f"/groups/{group}")

    shop.note(other, word)

    found = shop.output(segment)
    assert found is not None
    assert (found.state, [shop.placement(each) for each in (one, other)]) == (State.GONE, [None, None])
    assert [each["name"] for each in shop.notices("output_gone")] == ["Deleted"]
    assert shop.show(segment, "Deleted") != group
    assert [shop.where(each) for each in (one, other)] == ["Deleted"] * 2
    assert shop.notices("output_gone") == []


def test_the_daily_look_finds_what_became_of_groups(shop: Shop) -> None:
    (one,) = shop.people(1)
    word = shop.word()
    segment = shop.asking(word)
    group = shop.show(segment, "Weighed")
    shop.note(one, word)
    shop.tomorrow()
    assert shop.notices("place_matters") == []

    shop.control("PATCH", f"/groups/{group}", {"price_list": "Trade prices", "name": "Renamed"})
    shop.control("POST", "/promotions", {"name": "Tea week", "group_ids": [group]})
    shop.tomorrow()
    assert shop.notices("place_matters") == [
        {"name": "Renamed", "reasons": "it has prices of its own (Trade prices); promotions are for it (Tea week)"}
    ]
    assert shop.where(one) == "Renamed", "that it has prices is what it may be for"
    renamed = shop.output(segment)
    assert renamed is not None
    assert renamed.name == "Renamed"
    shop.control("DELETE", f"/groups/{group}")
    shop.tomorrow()

    assert shop.notices("place_matters") == []
    found = shop.output(segment)
    assert found is not None
    assert (found.state, shop.placement(one)) == (State.GONE, None)


def test_the_daily_look_finds_whom_a_group_holds_no_longer(shop: Shop) -> None:
    bulk = shop.group("Bulk deleted")
    (one,) = shop.people(1)
    shop.put(one, bulk)
    word, _ = shop.shown("Circle freed")
    shop.note(one, word)
    shop.control("DELETE", f"/groups/{bulk}")
    shop.settle()

    shop.tomorrow()

    assert (shop.where(one), shop.held_by(one)) == ("Circle freed", None)


def test_a_group_is_chosen_anew_as_soon_as_it_is_empty(shop: Shop) -> None:
    (one,) = shop.people(1)
    word = shop.word()
    segment = shop.asking(word)
    group = shop.show(segment, "Circle anew")
    shop.note(one, word)
    output.drop(shop.house, shop.id, segment, Kind.GROUP, "")

    with pytest.raises(Invalid, match="still being moved out of the group Circle anew"):
        output.choose(shop.house, shop.id, Choice(segment, Kind.GROUP, "", "Circle anew"))
    shop.settle()
    assert shop.where(one) is None

    assert shop.show(segment, "Circle anew") == group
    assert shop.where(one) == "Circle anew"


def test_whom_a_message_moves_goes_before_a_crowd(shop: Shop) -> None:
    one, other = shop.people(2)
    word, many = shop.word(), shop.word()
    heard = shop.asking(word)
    shop.show(heard, "Circle heard")
    output.choose(shop.house, shop.id, Choice(heard, Kind.ATTRIBUTE, "", "Circle said"))
    shop.note(other, many)
    go_live(shop.house, shop.id, SegmentId(shop.segment("Many", f"note CONTAINS '{many}'", "Many")))
    shop.absorb()
    shop.control("PATCH", f"/customers/{one}", {"notes": word})
    shop.hear()

    deliver(shop.house, shop.id)

    with shop.house.database.store(shop.id) as tx:
        wrote = [(each["what"], each["customer_id"]) for each in reversed(writes.latest(tx, most=3))]
    assert wrote == [("group", one), ("attribute", one), ("tags", other)]
    delete(shop.house, shop.id, heard)
    shop.settle()


def test_some_groups_can_never_be_left_and_some_only_by_who_knows_what_they_do(shop: Shop) -> None:
    plain, guests = shop.group("Plain"), shop.group("Guests", guests=True)
    default = shop.group("Newcomers", default=True)
    company, priced = shop.group("Acme Ltd"), shop.group("Priced", price_list="Trade")
    shop.someone(company="Acme Ltd", group_id=company)
    for group, why in ((guests, "not signed in"), (default, "new customers"), (company, "a company")):
        with pytest.raises(Invalid, match=why):
            release.allow(shop.house, shop.id, group, confirmed=True)
    with pytest.raises(NeedsConfirming, match=r"prices of its own \(Trade\)"):
        release.allow(shop.house, shop.id, priced)
    with pytest.raises(NotFound):
        release.allow(shop.house, shop.id, 987_654)
    shop.allow(plain)
    shop.allow(priced, confirmed=True)

    told = {each.name: (each.given_up, each.never) for each in release.choices(shop.house, shop.id).groups}

    assert (told["Plain"], told["Priced"], told["Guests"]) == ((True, False), (True, False), (False, True))
    shop.control("PATCH", f"/groups/{plain}", {"default": True})
    shop.tomorrow()
    assert shop.notices("leavable_kept") == [{"name": "Plain", "reasons": "new customers are put into it"}]
    assert not next(each for each in release.choices(shop.house, shop.id).groups if each.id == plain).given_up
    shop.control("PATCH", f"/groups/{plain}", {"default": False})
    shop.tomorrow()
    assert shop.notices("leavable_kept") == []


def test_a_group_of_the_merchant_s_with_customers_in_it_does_not_become_one_of_ours(shop: Shop) -> None:
    (one,) = shop.people(1)
    shop.put(one, shop.group("Friends"))

    with pytest.raises(Invalid, match="with customers in it"):
        shop.shown("friends")


def test_our_own_groups_are_not_among_those_to_give_up(shop: Shop) -> None:
    shop.shown("Ours alone")

    assert "Ours alone" not in {each.name for each in release.choices(shop.house, shop.id).groups}


def test_who_is_forgotten_or_deleted_has_no_row_and_nobody_moves_them(shop: Shop) -> None:
    forgotten, deleted = shop.people(2)
    word, _ = shop.shown("Circle gone")
    shop.note_all([forgotten, deleted], word)
    with shop.house.database.store(shop.id) as tx:
        forget_customer(tx, CustomerId(forgotten), (), shop.house.now())
    shop.control("DELETE", f"/customers/{deleted}")
    shop.settle()

    assert [shop.placement(each) for each in (forgotten, deleted)] == [None, None]


def test_a_rule_about_groups_sees_the_group_that_we_put_somebody_into(shop: Shop) -> None:
    (one,) = shop.people(1)
    word, _ = shop.shown("Circle seen")
    seen = shop.live("Seen", {"kind": "rule", "rule": "customer_groups CONTAINS 'Circle seen'"})
    shop.note(one, word)

    with shop.house.database.store(shop.id) as tx:
        assert seen in {each.segment_id for each in memberships.of(tx, [CustomerId(one)])}


def test_every_output_has_its_own_numbers(shop: Shop) -> None:
    people = shop.people(2)
    word, group = shop.shown("Circle counted")
    shop.note_all(people, word)

    with shop.house.database.store(shop.id) as tx:
        assert placements.counts(tx, [group])[group] == placements.Counts(2, 0, None)
        assert placements.count(tx) == 0
        assert [each.name for each in outputs.every(tx)] == ["Circle counted"]


def test_a_segment_that_asks_about_groups_can_t_show_in_one_and_one_that_shows_can_t_come_to_ask(shop: Shop) -> None:
    asking = shop.live("Asking", {"kind": "rule", "rule": "customer_groups CONTAINS 'Trade'"})
    behind = shop.live("Behind", {"kind": "rule", "rule": "IN SEGMENT 'Asking'"})
    for segment in (asking, behind):
        with pytest.raises(Invalid, match="back and forth"):
            shop.show(segment, "Circling")
    word = shop.word()
    plain = shop.asking(word)
    shop.show(plain, "Straight")

    rule = {"kind": "rule", "rule": f"note CONTAINS '{word}' AND IN SEGMENT 'Behind'"}
    with pytest.raises(Invalid, match="back and forth"):
        save(shop.house, shop.id, f"Of {word}", rule, {}, "1", plain)
