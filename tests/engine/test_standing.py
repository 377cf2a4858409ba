"""What lines know of their order is what the order says, however the messages came."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import permutations

import pytest
from msgspec.structs import replace

from plugin.db import orders
from plugin.domain.facts import OrderSeen, RefundLineSeen, RefundSeen, Version
from plugin.domain.ids import RefundId
from tests.engine.builders import NOW, Shop, a_line, ago, an_order

STATE = "test, paid_at, cancelled_at, first_refund_at, last_refund_at, full_refund_at"

Message = OrderSeen | RefundSeen


def absorb(shop: Shop, messages: Sequence[Message]) -> None:
    """Each in a transaction of its own, as from as many deliveries."""
    for message in messages:
        with shop.open() as tx:
            if isinstance(message, OrderSeen):
                orders.put(tx, [message])
            else:
                orders.put_refunds(tx, [message])
            orders.sum_refunds(tx, [message.id if isinstance(message, OrderSeen) else message.order_id])


def state(shop: Shop) -> dict[str, datetime | None]:
    """The order's, which each of its lines has too."""
    with shop.open() as tx:
        [found] = tx.rows(f"SELECT {STATE} FROM orders WHERE store_id = %s", (shop.id,))
        lines = tx.rows(f"SELECT {STATE} FROM lines WHERE store_id = %s", (shop.id,))
    assert set(lines) == {found}
    return dict(zip(STATE.split(", "), found, strict=True))


def refund(order: OrderSeen, at: datetime, goods: str, number: int) -> RefundSeen:
    line = RefundLineSeen(order.lines[0].id, 0, Decimal(goods))
    amount = Decimal(goods)
    return RefundSeen(RefundId(number), order.id, Version(at, at, b""), at, amount, amount, (line,))


@pytest.fixture
def order() -> OrderSeen:
    """Of two lines, 100 together; not paid yet."""
    return an_order(ago(30), paid=False, lines=[a_line(gross="60"), a_line(gross="40")])


def later(order: OrderSeen, at: datetime, **changes: object) -> OrderSeen:
    return replace(order, version=Version(at, at, b""), **changes)


@pytest.mark.parametrize("way", list(permutations(range(4))), ids=str)
def test_any_order_of_messages_leaves_the_same_state_on_every_line(
    shop: Shop, order: OrderSeen, way: tuple[int, ...]
) -> None:
    paid = later(order, ago(29), paid_at=ago(29))
    refunds = [refund(order, ago(20), "70", 1), refund(order, ago(10), "30", 2)]
    messages: list[Message] = [order, paid, *refunds]

    absorb(shop, [messages[number] for number in way])

    assert state(shop) == {
        "test": False,
        "paid_at": ago(29),
        "cancelled_at": None,
        "first_refund_at": ago(20),
        "last_refund_at": ago(10),
        "full_refund_at": ago(10),
    }


def test_an_older_message_that_proves_an_earlier_payment_reaches_the_lines(shop: Shop, order: OrderSeen) -> None:
    absorb(shop, [later(order, ago(1), paid_at=ago(5)), later(order, ago(4), paid_at=ago(28))])

    assert state(shop)["paid_at"] == ago(28)


def test_a_newer_message_does_not_take_an_earlier_payment_from_the_lines(shop: Shop, order: OrderSeen) -> None:
    absorb(shop, [later(order, ago(4), paid_at=ago(28)), later(order, ago(1), cancelled_at=ago(2))])

    assert (state(shop)["paid_at"], state(shop)["cancelled_at"]) == (ago(28), ago(2))


def test_an_order_that_got_smaller_was_refunded_fully_sooner(shop: Shop, order: OrderSeen) -> None:
    first, second = refund(order, ago(20), "60", 1), refund(order, ago(10), "30", 2)
    absorb(shop, [order, first, second])
    assert state(shop)["full_refund_at"] is None

    absorb(shop, [later(order, ago(1), gross=Decimal("60"), lines=order.lines[:1])])

    assert state(shop)["full_refund_at"] == ago(20)


def test_refunds_of_one_moment_count_together(shop: Shop, order: OrderSeen) -> None:
    absorb(shop, [order, refund(order, ago(20), "70", 1), refund(order, ago(20), "30", 2)])

    assert state(shop)["full_refund_at"] == ago(20)


def test_a_line_counts_until_its_order_is_refunded_fully(shop: Shop) -> None:
    order = an_order(ago(30), lines=[a_line(1, gross="60"), a_line(2, gross="40")])
    shop.customer()
    absorb(shop, [order, refund(order, ago(20), "60", 1), refund(order, ago(10), "40", 2)])

    assert shop.holds("count(lines) = 2 AND sum(lines.net) = 100", as_of=ago(21))
    assert shop.holds("count(lines) = 2 AND sum(lines.net) = 40", as_of=ago(11))
    assert shop.holds("count(lines) = 0 AND count(refunded lines) = 2 AND count(paid lines) = 2", as_of=NOW)
