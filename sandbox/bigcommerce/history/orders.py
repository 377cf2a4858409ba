"""The neighbour's orders, with what became of them said by a status."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.bigcommerce.commerce.draft import nowhere
from sandbox.bigcommerce.history.people import address
from sandbox.bigcommerce.store import statuses, totals
from sandbox.bigcommerce.store.customer import Customer
from sandbox.bigcommerce.store.goods import Product
from sandbox.bigcommerce.store.order import Applied, Coupon, Line, Order, Refund, RefundItem
from sandbox.bigcommerce.store.store import Store
from sandbox.money import ZERO
from sandbox.store import totals as told_totals
from sandbox.store.order import Line as ToldLine
from sandbox.store.order import Order as Told
from sandbox.store.order import Refund as ToldRefund

SETTLED = timedelta(days=6)
People = dict[int, Customer]
Goods = dict[int, Product]


def told(store: Store, order: Told, people: People, goods: Goods, rng: random.Random) -> Order:
    """The same order at this store."""
    made = _bare(store, order, people, goods)
    channels = store.details.channels
    made.channel_id = rng.randint(1, channels) if channels > 1 else 1
    _discounts(store, made, order)
    for refund in order.refunds:
        made.refunds.append(_refund(store, made, order, refund))
    made.status_id, made.payment_status = _status(store, order, made)
    made.updated_at = order.updated_at
    if made.status_id in {statuses.SHIPPED, statuses.COMPLETED}:
        made.shipped_at = made.updated_at = min(store.created_at, made.created_at + timedelta(days=2))
        for line in made.lines:
            line.quantity_shipped = line.quantity
    return made


def left_behind(store: Store, order: Told, people: People, goods: Goods, at: datetime) -> Order:
    """The same cart a little earlier, left at the till."""
    made = _bare(store, order, people, goods)
    made.created_at = made.updated_at = at
    made.status_id, made.payment_status, made.payment_method = statuses.INCOMPLETE, "", ""
    return made


def _bare(store: Store, order: Told, people: People, goods: Goods) -> Order:
    customer = people.get(order.customer_id) if order.customer_id else None
    number = store.numbers.next
    home = order.billing_address or order.shipping_address
    in_person = order.source_name == "pos"
    return Order(
        id=number("order"),
        customer_id=customer.id if customer else 0,
        email=(customer.email if customer else order.email) or "",
        status_id=statuses.AWAITING_FULFILLMENT,
        created_at=order.created_at,
        updated_at=order.updated_at,
        lines=[_line(store, line, goods) for line in order.lines],
        tax_inclusive=order.taxes_included,
        currency=order.currency,
        store_currency=order.currency,
        billing=address(store, home, "order_address") if home else nowhere(store, customer),
        shipping_to=address(store, order.shipping_address, "order_address") if order.shipping_address else None,
        shipping=order.shipping,
        display_currency=order.presentment_currency or order.currency,
        source="external" if in_person else "www",
        external_source="POS" if in_person else None,
        payment_method="Cash" if in_person else "Credit Card",
        locale=order.locale or "en",
    )


def _line(store: Store, line: ToldLine, goods: Goods) -> Line:
    product = goods.get(line.product.id) if line.product else None
    return Line(
        id=store.numbers.next("line"),
        product_id=product.id if product else 0,
        variant_id=product.variant_id if product else 0,
        name=line.title,
        sku=line.sku or "",
        brand=line.vendor or "",
        quantity=line.quantity,
        price=line.price,
        tax_rate=line.tax_rate,
        kind="giftcertificate" if line.gift_card else "physical",
        quantity_refunded=line.refunded,
    )


def _discounts(store: Store, made: Order, order: Told) -> None:
    number = store.numbers.next
    for index, discount in enumerate(order.discounts):
        unique, taken = str(number("discount")), ZERO
        for line, source in zip(made.lines, order.lines, strict=True):
            for which, amount in source.allocations:
                if which == index:
                    line.applied.append(Applied(unique, discount.title, discount.code, amount))
                    taken += amount
        if discount.code:
            coupon = Coupon(number("order_coupon"), index + 1, discount.code, 1, discount.percent, taken)
            made.coupons.append(coupon)
        else:
            made.discount += taken


def _refund(store: Store, made: Order, order: Told, refund: ToldRefund) -> Refund:
    number, items, tax = store.numbers.next, [], ZERO
    mine = {source.id: line.id for line, source in zip(made.lines, order.lines, strict=True)}
    for line in refund.lines:
        amount = line.subtotal + (ZERO if refund.taxes_included else line.tax)
        items.append(RefundItem("PRODUCT", mine[line.line.id], line.quantity, amount))
        tax += line.tax
    if refund.shipping and made.shipping_to:
        items.append(RefundItem("SHIPPING", made.shipping_to.id, 1, refund.shipping))
    if refund.bare:
        items.append(RefundItem("ORDER", made.id, 1, refund.bare))
    whole = sum((item.amount for item in items), Decimal(0))
    return Refund(number("refund"), refund.created_at, refund.note or "", whole, tax, tuple(items), number("payment"))


def _status(store: Store, order: Told, made: Order) -> tuple[int, str]:
    given = totals.refunded(made)
    if order.cancelled_at:
        return statuses.CANCELLED, "refunded" if given else "void"
    if given:
        whole = given >= totals.total(made)
        return (statuses.REFUNDED, "refunded") if whole else (statuses.PARTIALLY_REFUNDED, "partially refunded")
    if told_totals.received(order) < told_totals.total(order):
        return statuses.AWAITING_PAYMENT, "authorized" if order.authorized else "pending"
    if made.created_at < store.created_at - SETTLED:
        return (statuses.SHIPPED if made.shipping_to else statuses.COMPLETED), "captured"
    return statuses.AWAITING_FULFILLMENT, "captured"
