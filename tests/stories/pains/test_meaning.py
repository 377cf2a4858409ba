"""What the numbers mean: currency, nobody's orders, days, refunds, and why two counts differ."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.stories.pains.corner import Corner

AUCKLAND = ZoneInfo("Pacific/Auckland")


def test_what_a_buyer_paid_in_francs_is_counted_in_the_shops_euros(corner: Corner) -> None:
    corner.live("sum(orders.total) >= 200", "francs")
    urs = corner.someone("Urs", country_code="CH", city="Basel", address1="Rheinweg 1", zip="4051")

    order = corner.buy(urs, "205.00")
    corner.until_has(urs, "francs")
    shown = json.loads(corner.bodies("orders/create")[-1]["body"])["total_price_set"]
    assert shown["presentment_money"] == {"amount": "194.75", "currency_code": "CHF"}  # Summed, it would not do.
    corner.post(f"/orders/{order['id']}/refund", {"amount": "5.01"})
    corner.settle()

    query = "SELECT total, refunded, currency FROM orders WHERE customer_id = {} AND store_id = %s"
    assert corner.rows(query.format(urs)) == [(Decimal(order["total"]), Decimal("5.01"), "EUR")]
    assert Decimal(order["total"]) == Decimal("205.00")


def test_orders_of_nobody_from_nowhere_disturb_no_segment(corner: Corner) -> None:
    corner.settle()
    before = corner.rows("SELECT count(*) FROM memberships WHERE store_id = %s")

    guest = corner.buy(None, "5000.00", email="walked.in@corner.example")
    walk_in = corner.buy(None, "5000.00", source_name="pos")
    corner.settle()

    sent = [json.loads(each["body"]) for each in corner.bodies("orders/create")][-2:]
    assert [(each["customer"], each["shipping_address"] is None) for each in sent] == [(None, True), (None, True)]
    kept = dict(corner.rows("SELECT id, customer_id FROM orders WHERE store_id = %s"))
    assert kept.keys() >= {guest["id"], walk_in["id"]}
    assert kept[walk_in["id"]] is None
    assert corner.rows("SELECT count(*) FROM memberships WHERE store_id = %s") == before
    assert "delivery_set_aside" not in corner.problems()


def test_our_count_and_shopifys_can_differ_and_the_customers_page_says_why(corner: Corner) -> None:
    theirs = corner.live("number_of_orders >= 3", "three-by-shopify")
    ours = corner.live("count(orders) >= 3", "three-that-count")
    dora = corner.someone("Dora")

    orders = [corner.buy(dora) for _ in range(3)]
    corner.buy(dora, test=True)
    corner.post(f"/orders/{orders[1]['id']}/cancel")
    corner.until_has(dora, "three-by-shopify")
    corner.settle()

    assert corner.get(f"/customers/{dora}")["number_of_orders"] == 3
    why = {each: corner.app(f"/customers/{dora}/segments/{each}") for each in (theirs, ours)}
    assert (why[theirs]["reason"]["answer"], why[ours]["reason"]["answer"]) == ("yes", "no")
    assert (why[theirs]["reason"]["actual"], why[ours]["reason"]["actual"]) == ("here: 3", "here: 2, 1 to go")
    assert [len(why[each]["reason"]["facts"]) for each in (theirs, ours)] == [3, 2]  # The very orders behind it.
    assert "cancelled ones too" in why[theirs]["reason"]["sentence"]


def test_tags_go_when_the_condition_ends_and_old_orders_count_from_the_first_minute(corner: Corner) -> None:
    bought = Counter(order["customer_id"] for order in corner.get("/orders") if not order["test"])
    often = {who for who, number in bought.items() if who and number >= 2}
    assert often

    segment = corner.live("number_of_orders >= 2", "twice")
    plan = corner.app(f"/segments/{segment}/plan")
    assert plan["joins"] == len(often)
    corner.settle()
    assert {who["id"] for who in corner.get("/customers?tag=twice")} == often

    corner.live("sum(orders.net) >= 500", "big")
    erik = corner.someone("Erik")
    order = corner.buy(erik, "600.00")
    corner.until_has(erik, "big")
    corner.post(f"/orders/{order['id']}/refund")
    corner.until_lacks(erik, "big")


def test_a_day_is_a_day_in_the_shops_own_time_zone(corner: Corner) -> None:
    corner.live("count(orders WHERE date = today) >= 1", "today")
    corner.live("count(orders WHERE date = -1d) >= 1", "yesterday")
    late, early = corner.someone("Late"), corner.someone("Early")
    midnight = datetime.now(AUCKLAND).replace(hour=0, minute=0, second=0, microsecond=0)

    corner.buy(late, processed_at=(midnight - timedelta(seconds=1)).astimezone(UTC).isoformat())
    corner.buy(early, processed_at=midnight.astimezone(UTC).isoformat())

    corner.until_has(late, "yesterday")
    corner.until_has(early, "today")
    sent = json.loads(corner.bodies("orders/create")[-1]["body"])["processed_at"]
    assert datetime.fromisoformat(sent).utcoffset() == midnight.utcoffset()  # The webhook speaks in shop time.


def test_a_refund_and_a_cancellation_count_though_the_total_price_never_changes(corner: Corner) -> None:
    corner.live("sum(orders.net) >= 300", "spender")
    fay, gus = corner.someone("Fay"), corner.someone("Gus")
    orders = corner.buy(fay, "100.00", 4), corner.buy(gus, "400.00")
    for who in (fay, gus):
        corner.until_has(who, "spender")

    line = {"line_id": orders[0]["lines"][0]["id"], "quantity": 2}
    corner.post(f"/orders/{orders[0]['id']}/refund", {"lines": [line]})
    corner.post(f"/orders/{orders[1]['id']}/cancel", {"refund": False})

    for who in (fay, gus):
        corner.until_lacks(who, "spender")
    prices = {json.loads(each["body"])["total_price"] for each in corner.bodies("orders/updated")[-2:]}
    assert prices == {orders[0]["total"], orders[1]["total"]}


def test_a_guest_without_an_account_is_a_customer_like_any_other_and_nobody_is_merged(corner: Corner) -> None:
    corner.live("count(orders) >= 2", "came-back")
    guest = corner.someone("Hana", state="DISABLED", verified_email=False)
    corner.buy(guest)
    account = corner.someone("Hana2", first_name="Hana", state="ENABLED")
    corner.buy(account)
    corner.settle()
    assert "came-back" not in corner.tags(guest) + corner.tags(
        account
    )  # One order each: they are two people until Shopify says.

    corner.buy(guest)

    corner.until_has(guest, "came-back")
    corner.settle()
    assert "came-back" not in corner.tags(account)
