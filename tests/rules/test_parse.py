"""What is accepted, what is refused, and where the refusal points."""

from decimal import Decimal

import pytest

from plugin.rules.parse import parse
from plugin.rules.print import print_rule
from plugin.rules.problems import Problem, RuleError
from plugin.rules.tree import (
    And,
    Attribute,
    Compare,
    Comparison,
    InSegment,
    Not,
    Number,
    Or,
    RelativeDay,
    Unit,
)


def problems(text: str) -> tuple[Problem, ...]:
    """What is wrong with the text."""
    with pytest.raises(RuleError) as refused:
        parse(text)
    return refused.value.problems


def test_and_binds_tighter_than_or_and_not_tighter_than_and() -> None:
    one = Compare(Attribute("number_of_orders"), Comparison.GT, Number(Decimal(1)))
    segment = InSegment("a")

    rule = parse("number_of_orders > 1 or not in segment 'b' and not number_of_orders > 1 and IN SEGMENT 'a'")

    assert rule == Or((one, And((InSegment("b", negated=True), Not(one), segment))))


def test_a_negated_operator_is_not_the_negation_of_its_answer() -> None:
    assert parse("NOT IN SEGMENT 'a'") != parse("NOT (IN SEGMENT 'a')")
    assert parse("amount_spent != 3") != parse("NOT (amount_spent = 3)")
    assert parse("customer_tags NOT CONTAINS 'a'") != parse("NOT (customer_tags CONTAINS 'a')")
    assert parse("orders_placed NOT MATCHES ()") != parse("NOT (orders_placed MATCHES ())")


def test_a_node_knows_its_place_and_compares_without_it() -> None:
    rule = parse("number_of_orders > 1\n  AND amount_spent > 2")
    assert isinstance(rule, And)

    span = rule.parts[1].span

    assert span is not None
    assert (span.start, span.end, span.line, span.column) == (27, 43, 2, 7)
    assert rule == parse("number_of_orders>1 AND amount_spent>2")


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("500<=AMOUNT_SPENT", "500 <= amount_spent"),
        ("number_of_orders > 3.50", "number_of_orders > 3.5"),
        ("number_of_orders > -0", "number_of_orders > 0"),
        ("last_order_date >= -0d", "last_order_date >= today"),
        ("last_order_date = -1d", "last_order_date = yesterday"),
        ("last_order_date > 2026-01-31t16:00z", "last_order_date > 2026-01-31T16:00:00Z"),
        ("count(counted orders)-5>=1", "count(orders) - 5 >= 1"),
        ("count(orders) - (5 - 1) > 1", "count(orders) - (5 - 1) > 1"),
        ("(count(orders) - 5) - 1 > 1", "count(orders) - 5 - 1 > 1"),
        ("(count(orders) + 5) * 2 > 1", "(count(orders) + 5) * 2 > 1"),
        ("customer_tags CONTAINS 'it\\'s'", "customer_tags CONTAINS 'it\\'s'"),
        ("customer_tags CONTAINS 'a(b'", "customer_tags CONTAINS 'a(b'"),
        (
            "email_subscription_status IN (subscribed, 'Pending')",
            "email_subscription_status IN ('SUBSCRIBED', 'PENDING')",
        ),
        ("orders_placed MATCHES (50 < amount)", "orders_placed MATCHES (amount > 50)"),
        (
            "orders_placed(sum_amount_at_most: 9, until: 2026-01-31) != true",
            "orders_placed NOT MATCHES (sum_amount <= 9, date <= 2026-01-31)",
        ),
        ("((number_of_orders = 1))", "number_of_orders = 1"),
    ],
)  # fmt: skip
def test_a_rule_is_printed_in_one_spelling(written: str, printed: str) -> None:
    assert print_rule(parse(written)) == printed


