"""Orders of a store file as facts."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from plugin.domain.facts import RefundSeen
from plugin.platforms.given.purchases import facts
from plugin.platforms.given.values import version


def _refunds(*refunds: dict[str, Any]) -> list[RefundSeen]:
    order = {"placed": "2026-01-01T00:00:00+00:00", "lines": [{"price": "50", "quantity": 2}], "refunds": list(refunds)}
    seen = facts(order, 1, {"id": "ann"}, version(b"", datetime(2026, 2, 1, tzinfo=UTC)), "EUR")
    return [fact for fact in seen if isinstance(fact, RefundSeen)]


def test_goods_that_came_back_without_money_are_refunded_with_nothing() -> None:
    [kept, whole] = _refunds(
        {"date": "2026-01-02T00:00:00+00:00", "lines": [{"quantity": 1, "amount": "0"}]},
        {"date": "2026-01-03T00:00:00+00:00", "lines": [{"quantity": 1}]},
    )

    assert (kept.goods, kept.total, kept.lines[0].quantity) == (Decimal(0), Decimal(0), 1)
    assert (whole.goods, whole.total) == (Decimal(50), Decimal(50))


def test_a_refund_that_gave_nothing_back_has_a_total_of_nothing() -> None:
    [refund] = _refunds({"date": "2026-01-02T00:00:00+00:00", "amount": "10", "total": "0"})

    assert (refund.goods, refund.total) == (Decimal(10), Decimal(0))


def test_units_that_come_back_one_by_one_come_to_what_the_line_cost() -> None:
    day = {"date": "2026-01-02T00:00:00+00:00", "lines": [{"quantity": 1}]}
    order = {"placed": day["date"], "lines": [{"price": "3.3333", "quantity": 3}], "refunds": [day] * 3}
    order["discounts"] = [{"amount": "0.0002"}]
    seen = facts(order, 1, {"id": "ann"}, version(b"", datetime(2026, 2, 1, tzinfo=UTC)), "EUR")

    assert sum(fact.goods for fact in seen if isinstance(fact, RefundSeen)) == Decimal("9.9997")
