"""What some rule asks of customers, read for nothing else: unknown until everybody is read, then as in the store."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from embedded.json_client import JsonClient
from plugin.db import memberships, optional, plans, problems, stores
from plugin.domain.errors import Invalid
from plugin.domain.ids import CustomerId, PlanId, SegmentId
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.optional import read_optional
from plugin.flow.plan import apply, go_live, plan
from plugin.flow.repair import repair
from plugin.flow.save import delete, save
from plugin.flow.why import why
from plugin.rules.problems import RuleError
from tests.faults.shop import Merchant, Shop
from tests.messages import person, post

EVERYTHING = (
    *("read_customers", "write_customers", "read_orders", "read_all_orders", "read_products"),
    *("read_store_credit_accounts", "read_store_credit_account_transactions", "read_own_subscription_contracts"),
    "read_shopify_payments_disputes",
)
GOLD = {"metafields": {"loyalty.level": {"type": "single_line_text_field", "value": "gold"}}}
IS_GOLD = "metafields.loyalty.level = 'gold'"


@pytest.fixture
def shop(sandbox: JsonClient) -> Shop:
    """A shop that grants whatever it is asked."""
    return Shop.of(sandbox, scopes=EVERYTHING)


def furnish(shop: Shop, customer: int, extras: dict[str, Any]) -> None:
    shop.sandbox.call("PUT", f"/_sandbox/shops/{shop.domain}/customers/{customer}/extras", extras, None)


def saved(merchant: Merchant, rule: str, segment: SegmentId | None = None, name: str = "asks") -> SegmentId:
    definition = {"kind": "rule", "rule": rule}
    return save(merchant.house, merchant.store, name, definition, {"": "vip"}, "test", segment)[0]


def read_everybody(merchant: Merchant) -> None:
    """Whatever is to be read is read, absorbed, planned and decided."""
    for _ in range(50):
        read_optional(merchant.house, merchant.store)
        merchant.absorb()
        plan(merchant.house, merchant.store)
        merchant.absorb()
        if not waiting(merchant):
            return
    raise AssertionError(f"still waiting for {waiting(merchant)}")


def read_at_once(merchant: Merchant) -> None:
    """What messages left out is read, though no rule that decides waits for it."""
    drain(merchant.house, merchant.store)
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE reads SET due_at = now()")
    merchant.absorb()


def waiting(merchant: Merchant) -> dict[str, int]:
    with merchant.house.database.store(merchant.store) as tx:
        return optional.unread(tx)


def inside(merchant: Merchant, segment: SegmentId) -> set[CustomerId]:
    with merchant.house.database.store(merchant.store) as tx:
        return {row.customer_id for row in memberships.members(tx, segment, 0, 100)}


def newest_plan(merchant: Merchant, segment: SegmentId) -> plans.Plan:
    with merchant.house.database.store(merchant.store) as tx:
        found = plans.latest(tx, segment)
    assert found is not None
    return found


def asked(shop: Shop) -> int:
    return shop.calls().count("ReadOptional")


def test_nothing_is_read_that_no_rule_asks_for(merchant: Merchant, shop: Shop) -> None:
    saved(merchant, "number_of_orders >= 1")

    read_everybody(merchant)
    post(merchant.house, merchant.store, "customers/update", person(shop.customers()[0]))
    merchant.absorb()

    assert asked(shop) == 0


def test_everybody_is_undecided_until_all_are_read_and_the_segment_does_not_go_live(
    merchant: Merchant, shop: Shop
) -> None:
    ana, *others = shop.customers()
    furnish(shop, ana, GOLD)

    segment = saved(merchant, IS_GOLD)
    plan(merchant.house, merchant.store)

    assert newest_plan(merchant, segment).undecided == len(others) + 1
    with pytest.raises(Invalid, match=r"metafields\.loyalty\.level"):
        go_live(merchant.house, merchant.store, segment)

    read_everybody(merchant)

    assert newest_plan(merchant, segment).undecided == 0
    assert inside(merchant, segment) == {ana}
    go_live(merchant.house, merchant.store, segment)
    merchant.absorb()
    merchant.deliver()
    assert shop.tags(ana)[-1:] == ["vip"]


def test_who_lacks_it_is_known_to_lack_it(merchant: Merchant, shop: Shop) -> None:
    ana, *others = shop.customers()
    furnish(shop, ana, GOLD)
    segment = saved(merchant, "metafields.loyalty.level IS NULL")

    read_everybody(merchant)

    assert inside(merchant, segment) == set(others)


def test_a_change_is_read_with_the_customer_and_so_is_its_end(merchant: Merchant, shop: Shop) -> None:
    ana = shop.customers()[0]
    segment = saved(merchant, IS_GOLD)
    read_everybody(merchant)
    assert inside(merchant, segment) == set()

    for extras, members in ((GOLD, {ana}), ({"metafields": {"loyalty.level": None}}, set())):
        furnish(shop, ana, extras)
        post(merchant.house, merchant.store, "customers/update", person(ana))
        merchant.absorb()
        assert inside(merchant, segment) == members


def test_a_live_segment_keeps_deciding_by_its_old_rule_until_the_new_one_can_be_known(
    merchant: Merchant, shop: Shop
) -> None:
    ana, *others = shop.customers()
    furnish(shop, ana, GOLD)
    segment = merchant.live("number_of_orders >= 0")
    everyone = {ana, *others}
    saved(merchant, IS_GOLD, segment, name="vip")
    plan(merchant.house, merchant.store)

    with pytest.raises(Invalid):
        apply(merchant.house, merchant.store, PlanId(newest_plan(merchant, segment).id))
    assert inside(merchant, segment) == everyone

    read_everybody(merchant)
    assert inside(merchant, segment) == everyone  # The merchant looks at the plan first.
    apply(merchant.house, merchant.store, PlanId(newest_plan(merchant, segment).id))
    merchant.absorb()
    assert inside(merchant, segment) == {ana}


def test_values_are_typed_as_the_store_keeps_them(merchant: Merchant, shop: Shop) -> None:
    ana, ben, *_ = shop.customers()
    furnish(
        shop,
        ana,
        {
            "metafields": {
                "a.points": {"type": "number_integer", "value": "120"},
                "a.since": {"type": "date", "value": "2026-01-31"},
                "a.member": {"type": "boolean", "value": "true"},
                "a.likes": {"type": "list.single_line_text_field", "value": '["Tea", "Cake"]'},
                "a.size": {"type": "json", "value": '{"shoe": 43}'},
            }
        },
    )
    furnish(shop, ben, {"metafields": {"a.points": {"type": "number_integer", "value": "1" * 40}}})
    rule = (
        "metafields.a.points >= 100 AND metafields.a.since = 2026-01-31 AND metafields.a.member = true "
        "AND metafields.a.likes CONTAINS 'Tea' AND metafields.a.size STARTS WITH '{'"
    )
    segment = saved(merchant, rule)
    few = saved(merchant, "metafields.a.points < 100", name="few")

    read_everybody(merchant)

    assert inside(merchant, segment) == {ana}
    assert newest_plan(merchant, few).undecided == 1  # A number that none of ours can hold is no number below 100.


def test_once_a_store_keeps_it_as_another_type_the_rule_is_refused(merchant: Merchant, shop: Shop) -> None:
    furnish(shop, shop.customers()[0], GOLD)
    saved(merchant, IS_GOLD)
    read_everybody(merchant)

    with pytest.raises(RuleError, match="a text in this store"):
        saved(merchant, "metafields.loyalty.level >= 5", name="other")


def test_predictions_companies_and_subscriptions_are_those_of_the_store(merchant: Merchant, shop: Shop) -> None:
    ana, ben, *_ = shop.customers()
    furnish(shop, ana, {"predicted_spend_tier": "HIGH", "rfm_group": "CHAMPIONS", "companies": [77]})
    furnish(shop, ben, {"product_subscriber_status": "PAUSED", "companies": [78, 77]})
    rules = {
        "predicted_spend_tier = 'HIGH'": {ana},
        "rfm_group IN ('CHAMPIONS', 'LOYAL')": {ana},
        "companies CONTAINS 78": {ben},
        "product_subscription_status = 'PAUSED'": {ben},
    }
    segments = {saved(merchant, rule, name=rule): members for rule, members in rules.items()}

    read_everybody(merchant)

    assert {segment: inside(merchant, segment) for segment in segments} == segments


def test_store_credit_has_its_balance_expiry_and_last_credit(merchant: Merchant, shop: Shop) -> None:
    ana, ben, *_ = shop.customers()
    now = datetime.now(UTC)
    credit = {"amount": 30, "created_at": _days(now, -5), "expires_at": _days(now, 10)}
    spent = {"amount": 9, "remaining": 0, "created_at": _days(now, -9), "expires_at": _days(now, 2)}
    furnish(shop, ana, {"store_credit": [spent, credit]})
    furnish(shop, ben, {"store_credit": [spent]})
    soon = saved(merchant, "store_credit_accounts MATCHES (balance > 0, next_expiry_date <= +14d)", name="soon")
    sooner = saved(merchant, "store_credit_accounts MATCHES (next_expiry_date <= +5d)", name="sooner")
    lately = saved(merchant, "store_credit_accounts MATCHES (last_credit_date >= -7d)", name="lately")
    empty = saved(merchant, "store_credit_accounts MATCHES (balance = 0)", name="empty")

    read_everybody(merchant)

    assert [inside(merchant, each) for each in (soon, sooner, lately, empty)] == [{ana}, set(), {ana}, {ben}]


def _days(now: datetime, days: int) -> str:
    return (now + timedelta(days=days)).isoformat()


def test_without_the_scope_saving_is_refused_with_its_name_and_nothing_is_asked(merchant: Merchant, shop: Shop) -> None:
    with merchant.house.database.store(merchant.store) as tx:
        kept = [scope for scope in stores.get(tx).scopes if "store_credit" not in scope]
        stores.set_scopes(tx, tuple(kept))

    with pytest.raises(RuleError) as refused:
        saved(merchant, "store_credit_accounts MATCHES (balance > 0)")

    assert "read_store_credit_accounts" in str(refused.value)
    assert waiting(merchant) == {}


def test_a_scope_that_is_taken_away_is_a_problem_of_its_own_and_everything_else_goes_on(
    merchant: Merchant, shop: Shop
) -> None:
    ana = shop.customers()[0]
    furnish(shop, ana, GOLD)
    saved(merchant, "store_credit_accounts MATCHES (balance > 0)", name="credit")
    gold = saved(merchant, IS_GOLD)
    shop.sandbox.call(
        "PUT",
        f"/_sandbox/shops/{shop.domain}/scopes",
        {"scopes": ["read_customers", "write_customers", "read_orders", "read_products"]},
        None,
    )

    read_optional(merchant.house, merchant.store)
    post(merchant.house, merchant.store, "customers/update", person(ana))
    read_at_once(merchant)

    with merchant.house.database.store(merchant.store) as tx:
        [problem] = [each for each in problems.listed(tx) if each["code"] == "optional_refused"]
        assert problem["subject"] == "credits"
        assert stores.get(tx).state is stores.State.READY
        assert tx.value("SELECT count(*) FROM reads") == 0
    plan(merchant.house, merchant.store)
    read_optional(merchant.house, merchant.store)
    plan(merchant.house, merchant.store)
    merchant.absorb()
    assert waiting(merchant).keys() == {"credits"}
    assert inside(merchant, gold) == {ana}


def test_a_worker_that_dies_between_two_batches_loses_nothing(
    merchant: Merchant, shop: Shop, monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    people = shop.customers()
    furnish(shop, people[-1], GOLD)
    segment = saved(merchant, IS_GOLD)
    shop.fail(status_next=[500])
    read_optional(merchant.house, merchant.store)
    with house.database.store(merchant.store) as tx:
        tx.execute("UPDATE optional_reads SET due_at = now()")

    read_everybody(merchant)

    assert inside(merchant, segment) == {people[-1]}


def test_what_nobody_asks_for_any_more_is_not_read_and_later_it_is_read_anew(merchant: Merchant, shop: Shop) -> None:
    ana = shop.customers()[0]
    segment = saved(merchant, IS_GOLD)
    read_everybody(merchant)
    delete(merchant.house, merchant.store, segment)
    furnish(shop, ana, GOLD)
    before = asked(shop)
    post(merchant.house, merchant.store, "customers/update", person(ana))
    read_at_once(merchant)
    assert asked(shop) == before

    again = saved(merchant, IS_GOLD)
    assert waiting(merchant).keys() == {"metafields.loyalty.level"}
    read_everybody(merchant)
    assert inside(merchant, again) == {ana}


def test_one_more_name_is_read_alone_until_it_has_come_as_far_as_the_others(
    merchant: Merchant, shop: Shop, house: House
) -> None:
    people = sorted(shop.customers())
    saved(merchant, IS_GOLD)
    with house.database.store(merchant.store) as tx:
        tx.execute("UPDATE optional_reads SET read_to = %s", (people[2],))
    furnish(shop, people[0], {"predicted_spend_tier": "HIGH"})
    segment = saved(merchant, "predicted_spend_tier = 'HIGH'", name="second")

    read_everybody(merchant)

    assert inside(merchant, segment) == {people[0]}


def test_more_metafields_than_one_question_names_are_all_known(merchant: Merchant, shop: Shop) -> None:
    ana = shop.customers()[0]
    keys = [f"a.k{number}" for number in range(60)]
    furnish(shop, ana, {"metafields": {key: {"type": "number_integer", "value": "7"} for key in keys}})
    segment = saved(merchant, " AND ".join(f"metafields.{key} = 7" for key in keys[:30]))
    other = saved(merchant, " AND ".join(f"metafields.{key} = 7" for key in keys[30:]), name="other")

    read_everybody(merchant)

    assert (inside(merchant, segment), inside(merchant, other)) == ({ana}, {ana})


def the_orders_of(shop: Shop, customer: int) -> list[int]:
    return [int(order["id"]) for order in shop.get("/orders") if order["customer_id"] == customer]


def dispute(shop: Shop, order: int, days_ago: int) -> int:
    at = _days(datetime.now(UTC), -days_ago)
    return int(shop.post("/disputes", {"order_id": order, "initiated_at": at})["id"])


def move_on(shop: Shop, number: int, status: str, days_ago: int) -> None:
    body = {"status": status, "at": _days(datetime.now(UTC), -days_ago)}
    shop.sandbox.call("PUT", f"/_sandbox/shops/{shop.domain}/disputes/{number}", body, None)


def buyers(shop: Shop) -> list[int]:
    return [who for who in shop.customers() if the_orders_of(shop, who)]


def test_disputes_of_before_are_read_and_until_then_nobody_is_said_to_have_none(merchant: Merchant, shop: Shop) -> None:
    ana, ben = buyers(shop)[:2]
    lost, begun = the_orders_of(shop, ana)[0], the_orders_of(shop, ben)[0]
    number = dispute(shop, lost, days_ago=20)
    move_on(shop, number, "UNDER_REVIEW", days_ago=15)
    move_on(shop, number, "LOST", days_ago=5)
    dispute(shop, begun, days_ago=2)

    none = saved(merchant, "count(disputed orders) = 0", name="none")
    waits = saved(merchant, "count(disputed orders WHERE dispute_state = 'LOST') >= 1", name="lost")
    plan(merchant.house, merchant.store)
    everybody = len(shop.customers())
    assert {newest_plan(merchant, each).undecided for each in (none, waits)} == {everybody}
    with pytest.raises(Invalid, match="disputes"):
        go_live(merchant.house, merchant.store, none)

    read_everybody(merchant)

    assert inside(merchant, none) == set(shop.customers()) - {ana, ben}
    assert inside(merchant, waits) == {ana}
    with merchant.house.database.store(merchant.store) as tx:
        steps = tx.rows("SELECT state FROM disputes WHERE order_id = %s ORDER BY at", (lost,))
    assert [state for (state,) in steps] == ["NEEDS_RESPONSE", "UNDER_REVIEW", "LOST"]


def test_a_dispute_that_is_told_and_one_that_is_read_are_the_same_facts(merchant: Merchant, shop: Shop) -> None:
    ana = buyers(shop)[0]
    order = the_orders_of(shop, ana)[0]
    number = dispute(shop, order, days_ago=20)
    move_on(shop, number, "UNDER_REVIEW", days_ago=15)
    move_on(shop, number, "WON", days_ago=5)
    for each in shop.get("/deliveries?bodies=1"):
        if each["topic"].startswith("disputes/"):
            post(merchant.house, merchant.store, each["topic"], json.loads(each["body"]))
    merchant.absorb()
    steps = "SELECT count(*) FROM disputes WHERE order_id = %s"
    with merchant.house.database.store(merchant.store) as tx:
        assert tx.value(steps, (order,)) == 3

    saved(merchant, "count(disputed orders) = 0")
    read_everybody(merchant)

    with merchant.house.database.store(merchant.store) as tx:
        assert tx.value(steps, (order,)) == 3


def test_what_is_not_read_yet_is_said_of_who_is_undecided(merchant: Merchant, shop: Shop) -> None:
    segment = saved(merchant, "count(disputed orders) >= 1")
    read_everybody(merchant)
    go_live(merchant.house, merchant.store, segment)
    merchant.absorb()

    with merchant.house.database.store(merchant.store) as tx:
        optional.settle(tx, ())  # As it is while a history is read again.
        stores.rules_changed(tx)
        found = why(merchant.house, tx, segment, CustomerId(shop.customers()[0]))

    assert found is not None
    assert found.sentence() == "Not known: count(disputed orders) has not been read in your store yet."


def test_a_dispute_nobody_told_us_of_is_found_within_a_day(merchant: Merchant, shop: Shop) -> None:
    segment = saved(merchant, "count(disputed orders) >= 1")
    read_everybody(merchant)
    ana = buyers(shop)[0]
    dispute(shop, the_orders_of(shop, ana)[0], days_ago=1)
    with merchant.house.database.store(merchant.store) as tx:
        wait = tx.value("SELECT due_at - now() FROM optional_reads WHERE name = 'disputes'")
        assert timedelta(0) < wait <= timedelta(days=1)
        tx.execute("UPDATE optional_reads SET due_at = now()")

    for _ in range(3):
        read_optional(merchant.house, merchant.store)
        merchant.absorb()

    assert inside(merchant, segment) == {ana}


def test_without_the_scope_a_rule_about_disputes_is_refused_with_its_name(merchant: Merchant, shop: Shop) -> None:
    with merchant.house.database.store(merchant.store) as tx:
        stores.set_scopes(tx, tuple(each for each in stores.get(tx).scopes if "disputes" not in each))

    with pytest.raises(RuleError) as refused:
        saved(merchant, "count(disputed orders) = 0")

    assert "read_shopify_payments_disputes" in str(refused.value)
    assert waiting(merchant) == {}


def checkout(shop: Shop, customer: int | None, minutes_ago: float, total: str = "80") -> int:
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    made: int = shop.post("/checkouts", {"customer_id": customer, "total": total, "created_at": at.isoformat()})["id"]
    return made


def body_of(number: int, customer: int, minutes_ago: float, completed: bool = False) -> dict[str, Any]:
    """A checkout as its webhook says it."""
    at = (datetime.now(UTC) - timedelta(minutes=minutes_ago)).isoformat()
    now = datetime.now(UTC).isoformat()
    told = {"name": f"#{number}", "created_at": at, "updated_at": now if completed else at, "total_price": "80.00"}
    return {**told, "completed_at": now if completed else None, "customer": {"id": customer}}


def test_checkouts_of_before_are_read_and_later_ones_are_told(merchant: Merchant, shop: Shop) -> None:
    ana, ben, cara, *_ = shop.customers()
    left = checkout(shop, ana, 3000)
    recovered = checkout(shop, ben, 3000)
    shop.post(f"/checkouts/{recovered}/complete")
    checkout(shop, None, 3000)
    segment = saved(merchant, "abandoned_checkout_date >= -30d")

    read_everybody(merchant)
    assert inside(merchant, segment) == {ana}

    post(merchant.house, merchant.store, "checkouts/create", body_of(77, cara, 30))
    post(merchant.house, merchant.store, "checkouts/update", body_of(left, ana, 3000, completed=True))
    merchant.absorb()
    assert inside(merchant, segment) == {cara}

    post(merchant.house, merchant.store, "checkouts/delete", {"id": 77})
    post(merchant.house, merchant.store, "checkouts/update", body_of(77, cara, 30))
    merchant.absorb()
    assert inside(merchant, segment) == set()


def test_who_is_still_typing_has_abandoned_nothing(merchant: Merchant, shop: Shop) -> None:
    ana = shop.customers()[0]
    segment = saved(merchant, "abandoned_checkout_date >= -30d")
    read_everybody(merchant)

    post(merchant.house, merchant.store, "checkouts/create", body_of(5, ana, 1))
    merchant.absorb()

    assert inside(merchant, segment) == set()
    with merchant.house.database.store(merchant.store) as tx:
        due = tx.value("SELECT due_at - now() FROM customers WHERE store_id = %s AND id = %s", (merchant.store, ana))
    assert timedelta(minutes=8) < due < timedelta(minutes=10)


def test_the_store_is_asked_for_checkouts_only_as_long_as_a_rule_needs_them(merchant: Merchant, shop: Shop) -> None:
    def subscribed() -> set[str]:
        return {each["topic"] for each in shop.get()["subscriptions"]}

    repair(merchant.house, merchant.store)
    assert not {topic for topic in subscribed() if topic.startswith("checkouts/")}

    segment = saved(merchant, "abandoned_checkout_date >= -30d")
    repair(merchant.house, merchant.store)
    assert {topic for topic in subscribed() if topic.startswith("checkouts/")} == {
        "checkouts/create",
        "checkouts/update",
        "checkouts/delete",
    }

    delete(merchant.house, merchant.store, segment)
    repair(merchant.house, merchant.store)
    assert not {topic for topic in subscribed() if topic.startswith("checkouts/")}


def test_a_body_says_which_names_it_answers(merchant: Merchant, shop: Shop) -> None:
    furnish(shop, shop.customers()[0], GOLD)
    saved(merchant, IS_GOLD)
    read_optional(merchant.house, merchant.store)

    with merchant.house.database.store(merchant.store) as tx:
        bodies = [bytes(row[0]) for row in tx.rows("SELECT body FROM inbox WHERE topic = 'api/optional'")]
    assert [json.loads(body)["names"] for body in bodies] == [["metafields.loyalty.level"]]
