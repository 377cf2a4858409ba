"""Templates to start a segment from."""

from tests.web.visit import Visit


def test_templates_come_by_goal_with_their_sentence_in_the_stores_currency(owner: Visit) -> None:
    told = owner.get("/templates")

    by_id = {each["id"]: each for goal in told["goals"] for each in goal["templates"]}
    assert len(told["goals"]) == 10
    assert len(by_id) >= 40
    assert "£500" in by_id["vip-with-grace"]["sentence"]
    assert by_id["lapsed"]["definition"] == {
        "kind": "rule",
        "rule": "count(orders) >= 2 AND max(orders.date) < -120d",
    }
    assert by_id["lapsed"]["outputs"] == {"": "lapsed"}
    assert by_id["lapsed"]["parameters"][1] == {
        "name": "days",
        "label": "No order for … days",
        "kind": "days",
        "default": "120",
        "least": "1",
        "most": "3650",
    }


def test_a_template_is_filled_with_values(owner: Visit) -> None:
    told = owner.post("/templates/lapsed/fill", {"values": {"days": "45"}})

    assert told["definition"]["rule"] == "count(orders) >= 2 AND max(orders.date) < -45d"
    assert "45 days" in told["sentence"]


def test_a_value_beyond_its_limits_names_its_field(owner: Visit) -> None:
    answer = owner.send("POST", "/templates/lapsed/fill", {"values": {"days": "0"}})

    assert answer.status_code == 422
    assert (answer.json or {})["error"]["field"] == "days"


def test_a_template_that_is_not_there_is_not_found(owner: Visit) -> None:
    assert owner.send("POST", "/templates/nothing/fill", {"values": {}}).status_code == 404
