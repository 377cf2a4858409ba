"""Each kind of invoice in the Online Retail file becomes what docs/replay.md says."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from plugin.cli.history import online_retail
from plugin.cli.history.delivery import Delivery
from plugin.cli.history.invoices import COLUMNS
from plugin.domain.errors import Invalid
from plugin.domain.facts import OrderSeen, RefundSeen
from plugin.platforms.shopify.translate import translate


def file(folder: Path, *rows: str) -> list[Delivery]:
    """The deliveries of a file with these rows."""
    path = folder / "retail.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")
    return list(online_retail.read(path))


def facts(deliveries: Sequence[Delivery]) -> list[OrderSeen | RefundSeen]:
    """What the deliveries say, customers aside."""
    said = [fact for each in deliveries for fact in translate(each.topic, each.body, each.triggered_at)]
    return [fact for fact in said if isinstance(fact, OrderSeen | RefundSeen)]


def test_an_invoice_is_a_paid_order_by_the_clock_of_london(tmp_path: Path) -> None:
    rows = [
        "536365,85123A,HEART,6,2011-07-01 08:27:00,2.55,17850,EIRE",
        "536365,22,X,1,2011-07-01 08:26:00,0.5,17850,EIRE",
    ]

    deliveries = file(tmp_path, *rows)
    (order,) = facts(deliveries)

    assert isinstance(order, OrderSeen)
    assert [each.topic for each in deliveries] == ["orders/create"]
    assert order.placed_at == order.paid_at == datetime(2011, 7, 1, 7, 26, tzinfo=UTC)
    assert (order.id, order.name, order.customer_id, order.country) == (536365, "#536365", 17850, "IE")
    assert (order.gross, order.total, order.currency) == (Decimal("15.8"), Decimal("15.8"), "GBP")
    assert [(line.id, line.sku, line.quantity, line.gross) for line in order.lines] == [
        (5363650001, "85123A", 6, Decimal("15.3")),
        (5363650002, "22", 1, Decimal("0.5")),
    ]


def test_the_rows_of_an_invoice_need_not_stand_together(tmp_path: Path) -> None:
    row = "{},A,X,1,2011-01-01 10:00:00,1.00,,France"

    found = facts(file(tmp_path, row.format("1"), row.format("2"), row.format("1")))

    assert [(fact.id, len(fact.lines)) for fact in found] == [(1, 2), (2, 1)]


def test_a_cancellation_of_a_customer_is_an_order_refunded_in_full(tmp_path: Path) -> None:
    deliveries = file(tmp_path, "C536379,D,Discount,-2,2010-12-01 09:41:00,27.50,14527,United Kingdom")
    order, refund = facts(deliveries)

    assert isinstance(order, OrderSeen)
    assert isinstance(refund, RefundSeen)
    assert order.gross == refund.goods == refund.total == Decimal("55")
    assert order.paid_at == refund.refunded_at == datetime(2010, 12, 1, 9, 41, tzinfo=UTC)
    assert (order.lines[0].quantity, refund.lines[0].quantity) == (2, 2)
    assert order.id == refund.order_id != 536379


def test_a_cancellation_of_nobody_is_an_order_cancelled_whichever_word_comes_first(tmp_path: Path) -> None:
    deliveries = file(tmp_path, "C1,D,Discount,-1,2010-12-01 09:41:00,27.50,,United Kingdom")
    created, cancelled = facts(deliveries)

    assert isinstance(created, OrderSeen)
    assert isinstance(cancelled, OrderSeen)
    assert cancelled.cancelled_at == created.placed_at
    assert cancelled.version > created.version


def test_units_that_left_the_books_are_sold_and_taken_back_at_once(tmp_path: Path) -> None:
    order, refund = facts(
        file(tmp_path, "1,A,lost,-3,2011-01-01 10:00:00,2.00,,", "1,B,kept,1,2011-01-01 10:00:00,5.00,,")
    )

    assert isinstance(order, OrderSeen)
    assert isinstance(refund, RefundSeen)
    assert (order.gross, refund.goods) == (Decimal("11"), Decimal("6"))
    assert [(line.line_id, line.quantity) for line in refund.lines] == [(10001, 3)]


def test_an_adjustment_below_zero_is_a_line_of_nothing_and_a_note(tmp_path: Path) -> None:
    deliveries = file(tmp_path, "A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom")
    (order,) = facts(deliveries)

    assert isinstance(order, OrderSeen)
    assert (order.gross, order.total) == (Decimal(0), Decimal(0))
    assert b'"value":"-11062.06"' in deliveries[0].body


def test_letters_and_case_keep_numbers_apart() -> None:
    assert len({online_retail.order_id(number) for number in ("536379", "C536379", "A536379")}) == 3
    assert online_retail.product_id("85123A") != online_retail.product_id("85123a")


@pytest.mark.parametrize(
    "row", ["1,A,X,one,2011-01-01 10:00:00,1.00,,", "1,A,X,1,yesterday,1.00,,", "?,A,X,1,2011-01-01 10:00:00,1.00,,"]
)
def test_a_row_that_can_not_be_read_is_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(Invalid, match="Line 2 can't be read"):
        file(tmp_path, row)


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(Invalid, match="no column InvoiceNo"):
        list(online_retail.read(path))
