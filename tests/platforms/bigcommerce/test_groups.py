"""A group of ours is made by name alone, and customers are moved only out of where they may be taken from."""

import json
from typing import Any

import pytest

from plugin.domain.errors import PlatformRefused, StoreUnavailable, Throttled
from plugin.domain.ids import CustomerId
from plugin.platforms.base import NO_GROUP, Group, Move, Moved
from plugin.platforms.bigcommerce import groups
from plugin.platforms.bigcommerce.client import Client
from tests.platforms.bigcommerce.doors import Pretended
from tests.platforms.bigcommerce.outputs import customer, faults, people, sandbox, store, writes
from tests.platforms.bigcommerce.reading import a_past, calls
from tests.platforms.server import Reply, Server

__all__ = ("sandbox", "store")
RULES = [{"type": "all", "method": "percent", "amount": "10.0000"}]


def theirs(store: Pretended, name: str, **more: Any) -> int:
    """A group of the merchant's."""
    return int(store.control("POST", "/groups", {"name": name, **more})["id"])


def puts(store: Pretended, who: int, group: int) -> None:
    """The merchant puts the customer there."""
    store.control("PATCH", f"/customers/{who}", {"group_id": group})


def group_of(store: Pretended, who: int) -> int:
    found: int = customer(store, who)["group_id"]
    return found


def rows(*groups_of: int) -> Reply:
    """Customers 1, 2, … in these groups, as V3 tells them."""
    data = [{"id": number, "customer_group_id": group} for number, group in enumerate(groups_of, 1)]
    return Reply(json.dumps({"data": data, "meta": {}}).encode())


def test_a_store_on_a_small_plan_says_why_there_are_no_groups(sandbox: tuple[str, Server], store: Pretended) -> None:
    small = calls(a_past(*sandbox, customers=1, years=0.1, plan="standard"))

    assert groups.why_not(small) == "The store's plan has no customer groups."
    assert groups.every(small) == []
    with pytest.raises(PlatformRefused, match="no customer groups"):
        groups.make(small, "Circle")
    assert groups.why_not(calls(store)) is None


@pytest.mark.parametrize("status", [403, 404])
def test_whatever_a_plan_without_groups_answers_is_understood(store: Pretended, status: int) -> None:
    client = calls(store)
    faults(store, groups_status=status)

    assert groups.why_not(client) == groups.NO_GROUPS


def test_a_group_is_made_by_its_name_alone(store: Pretended) -> None:
    made = groups.make(calls(store), "Circle")

    assert (made.name, made.plain) == ("Circle", True)
    posted = next(call for call in store.control("GET", "/calls") if call["method"] == "POST")
    assert posted["body"] == {"name": "Circle"}


def test_a_group_that_was_renamed_is_found_by_its_id(store: Pretended) -> None:
    client = calls(store)
    made = groups.make(client, "Circle")
    store.control("PATCH", f"/groups/{made.id}", {"name": "Best"})

    assert groups.make(client, "Circle", made.id) == Group(made.id, "Best", True)


def test_a_group_that_was_deleted_is_made_again_or_found_by_its_name(store: Pretended) -> None:
    client = calls(store)
    made = groups.make(client, "Circle")
    store.control("DELETE", f"/groups/{made.id}")
    again = groups.make(client, "Circle", made.id)

    assert again.id != made.id
    assert groups.find(client, "Circle", made.id) == again
    assert groups.make(client, "Circle", made.id) == again


def test_a_group_whose_making_got_no_answer_is_found(store: Pretended) -> None:
    client = calls(store)
    faults(store, lose_next=1)
    with pytest.raises(Exception, match="504"):
        groups.make(client, "Circle")

    assert groups.make(client, "Circle").name == "Circle"
    assert [each["name"] for each in store.control("GET", "/groups")].count("Circle") == 1


