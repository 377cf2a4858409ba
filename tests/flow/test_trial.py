"""A store file becomes facts: what it says can be asked about, what it leaves out is unknown."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plugin.flow.trial import prepared, trial
from plugin.platforms.given.mistakes import FileUnusable
from tests.database import Database

FILES = Path(__file__).parent / "files"
RULES = (FILES / "everything.rules").read_text().splitlines()
Try = Callable[[str], Any]


@pytest.fixture(scope="module")
def attempt(module_database: Database) -> Try:
    """What comes out of a file."""
    return lambda text: trial(prepared(text), module_database.owner, module_database.app)


@pytest.fixture(scope="module")
def everything(attempt: Try) -> dict[str, Any]:
    """What each rule came to, for Ann of whom everything is known and Bob of whom nothing is."""
    segments = "\n".join(f"  - {{name: {json.dumps(rule)}, rule: {json.dumps(rule)}}}" for rule in RULES)
    text = (FILES / "everything.yaml").read_text()
    out = attempt(f"{text}segments:\n{segments}\nmoments: [2026-01-20]")
    return {segment["name"]: segment for segment in out["moments"][0]["segments"]}


@pytest.mark.parametrize("rule", RULES)
def test_what_the_file_says_can_be_asked_and_what_it_leaves_out_is_unknown(
    rule: str, everything: dict[str, Any]
) -> None:
    found = everything[rule]

    assert found["members"] == ["ann"]
    assert [row["customer"] for row in found["undecided"]] == ["bob"]


def one(attempt: Try, customer: str, rule: str, store: str = "{}", at: str = "2026-06-01") -> bool | None:
    """Whether the one customer is in; None when undecided."""
    head = f"store: {store}\ncustomers: [{customer}]\n"
    out = attempt(f"{head}segments: [{{name: it, rule: {json.dumps(rule)}}}]\nmoments: [{json.dumps(at)}]")
    [segment] = out["moments"][0]["segments"]
    return None if segment["undecided"] else bool(segment["members"])


ORDER = "{{id: a, orders: [{{placed: 2026-01-05, {}}}]}}"


@pytest.mark.parametrize(
    ("order", "rule"),
    [
        ("amount: 50", "sum(orders.net) = 50"),
        ("lines: [{price: 20, quantity: 3}]", "sum(orders.quantity) = 3"),
        ("amount: 50, paid: null", "count(orders) = 0 AND count(unpaid orders) = 1"),
        ("amount: 50, payment_state: authorized", "count(unpaid orders) = 1"),
        ("amount: 50, payment_state: partially_paid", "count(orders) = 1"),
        ("amount: 0", "count(orders) = 1"),
        ("amount: 0, paid: null", "count(orders) = 1"),
        ("amount: 50, test: true", "count(any orders) = 0 AND count(test orders) = 1"),
        ("amount: 50, cancelled: 2026-01-06", "count(cancelled orders) = 1"),
        ("amount: 50, cancelled: 2026-06-02", "count(orders) = 1"),
        ("amount: 50, shipping: 5, tax: 1", "sum(orders.total) = 56 AND sum(orders.net) = 50"),
        ("amount: 50, discounts: [{amount: 10, kind: manual}]", "sum(orders.net) = 40"),
        (
            "lines: [{price: 30, sku: a}, {price: 10, sku: b}], discounts: [{amount: 4, code: X}]",
            "sum(lines.discount WHERE sku = 'a') = 3 AND sum(lines.discount WHERE sku = 'b') = 1",
        ),
        (
            "lines: [{price: 30, sku: a}, {price: 10, sku: b}], discounts: [{amount: 10, line: 1}, {amount: 3}]",
            "sum(lines.discount WHERE sku = 'a') = 12 AND sum(lines.discount WHERE sku = 'b') = 1",
        ),
        (
            "lines: [{price: 20, quantity: 3}], refunds: [{date: 2026-02-01, lines: [{quantity: 1}]}]",
            "sum(orders.net) = 40",
        ),
        ("amount: 50, refunds: [{date: 2026-02-01, lines: [{}]}]", "count(orders) = 0 AND count(refunded orders) = 1"),
        ("amount: 50, refunds: [{date: 2026-02-01, amount: 20, total: 25}]", "sum(refunds.total) = 25"),
        ("amount: 50, refunds: [{date: 2026-06-02, amount: 20}]", "sum(orders.net) = 50"),
    ],
)
def test_an_order_comes_to(attempt: Try, order: str, rule: str) -> None:
    assert one(attempt, ORDER.format(order), rule) is True


@pytest.mark.parametrize(
    ("customer", "rule", "expected"),
    [
        ("{id: a}", "count(orders) = 0", None),
        ("{id: a, orders: []}", "count(orders) = 0", True),
        ("{id: a, orders: null}", "count(orders) = 0", True),
        ("{id: a}", "customer_tags CONTAINS 'x'", None),
        ("{id: a}", "NOT customer_tags CONTAINS 'x'", None),
        ("{id: a, tags: []}", "NOT customer_tags CONTAINS 'x'", True),
        ("{id: a, tags: null}", "customer_tags IS NULL", True),
        ("{id: a, consent: {email: null}}", "email_subscription_status IS NULL", True),
        ("{id: a, consent: {sms: null}}", "email_subscription_status IS NULL", None),
        ("{id: a, attributes: {}}", "attributes.x IS NULL", True),
        ("{id: a}", "attributes.x IS NULL", None),
        ("{id: a, created: 2026-07-01}", "count(orders) >= 0", False),
        ("{id: a, orders: [{placed: 2026-01-01, lines: [{price: 5}]}]}", "count(lines WHERE type = 'x') = 0", None),
        (
            "{id: a, orders: [{placed: 2026-01-01, lines: [{price: 5, type: null}]}]}",
            "count(lines WHERE type = 'x') = 0",
            True,
        ),
        ("{id: a, tags: [x], orders: []}", "customer_tags CONTAINS 'x' OR attributes.x = 1", True),
    ],
)
def test_left_out_is_unknown_and_null_is_none(attempt: Try, customer: str, rule: str, expected: bool | None) -> None:
    assert one(attempt, customer, rule) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2026-03-28T23:59", False), ("2026-03-29", True), ("2026-03-29T21:59:59Z", True), ("2026-03-29T22:00Z", True)],
)
def test_moments_without_an_offset_are_store_time(attempt: Try, at: str, expected: bool) -> None:
    """The clocks of Dublin go forward in that night."""
    customer = "{id: a, tags: [{tag: x, added: 2026-03-29}]}"

    assert one(attempt, customer, "customer_tags CONTAINS 'x'", "{timezone: Europe/Dublin}", at) is expected


def test_one_moment_s_answer_does_not_depend_on_another_s(attempt: Try) -> None:
    text = """
