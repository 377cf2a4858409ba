"""Every fact of an order, a line and a refund that a filter can ask for."""

from decimal import Decimal

import pytest

from plugin.db.transaction import Database
from plugin.domain.facts import DiscountKind
from plugin.engine.decide import Asked
from plugin.engine.plan import SegmentRule
from plugin.rules.fields import ROWS, Type
from plugin.rules.tree import Source
from tests.engine.builders import ANN, NOW, Shop, a_line, ago, at, segment


@pytest.fixture
def detailed(shop: Shop) -> Shop:
    """Ann has one order of which everything is known."""
    shop.customer(ANN, ago(400))
    shoes = a_line(
        1, 2, "100", "20", tags=["Run"], price=Decimal(50), compare_at=Decimal(60), unit_cost=Decimal("12.5"),
        type="Shoes", vendor="ACME", categories=("Running", "Sale"), options=(("Size", "42"),),
        properties=(("Engraving", "Anna"),), selling_plan="monthly", sku="S-1", title="Runner",
    )  # fmt: skip
    hat = a_line(2, 1, "30", price=Decimal(30), unit_cost=Decimal(10), type="Hats", gift_card=False)
    shop.order(
        at("2026-06-03T23:30"), net="110", discount="20", total="125", lines=[shoes, hat],
        name="#1001", channel="Web", location="Soho", location_id="7", app="POS app", app_id="99", staff="Sam",
        country="GB", region="GB-LND", city="London", postcode="W1 1AA",
        billing_country="GB", billing_region="GB-LND", billing_city="London", billing_postcode="E2 2BB",
        discount_codes=("SUMMER",), discount_kinds=(DiscountKind.CODE,), tags=("Gift",), gateways=("PayPal",),
        shipping_method="Express", utm_source="mail", utm_medium="email", utm_campaign="June", gift=True,
        gift_note="For you", note="Ring twice", draft=False, properties=(("Colour", "red"),),
        presentment_currency="GBP",
    )  # fmt: skip
    return shop


ORDERS = [
    ("date = 2026-06-03", "date = 2026-06-04"),
    ("paid_date IS NOT NULL", "cancelled_date IS NOT NULL"),
    ("day = '2026-06-03'", "day = '2026-06-04'"),
    ("week = '2026-W23'", "week = '2026-W22'"),
    ("month = '2026-06'", "month = '2026-05'"),
    ("quarter = '2026-Q2'", "quarter = '2026-Q1'"),
    ("year = '2026'", "year = '2025'"),
    ("weekday = 3", "weekday = 4"),
    ("hour = 23", "hour = 22"),
    ("gross = 130 AND discount = 20 AND net = 110", "net = 109.99"),
    ("total = 125 AND shipping = 0 AND tax = 0", "total = 110"),
    ("profit = 75", "profit > 75"),
    ("quantity = 3 AND net_quantity = 3", "quantity = 2"),
    ("name = '#1001'", "name = '#1002'"),
    ("channel = 'web'", "channel = 'pos'"),
    ("location = 'SOHO' AND location_id = 7", "location_id = 8"),
    ("app = 'POS app' AND app_id = 99", "app = 'pos app'"),
    ("staff = 'Sam'", "staff = 'sam'"),
    ("country = 'gb' AND region = 'gb-lnd' AND city = 'LONDON'", "city = 'Leeds'"),
    ("postcode = 'w11aa'", "postcode = 'W1 1AB'"),
    ("billing_postcode = 'E22BB' AND billing_city = 'london'", "billing_postcode = 'W1 1AA'"),
    ("address_differs = true", "address_differs = false"),
    ("postcode != billing_postcode", "postcode = billing_postcode"),
    ("city = billing_city", "city != billing_city"),
    ("discount_code CONTAINS 'summer'", "discount_code CONTAINS 'sum'"),
    ("discount_code STARTS WITH 'sum'", "discount_code STARTS WITH 'win'"),
    ("discounted = true", "discounted = false"),
    ("discount_kind CONTAINS 'code'", "discount_kind CONTAINS 'manual'"),
    ("tag CONTAINS 'gift'", "tag CONTAINS 'vip'"),
    ("gateway CONTAINS 'PayPal'", "gateway CONTAINS 'paypal'"),
    ("shipping_method = 'Express'", "shipping_method = 'express'"),
    ("utm_source = 'mail' AND utm_medium = 'email' AND utm_campaign = 'June'", "utm_campaign = 'july'"),
    ("utm_term IS NULL AND utm_content IS NULL", "utm_term IS NOT NULL"),
    ("gift = true AND gift_note = 'for you'", "gift = false"),
    ("note CONTAINS 'RING'", "note CONTAINS 'once'"),
    ("draft = false", "draft = true"),
    ("currency = 'GBP'", "currency = 'EUR'"),
    ("property('Colour') = 'red'", "property('colour') IS NOT NULL"),
    ("dispute_state IS NULL", "dispute_state = 'WON'"),
]
LINES = [
    ("product_id = 1 AND sku = 'S-1' AND title = 'Runner'", "product_id = 3"),
    ("vendor = 'ACME'", "vendor = 'acme'"),
    ("type = 'Shoes'", "type = 'Socks'"),
    ("category CONTAINS 'running' AND category CONTAINS 'sale'", "category CONTAINS 'run'"),
    ("product_tag CONTAINS 'run'", "product_tag CONTAINS 'walk'"),
    ("option('Size') = '42'", "option('Size') = '43'"),
    ("property('Engraving') = 'Anna'", "property('Engraving') = 'anna'"),
    ("price = 50 AND compare_at_price = 60", "price = 60"),
    ("price < compare_at_price", "price >= compare_at_price"),
    ("cost = 12.5 AND profit = 55", "profit = 80"),
    ("selling_plan = 'monthly'", "selling_plan = 'yearly'"),
    ("gift_card = false", "gift_card = true"),
    ("gross = 100 AND discount = 20 AND net = 80", "net = 100"),
    ("quantity = 2 AND net_quantity = 2", "quantity = 3"),
    ("month = '2026-06' AND hour = 23", "hour = 0"),
    ("order.channel = 'web' AND order.net = 110", "order.channel = 'pos'"),
    ("order.tag CONTAINS 'gift' AND order.property('Colour') = 'red'", "order.tag IS NULL"),
    ("order.profit = 75 AND order.week = '2026-W23'", "order.profit = 55"),
]