@pytest.mark.parametrize(
    "more",
    [{"discount_rules": RULES}, {"category_access": "none"}, {"default": True}, {"guests": True}],
    ids=["discounts", "categories", "default", "guests"],
)
def test_a_group_of_the_same_name_with_effects_is_not_taken_for_ours(store: Pretended, more: dict[str, Any]) -> None:
    theirs(store, "Circle", **more)

    with pytest.raises(PlatformRefused, match="prices, categories or visitors"):
        groups.make(calls(store), "Circle")


def test_a_group_of_the_same_name_with_customers_in_it_is_not_taken_for_ours(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    puts(store, one, theirs(store, "Circle"))

    with pytest.raises(PlatformRefused, match="with customers in it"):
        groups.make(client, "Circle")

    puts(store, one, NO_GROUP)
    assert groups.make(client, "Circle").name == "Circle"


def test_a_group_of_ours_that_the_merchant_gave_prices_stays_ours(store: Pretended) -> None:
    client = calls(store)
    made = groups.make(client, "Circle")
    store.control("PATCH", f"/groups/{made.id}", {"discount_rules": RULES})

    assert groups.make(client, "Circle", made.id) == Group(made.id, "Circle", False)


def test_a_new_name_leaves_the_rules_as_they_are(store: Pretended) -> None:
    client, group = calls(store), theirs(store, "Circle", discount_rules=RULES)

    assert groups.rename(client, group, "Gold")
    found = next(each for each in store.control("GET", "/groups") if each["id"] == group)
    assert (found["name"], found["discount_rules"]) == ("Gold", RULES)
    assert not groups.rename(client, 999_999, "Gold")


def test_a_group_that_was_made_though_something_about_it_failed_is_found(server: Server, client: Client) -> None:
    made = b'[{"id": 7, "name": "Circle", "category_access": {"type": "all"}, "discount_rules": []}]'
    server.replies += [Reply(b"", 204), Reply(b'{"status": 207, "message": "no discount"}', 207), Reply(made), rows()]

    assert groups.make(client, "Circle") == Group(7, "Circle", True)


def test_a_name_that_is_taken_meanwhile_is_found_and_one_that_is_nowhere_is_told(
    server: Server, client: Client
) -> None:
    taken = Reply(b'[{"status": 409, "message": "The group name is taken."}]', 409)
    server.replies += [Reply(b"", 204), taken, Reply(b"", 204)]

    with pytest.raises(PlatformRefused, match="taken"):
        groups.make(client, "Circle")


def test_customers_in_no_group_are_moved_ten_a_call(store: Pretended) -> None:
    client, ids = calls(store), people(store)
    vip = groups.make(client, "Circle").id
    results = groups.move(client, [Move(each, vip, {NO_GROUP}) for each in ids])

    assert results == [Moved(each, ok=True, before=NO_GROUP, after=vip) for each in ids]
    assert {group_of(store, each) for each in ids} == {vip}
    assert writes(store)[1:] == ["PUT /v3/customers"] * 2


def test_who_is_in_a_group_that_was_not_given_up_stays_and_it_is_said_where(store: Pretended) -> None:
    client, (one, other, third, *_) = calls(store), people(store)
    vip, wholesale, given = groups.make(client, "Circle").id, theirs(store, "Bulk"), theirs(store, "Retail")
    puts(store, one, wholesale)
    puts(store, other, given)
    results = groups.move(client, [Move(each, vip, {NO_GROUP, given}) for each in (one, other, third)])

    assert results[0] == Moved(
        one, ok=False, before=wholesale, after=wholesale, held=Group(wholesale, "Bulk", True),
        error="held by group Bulk",
    )  # fmt: skip
    assert [(each.ok, each.before) for each in results[1:]] == [(True, given), (True, NO_GROUP)]
    assert [group_of(store, each) for each in (one, other, third)] == [wholesale, vip, vip]


def test_who_leaves_goes_back_to_the_group_before_unless_somebody_moved_them(store: Pretended) -> None:
    client, (one, other, third, *_) = calls(store), people(store)
    vip, retail = groups.make(client, "Circle").id, theirs(store, "Retail")
    groups.move(client, [Move(each, vip, {NO_GROUP}) for each in (one, other, third)])
    puts(store, other, retail)
    puts(store, third, NO_GROUP)
    back = groups.move(client, [Move(one, NO_GROUP, {vip}), Move(other, NO_GROUP, {vip}), Move(third, retail, {vip})])

    assert [(each.ok, each.after) for each in back] == [(True, NO_GROUP), (False, retail), (False, NO_GROUP)]
    assert (back[1].error, back[2].error) == ("held by group Retail", "in no group any more")
    assert [group_of(store, each) for each in (one, other, third)] == [NO_GROUP, retail, NO_GROUP]


def test_who_is_there_already_is_not_written(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    vip = groups.make(client, "Circle").id
    puts(store, one, vip)

    assert groups.move(client, [Move(one, vip, ())]) == [Moved(one, ok=True, before=vip, after=vip)]
    assert writes(store) == ["POST /v2/customer_groups"]


def test_one_who_is_gone_takes_nobody_with_them(store: Pretended) -> None:
    client, ids = calls(store), people(store)[:10]
    vip = groups.make(client, "Circle").id
    store.control("DELETE", f"/customers/{ids[3]}")
    results = groups.move(client, [Move(each, vip, {NO_GROUP}) for each in ids])

    assert [each.customer_id for each in results if each.gone] == [ids[3]]
    assert sum(each.ok for each in results) == 9


def test_what_is_refused_is_refused_alone(store: Pretended) -> None:
    client, ids = calls(store), people(store)
    vip = groups.make(client, "Circle").id
    faults(store, batch_refuses=[ids[4]])
    results = groups.move(client, [Move(each, vip, {NO_GROUP}) for each in ids])

    assert [each.customer_id for each in results] == ids
    assert [each.customer_id for each in results if not each.ok] == [ids[4]]
    assert "422" in (results[4].error or "")
    assert len(writes(store)) == 1 + 1 + 10 + 1  # The group, the ten, each of them, the rest.


def test_a_group_that_is_gone_is_told_of_each(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    (result,) = groups.move(client, [Move(one, 999_999, {NO_GROUP})])

    assert not result.ok
    assert "does not exist" in (result.error or "")


def test_an_answer_that_is_lost_leaves_unsure_who_moved(store: Pretended) -> None:
    client, ids = calls(store), people(store)
    vip = groups.make(client, "Circle").id
    faults(store, lose_next=1)
    results = groups.move(client, [Move(each, vip, {NO_GROUP}) for each in ids])

    assert [each.customer_id for each in results] == ids[:10]
    assert all(each.unsure and not each.ok for each in results)
    assert group_of(store, ids[0]) == vip
    assert all(each.ok for each in groups.move(client, [Move(each, vip, {NO_GROUP}) for each in ids]))


@pytest.mark.parametrize(("api", "error"), [({"throttle_next": 1}, Throttled), ({"frozen": 503}, StoreUnavailable)])
def test_a_trouble_of_the_store_s_is_raised_where_nothing_was_done(
    store: Pretended, api: dict[str, Any], error: type[Exception]
) -> None:
    client, ids = calls(store), people(store)
    faults(store, **api)

    with pytest.raises(error):
        groups.move(client, [Move(each, 1, {NO_GROUP}) for each in ids])


def test_what_was_done_before_a_trouble_is_told(server: Server, client: Client) -> None:
    server.replies += [rows(*[NO_GROUP] * 10), rows(*[5] * 10), Reply(b"", 503)]
    results = groups.move(client, [Move(CustomerId(number), 5, {NO_GROUP}) for number in range(1, 15)])

    assert [each.customer_id for each in results] == list(range(1, 11))


def test_a_group_that_the_store_imposes_is_told(server: Server, client: Client) -> None:
    server.replies += [rows(NO_GROUP), rows(9)]
    (result,) = groups.move(client, [Move(CustomerId(1), 5, {NO_GROUP})])

    assert (result.ok, result.before, result.after, result.error) == (False, NO_GROUP, 9, "held by group 9")
