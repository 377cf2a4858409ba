"""A segment shows elsewhere in the store because somebody asked for it: made there, written, taken away again."""

import pytest

from plugin.db import outputs, writes
from plugin.db.outputs import Kind, Output, Says, State
from plugin.domain.errors import Invalid
from plugin.domain.ids import SegmentId
from plugin.flow.fit import Choice
from plugin.flow.mentions import report_mentions
from plugin.flow.output import choose, drop
from plugin.flow.plan import apply, go_live, pause
from plugin.flow.save import delete, save
from tests.flow.bigcommerce.choosing import TIERS, buyer, live, store, theirs, work
from tests.flow.bigcommerce.panel import Panel

__all__ = ["store"]


def one(store: Panel) -> Output:
    """The only output there is."""
    with store.house.database.store(store.id) as tx:
        (found,) = outputs.every(tx)
        return found


def none(store: Panel) -> bool:
    """Whether there is none."""
    with store.house.database.store(store.id) as tx:
        return outputs.every(tx) == []


def test_it_is_made_written_and_taken_away_again(store: Panel) -> None:
    who = buyer(store)
    segment = live(store, "Buyers")

    for kind in Kind:
        choose(store.house, store.id, Choice(segment, kind, "", f"Our {kind}"))
    work(store)

    shown = theirs(store, who)
    assert shown["attributes"]["Our attribute"] == "yes"
    assert shown["segments"] == ["Our native"]
    assert shown["group"] == "Our group"
    with store.house.database.store(store.id) as tx:
        assert {each["what"] for each in writes.latest(tx, customer_id=shown["id"])} == {"group", "attribute", "native"}
    for kind in Kind:
        drop(store.house, store.id, segment, kind, "")
    work(store)
    shown = theirs(store, who)
    assert (shown["attributes"], shown["segments"], shown["group"]) == ({}, [], None)
    assert none(store)
    assert [each["name"] for each in store.control("GET", "/groups") if each["name"] == "Our group"] == ["Our group"]


def test_in_preview_the_store_hears_nothing_of_it(store: Panel) -> None:
    who = buyer(store)
    segment = SegmentId(store.segment("Buyers", "number_of_orders >= 1"))
    choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Buyer"))
    work(store)
    assert (one(store).state, one(store).remote_id) == (State.MAKING, None)

    go_live(store.house, store.id, segment)
    work(store)

    assert one(store).state is State.STANDING
    assert theirs(store, who)["attributes"] == {"Buyer": "yes"}
    pause(store.house, store.id, segment)
    work(store)
    assert theirs(store, who)["attributes"] == {}
    assert one(store).state is State.STANDING


def test_back_in_preview_before_it_is_made_it_waits_for_the_next_time(store: Panel) -> None:
    segment = live(store, "Buyers")
    choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Buyer"))
    pause(store.house, store.id, segment)

    work(store)

    assert (one(store).state, one(store).remote_id) == (State.MAKING, None)
    go_live(store.house, store.id, segment)
    work(store)
    assert one(store).state is State.STANDING


def test_a_name_that_names_somebody_who_is_forgotten_is_told_of_until_it_is_gone(store: Panel) -> None:
    segment = SegmentId(store.segment("Buyers", "number_of_orders >= 1"))
    choose(store.house, store.id, Choice(segment, Kind.GROUP, "", "Like Ada Ember"))

    with store.house.database.store(store.id) as tx:
        report_mentions(tx, [], ["Ada Ember"])

    assert "names_forgotten" in store.told()
    drop(store.house, store.id, segment, Kind.GROUP, "")
    assert "names_forgotten" not in store.told()


def test_tiers_have_one_attribute_that_says_which_and_a_segment_each(store: Panel) -> None:
    gold, silver = buyer(store, orders=2), buyer(store)
    segment = live(store, "Tiers", TIERS)
    choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Tier"))
    choose(store.house, store.id, Choice(segment, Kind.NATIVE, "Gold", "The gold ones"))

    work(store)

    assert theirs(store, gold)["attributes"] == {"Tier": "Gold"}
    assert theirs(store, silver)["attributes"] == {"Tier": "Silver"}
    assert (theirs(store, gold)["segments"], theirs(store, silver)["segments"]) == (["The gold ones"], [])


def test_a_label_that_no_longer_exists_takes_its_output_with_it(store: Panel) -> None:
    who = buyer(store, orders=2)
    segment = live(store, "Tiers", TIERS)
    choose(store.house, store.id, Choice(segment, Kind.NATIVE, "Gold", "The gold ones"))
    choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Tier"))
    work(store)
    assert theirs(store, who)["segments"] == ["The gold ones"]

    changed = {"kind": "rule", "rule": "number_of_orders >= 1"}
    _, made = save(store.house, store.id, "Tiers", changed, {}, "1", segment)
    work(store)
    assert theirs(store, who)["segments"] == ["The gold ones"]
    apply(store.house, store.id, made)
    work(store)

    assert theirs(store, who)["segments"] == []
    assert (one(store).kind, one(store).says) == (Kind.ATTRIBUTE, Says.YES)
    assert theirs(store, who)["attributes"] == {"Tier": "yes"}


