"""What we cannot know matches neither a condition nor its negation, unless the rest decides."""

from plugin.db.transaction import Database
from tests.engine.builders import ANN, BOB, Shop, a_line, ago, at

KNOWN = ago(60)


def test_orders_before_the_readable_history_leave_lifetime_rules_undecided(door: Database) -> None:
    shop = Shop(door, orders_known_from=KNOWN)
    shop.customer(ANN, ago(500))
    shop.order(ago(10))

    assert shop.holds("number_of_orders = 1") is None
    assert shop.holds("NOT (number_of_orders = 1)") is None
    assert shop.holds("number_of_orders = 1 OR customer_added_date < -1y") is True
    assert shop.holds("count(orders WHERE date >= -30d) = 1") is True


def test_a_window_becomes_known_when_it_lies_in_the_readable_history(door: Database) -> None:
    shop = Shop(door, orders_known_from=KNOWN)
    shop.customer(ANN, ago(500))

    decision = shop.one("count(orders WHERE date >= -61d) = 0")

    assert decision.outcomes[0].undecided
    assert decision.due_at == at("2026-06-17")  # The day whose 61st before it begins after the history does.
    assert shop.holds("count(orders WHERE date >= -61d) = 0", as_of=at("2026-06-17")) is True


def test_a_customer_who_came_after_the_history_begins_is_fully_known(door: Database) -> None:
    shop = Shop(door, orders_known_from=KNOWN, labels_known_from=KNOWN)
    shop.customer(BOB, ago(30))

    assert shop.holds("number_of_orders = 0 AND customer_tags NOT CONTAINS 'vip'", BOB) is True


def test_tags_before_the_install_are_unknown_and_the_alarm_says_until_when(door: Database) -> None:
    shop = Shop(door, labels_known_from=KNOWN)
    shop.customer(ANN, ago(500))
    shop.tags(KNOWN, "VIP")

    before = shop.one("customer_tags CONTAINS 'vip'", as_of=ago(70))

    assert before.outcomes[0].undecided
    assert before.due_at == KNOWN
    assert shop.holds("customer_tags CONTAINS 'vip'") is True


def test_a_line_without_a_snapshot_is_unknown_only_inside_its_window(shop: Shop) -> None:
    shop.order(ago(40), lines=[a_line(tags=None)])

    assert shop.holds("products_purchased MATCHES (tag = 'x')") is None
    assert shop.holds("products_purchased MATCHES (tag = 'x', date >= -30d)") is False
