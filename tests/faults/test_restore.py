"""Another app takes our tags off: they are given again, ever later, and then left, with a word to the merchant."""

from datetime import timedelta

import pytest

from plugin.db import outbox, problems, writes
from plugin.domain.ids import CustomerId, SegmentId
from plugin.flow.plan import pause
from tests.faults.shop import Merchant, Shop
from tests.faults.test_deliver import codes, waiting
from tests.messages import post


@pytest.fixture
def segment(merchant: Merchant) -> SegmentId:
    """A live segment with everybody in it."""
    found = merchant.live("number_of_orders >= 0", tag="ours")
    merchant.deliver()
    return found


@pytest.fixture
def ana(segment: SegmentId, shop: Shop) -> int:
    """A customer who has a tag of ours."""
    return shop.customers()[0]


def taken(merchant: Merchant, shop: Shop, customer: int, *tags: str) -> None:
    """Another app took these off, and the store tells of it."""
    shop.retag(customer, remove=tags)
    at = merchant.house.now().isoformat()
    body = {"customerId": f"gid://shopify/Customer/{customer}", "tags": list(tags), "occurredAt": at}
    post(merchant.house, merchant.store, "customer.tags_removed", body)
    merchant.absorb()


def test_a_tag_that_another_app_took_off_is_given_again_in_a_minute(merchant: Merchant, shop: Shop, ana: int) -> None:
    taken(merchant, shop, ana, "Ours")
    merchant.deliver()
    assert "ours" not in shop.tags(ana)
    assert timedelta(seconds=50) < waiting(merchant, ana) < timedelta(seconds=61)

    merchant.time_passes()
    merchant.deliver()

    assert "ours" in shop.tags(ana)
    assert merchant.entry(ana).written == ("ours",)


def test_each_time_is_waited_for_longer_and_then_it_is_left_and_said(merchant: Merchant, shop: Shop, ana: int) -> None:
    waits = []
    for _ in range(4):
        taken(merchant, shop, ana, "ours")
        waits.append(round(waiting(merchant, ana) / timedelta(minutes=1)))
        merchant.time_passes()
        merchant.deliver()
        assert "ours" in shop.tags(ana)
    taken(merchant, shop, ana, "ours")
    for _ in range(3):
        merchant.time_passes()
        merchant.deliver()

    assert waits == [1, 5, 25, 125]
    assert "ours" not in shop.tags(ana)
    assert codes(merchant) == ["tags_taken_away"]
    with merchant.house.database.store(merchant.store) as tx:
        assert problems.listed(tx)[0]["particulars"] == {"customer": ana, "tags": "ours", "times": 4}


def test_a_day_later_it_is_a_new_beginning(merchant: Merchant, shop: Shop, ana: int) -> None:
    for _ in range(4):
        taken(merchant, shop, ana, "ours")
        merchant.time_passes()
        merchant.deliver()
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE outbox SET restored_at = restored_at - interval '25 hours'")

    taken(merchant, shop, ana, "ours")

    assert round(waiting(merchant, ana) / timedelta(minutes=1)) == 1


def test_the_problem_is_none_any_more_once_a_write_works(merchant: Merchant, shop: Shop, ana: int) -> None:
    for _ in range(5):
        taken(merchant, shop, ana, "ours")
        merchant.time_passes()
        merchant.deliver()

    merchant.want(ana, "ours", "other")
    merchant.deliver()

    assert {"ours", "other"} <= set(shop.tags(ana))
    assert codes(merchant) == []


def test_our_own_removal_is_nobody_elses(merchant: Merchant, shop: Shop, ana: int, segment: SegmentId) -> None:
    pause(merchant.house, merchant.store, segment)
    merchant.absorb()
    merchant.deliver()
    taken(merchant, shop, ana, "ours")

    with merchant.house.database.store(merchant.store) as tx:
        assert outbox.count(tx) == 0
    assert merchant.entry(ana).restores == 0


def test_a_tag_we_no_longer_want_and_somebody_took_off_is_simply_gone(
    merchant: Merchant, shop: Shop, ana: int, segment: SegmentId
) -> None:
    pause(merchant.house, merchant.store, segment)
    merchant.absorb()
    taken(merchant, shop, ana, "ours")
    merchant.deliver()

    assert merchant.entry(ana).written == ()
    with merchant.house.database.store(merchant.store) as tx:
        removed = [row["removed"] for row in writes.latest(tx, customer_id=CustomerId(ana))]
    assert removed == [[]], "what is not there is not removed"


def test_what_was_read_before_our_write_takes_nothing_away(merchant: Merchant, shop: Shop, ana: int) -> None:
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE tag_observations SET at = at + interval '1 minute' WHERE saw = 'added'")
    taken(merchant, shop, ana, "other")

    assert merchant.entry(ana).written == ("ours",)
    with merchant.house.database.store(merchant.store) as tx:
        assert outbox.count(tx) == 0
