"""Writing to a store that fails: the end is right, nothing of the merchant's is touched, nothing storms."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from plugin.db import leases, outbox, problems, stores, writes
from plugin.db.outbox import Standing
from plugin.db.stores import State
from plugin.domain.errors import OpenTransaction
from plugin.domain.ids import CustomerId
from plugin.flow.deliver import deliver
from plugin.flow.house import House
from plugin.flow.plan import pause
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.platforms.base import TagDelta
from plugin.platforms.shopify.limits import ThrottleStatus
from tests.faults.shop import WRITES, Merchant, Shop
from tests.messages import post


@pytest.fixture
def ana(shop: Shop) -> int:
    """A customer of the shop."""
    return shop.customers()[0]


def codes(merchant: Merchant) -> list[str]:
    with merchant.house.database.store(merchant.store) as tx:
        return [problem["code"] for problem in problems.listed(tx)]


def test_a_write_whose_answer_is_lost_is_read_back_and_not_repeated(merchant: Merchant, shop: Shop, ana: int) -> None:
    shop.fail(lose_next=1)

    merchant.want(ana, "vip")
    merchant.deliver()
    assert merchant.entry(ana).unsure
    merchant.time_passes()
    merchant.deliver()

    assert "vip" in shop.tags(ana)
    assert shop.calls()[-2:] == ["WriteTags", "ReadTags"]
    assert (merchant.entry(ana).unsure, merchant.entry(ana).written) == (False, ("vip",))


def test_a_write_that_was_never_done_is_done_after_reading_back(merchant: Merchant, shop: Shop, ana: int) -> None:
    shop.fail(timeout_next=1, hang_seconds=0.1)

    merchant.want(ana, "vip")
    merchant.deliver()
    merchant.time_passes()
    merchant.deliver()

    assert "vip" in shop.tags(ana)
    assert shop.calls()[-2:] == ["ReadTags", "WriteTags"]


def test_who_leaves_while_the_answer_is_lost_does_not_keep_our_tag(merchant: Merchant, shop: Shop, ana: int) -> None:
    shop.fail(lose_next=1)
    merchant.want(ana, "vip")
    merchant.deliver()

    merchant.want(ana)
    merchant.deliver()

    assert "vip" not in shop.tags(ana)
    assert merchant.entry(ana).written == ()


def test_reading_back_takes_no_tag_of_the_merchants_for_ours(merchant: Merchant, shop: Shop, ana: int) -> None:
    shop.fail(lose_next=1)
    merchant.want(ana, "vip")
    merchant.deliver()
    shop.retag(ana, add=["gold"])

    merchant.want(ana, "vip", "gold")
    merchant.deliver()
    merchant.want(ana)
    merchant.deliver()

    assert "gold" in shop.tags(ana)
    assert "vip" not in shop.tags(ana)


def test_a_tag_of_the_merchants_stays_when_the_customer_leaves(house: House, shop: Shop, ana: int) -> None:
    shop.retag(ana, add=["VIP"])
    merchant = Merchant.of(house, shop)

    merchant.want(ana, "vip")
    merchant.deliver()
    merchant.want(ana)
    merchant.deliver()

    assert "VIP" in shop.tags(ana)
    assert shop.writes() == []


def tags_changed(merchant: Merchant, what: str, customer: int) -> None:
    """The store tells that our tag was added or removed."""
    at = merchant.house.now().isoformat()
    body = {"customerId": f"gid://shopify/Customer/{customer}", "tags": ["vip"], "occurredAt": at}
    post(merchant.house, merchant.store, f"customer.tags_{what}", body)
    merchant.absorb()


def test_who_comes_back_before_the_store_told_of_leaving_has_our_tag(merchant: Merchant, shop: Shop, ana: int) -> None:
    merchant.want(ana, "vip")
    merchant.deliver()
    tags_changed(merchant, "added", ana)

    for wanted in ([], ["vip"]):
        merchant.want(ana, *wanted)
        merchant.deliver()

    assert "vip" in shop.tags(ana)
    assert (merchant.entry(ana).written, merchant.entry(ana).foreign) == (("vip",), ())


def test_a_tag_the_merchant_had_and_took_away_is_ours_to_give_the_next_time(house: House, shop: Shop, ana: int) -> None:
    shop.retag(ana, add=["vip"])
    merchant = Merchant.of(house, shop)
    merchant.want(ana, "vip")
    merchant.deliver()
    merchant.want(ana)
    merchant.deliver()
    shop.retag(ana, remove=["vip"])
    tags_changed(merchant, "removed", ana)

    merchant.want(ana, "vip")
    merchant.deliver()

    assert "vip" in shop.tags(ana)


def test_a_customer_with_all_the_tags_there_can_be_is_a_problem_and_no_storm(
    merchant: Merchant, shop: Shop, ana: int
) -> None:
    shop.retag(ana, add=[f"t{number}" for number in range(250 - len(shop.tags(ana)))])

    waits: list[timedelta] = []
    for _ in range(3):
        merchant.want(ana, "vip") if not waits else merchant.time_passes()
        for _ in range(3):
            merchant.deliver()
        waits.append(waiting(merchant, ana))

    assert shop.writes() == ["WriteTags"] * 3
    assert [round(wait / timedelta(hours=1)) for wait in waits] == [1, 4, 16]
    assert codes(merchant) == ["write_refused"]
    assert merchant.entry(ana).written == ()


def waiting(merchant: Merchant, customer: int) -> timedelta:
    """How long the customer's row waits from now on."""
    with merchant.house.database.store(merchant.store) as tx:
        due: datetime = tx.value("SELECT due_at FROM outbox WHERE customer_id = %s", (customer,))
    return due - merchant.house.now()