customers:
  - {id: a, orders: [{placed: 2026-01-01, amount: 10}]}
  - {id: b, orders: [{placed: 2026-02-01, amount: 20}]}
segments: [{name: Best, rule: TOP 1 BY sum(orders.net)}]
"""
    both = attempt(f"{text}moments: [2026-01-15, 2026-03-01]")["moments"]
    later = attempt(f"{text}moments: [2026-03-01]")["moments"]

    assert [moment["segments"][0]["members"] for moment in both] == [["a"], ["b"]]
    assert later == both[1:]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Best", [["a"], ["b"], ["c"], ["c"]]),
        ("Two", [["a"], ["a", "b"], ["b", "c"], ["b", "c"]]),
        ("Once", [["a"], ["a", "b"], ["a", "b"], ["a", "b"]]),
        ("Lately", [["a"], ["b"], ["c"], []]),
    ],
)
def test_what_is_replayed_knows_the_store_s_numbers_of_every_earlier_moment(
    attempt: Try, name: str, expected: list[list[str]]
) -> None:
    text = """
customers:
  - {id: a, orders: [{placed: 2026-01-01, amount: 10}]}
  - {id: b, orders: [{placed: 2026-02-01, amount: 20}]}
  - {id: c, orders: [{placed: 2026-03-01, amount: 30}]}
segments:
  - {name: Best, rule: TOP 1 BY sum(orders.net)}
  - {name: Two, join: TOP 1 BY sum(orders.net), stay: TOP 2 BY sum(orders.net)}
  - {name: Once, rule: entered('Best') <= 2026-02-10}
  - name: Lately
    join: TOP 1 BY sum(orders.net WHERE date >= -30d)
    stay: TOP 1 BY sum(orders.net WHERE date >= -30d)
    grace: 5d
moments: [2026-01-15, 2026-02-15, 2026-03-15, 2026-05-01]
"""
    told = [{s["name"]: s for s in moment["segments"]}[name] for moment in attempt(text)["moments"]]

    assert [segment["members"] for segment in told] == expected
    assert all(segment["undecided"] == [] for segment in told)


def test_scores_are_told_where_a_rule_asks_for_them(attempt: Try) -> None:
    text = """
customers:
  - {id: a, orders: [{placed: 2026-01-01, amount: 10}]}
  - {id: 9, orders: []}
