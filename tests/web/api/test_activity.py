"""What came in and what went out."""

from datetime import UTC, timedelta

import pytest

from plugin.db import inbox, problems, repairs, writes
from plugin.db.repairs import What
from plugin.db.transaction import Database as Doors
from plugin.db.writes import Write
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId, DeliveryId
from plugin.web import words
from tests.builders import NOON
from tests.web.visit import Visit


@pytest.fixture
def aside(owner: Visit, at: Doors) -> int:
    """The id of a delivery that was set aside."""
    with at.store(owner.store_id) as tx:
        inbox.add(tx, "orders/create", NOON, b"{", "delivery-1")
        delivery = inbox.head(tx)
        assert delivery is not None
        inbox.set_aside(tx, delivery, "not JSON")
        problems.report(tx, "delivery_set_aside", str(delivery), topic="orders/create")
    return delivery


def test_deliveries_say_what_they_are_and_why_they_were_set_aside(owner: Visit, aside: int) -> None:
    told = owner.get("/deliveries")

    (delivery,) = told["deliveries"]
    assert (delivery["id"], delivery["what"]) == (aside, "An order was placed")
    assert (delivery["state"], delivery["reason"]) == ("set_aside", "not JSON")
    assert (told["waiting"], told["set_aside"]) == (0, 1)


def test_what_was_set_aside_is_listed_however_much_came_after_it(owner: Visit, at: Doors, aside: int) -> None:
    with at.store(owner.store_id) as tx:
        for number in range(60):
            inbox.add(tx, "orders/paid", NOON, b"{}", f"later-{number}")

    listed = owner.get("/deliveries")["deliveries"]

    assert listed[-1]["id"] == aside
    assert len(listed) == 51


def test_a_delivery_can_be_tried_again_and_its_problem_goes(owner: Visit, aside: int) -> None:
    assert owner.send("POST", f"/deliveries/{aside}/retry").status_code == 204

    assert owner.get("/deliveries")["waiting"] == 1
    assert owner.get("/problems")["problems"] == []


def test_a_delivery_that_is_not_set_aside_can_not_be_tried_again(owner: Visit, aside: int) -> None:
    owner.send("POST", f"/deliveries/{aside}/retry")

    assert owner.send("POST", f"/deliveries/{aside}/retry").status_code == 404
    assert owner.send("POST", f"/deliveries/{DeliveryId(999999)}/retry").status_code == 404


def test_changes_in_the_store_are_told_with_the_customers_name(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        writes.add(tx, [Write(CustomerId(3), [], ["regular"], [], "live", True, None, NOON + timedelta(hours=1))])

    (write,) = owner.get("/writes")["writes"]

    assert (write["customer_id"], write["customer"], write["added"]) == ("3", "Customer 3", ["regular"])
    assert write["cause"] == "the segment went live"


def test_what_was_missing_and_mended_is_said_in_a_sentence(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        repairs.add(tx, NOON, Kind.ORDER, What.MISSED, [1, 2, 3])
        repairs.add(tx, NOON, Kind.CUSTOMER, What.GONE, [9])

    told = owner.get("/repairs")

    said = {row["what"]: (row["count"], row["said"]) for row in told["repairs"]}
    clock = f"{NOON:%H:%M}"
    assert said == {
        "missed": (3, f"3 orders had not been delivered by Shopify. We read them at {clock}."),
        "gone": (
            1,
            f"One customer was deleted in your store, and Shopify had not told us. We removed it here at {clock}.",
        ),
    }


def test_before_anything_was_compared_nothing_is_claimed(owner: Visit) -> None:
    assert owner.get("/repairs") == {"repairs": [], "compared_at": None}


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ORDER])
@pytest.mark.parametrize("what", What)
def test_there_are_words_for_whatever_can_be_mended(kind: Kind, what: What) -> None:
    if (kind, what) == (Kind.ORDER, What.TAGS):  # Orders carry no tags of ours.
        return
    said = words.repair({"kind": kind, "what": what, "count": 2, "at": NOON}, UTC)

    assert said.startswith(("2 ", "Changes of 2 "))
    assert said.endswith(f" at {NOON:%H:%M}.")