def test_a_segment_that_is_deleted_shows_nowhere(store: Panel) -> None:
    who = buyer(store)
    segment = live(store, "Buyers")
    choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Buyer", Says.SINCE))
    choose(store.house, store.id, Choice(segment, Kind.NATIVE, "", "Those who bought"))
    work(store)
    assert len(theirs(store, who)["attributes"]["Buyer"]) == len("2026-01-01")

    delete(store.house, store.id, segment)
    work(store)

    assert theirs(store, who)["attributes"] == {}
    assert none(store)


REFUSED = (
    (Kind.GROUP, "", "", None, "name", "at most 100 characters"),
    (Kind.GROUP, "Gold", "VIP", None, "label", "no label Gold"),
    (Kind.ATTRIBUTE, "", "VIP", Says.LABEL, "says", "another way"),
    (Kind.ATTRIBUTE, "", "Segments", None, "name", "holds the list of all segments"),
    (Kind.GROUP, "", "dealers", None, "name", "prices or categories of its own"),
)
"""What is asked for, of which label, under which name, saying what; the field and the words of the refusal."""


def test_what_cannot_be_is_refused_with_the_reason(store: Panel) -> None:
    segment = SegmentId(store.segment("Buyers", "number_of_orders >= 1"))
    rules = [{"type": "all", "method": "percent", "amount": "10.0"}]
    store.control("POST", "/groups", {"name": "Dealers", "discount_rules": rules})

    for kind, label, name, says, field, words in REFUSED:
        with pytest.raises(Invalid, match=words) as refused:
            choose(store.house, store.id, Choice(segment, kind, label, name, says))
        assert refused.value.particulars["field"] == field
    assert none(store)


def test_a_store_without_room_says_so_and_one_that_fills_up_later_does_as_well(store: Panel) -> None:
    segment = SegmentId(store.segment("Buyers", "number_of_orders >= 1"))
    choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Buyer"))
    others = store.control("POST", "/attributes", {"name": "Another app's", "count": 50})
    with pytest.raises(Invalid, match="there can be no more"):
        choose(store.house, store.id, Choice(live(store, "Others"), Kind.ATTRIBUTE, "", "Other"))

    go_live(store.house, store.id, segment)
    work(store)

    assert one(store).state is State.REFUSED
    assert "Delete one" in (one(store).error or "")
    assert "output_refused" in store.told()
    for each in others[:5]:
        store.control("DELETE", f"/attributes/{each['id']}")
    choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Buyer"))
    work(store)
    assert one(store).state is State.STANDING
    assert "output_refused" not in store.told()
    assert "attributes_scarce" in store.told()


def test_a_store_whose_plan_has_no_such_thing_says_so(store: Panel) -> None:
    segment = SegmentId(store.segment("Buyers", "number_of_orders >= 1"))
    store.control("PATCH", "", {"plan": "plus"})

    with pytest.raises(Invalid, match="Enterprise"):
        choose(store.house, store.id, Choice(segment, Kind.NATIVE, "", "VIP"))


def test_what_somebody_deletes_over_there_is_said_and_can_be_had_anew(store: Panel) -> None:
    segment = live(store, "Buyers")
    choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Buyer"))
    work(store)
    remote_id = one(store).remote_id
    store.control("DELETE", f"/attributes/{remote_id}")

    who = buyer(store)
    work(store)

    assert one(store).state is State.GONE
    assert "output_gone" in store.told()
    choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Buyer"))
    work(store)
    assert theirs(store, who)["attributes"] == {"Buyer": "yes"}
    assert "output_gone" not in store.told()


def test_an_answer_that_is_lost_while_it_is_made_makes_no_second(store: Panel) -> None:
    who = buyer(store)
    segment = live(store, "Buyers")
    for kind in Kind:
        choose(store.house, store.id, Choice(segment, kind, "", "Our buyers"))
        store.control("PUT", "/faults", {"api": {"lose_next": 1}})

        work(store)
        with store.house.database.store(store.id) as tx:
            assert [each.kind for each in outputs.every(tx) if each.state is State.MAKING] == [kind]
        overdue(store)

    shown = theirs(store, who)
    assert (shown["group"], list(shown["attributes"]), shown["segments"]) == (
        "Our buyers",
        ["Our buyers"],
        ["Our buyers"],
    )
    calls = [each for each in store.control("GET", "/calls") if each["method"] == "POST" and each["status"] != 409]
    for path in ("/customer_groups", "/customers/attributes", "/v3/segments"):
        assert len([each for each in calls if each["path"].endswith(path)]) == 1, path


def overdue(store: Panel) -> None:
    """What waits for a later try is tried now."""
    with store.house.database.store(store.id) as tx:
        tx.execute("UPDATE outputs SET due_at = now() WHERE due_at IS NOT NULL")
    work(store)


def test_what_cannot_be_taken_away_yet_is_said_and_tried_again(store: Panel) -> None:
    who = buyer(store)
    segment = live(store, "Buyers")
    choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Buyer"))
    work(store)
    drop(store.house, store.id, segment, Kind.ATTRIBUTE, "")
    with pytest.raises(Invalid, match="still being taken away"):
        choose(store.house, store.id, Choice(segment, Kind.ATTRIBUTE, "", "Buyer"))
    store.absorb()
    store.control("PUT", "/faults", {"api": {"status_next": [422]}})

    work(store)

    assert (one(store).state, "output_stays" in store.told()) == (State.LEAVING, True)
    assert theirs(store, who)["attributes"] == {"Buyer": "yes"}
    overdue(store)
    assert none(store)
    assert theirs(store, who)["attributes"] == {}
    assert "output_stays" not in store.told()