def test_a_customer_known_to_have_all_the_tags_there_can_be_is_not_even_asked_for(
    house: House, shop: Shop, ana: int
) -> None:
    shop.retag(ana, add=[f"t{number}" for number in range(250 - len(shop.tags(ana)))])
    merchant = Merchant.of(house, shop)

    merchant.want(ana, "vip")
    for _ in range(3):
        merchant.deliver()

    assert shop.writes() == []
    assert codes(merchant) == ["tags_full"]


def test_room_for_a_tag_is_found_although_we_did_not_hear_of_it(house: House, shop: Shop, ana: int) -> None:
    spare = [f"t{number}" for number in range(250 - len(shop.tags(ana)))]
    shop.retag(ana, add=spare)
    merchant = Merchant.of(house, shop)
    merchant.want(ana, "vip")
    merchant.deliver()
    shop.retag(ana, remove=spare)

    merchant.time_passes()
    merchant.deliver()

    assert "vip" in shop.tags(ana)
    assert codes(merchant) == []


def test_a_refusal_is_no_problem_any_more_once_a_write_works(merchant: Merchant, shop: Shop, ana: int) -> None:
    spare = [f"t{number}" for number in range(250 - len(shop.tags(ana)))]
    shop.retag(ana, add=spare)
    merchant.want(ana, "vip")
    merchant.deliver()
    shop.retag(ana, remove=spare)

    merchant.want(ana, "vip", "gold")
    merchant.deliver()

    assert {"vip", "gold"} <= set(shop.tags(ana))
    assert codes(merchant) == []


def test_a_customer_deleted_at_the_store_is_asked_for_once(merchant: Merchant, shop: Shop, ana: int) -> None:
    shop.sandbox.call("DELETE", f"/_sandbox/shops/{shop.domain}/customers/{ana}?force=1", None, None)

    merchant.want(ana, "vip")
    for _ in range(5):
        merchant.deliver()
        merchant.time_passes()

    assert shop.writes() == ["WriteTags"]
    assert codes(merchant) == ["customer_gone"]
    what_is_wanted_is_read(merchant)
    assert codes(merchant) == []
    with merchant.house.database.store(merchant.store) as tx:
        assert tx.value("SELECT count(*) FROM customers WHERE id = %s", (ana,)) == 0


def what_is_wanted_is_read(merchant: Merchant) -> None:
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE reads SET due_at = now() WHERE store_id = %s", (merchant.store,))
    merchant.absorb()


def test_a_customer_who_is_gone_when_they_are_read_back_is_said_and_asked_for(
    merchant: Merchant, shop: Shop, ana: int
) -> None:
    shop.fail(lose_next=1)
    merchant.want(ana, "vip")
    merchant.deliver()
    shop.sandbox.call("DELETE", f"/_sandbox/shops/{shop.domain}/customers/{ana}?force=1", None, None)
    merchant.time_passes()
    merchant.deliver()

    assert codes(merchant) == ["customer_gone"]
    what_is_wanted_is_read(merchant)
    assert codes(merchant) == []


