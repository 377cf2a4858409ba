"""In which order segments are decided."""

import pytest

from plugin.rules.graph import Named, echoed, mislabelled, order, readers
from plugin.rules.parse import parse
from plugin.rules.problems import RuleError
from plugin.rules.references import references
from plugin.rules.segment import Case, OneRule, Tiers


def a_segment(name: str, rule: str = "amount_spent > 1", writes: str = "") -> Named:
    """A segment of one rule."""
    return Named(name, OneRule(parse(rule)), frozenset(writes.split()))


def refusal(*segments: Named) -> str:
    """Why these segments can't stand beside each other."""
    with pytest.raises(RuleError) as error:
        order(segments)
    return error.value.message


def test_references_are_segments_and_tags_wherever_they_stand() -> None:
    rule = parse("NOT (IN SEGMENT 'A' OR customer_tags NOT CONTAINS 'VIP') AND NOT IN SEGMENT 'b'")

    found = references(OneRule(rule))

    assert set(found.segments.values()) == {"A", "b"}
    assert found.tags == {"vip"}
    assert not found.any_tag


def test_a_tag_of_an_order_is_no_reference() -> None:
    rule = parse("count(orders WHERE tag CONTAINS 'vip') > 0 AND products_purchased MATCHES (tag = 'vip')")

    assert references(OneRule(rule)).tags == frozenset()


def test_a_segment_comes_after_all_it_reads() -> None:
    top, left = a_segment("top", "IN SEGMENT 'left' AND IN SEGMENT 'right'"), a_segment("left", "IN SEGMENT 'Base'")
    right, base = a_segment("right", "customer_tags CONTAINS 'Base-Tag'"), a_segment("base", writes="base-tag")

    assert order([top, left, right, base]) == ("base", "left", "right", "top")


def test_segments_without_references_keep_their_order() -> None:
    assert order([a_segment("c"), a_segment("a"), a_segment("b")]) == ("c", "a", "b")


def test_a_circle_is_refused_with_its_path() -> None:
    message = refusal(
        a_segment("outside", "IN SEGMENT 'a'"),
        a_segment("a", "IN SEGMENT 'b'"),
        a_segment("b", "NOT IN SEGMENT 'a'"),
    )

    assert "‘a’ reads ‘b’, which reads ‘a’." in message


def test_a_circle_through_a_tag_is_refused_with_its_path() -> None:
    message = refusal(a_segment("a", "IN SEGMENT 'b'", writes="VIP"), a_segment("b", "customer_tags CONTAINS 'vip'"))

    assert "‘a’ reads ‘b’, which reads ‘a’ through the tag ‘VIP’." in message


def test_a_segment_that_reads_itself_is_refused() -> None:
    assert "‘a’ reads ‘a’" in refusal(a_segment("a", "NOT IN SEGMENT 'a'"))


def test_asking_for_any_tag_reads_every_segment_that_writes_one() -> None:
    assert order([a_segment("a", "customer_tags IS NULL"), a_segment("b", writes="x")]) == ("b", "a")
    assert "through the tag ‘x’" in refusal(a_segment("a", "customer_tags IS NULL", writes="x"))


def test_a_segment_that_does_not_exist_is_refused_with_the_one_that_was_meant() -> None:
    message = refusal(a_segment("a", "IN SEGMENT 'bronse'"), a_segment("Bronze"))

    assert "‘bronse’, which does not exist. Did you mean `Bronze`?" in message


def test_labels_and_histories_are_references() -> None:
    rule = parse("label('Tiers') = 'Gold' AND entered('VIP') >= -7d AND any(orders WHERE date > left('Old'))")

    found = references(OneRule(rule))

    assert set(found.segments.values()) == {"Tiers", "VIP", "Old"}
    assert found.history == {"vip", "old"}


def test_the_label_before_is_history() -> None:
    assert references(OneRule(parse("previous(label('Tiers')) = 'Gold'"))).history == {"tiers"}
    assert references(OneRule(parse("changed(label('Tiers')) >= -7d"))).history == {"tiers"}


def test_a_population_reads_its_segments() -> None:
    rule = parse("TOP 10% BY amount_spent AMONG (IN SEGMENT 'B' AND tag_date('x') >= -7d)")

    assert set(references(OneRule(rule)).segments) == {"b"}
    assert references(OneRule(rule)).tags == {"x"}


def test_asking_for_the_beginning_of_a_tag_reads_every_tag() -> None:
    assert order([a_segment("a", "customer_tags STARTS WITH 'v'"), a_segment("b", writes="x")]) == ("b", "a")


def test_a_circle_through_an_attribute_is_refused_with_its_path() -> None:
    writer = Named("a", OneRule(parse("IN SEGMENT 'b'")), attributes=frozenset({"attributes.shoe size"}))

    assert "through `attributes.Shoe size`" in refusal(writer, a_segment("b", "attribute('Shoe size') = 'z'"))


def test_of_an_attribute_that_a_segment_writes_no_more_is_told_than_what_it_says_now() -> None:
    writer = Named("Gold", OneRule(parse("amount_spent > 1")), attributes=frozenset({"attributes.x"}))
    rules = ("previous(attribute('X')) = 'a'", "changed(attribute('x')) >= -7d", "attribute('x') = 'a'")

    found = [[problem.message for problem in echoed(a_segment("a", rule), [writer])] for rule in rules]

    wanted = "`attributes.X` says who is in 'Gold': a rule can ask what it says now, outside of any filter."
    assert found == [[wanted], [wanted.replace("X", "x")], []]


def test_a_history_of_itself_is_a_circle() -> None:
    assert "‘a’ reads ‘a’" in refusal(a_segment("a", "entered('a') >= -7d"))


def test_a_label_that_is_never_given_is_told_with_the_one_that_was_meant() -> None:
    tiers = Named("Tiers", Tiers((Case("Gold", parse("amount_spent > 1")),), "Bronze"))
    asking = a_segment("a", "previous(label('Tiers')) = 'Glod' OR label('Tiers') IN ('Bronze')")

    [problem] = mislabelled(asking, [tiers, asking])

    assert "never gives the label 'Glod'" in problem.message
    assert problem.suggestion == "'Gold'"
    assert problem.field == "rule"


def test_a_segment_without_tiers_gives_no_labels() -> None:
    asking = a_segment("a", "label('b') IS NOT NULL")

    [problem] = mislabelled(asking, [asking, a_segment("b")])

    assert "gives no labels" in problem.message


def test_two_segments_of_one_name_are_refused() -> None:
    assert "Two segments" in refusal(a_segment("VIP"), a_segment("vip"))


def test_the_readers_of_a_segment_are_named() -> None:
    segments = [
        a_segment("a", "IN SEGMENT 'b'"),
        a_segment("b", writes="x"),
        a_segment("c", "customer_tags CONTAINS 'X'"),
    ]

    assert readers("B", segments) == ("a", "c")


def test_a_long_chain_is_no_trouble() -> None:
    chain = [a_segment(f"s{n}", f"IN SEGMENT 's{n + 1}'") for n in range(400)]

    assert order([*chain, a_segment("s400")])[0] == "s400"
