"""Answers of the platform that mislead: of its token endpoint, its limits, its searches and its exports."""

from datetime import UTC, datetime, timedelta

from embedded.stage import Stage
from tests.stories.pains.corner import Corner
from tests.stories.play import until

REFUSED = 8
"""Calls that a store may refuse for their pace before it is a storm."""


def test_a_token_that_does_not_say_how_long_it_lives_is_renewed_within_the_hour(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "renewed")
    for name in ("Quin", "Rosa"):  # Twice: an answer without its end must not be the last one asked for.
        who = corner.someone(name)
        corner.settle()
        corner.fail(expire_access_token=True, omit_expiry_next=1)
        corner.buy(who)
        corner.until_has(who, "renewed")

        end = corner.rows("SELECT expires_at FROM credentials WHERE store_id = %s")[0][0]
        assert timedelta(minutes=50) < end - datetime.now(UTC) <= timedelta(hours=1)
        assert corner.get("/faults")["api"]["omit_expiry_next"] == 0


def test_a_new_token_whose_answer_was_lost_is_asked_for_again_with_the_old(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "found-again")
    sam = corner.someone("Sam")
    corner.settle()

    corner.fail(expire_access_token=True, lose_refresh_response=1)
    corner.buy(sam)

    corner.until_has(sam, "found-again")
    assert corner.get("/faults")["api"]["lose_refresh_response"] == 0
    assert corner.state == "ready"
    assert "needs_authorisation" not in corner.problems()


def test_an_answer_of_200_that_says_throttled_is_waited_for_and_not_stormed(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "patient")
    people = [corner.someone(f"Tom{number}") for number in range(12)]
    corner.settle()
    before = corner.throttled()

    corner.fail(throttle_next=3, drain_bucket=True)
    for who in people:
        corner.buy(who)

    for who in people:
        corner.until_has(who, "patient")
    assert 3 <= corner.throttled() - before <= REFUSED
    assert "write_refused" not in corner.problems()


def test_a_flash_sale_of_two_thousand_orders_floods_neither_queue_nor_bucket_nor_the_shop_next_door(
    on_stage: Stage, corner: Corner
) -> None:
    sale = Corner.open(on_stage, "flash-sale", customers=200, plan="standard")
    sale.live("count(orders WHERE date >= -1d) >= 2", "at-the-sale")
    corner.live("count(orders) >= 1", "next-door")
    uma = corner.someone("Uma")
    sale.settle()

    run = sale.post("/purchases", {"count": 2000, "seed": 5})["id"]
    until(lambda: sale.get(f"/purchases/{run}")["placed"] >= 500, "the sale is on")
    corner.buy(uma)
    corner.until_has(uma, "next-door")
    assert sale.waiting()["inbox"] or sale.get()["pending_webhooks"]  # The shop next door did not wait for its end.
    sale.settle()

    sold = {order["id"] for order in sale.get("/orders")}
    assert {row[0] for row in sale.rows("SELECT id FROM orders WHERE store_id = %s")} == sold
    recent = "SELECT customer_id FROM orders WHERE store_id = %s AND placed_at >= now() - interval '1 hour' GROUP BY 1"
    buyers = {row[0] for row in sale.rows(f"{recent} HAVING count(*) >= 2")}
    assert len(buyers) > 150
    assert {who["id"] for who in sale.get("/customers?tag=at-the-sale")} >= buyers
    written = sale.rows("SELECT count(*), count(DISTINCT customer_id) FROM writes WHERE store_id = %s AND ok")[0]
    assert written[0] == written[1]  # However often they bought, each was written to once.
    assert sale.throttled() <= REFUSED
    assert sale.lost() == set()


def test_tags_that_another_app_overwrites_with_its_old_list_come_back_and_its_own_stay(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "overwritten")
    val = corner.someone("Val", tags=["theirs"])
    old = corner.tags(val)
    corner.buy(val)
    corner.until_has(val, "overwritten")
    corner.settle()

    later = f"SELECT 1 FROM outbox WHERE customer_id = {val} AND due_at > now() AND store_id = %s"
    for _ in range(2):
        corner.call("PATCH", f"/customers/{val}", {"tags": [*old, "another"]})
        corner.until_lacks(val, "overwritten")
        until(lambda: corner.rows(later) == [(1,)], "it is to be given again, some time later")
        corner.let_time_pass(val)
        corner.until_has(val, "overwritten")
        corner.settle()

    assert {"theirs", "another"} <= set(corner.tags(val))
    assert "tags_taken_away" not in corner.problems()  # Twice in a day is an accident.
