"""Rows that a filter cannot take are not asked for others; whatever may become true by time is."""

import pytest

from plugin.engine.guards import guard
from plugin.engine.needs import Known, Needs
from plugin.engine.relations import Rows
from plugin.rules.meaning import core
from plugin.rules.parse import parse
from plugin.rules.tree import Aggregate
from plugin.rules.walk import walk
from tests.engine.builders import NOW, Shop, ago


def said(filtered: str) -> str | None:
    """The guard of the outermost aggregate of ``count(orders WHERE …) >= 1``."""
    needs = Needs("UTC", Known(None, None))
    rule = core(parse(f"count(orders WHERE {filtered}) >= 1"))
    outer = next(node for node in walk(rule) if isinstance(node, Aggregate))
    return guard(outer, Rows(outer.source), needs)


def test_a_filter_that_asks_for_no_other_rows_needs_no_guard() -> None:
    assert said("channel = 'pos'") is None


def test_the_state_and_what_stands_still_are_asked_first() -> None:
    found = said("channel = 'pos' AND count(earlier orders) >= 1")

    assert found is not None
    assert "o.channel" in found
    assert "o.full_refund_at" in found


@pytest.mark.parametrize("moving", ["date < -30d", "date = last_month", "date <= -2h", "NOT date >= -30d"])
def test_what_may_become_true_by_time_is_no_guard(moving: str) -> None:
    assert said(f"{moving} AND count(earlier orders) >= 1") == said("count(earlier orders) >= 1")


def test_the_open_end_of_a_window_is_one() -> None:
    assert said("date >= -30d AND count(earlier orders) >= 1") != said("count(earlier orders) >= 1")


@pytest.mark.parametrize("other", ["position = 2", "number_of_orders > 3", "count(its lines) > 1"])
def test_what_asks_for_more_than_the_row_is_none(other: str) -> None:
    filtered = "count(earlier orders) >= 1"

    assert said(f"{other} AND {filtered}") == said(filtered)


def test_a_row_that_the_guard_keeps_out_comes_in_when_time_lets_it(shop: Shop) -> None:
    shop.order(ago(40), channel="web")
    shop.order(ago(20), channel="pos")
    rule = (
        "count(orders WHERE channel = 'pos' AND date < -30d AND count(earlier orders WHERE channel = 'web') >= 1) = 1"
    )

    early = shop.one(rule)

    assert early.outcomes[0].label is None
    assert early.due_at is not None
    assert early.due_at > NOW
    assert shop.holds(rule, as_of=early.due_at)


def test_filters_with_different_guards_share_the_rows_they_look_at(shop: Shop) -> None:
    shop.order(ago(40), channel="web")
    shop.order(ago(20), channel="pos")
    shop.order(ago(10), channel="web")
    earlier = "count(earlier orders) >= 1"

    assert shop.holds(f"count(orders WHERE channel = 'pos' AND {earlier}) = 1 AND count(orders WHERE {earlier}) = 2")
