"""Answers, events, checkouts, credit and addresses as they stood at a moment."""

from decimal import Decimal

import pytest

from plugin.db.transaction import Database
from plugin.domain.facts import Address, Credit
from tests.engine.builders import ANN, BOB, Shop, ago, at


@pytest.fixture
def known(shop: Shop) -> Shop:
    """Of Ann everything is known, of Bob nothing happened."""
    shop.customer(ANN, ago(400))
    shop.customer(BOB, ago(400))
    shop.answer(ago(30), "Which sport?", "Running", "Yoga")
    shop.answer(ago(10), "Which sport?", "Tennis", other="Running")
    shop.answer(ago(9), "How likely?", number=Decimal(9))
    shop.event(ago(20), "shopify_email.opened", item="7", value=Decimal("1.5"), tags=("June",))
    shop.event(ago(3), "storefront_event.product_viewed", item="12")
    shop.credits(ago(50), Credit("a", Decimal(5), "EUR"))
    shop.credits(
        ago(20),
        Credit("a", Decimal(30), "EUR", at("2026-07-01"), ago(20)),
        Credit("b", Decimal("7.5"), "USD"),
    )
    shop.addresses(ago(50), Address("DE", None, "Berlin", "10115", main=True))
    shop.addresses(
        ago(20),
        Address("GB", "GB-LND", "London", "W1 1AA", 51.5, -0.12),
        Address("US", "US-NY", "New York", "10001", main=True),
    )
    return shop


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("any(answers WHERE choice CONTAINS 'running')", "any(answers WHERE choice CONTAINS 'golf')"),
        (
            "count(latest 1 answers WHERE question = 'which sport?' HAVING choice CONTAINS 'tennis') = 1",
            "count(latest 1 answers WHERE question = 'which sport?' HAVING choice CONTAINS 'running') = 1",
        ),
        (
            "any(answers WHERE other = 'running' AND date >= -10d)",
            "any(answers WHERE other = 'running' AND date > -10d)",
        ),
        ("last(answers.number WHERE question = 'How likely?') >= 9", "last(answers.number) > 9"),
        ("none(answers WHERE question = 'Where?')", "none(answers WHERE question = 'How likely?')"),
        ("count_distinct(answers.choice) = 3", "count_distinct(answers.choice) = 2"),
        ("any(events WHERE name = 'shopify_email.opened' AND item = '7')", "any(events WHERE name = 'opened')"),
        ("sum(events.value) = 1.5 AND count(events WHERE tag CONTAINS 'june') = 1", "sum(events.value) > 1.5"),
        (
            "any(events WHERE name ENDS WITH 'viewed' AND any(earlier events WHERE date + 17d >= outer.date))",
            "any(events WHERE name ENDS WITH 'viewed' AND any(earlier events WHERE date + 16d >= outer.date))",
        ),
        ("sum(credits.balance WHERE currency = 'EUR') = 30", "sum(credits.balance WHERE currency = 'EUR') = 35"),
        ("any(credits WHERE next_expiry_date <= +16d)", "any(credits WHERE next_expiry_date <= +15d)"),
        ("max(credits.last_credit_date) = -20d", "count(credits WHERE last_credit_date IS NOT NULL) = 2"),
        ("any(addresses WHERE country = 'gb' AND default = false)", "any(addresses WHERE country = 'DE')"),
        ("any(addresses WHERE postcode = 'w11aa')", "any(addresses WHERE postcode = 'w1')"),
        (
            "any(addresses WHERE default = true AND city = 'new york')",
            "any(addresses WHERE default = true AND city = 'London')",
        ),
        ("max(addresses.latitude) = 51.5", "count(addresses WHERE latitude IS NULL) = 0"),
    ],
)
def test_it_is_asked_like_orders_are(known: Shop, yes: str, no: str) -> None:
    assert (known.holds(yes), known.holds(no)) == (True, False)


def test_who_has_nothing_has_no_rows(known: Shop) -> None:
    nothing = [f"count({source}) = 0" for source in ("answers", "events", "checkouts", "credits", "addresses")]

    assert known.holds(" AND ".join(nothing), BOB)
    assert not known.holds(" OR ".join(nothing[:2] + nothing[3:]))


def test_an_older_list_stood_before(known: Shop) -> None:
    assert known.holds("any(addresses WHERE city = 'berlin') AND count(addresses) = 1", as_of=ago(21))
    assert known.holds("sum(credits.balance) = 5", as_of=ago(21))
    assert known.holds("count(addresses) = 0 AND count(credits) = 0", as_of=ago(51))
    assert known.holds("count(answers) = 0 AND count(events) = 0", as_of=ago(31))


def test_a_checkout_is_abandoned_until_it_becomes_an_order(shop: Shop) -> None:
    shop.customer(ANN, ago(50))
    shop.checkout(ago(20), "80")
    shop.checkout(ago(10), "30", completed=ago(8))

    assert shop.holds("count(checkouts) = 1 AND sum(checkouts.amount) = 80")
    assert shop.holds("sum(checkouts.amount) = 110", as_of=ago(9))
    assert shop.one("sum(checkouts.amount) = 110", as_of=ago(9)).due_at == ago(8)


def test_what_nobody_can_know_of_a_customer_is_unknown(shop: Shop) -> None:
    sources = ("answers", "events", "checkouts", "credits", "addresses", "orders")
    shop.customer(ANN, ago(50), unknown=sources)
    shop.customer(BOB, ago(50))

    for source in (*sources, "lines", "refunds"):
        assert shop.holds(f"count({source}) = 0") is None, source
        assert shop.holds(f"NOT count({source}) = 0") is None, source
        assert shop.holds(f"count({source}) = 0", BOB) is True, source
    assert shop.holds("count(orders) = 0 OR customer_added_date >= -60d") is True
    assert shop.holds("count(events WHERE count(orders) = 0) >= 1") is None


def test_before_the_install_only_a_list_that_was_seen_is_known(door: Database) -> None:
    shop = Shop(door, labels_known_from=ago(60))
    shop.customer(ANN, ago(500))
    shop.customer(BOB, ago(50))
    shop.addresses(ago(100), Address("DE"))

    early = ago(70)

    assert shop.holds("any(addresses WHERE country = 'DE')", as_of=early) is True
    assert shop.holds("count(credits) = 0", as_of=early) is None
    assert shop.holds("count(events) = 0", as_of=early) is None
    assert shop.one("count(events) = 0", as_of=early).due_at == ago(60)
    assert shop.holds("count(events) = 0", as_of=ago(60)) is True