def test_what_was_wrong_with_a_customer_ends_with_them(merchant: Merchant, shop: Shop, ana: int) -> None:
    shop.retag(ana, add=[f"t{number}" for number in range(250 - len(shop.tags(ana)))])
    merchant.want(ana, "vip")
    merchant.deliver()
    assert codes(merchant) == ["write_refused"]

    post(merchant.house, merchant.store, "customers/delete", {"id": ana})
    merchant.absorb()

    assert codes(merchant) == []


def costs(shop: Shop) -> list[int]:
    """What our calls that wrote asked for, ten points a change."""
    return [call["requested"] for call in shop.get("/calls") if call["operation"] in WRITES]


def test_who_was_moved_by_a_purchase_is_written_before_a_crowd_that_a_rule_moved(house: House, sandbox: Any) -> None:
    shop = Shop.of(sandbox, customers=60)
    merchant = Merchant.of(house, shop)
    crowd = shop.customers()
    for each in crowd[:-1]:
        merchant.want(each, "new-rule")
    merchant.want(crowd[-1], "bought", heard=True)

    merchant.deliver()

    assert costs(shop) == [10, 250, 250, 90]
    assert all("new-rule" in shop.tags(each) for each in crowd[:-1])


def test_a_crowd_leaves_room_for_those_whom_a_purchase_moved(merchant: Merchant, shop: Shop) -> None:
    ana, bob = shop.customers()[:2]
    merchant.house.paces["shopify"].settle(
        shop.domain, 0, 0, ThrottleStatus(maximum=20_000, available=6_000, rate=0.001)
    )

    merchant.want(ana, "new-rule")
    merchant.deliver()
    assert shop.writes() == []
    merchant.want(bob, "bought", heard=True)
    merchant.deliver()

    assert ("new-rule" in shop.tags(ana), "bought" in shop.tags(bob)) == (False, True)


def test_a_wait_moves_nobody_who_waits_longer(merchant: Merchant, shop: Shop) -> None:
    ana, bob = shop.customers()[:2]
    for each in (ana, bob):
        merchant.want(each, "vip")
    with merchant.house.database.store(merchant.store) as tx:
        outbox.put_off(tx, CustomerId(bob), merchant.house.now() + timedelta(hours=1), "refused")
    shop.fail(throttle_next=1)

    merchant.deliver()

    assert timedelta() < waiting(merchant, ana) < timedelta(seconds=10)
    assert waiting(merchant, bob) > timedelta(minutes=59)


def test_a_lost_answer_leaves_everyone_in_the_call_to_be_read_back_and_nobody_else(
    merchant: Merchant, shop: Shop
) -> None:
    everyone = shop.customers()
    for each in everyone[:4]:
        merchant.want(each, "vip")
    shop.fail(lose_next=1)
    merchant.deliver()
    merchant.want(everyone[4], "vip")
    merchant.deliver()

    assert [merchant.entry(each).unsure for each in everyone[:5]] == [True] * 4 + [False]
    merchant.time_passes()
    merchant.deliver()

    assert shop.calls()[-3:] == ["WriteTags", "WriteTags", "ReadTags"]
    assert all(merchant.entry(each).written == ("vip",) for each in everyone[:5])


def test_one_refused_customer_in_a_call_takes_nothing_from_the_others(merchant: Merchant, shop: Shop) -> None:
    full, gone, well = shop.customers()[:3]
    shop.retag(full, add=[f"t{number}" for number in range(250 - len(shop.tags(full)))])
    shop.sandbox.call("DELETE", f"/_sandbox/shops/{shop.domain}/customers/{gone}?force=1", None, None)
    for each in (full, gone, well):
        merchant.want(each, "vip")

    merchant.deliver()

    assert shop.writes() == ["WriteTags"]
    assert "vip" in shop.tags(well)
    assert sorted(codes(merchant)) == ["customer_gone", "write_refused"]
    assert merchant.entry(well).written == ("vip",)


