"""Rules while they are being written."""

import pytest

from tests.web.api.drafts import rule, tiers
from tests.web.visit import Visit


def test_a_rule_is_told_back_in_plain_words_and_canonical_text(owner: Visit) -> None:
    told = owner.post("/rules/check", rule("Regulars", "number_of_orders>=2"))

    assert told["ok"] is True
    assert told["definition"] == {"kind": "rule", "rule": "number_of_orders >= 2"}
    assert told["sentence"].startswith("Customers whose number of orders")
    assert told["problems"] == []


def test_amounts_in_the_sentence_are_in_the_stores_currency(owner: Visit) -> None:
    told = owner.post("/rules/check", rule("Big", "amount_spent >= 500"))

    assert "£500" in told["sentence"]


def test_a_mistake_has_its_place_and_its_cure(owner: Visit) -> None:
    told = owner.post("/rules/check", rule("Regulars", "number_of_order >= 2"))

    (problem,) = told["problems"]
    assert told["ok"] is False
    assert (problem["field"], problem["start"], problem["end"], problem["line"], problem["column"]) == (
        "rule", 0, 15, 1, 1,
    )  # fmt: skip
    assert problem["suggestion"] == "number_of_orders"


def test_each_rule_of_tiers_names_its_own_mistakes(owner: Visit) -> None:
    draft = tiers("Levels", ("Gold", "amount_spent >= 'x'"), ("Silver", "nonsense > 1"))

    told = owner.post("/rules/check", draft)

    assert {problem["field"] for problem in told["problems"]} == {"cases.0.rule", "cases.1.rule"}


def test_a_rule_about_a_segment_that_does_not_exist_is_a_mistake(owner: Visit) -> None:
    told = owner.post("/rules/check", rule("New", "IN SEGMENT 'Nobody knows'"))

    assert told["ok"] is False
    assert "Nobody knows" in told["problems"][0]["message"]


def test_an_empty_rule_is_refused_it_never_means_everyone(owner: Visit) -> None:
    assert owner.post("/rules/check", rule("New", ""))["ok"] is False


def test_what_looks_odd_is_said_and_may_be_saved(owner: Visit) -> None:
    told = owner.post("/rules/check", rule("Nobody", "number_of_orders > 5 AND number_of_orders < 2"))

    assert told["ok"] is True
    assert told["advice"][0]["message"]


def test_a_draft_is_counted_with_examples_from_both_sides(owner: Visit) -> None:
    told = owner.post("/rules/count", rule("", "number_of_orders >= 2"))

    assert (told["in"], told["total"], told["undecided"]) == (2, 5, 0)
    assert {person["id"] for person in told["sample_in"]} == {"2", "3"}
    assert {person["id"] for person in told["sample_out"]} == {"1", "4", "5"}
    assert told["sample_in"][0]["email"].endswith("@example.com")


def test_tiers_are_counted_by_label(owner: Visit) -> None:
    draft = tiers("", ("Gold", "number_of_orders >= 3"), ("Silver", "number_of_orders >= 1"), default="Rest")

    told = owner.post("/rules/count", draft)

    assert told["labels"] == {"Gold": 1, "Silver": 2, "Rest": 2}


def test_counting_a_draft_stores_nothing(owner: Visit) -> None:
    owner.post("/rules/count", rule("Regulars", "number_of_orders >= 2"))

    assert owner.get("/overview")["segments"] == []


def test_counting_a_mistake_says_what_it_is(owner: Visit) -> None:
    answer = owner.send("POST", "/rules/count", rule("", "nonsense > 1"))

    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (422, "rule")
    assert error["problems"][0]["field"] == "rule"


def test_counting_that_takes_too_long_is_stopped_with_a_clear_sentence(
    owner: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin.flow.count.SECONDS", 0.001)

    answer = owner.send("POST", "/rules/count", rule("", "number_of_orders >= 2"))

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "too_slow")
    assert "Saving works all the same" in answer.get_json()["error"]["message"]


def test_every_word_of_the_vocabulary_can_be_used_as_it_stands(owner: Visit) -> None:
    words = owner.get("/rules/vocabulary")["words"]

    assert len(words) > 10
    for word in words:
        told = owner.post("/rules/check", rule("", word["example"]))
        others = [p for p in told["problems"] if "does not exist" not in p["message"]]
        assert others == [], word
