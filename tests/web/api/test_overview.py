"""The first view."""

from plugin.db import backfills, inbox, problems, reads
from plugin.db.backfills import State as Reading
from plugin.db.transaction import Database as Doors
from plugin.domain.facts import Kind
from tests.builders import NOON
from tests.web.visit import Visit


def test_it_tells_the_store_its_counts_and_its_segments(owner: Visit, regulars: int) -> None:
    told = owner.get("/overview")

    assert told["store"]["domain"] == owner.domain
    assert told["store"]["currency"] == "GBP"
    assert told["counts"]["customers"] == 5
    assert told["history"]["done"] is True
    (segment,) = told["segments"]
    assert (segment["id"], segment["size"], segment["state"]) == (regulars, 2, "preview")
    assert segment["sentence"].startswith("Customers")
    assert segment["labels"] == [{"label": "", "tag": "regular", "size": 2}]


def test_it_tells_how_far_the_history_is(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        tx.execute("UPDATE stores SET state = 'backfilling', ready_at = NULL WHERE id = %s", (owner.store_id,))
        backfills.begin(tx, (Kind.CUSTOMER, Kind.ORDER))
        backfills.change(tx, Kind.ORDER, state=Reading.LOADING.value, objects=700, roots=100, loaded=210, chunks=3)
        inbox.add(tx, "export/orders", NOON, b"{}")

    history = owner.get("/overview")["history"]

    assert history["done"] is False
    assert {reading["kind"]: reading["state"] for reading in history["readings"]} == {
        "customer": "waiting",
        "order": "loading",
    }
    order = next(reading for reading in history["readings"] if reading["kind"] == "order")
    assert (order["things"], order["done"], order["all"]) == (100, 140, 700)
    assert (history["seconds_left"], history["at_least"]) == (None, False)


def test_it_tells_for_how_many_orders_refunds_are_still_to_be_looked_up(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        tx.execute("UPDATE stores SET state = 'backfilling', ready_at = NULL WHERE id = %s", (owner.store_id,))
        backfills.begin(tx, (Kind.ORDER,))
        backfills.change(
            tx, Kind.ORDER, state=Reading.ABSORBED.value, objects=7, roots=7, loaded=7, chunks=1, loading_at=NOON
        )
        reads.want(tx, [(Kind.REFUND, number) for number in range(1, 31)], urgent=True)

    history = owner.get("/overview")["history"]

    assert [(row["kind"], row["state"]) for row in history["readings"]] == [
        ("order", "absorbed"),
        ("refund", "reading"),
    ]
    assert (history["readings"][1]["done"], history["readings"][1]["all"]) == (0, 30)
    assert history["at_least"] is True


def test_a_history_that_is_read_again_is_told_of_like_the_first(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        tx.execute("UPDATE stores SET state = 'backfilling', ready_at = now() WHERE id = %s", (owner.store_id,))
        backfills.begin(tx, (Kind.CUSTOMER,))

    history = owner.get("/overview")["history"]

    assert (history["done"], [reading["kind"] for reading in history["readings"]]) == (False, ["customer"])


def test_problems_are_told_in_words(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        problems.report(tx, "write_refused", "7", customer=7, reason="too many tags")
        problems.report(tx, "segment_stale", "3", segment="Regulars")

    told = {problem["code"]: problem for problem in owner.get("/problems")["problems"]}

    assert "too many tags" in told["write_refused"]["advice"]
    assert "Regulars" in told["segment_stale"]["title"]


def test_of_a_thousand_alike_one_is_told_and_none_of_another_kind_is_lost(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        problems.report(tx, "needs_authorisation")
        for number in range(300):
            problems.report(tx, "write_refused", str(number), customer=number, reason="no")
        for number in range(3):
            problems.report(tx, "segment_stale", str(number), segment="Regulars")

    found = [(each["code"], each["alike"]) for each in owner.get("/problems")["problems"]]

    assert sorted(found) == [("needs_authorisation", 1), *[("segment_stale", 1)] * 3, ("write_refused", 300)]


def test_a_problem_we_have_no_words_for_is_still_shown(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        problems.report(tx, "quite_new")

    assert "quite_new" in owner.get("/problems")["problems"][0]["title"]