def test_a_throttled_store_is_waited_for_and_ends_right(merchant: Merchant, shop: Shop, ana: int) -> None:
    shop.fail(throttle_next=2)

    merchant.want(ana, "vip")
    merchant.deliver()
    with merchant.house.database.store(merchant.store) as tx:
        assert outbox.due(tx, 10) == []
        assert outbox.count(tx) == 1
    for _ in range(3):
        merchant.time_passes()
        merchant.deliver()

    assert shop.tags(ana).count("vip") == 1
    assert merchant.entry(ana).written == ("vip",)


def test_an_expired_token_is_refreshed_once_by_however_many_workers(merchant: Merchant, shop: Shop) -> None:
    house, everyone = merchant.house, shop.customers()[:4]
    with house.database.store(merchant.store) as tx:
        store = stores.get(tx)
    shop.fail(expire_access_token=True)
    gate = threading.Barrier(len(everyone))

    def work(customer: int) -> None:
        gate.wait(10)
        platform("shopify").write_tags(client(house, store), [TagDelta(CustomerId(customer), ("vip",))])
        house.database.close()

    with capture_logs() as events, ThreadPoolExecutor(len(everyone)) as pool:
        list(pool.map(work, everyone))

    assert all("vip" in shop.tags(each) for each in everyone)
    assert [event["event"] for event in events] == ["token.refreshed"]


def test_an_uninstalled_store_is_written_to_no_more(merchant: Merchant, shop: Shop, ana: int) -> None:
    shop.post("/uninstall")
    post(merchant.house, merchant.store, "app/uninstalled", {"id": 1, "myshopify_domain": shop.domain})

    merchant.want(ana, "vip")
    merchant.absorb()
    merchant.deliver()

    assert merchant.state is State.UNINSTALLED
    assert shop.writes() == []


def test_back_to_preview_takes_our_tags_off_and_leaves_the_merchants(house: House, shop: Shop) -> None:
    theirs, *ours = shop.customers()
    shop.retag(theirs, add=["vip"])
    merchant = Merchant.of(house, shop)
    segment = merchant.live("number_of_orders >= 0")
    merchant.deliver()
    assert all("vip" in shop.tags(each) for each in (theirs, *ours))

    pause(merchant.house, merchant.store, segment)
    merchant.absorb()
    merchant.deliver()

    assert "vip" in shop.tags(theirs)
    assert not any("vip" in shop.tags(each) for each in ours)


def test_a_customer_written_to_and_fro_is_left_alone_for_a_while(merchant: Merchant, shop: Shop, ana: int) -> None:
    for number in range(40):
        merchant.want(ana, *(["vip"] if number % 2 == 0 else []))
        merchant.deliver()

    assert len(shop.writes()) == 30
    assert codes(merchant) == ["written_too_often"]


def test_a_killed_writers_lease_runs_out_and_its_row_is_read_back(merchant: Merchant, shop: Shop, ana: int) -> None:
    merchant.want(ana, "vip")
    with merchant.house.database.store(merchant.store) as tx:  # A worker died with its call on the way.
        outbox.sending(tx, [Standing(CustomerId(ana), ("vip",), ())])
        leases.take(tx, "deliver", "the dead", 120)
    shop.retag(ana, add=["vip"])  # The call was heard.
    assert deliver(merchant.house, merchant.store) == 0

    merchant.time_passes()
    merchant.deliver()

    assert shop.writes() == []
    assert merchant.entry(ana).written == ("vip",)
    with merchant.house.database.store(merchant.store) as tx:
        assert [row["answer"] for row in writes.latest(tx)] == ["read back"]


def test_no_platform_is_called_while_a_transaction_is_open(merchant: Merchant, shop: Shop, ana: int) -> None:
    house, calls = merchant.house, shop.calls()
    with house.database.store(merchant.store) as tx:
        store = stores.get(tx)
    caller = client(house, store)
    caller._tokens.current()

    with pytest.raises((OpenTransaction, RuntimeError)), house.database.store(merchant.store):
        caller.run("read_tags", {"ids": [f"gid://shopify/Customer/{ana}"]})

    assert shop.calls() == calls


def test_the_pause_after_a_throttle_is_the_platforms_own(merchant: Merchant, shop: Shop, ana: int) -> None:
    shop.fail(throttle_next=1)

    merchant.want(ana, "vip")
    merchant.deliver()

    with merchant.house.database.store(merchant.store) as tx:
        due = tx.value("SELECT due_at FROM outbox WHERE customer_id = %s", (ana,))
    assert due - merchant.house.now() < timedelta(seconds=10)
