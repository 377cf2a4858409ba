"""Some rows of many: the first, the latest, the n-th; chosen first and tested afterwards."""

import pytest

from plugin.engine.decide import Asked
from tests.engine.builders import ANN, BOB, NOW, Shop, ago, segment


@pytest.fixture
def regular(shop: Shop) -> Shop:
    """Ann: 10 from IE, 20 from DE, 40 from IE, 80 from FR, oldest first; Bob: nothing."""
    shop.customer(ANN, ago(400))
    shop.customer(BOB, ago(20))
    shop.order(ago(100), net="10", country="IE", channel="pos")
    shop.order(ago(60), net="20", country="DE", channel="web")
    shop.order(ago(30), net="40", country="IE", channel="pos")
    shop.order(ago(10), net="80", country="FR", channel="web")
    shop.order(ago(5), net="500", country="US", paid=False)
    return shop


@pytest.mark.parametrize(
    ("rule", "ann", "bob"),
    [
        ("sum(first 2 orders.net) = 30", True, False),
        ("sum(latest 2 orders.net) = 120", True, False),
        ("sum(latest 9 orders.net) = 150", True, False),
        ("sum(latest 1 placed orders.net) = 500", True, False),
        ("count(first 3 orders) = 3", True, False),
        ("count(first 3 orders) = 0", False, True),
        ("sum(nth 2 orders.net) = 20", True, False),
        ("sum(nth -2 orders.net) = 40", True, False),
        ("count(nth 5 orders) = 0", True, True),
        ("avg(first 2 orders.net) = 15", True, False),
        ("max(first 2 orders.net) = 20", True, False),
        ("max(first 2 orders.date) <= -60d", True, False),
        # The latest order is from Ireland: no. The latest order from Ireland: there is one.
        ("count(latest 1 orders HAVING country = 'IE') = 1", False, False),
        ("count(latest 1 orders WHERE country = 'IE') = 1", True, False),
        ("count(latest 1 orders HAVING country = 'FR') = 1", True, False),
        ("sum(latest 2 orders.net HAVING country = 'IE') = 40", True, False),
        ("sum(latest 2 orders.net WHERE channel = 'POS') = 50", True, False),
        ("sum(latest 1 orders.net WHERE channel = 'pos' HAVING date >= -30d) = 40", True, False),
        ("sum(latest 1 orders.net WHERE channel = 'pos' HAVING date >= -29d) = 40", False, False),
        ("first(orders.country) = 'ie'", True, False),
        ("last(orders.country) = 'fr'", True, False),
        ("last(orders.country) != 'ie'", True, False),
        ("last(orders.country) IS NULL", False, True),
        ("first(orders.location) IS NULL", True, True),
        ("first(orders.net) = 10 AND last(orders.net) = 80", True, False),
        ("last(orders.date) = -10d", True, False),
        ("first(nth 3 orders.net) = 40", True, False),
        ("first(orders.net WHERE net > 10) = 20", True, False),
        ("count_distinct(orders.country) = 3", True, False),
        ("count_distinct(orders.country) = 0", False, True),
        ("count_distinct(first 3 orders.country) = 2", True, False),
        ("first(orders.country) = last(orders.country)", False, False),
        ("count(orders) = count(orders WHERE net > 5)", True, True),
        ("every(orders HAVING net > 5)", True, False),
        ("every(orders HAVING net > 10)", False, False),
        ("every(orders WHERE country = 'IE' HAVING channel = 'pos')", True, False),
        ("any(orders WHERE country = 'FR')", True, False),
        ("none(orders WHERE country = 'US')", True, True),
        ("none(placed orders WHERE country = 'US')", False, True),
    ],
)
def test_rows_are_chosen_first_and_tested_afterwards(regular: Shop, rule: str, ann: bool, bob: bool) -> None:
    decisions = regular.decide(regular.plan(segment(rule)), Asked.customers([ANN, BOB], NOW))

    assert [d.outcomes[0].label is not None for d in decisions] == [ann, bob]
    assert regular.decide(regular.plan(segment(rule)), Asked.everyone(NOW)) == decisions


def test_a_list_counts_each_of_its_values(shop: Shop) -> None:
    shop.order(ago(3), tags=("a", "b"))
    shop.order(ago(2), tags=("B", "c", "d"))
    shop.order(ago(1))

    assert shop.holds("count_distinct(orders.tag) = 4")
    assert shop.holds("count_distinct(latest 2 orders.tag) = 3")


def test_of_two_rows_of_one_moment_the_smaller_id_is_the_first(shop: Shop) -> None:
    shop.order(ago(3), channel="web")
    shop.order(ago(3), channel="pos")

    assert shop.holds("first(orders.channel) = 'web' AND last(orders.channel) = 'pos'")
    assert shop.holds("count(nth 2 orders HAVING channel = 'pos') = 1")
