"""manifest.json: plans that leave nothing open; a price only where the platform wants to be told it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from marshmallow import ValidationError

from plugin.platforms import manifest as module
from plugin.platforms.manifest import MOST_PUBLIC_PLANS, ManifestSchema, Price, asked, manifest

FILE = json.loads(Path(module.PLACES[0]).read_text())
FREE = {"handle": "free", "name": "Free", "customers": 10, "free": True}
MORE = {"handle": "more", "name": "More", "customers": 20}
MOST = {"handle": "most", "name": "Most", "customers": None}


def read(*plans: dict[str, Any]) -> module.Manifest:
    found: module.Manifest = ManifestSchema().load(FILE | {"plans": list(plans)})
    return found


def test_the_manifest_has_plans_that_grow_from_a_free_one() -> None:
    plans = manifest().plans

    assert plans[0] == manifest().free_plan
    assert 1 < len([plan for plan in plans if plan.listed]) <= MOST_PUBLIC_PLANS


def test_a_plan_is_found_by_its_handle_and_an_unknown_one_is_not() -> None:
    found = read(FREE, MORE, MOST)

    assert found.plan("more") == found.plans[1]
    assert found.plan("another") is None


def test_an_app_without_plans_costs_nothing() -> None:
    assert read().free_plan is None


def test_a_plan_made_for_one_merchant_stands_outside_of_the_order() -> None:
    assert len(read(FREE, MORE, MOST, MORE | {"handle": "friend", "listed": False}).plans) == 4


@pytest.mark.parametrize(
    "plans",
    [
        (MORE, MOST),  # None is free.
        (MORE, FREE),  # The free one is not the first.
        (FREE, MORE | {"free": True}),
        (FREE | {"listed": False}, MORE),
        (FREE, FREE | {"free": False, "customers": 30}),  # One handle twice.
        (FREE, MOST, MORE),
        (FREE, MORE, MORE | {"handle": "again"}),  # Two for as many customers.
        (FREE, MORE, *(MORE | {"handle": f"p{n}", "customers": 30 + n} for n in range(MOST_PUBLIC_PLANS - 1))),
        (FREE | {"price": "9.00"},),  # What it costs is not ours to say.
        (FREE | {"customers": 0},),
        (FREE | {"customers": "10"},),
        (FREE | {"handle": "Free Plan"},),
        ({"handle": "free", "name": "Free", "free": True},),  # Any number is said by null, not by silence.
    ],
)
def test_plans_that_leave_something_open_are_refused(plans: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(ValidationError):
        read(*plans)


def priced(prices: dict[str, Any]) -> module.Manifest:
    there = FILE["platforms"]["bigcommerce"] | {"prices": prices}
    plans = [FREE, MORE, MOST, MORE | {"handle": "friend", "listed": False}]
    found: module.Manifest = ManifestSchema().load(FILE | {"plans": plans, "platforms": {"bigcommerce": there}})
    return found


MONTHLY = {"usd": "19.00", "every": "month"}
BOTH = {"more": MONTHLY, "most": MONTHLY}


def test_a_platform_that_knows_the_prices_itself_is_told_none() -> None:
    assert asked("shopify").prices == {}


def test_a_price_is_dollars_for_a_period_after_a_trial() -> None:
    prices = (
        priced(BOTH | {"friend": {"usd": "1.5", "every": "half-year", "trial_days": 14}})
        .platforms["bigcommerce"]
        .prices
    )

    assert prices["more"] == Price(Decimal("19.00"), "month")
    assert prices["friend"] == Price(Decimal("1.50"), "half-year", 14)


def test_without_prices_nothing_is_sold() -> None:
    assert priced({}).platforms["bigcommerce"].prices == {}


@pytest.mark.parametrize(
    "prices",
    [
        {"more": MONTHLY},  # A plan that is offered has none.
        BOTH | {"free": MONTHLY},
        BOTH | {"another": MONTHLY},
        BOTH | {"most": {"eur": "19.00", "every": "month"}},
        BOTH | {"most": MONTHLY | {"usd": "-1"}},
        BOTH | {"most": MONTHLY | {"usd": "much"}},
        BOTH | {"most": MONTHLY | {"every": "week"}},
        BOTH | {"most": MONTHLY | {"trial_days": -1}},
    ],
)
def test_prices_that_leave_something_open_are_refused(prices: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        priced(prices)