@pytest.mark.parametrize(
    ("text", "column", "words", "suggestion"),
    [
        ("number_of_order > 3", 1, "There is no `number_of_order`", "number_of_orders"),
        ("count(payd orders) > 1", 7, "no order state `payd`", "paid"),
        ("sum(orders.nett) > 1", 5, "not a measure of orders", "orders.net"),
        ("sum(orders) > 1", 5, "needs to know of what", None),
        ("count(orders.net) > 1", 7, "counts orders, not their `net`", "orders"),
        ("count(ordres) > 1", 7, "no set of rows called `ordres`", "orders"),
        ("cuont(orders) > 1", 1, "no function `cuont`", "count"),
        ("count(paid refunds) > 1", 7, "leave `paid` out", None),
        ("avg(orders.date) > today", 5, "can't be summed or averaged", None),
        ("sum(orders.channel) > 1", 5, "can't be made of `channel`", None),
        ("count(disputes) > 1", 7, "Disputes belong to orders", "disputed orders"),
        ("count(nth orders) > 1", 7, "`nth` is followed by a number", None),
        ("count(first 0 orders) > 1", 13, "whole number from 1", None),
        ("count(latest 2 addresses) > 1", 16, "have no date", None),
        ("count(its lines) > 1", 7, "belongs inside a filter", None),
        ("count(paid placed orders) > 1", 12, "one such word", None),
        ("any(orders WHERE any(its answers))", 26, "has no answers of its own", None),
        ("any(lines WHERE any(its paid refunds))", 25, "takes no state", None),
        ("any(orders WHERE any(its paid lines))", 26, "leave `paid` out", None),
        ("any(orders WHERE outer.net > 1)", 18, "no filter around", None),
        ("every(orders)", 1, "what must hold for each row", None),
        ("share(lines.net) > 1", 1, "has a WHERE", None),
        ("AT LEAST 3 OF (amount_spent > 1, amount_spent > 2)", 10, "from 1 to 2", None),
        ("TOP 0.5 BY amount_spent", 5, "whole and at least 1", None),
        ("TOP 101% BY amount_spent", 5, "at most 100", None),
        ("TOP 10% BY customer_language", 12, "needs a number or a date", None),
        ("TOP 10% BY score(5 BY amount_spent)", 12, "can't rest on another ranking", None),
        ("score(1 BY amount_spent) = 1", 7, "2 to 100 bands", None),
        ("store_average(last_order_date) > 1", 15, "needs a number of each", None),
        ("recency_score(+5d) > 1", 15, "back from today", None),
        ("distance_km(91, 0) < 5", 13, "from -90 to 90", None),
        ("distance_km(1) < 5", 1, "a latitude and a longitude", None),
        ("today + 3d < last_order_date", 1, "counted from today already", "+3d"),
        ("last_order_date > 30d", 19, "is a length of time", "-30d"),
        ("last_order_date - first_order_date > 3", 1, "Dates can't be subtracted", None),
        ("amount_spent + 3d > today", 1, "added to a date", None),
        ("last_order_date + 3d > -36h", 24, "is a whole day", None),
        ("days_since(last_order_date) > days_since(first_order_date)", 1, "does not move by itself", None),
        ("days_since(last_order_date) * 2 > 3", 1, "on the other side", None),
        ("days_since(amount_spent) > 3", 12, "takes a date", None),
        ("anniversary(birth_date) > -36h", 27, "day of the year", None),
        ("age > amount_spent", 7, "compared with plain numbers", None),
        ("previous(customer_tags) = 'a'", 10, "history of `customer_tags` is not kept", "tag_date('…')"),
        ("label('') = 'a'", 1, "takes a text in single quotes", None),
        ("month(1.5) = last_order_date", 7, "whole number stands here", None),
        ("metafields.a = 1", 1, "has no key", None),
        ("property('x') = 'y'", 1, "ask inside a filter", "any(lines WHERE property('x') = '…')"),
        ("any(orders WHERE option('x') = 'y')", 18, "orders have no `option`", None),
        ("any(lines WHERE label('Tiers') = 'y')", 17, "ask outside the filter", None),
        ("predicted_spend_tier = 'HIHG'", 24, "is never 'HIHG'", "'HIGH'"),
        ("rfm_segment = champion", 15, "neither a name nor a text", "'champion'"),
        ("predicted_spend_tier CONTAINS 'HI'", 1, "is a choice", "predicted_spend_tier = 'HI'"),
        ("any(orders WHERE discount_kind CONTAINS 'manuel')", 41, "never contains 'manuel'", "'manual'"),
        ("customer_language CONTAINS 5", 28, "single quotes", "'5'"),
        ("gift = true", 1, "There is no `gift`", None),
        ("customer_within_distance MATCHES (distance_km = 5)", 1, "needs a place and one distance", None),
        ("frist(orders.net) > 1", 1, "no function `frist`", "first"),
        ("cuont(payd orders) > 1", 1, "no function `cuont`", "count"),
        (
            "customer_tags IN ('a', 'b')",
            1,
            "is a list",
            "(customer_tags CONTAINS 'a' OR customer_tags CONTAINS 'b')",
        ),
        ("customer_tags = 'vip'", 1, "is a list", "customer_tags CONTAINS 'vip'"),
        ("customer_tags CONTAINS vip", 24, "single quotes", "'vip'"),
        ("customer_tags CONTAINS \"vip\"", 24, "single quotes", "'vip'"),
        ("customer_tags CONTAINS ‘it's’", 24, "single quotes", "'it\\'s'"),
        ("count(orders WHERE location = pos) > 1", 31, "single quotes", "'pos'"),
        ("count(orders WHERE channel = 'psoo') > 1", 30, "is never 'psoo'", "'pos'"),
        ("any(lines WHERE order.channel NOT IN ('web', 'draught'))", 46, "is never 'draught'", "'draft'"),
        ("average_gap() > 2 * store_average_gap", 21, "written with brackets", "store_average_gap()"),
        ("count(orders WHERE net > average_gap) > 1", 26, "written with brackets", "average_gap()"),
        ("last_order_date > 5", 19, "is a date, but `5` is a number", None),
        ("number_of_orders = '3'", 20, "is a number, but `'3'` is a text", "3"),
        ("count(orders WHERE name = 1001) > 0", 27, "is a text, but `1001` is a number", "'1001'"),
        ("email_subscription_status = 'SUBSCRIBD'", 29, "is never 'SUBSCRIBD'", "'SUBSCRIBED'"),
        ("count(lines WHERE product_id = 1.5) > 0", 32, "whole number", None),
        ("count(lines WHERE product_id = quantity) > 0", 32, "is an id", None),
        ("5 > 3", 1, "two fixed values", None),
        ("number_of_orders == 3", 18, "`==` is written `=`", "="),
        ("number_of_orders <> 3", 18, "`<>` is written `!=`", "!="),
        ("number_of_orders > 1,000", 21, "without thousands separators", None),
        ("number_of_orders > ", 19, "ends too early", None),
        ("customer_tags CONTAINS 'vip", 24, "no closing quote", None),
        ("last_order_date > 2026-02-30", 19, "not a day of the calendar", None),
        ("last_order_date > 1066-10-14", 19, "Years run from 1900 to 2199", None),
        ("last_order_date > -101y", 19, "at most 100 years", None),
        ("amount_spent > 0.00001", 16, "16 digits before the point and 4 after it", None),
        ("amount_spent > 12345678901234567", 16, "16 digits before the point and 4 after it", None),
        ("amount_spent > 1 + last_order_date", 20, "Arithmetic takes numbers", None),
        ("orders_placed > 3", 1, "asks with MATCHES", "orders_placed MATCHES ()"),
        ("number_of_orders MATCHES (count > 1)", 1, "is compared with a value", None),
        ("orders_placed MATCHES (date > -3d AND amount > 2)", 24, "separated by commas", None),
        ("orders_placed MATCHES (amount > 1, amount < 3)", 36, "stands twice", None),
        ("orders_placed MATCHES (amuont > 1)", 24, "no parameter `amuont`", "amount"),
        ("products_purchased MATCHES (tag CONTAINS 'x')", 29, "compared with =", "tag = 'x'"),
        ("orders_placed() > 3", 1, "ends in `= true`", None),
        ("count(orders WHERE orders.net > 3) > 1", 20, "stands by itself", "net"),
        ("count(orders WHERE IN SEGMENT 'x') > 1", 20, "ask outside the filter", None),
        ("count(orders WHERE orders_placed() = true) > 1", 20, "can't stand inside a filter", None),
        ("IN SEGMENT ' '", 1, "A segment has a name", None),
        ("5 IS NULL", 1, "never missing", None),
        ("", 1, "can't be empty", None),
        (" \n ", 1, "can't be empty", None),
        ("customer_tags CONTAINS 'a\x00b'", 24, "no store can hold", None),
        ("customer_tags CONTAINS 'a\ud800b'", 24, "no store can hold", None),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place_with_the_cure(
    text: str, column: int, words: str, suggestion: str | None
) -> None:
    first = problems(text)[0]

    assert words in first.message
    assert (first.line, first.column) == (1, column)
    assert first.suggestion == suggestion


def test_every_mistake_of_a_rule_is_told_at_once() -> None:
    found = problems("number_of_order > 3\nAND amount_spend > 2\nAND customer_tags CONTAINS vip")

    assert [problem.line for problem in found] == [1, 2, 3]


def test_a_suggestion_put_in_the_place_of_its_span_cures_the_rule() -> None:
    text = "number_of_order > 3 AND last_order_date >= -30d"
    [problem] = problems(text)
    assert problem.span is not None

    cured = text[: problem.span.start] + str(problem.suggestion) + text[problem.span.end :]

    assert print_rule(parse(cured)) == "number_of_orders > 3 AND last_order_date >= -30d"


def test_expected_says_in_words_what_could_have_stood_there() -> None:
    assert "IS NULL" in problems("number_of_orders 5")[0].expected
    assert "number_of_orders" in problems("nonsense = 5")[0].expected


def test_a_relative_date_keeps_its_unit() -> None:
    rule = parse("last_order_date >= -4w")
    assert isinstance(rule, Compare)

    assert rule.right == RelativeDay(-4, Unit.WEEK)


def test_a_rule_may_have_a_hundred_conditions_and_no_more() -> None:
    parse(" AND ".join(["number_of_orders > 1"] * 100))

    assert "101 conditions" in problems(" AND ".join(["number_of_orders > 1"] * 101))[0].message


def test_a_rule_may_be_ten_levels_deep_and_no_more() -> None:
    def nested(levels: int) -> str:
        text = "number_of_orders > 1"
        for level in range(levels - 1):
            text = f"({text}) {'AND' if level % 2 else 'OR'} amount_spent > {level}"
        return text

    assert print_rule(parse(nested(10))) == print_rule(parse(print_rule(parse(nested(10)))))
    assert "11 levels" in problems(nested(11))[0].message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        ")" * 20_000,
        "a" * 20_000,
        "a" * 20_001,
        "NOT " * 5_000,
        "'" * 19_999,
        "'" + "\\'" * 9_000,
        "\\" * 20_000,
        "-" * 20_000,
        "1+" * 9_999,
        "number_of_orders > " + "1+" * 5_000 + "1",
        "(" * 39 + "1" + ("+1" * 20 + ")") * 39 + " > number_of_orders",
        " OR ".join(["number_of_orders>1"] * 900),
        "count(orders WHERE " * 39,
        "number_of_orders IN (" + "1," * 9_000 + "1)",
        " " * 19_000 + "x",
        "is\n" * 6_000,
        "🜁" * 20_000,
    ],
)
def test_hostile_text_is_refused(text: str) -> None:
    assert problems(text)