segments: [{name: New, rule: recency_score >= 4}]
moments: [2026-03-01]
"""
    [moment] = attempt(text)["moments"]

    first, second = moment["scores"]
    assert first["customer"] == "a"
    assert (first["recency_score"], first["frequency_score"], first["monetary_score"]) == (5, 5, 5)
    assert second["customer"] == 9
    assert second["recency_score"] is None


def test_a_pin_goes_before_the_rule_until_its_end(attempt: Try) -> None:
    text = """
customers: [{id: a, orders: []}]
segments:
  - name: Friends
    rule: count(orders) > 0
    pins: [{customer: a, way: in, at: 2026-01-01, until: 2026-02-01, reason: a friend}]
moments: [2025-12-31, 2026-01-15, 2026-02-01]
"""
    found = [moment["segments"][0]["members"] for moment in attempt(text)["moments"]]

    assert found == [[], ["a"], []]


def test_the_merged_are_in_no_list_and_their_orders_are_the_survivor_s(attempt: Try) -> None:
    text = """
customers:
  - {id: a, orders: [{placed: 2026-01-01, amount: 10}], merged_into: {customer: b, at: 2026-02-01}}
  - {id: b, orders: []}
  - {id: c, orders: [{placed: 2026-01-01, amount: 10}], redacted: 2026-02-01}
segments: [{name: Buyers, rule: count(orders) = 1}]
moments: [2026-03-01]
"""
    [moment] = attempt(text)["moments"]

    assert moment["segments"][0]["members"] == ["b"]


def test_before_a_merge_both_stand_in_the_lists_with_what_was_theirs(attempt: Try) -> None:
    text = """
customers:
  - {id: a, orders: [{placed: 2026-01-01, amount: 10}], tags: [old], merged_into: {customer: b, at: 2026-02-01}}
  - {id: b, orders: [{placed: 2026-01-02, amount: 10}], tags: [], merged_into: {customer: c, at: 2026-03-01}}
  - {id: c, orders: [], tags: []}
segments:
  - {name: Buyers, rule: count(orders) >= 1}
  - {name: Old, rule: customer_tags CONTAINS 'old'}
  - {name: Twice, rule: count(orders) = 2}
moments: [2026-01-31, 2026-02-01, 2026-03-01]
"""
    found = [[segment["members"] for segment in moment["segments"]] for moment in attempt(text)["moments"]]

    assert found == [[["a", "b"], ["a"], []], [["b"], ["b"], ["b"]], [["c"], ["c"], ["c"]]]


@pytest.mark.parametrize(
    ("store", "customer", "rule", "says"),
    [
        ("{scopes: [read_customers]}", "{id: a}", "count(orders) = 0", "needs orders"),
        ("{scopes: [read_orders]}", "{id: a}", "customer_tags CONTAINS 'x'", "needs customers' tags"),
        ("{}", "{id: a, attributes: {shoe: 42}}", "attributes.shoe = 'red'", "is a number in this store"),
    ],
)
def test_what_the_store_has_no_source_for_is_refused(
    attempt: Try, store: str, customer: str, rule: str, says: str
) -> None:
    with pytest.raises(FileUnusable, match=says) as refused:
        one(attempt, customer, rule, store)

    mistake = refused.value.mistakes[0]
    assert (mistake.path, mistake.line) == ("segments[0].rule", 1)


def test_the_undecided_are_told_with_what_is_missing(attempt: Try) -> None:
    text = """
store: {timezone: Europe/London, history_since: 2026-01-01}
customers: [{id: a, tags: [], orders: []}, {id: b, created: 2026-02-01}]
segments:
  - {name: Big, rule: sum(orders.net WHERE date >= -365d) > 5 AND NOT customer_tags CONTAINS 'x'}
  - {name: Not big, rule: NOT IN SEGMENT 'Big'}
moments: [2026-03-01]
"""
    [moment] = attempt(text)["moments"]
    big, other = ({row["customer"]: row["reason"] for row in each["undecided"]} for each in moment["segments"])

    assert (
        "`sum(orders.net WHERE date >= -365d) > 5`: orders are known only since 2026-01-01T00:00:00+00:00" in big["a"]
    )
    assert "the file does not say `orders`" in big["b"]
    assert big["b"].endswith("the file does not say `tags`")
    assert "‘Big’ is undecided" in other["a"]


def test_scopes_that_cover_the_rule_let_it_pass(attempt: Try) -> None:
    assert one(attempt, "{id: a, orders: []}", "count(orders) = 0", "{scopes: [write_orders]}") is True


def test_a_refused_moment_names_the_option() -> None:
    with pytest.raises(FileUnusable, match="--moment"):
        prepared("customers: []", ["soon"])