@pytest.mark.parametrize(("source", "yes", "no"), [("orders", *p) for p in ORDERS] + [("lines", *p) for p in LINES])
def test_a_filter_asks_for_a_fact_of_the_row(detailed: Shop, source: str, yes: str, no: str) -> None:
    assert detailed.holds(f"count({source} WHERE {yes}) >= 1") is True
    assert detailed.holds(f"count({source} WHERE {no}) >= 1") is False


@pytest.mark.parametrize("source", list(Source))
def test_every_field_of_the_catalogue_can_be_asked_for(detailed: Shop, source: Source) -> None:
    rows = ROWS[source]
    keyed = {name for name in rows.names if (found := rows.find(name)) is not None and found.keyed}
    asked = [f"{name}('x')" if name in keyed else name for name in rows.names]

    rules: list[SegmentRule] = [
        segment(f"count({source} WHERE {name} IS NULL) >= 0", f"s{k}", k) for k, name in enumerate(asked)
    ]

    for rule in rules:
        assert detailed.decide(detailed.plan(rule), Asked.everyone(NOW))[0].outcomes[0].label == ""


@pytest.mark.parametrize("source", list(Source))
def test_every_field_can_be_counted_and_found_at_the_ends(detailed: Shop, source: Source) -> None:
    for name, field in ROWS[source].fields.items():
        if field.keyed:
            continue
        assert detailed.holds(f"count_distinct({source}.{name}) >= 0") is True, name
        if field.type is not Type.LIST and ROWS[source].dated:
            assert detailed.holds(f"first({source}.{name}) IS NULL OR first({source}.{name}) IS NOT NULL") is True, name


def test_calendar_fields_are_those_of_the_store(door: Database) -> None:
    shop = Shop(door, "America/New_York")
    shop.order(at("2026-01-01T04:30"))

    assert shop.holds("count(orders WHERE day = '2025-12-31' AND year = '2025' AND hour = 23 AND weekday = 3) = 1")
    assert shop.holds("count(orders WHERE week = '2026-W01' AND quarter = '2025-Q4') = 1")


def test_a_refund_knows_its_order(shop: Shop) -> None:
    order = shop.order(ago(30), net="100", channel="pos", lines=[a_line(1, 4, "100", unit_cost=Decimal(10))])
    shop.refund(order, ago(3), "25", units=1)

    assert shop.holds("sum(refunds.goods WHERE order.channel = 'pos' AND order.net = 75) = 25")
    assert shop.holds("sum(refunds.quantity WHERE date >= -7d) = 1 AND count(refunds WHERE order.date >= -7d) = 0")
    assert shop.holds("sum(orders.profit) = 45 AND sum(lines.profit) = 45")
    assert shop.holds("sum(orders.profit) = 60", as_of=ago(4))


def test_a_dispute_is_as_it_stood_at_the_moment(shop: Shop) -> None:
    order = shop.order(ago(30))
    shop.order(ago(20))
    shop.dispute(order, ago(10), "NEEDS_RESPONSE")
    shop.dispute(order, ago(5), "WON")

    assert shop.holds("count(disputed orders) = 1 AND count(disputed orders WHERE dispute_state = 'WON') = 1")
    assert shop.holds("count(disputed orders WHERE dispute_state = 'NEEDS_RESPONSE') = 1", as_of=ago(6))
    assert shop.holds("count(disputed orders) = 0 AND count(orders) = 2", as_of=ago(11))
