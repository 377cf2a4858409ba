"""Segments from the first save to the last delete, as the page does it."""

from plugin.db import outbox
from plugin.db.transaction import Database as Doors
from plugin.domain.ids import CustomerId
from plugin.flow.house import House
from tests.web.api.drafts import rule, tiers
from tests.web.stock import work
from tests.web.visit import Visit


def wanted(at: Doors, owner: Visit) -> dict[int, tuple[str, ...]]:
    """The tags the store should show."""
    with at.store(owner.store_id) as tx:
        return {key: row.wanted for key, row in outbox.of(tx, [CustomerId(n) for n in range(1, 6)]).items()}


def test_a_saved_segment_is_in_preview_with_its_plan_on_the_way(owner: Visit) -> None:
    saved = owner.post("/segments", rule("Regulars", "number_of_orders >= 2", "regular"))

    shown = owner.get(f"/segments/{saved['id']}")
    assert (shown["state"], shown["size"], shown["version"]) == ("preview", None, 1)
    assert (shown["plan"]["id"], shown["plan"]["state"]) == (saved["plan_id"], "waiting")
    assert shown["outputs"] == {"": "regular"}


def test_its_plan_says_who_joins_and_nothing_is_wanted_of_the_store(owner: Visit, regulars: int, at: Doors) -> None:
    plan = owner.get(f"/segments/{regulars}/plan")

    assert (plan["state"], plan["joins"], plan["leaves"], plan["total"]) == ("applied", 2, 0, 5)
    assert {person["id"] for person in plan["samples"]["joins"]} == {"2", "3"}
    assert {tags for tags in wanted(at, owner).values() if tags} == set()


def test_its_members_come_a_page_at_a_time(owner: Visit, regulars: int) -> None:
    first = owner.get(f"/segments/{regulars}/members?most=1")
    second = owner.get(f"/segments/{regulars}/members?most=1&after={first['next']}")

    assert [person["id"] for person in first["customers"] + second["customers"]] == ["2", "3"]
    assert second["next"] is None


def test_going_live_wants_the_tag_and_preview_takes_it_back(
    owner: Visit, regulars: int, at: Doors, house: House
) -> None:
    assert owner.post(f"/segments/{regulars}/live") == {"due": 2}
    work(house, owner.store_id)
    live = wanted(at, owner)

    assert owner.post(f"/segments/{regulars}/preview") == {"due": 2}
    work(house, owner.store_id)

    assert {key for key, tags in live.items() if tags == ("regular",)} == {2, 3}
    assert {tags for tags in wanted(at, owner).values() if tags} == set()


def test_a_change_of_a_live_segment_waits_until_it_is_applied(
    owner: Visit, regulars: int, at: Doors, house: House
) -> None:
    owner.post(f"/segments/{regulars}/live")
    work(house, owner.store_id)

    saved = owner.put(f"/segments/{regulars}", rule("Regulars", "number_of_orders >= 3", "regular"))
    work(house, owner.store_id)
    plan = owner.get(f"/segments/{regulars}/plan")
    before = owner.get(f"/segments/{regulars}")

    assert (plan["state"], plan["joins"], plan["leaves"], plan["stays"]) == ("ready", 0, 1, 1)
    assert (before["size"], before["applied_version"], before["version"]) == (2, 1, 2)

    assert owner.post(f"/plans/{saved['plan_id']}/apply") == {"due": 1}
    work(house, owner.store_id)

    assert owner.get(f"/segments/{regulars}")["size"] == 1
    assert {key for key, tags in wanted(at, owner).items() if tags == ("regular",)} == {3}


def test_an_old_plan_can_not_be_applied(owner: Visit, regulars: int, house: House) -> None:
    owner.post(f"/segments/{regulars}/live")
    first = owner.put(f"/segments/{regulars}", rule("Regulars", "number_of_orders >= 3", "regular"))
    owner.put(f"/segments/{regulars}", rule("Regulars", "number_of_orders >= 1", "regular"))
    work(house, owner.store_id)

    answer = owner.send("POST", f"/plans/{first['plan_id']}/apply")

    assert (answer.status_code, answer.get_json()["error"]["field"]) == (422, "plan")


def test_a_segment_can_not_go_live_before_it_is_worked_out(owner: Visit) -> None:
    saved = owner.post("/segments", rule("Regulars", "number_of_orders >= 2", "regular"))

    answer = owner.send("POST", f"/segments/{saved['id']}/live")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "invalid")


def test_each_save_keeps_the_version_before_it(owner: Visit, regulars: int) -> None:
    owner.put(f"/segments/{regulars}", rule("Faithful", "number_of_orders >= 3", "regular"))

    shown = owner.get(f"/segments/{regulars}")

    assert shown["name"] == "Faithful"
    assert [version["version"] for version in shown["versions"]] == [2, 1]
    assert {version["author"] for version in shown["versions"]} == {"42"}


def test_a_name_others_ask_for_has_to_stay(owner: Visit, regulars: int) -> None:
    owner.post("/segments", rule("Others", "NOT IN SEGMENT 'Regulars'"))

    answer = owner.send("PUT", f"/segments/{regulars}", rule("Faithful", "number_of_orders >= 3"))

    assert answer.status_code == 422
    assert "Others" in answer.get_json()["error"]["message"]


def test_a_segment_others_ask_for_can_not_be_deleted(owner: Visit, regulars: int) -> None:
    owner.post("/segments", rule("Others", "NOT IN SEGMENT 'Regulars'"))

    answer = owner.send("DELETE", f"/segments/{regulars}")

    assert answer.status_code == 422
    assert owner.get(f"/segments/{regulars}")["used_by"] == ["Others"]


def test_a_deleted_segment_is_gone_and_its_tags_with_it(owner: Visit, regulars: int, at: Doors, house: House) -> None:
    owner.post(f"/segments/{regulars}/live")
    work(house, owner.store_id)

    assert owner.send("DELETE", f"/segments/{regulars}").status_code == 204
    work(house, owner.store_id)

    assert owner.send("GET", f"/segments/{regulars}").status_code == 404
    assert {tags for tags in wanted(at, owner).values() if tags} == set()


def test_tiers_show_their_labels_in_order_with_tag_and_size(owner: Visit, house: House) -> None:
    draft = tiers("Levels", ("Gold", "number_of_orders >= 3"), ("Silver", "number_of_orders >= 1"))
    saved = owner.post("/segments", draft)
    work(house, owner.store_id)

    shown = owner.get(f"/segments/{saved['id']}")

    assert shown["labels"] == [
        {"label": "Gold", "tag": "gold", "size": 1},
        {"label": "Silver", "tag": "silver", "size": 2},
    ]
    assert shown["size"] == 3


def test_what_does_not_fit_is_refused_with_the_field(owner: Visit) -> None:
    unknown = owner.send("POST", "/segments", rule("A", "number_of_orders > 1") | {"color": "red"})
    comma = owner.send("POST", "/segments", rule("A", "number_of_orders > 1", "one, two"))
    nameless = owner.send("POST", "/segments", rule(" ", "number_of_orders > 1"))

    assert [problem["field"] for problem in unknown.get_json()["error"]["problems"]] == ["color"]
    assert comma.get_json()["error"]["field"] == "outputs"
    assert nameless.get_json()["error"]["field"] == "name"
    assert {answer.status_code for answer in (unknown, comma, nameless)} == {422}


def test_a_rule_that_makes_no_sense_is_refused_with_its_place(owner: Visit) -> None:
    answer = owner.send("POST", "/segments", rule("A", "number_of_orders >="))

    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"], error["problems"][0]["field"]) == (422, "rule", "rule")
