"""An order of V2 says what docs/measures.md says it does."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.channels import SalesChannel
from plugin.domain.facts import AMOUNTS, DiscountKind, Gone, Kind, ReadAnswered
from plugin.platforms.bigcommerce.translate import translate
from tests.platforms.bigcommerce.builders import (
    BEGAN,
    CHANGED,
    LATER,
    a_line,
    a_place,
    a_refund,
    amounts,
    an_order,
    bought,
    consigned,
    off,
    read,
    units,
)

PLACED_AT = datetime(2026, 3, 3, 10, 15, 2, tzinfo=UTC)


def money(amount: str) -> Decimal:
    return Decimal(amount)


def test_an_order_is_told_whole() -> None:
    order = bought(an_order(a_line(25, "75.0000", 3, "0.2", applied_discounts=[off("5.0000", "SPRING5")])))

    assert (order.id, order.customer_id, order.name) == (118, 41, "118")
    assert order.version.updated_at == datetime(2026, 3, 3, 10, 15, 40, tzinfo=UTC)
    assert order.version.seen_at == BEGAN
    assert (order.placed_at, order.paid_at, order.cancelled_at) == (PLACED_AT, PLACED_AT, None)
    assert (order.gross, order.discount, order.shipping, order.tax) == amounts(225, 5, 8, 45)
    assert order.total == 278
    assert (order.currency, order.presentment_currency, order.presentment_total) == ("USD", "USD", money("278"))
    assert (order.country, order.region, order.city, order.postcode) == ("US", "US-TX", "Austin", "78751")
    assert (order.channel, order.app_id, order.gateways) == (SalesChannel.WEB, "1", ("Credit Card",))
    assert (order.shipping_method, order.discount_codes) == ("Free Shipping", ("SPRING5",))
    assert order.discount_kinds == (DiscountKind.CODE,)
    assert not order.test
    assert order.email is None
    (line,) = order.lines
    assert (line.id, line.product_id, line.variant_id, line.quantity) == (25, 20, 71, 3)
    assert (line.gross, line.discount, line.price, line.unit_cost) == amounts(225, 5, 75, 4)
    assert (line.title, line.sku, line.vendor, line.type) == (
        "Example towel",
        "EX-TOWEL-G",
        "Example brand",
        "physical",
    )
    assert line.of_product == ("category", "compare_at_price")
    assert line.unknown == line.of_product


def test_the_recorded_shape_is_understood(data_dir: Any) -> None:
    shapes = data_dir / "bigcommerce-shapes"
    raw = json.loads((shapes / "order_v2.json").read_text())
    products = json.loads((shapes / "order_products_v2.json").read_text())

    order = bought(raw, products=products)
    assert (order.gross, order.presentment_total, order.presentment_currency) == (*amounts(0, 243), "EUR")
    assert set(AMOUNTS) <= set(order.unknown)
    assert (order.country, order.lines[0].quantity) == ("DE", 3)


def test_included_tax_leaves_gross_and_discount() -> None:
    line = a_line(25, "10.0000", 2, "0.21", applied_discounts=[off("2.4200", "TEN")])
    order = bought(an_order(line, is_tax_inclusive_pricing=True))

    assert (order.gross, order.discount) == amounts(20, 2)
    assert order.lines[0].price == money("12.1")


def test_a_discount_no_line_knows_of_is_spread_over_them() -> None:
    order = bought(an_order(a_line(1, "30.0000", 1), a_line(2, "10.0000", 1), discount_amount="10.0000"))

    assert [line.discount for line in order.lines] == [money("7.5"), money("2.5")]
    assert order.discount_kinds == (DiscountKind.MANUAL,)


def test_what_rounding_leaves_of_a_discount_falls_on_the_last_line() -> None:
    lines = [a_line(number, "10.0000", 1) for number in (1, 2, 3)]
    order = bought(an_order(*lines, coupon_discount="10.0000"))

    assert [line.discount for line in order.lines] == [money("3.3333"), money("3.3333"), money("3.3334")]


def test_a_discount_on_shipping_is_none_on_goods() -> None:
    coupons = [{"id": 3, "code": "SHIPFREE", "type": 4, "discount": 8}]
    order = bought(an_order(coupon_discount="8.0000"), coupons=coupons)

    assert (order.discount, order.discount_codes) == (money("0"), ("SHIPFREE",))
    assert order.discount_kinds == (DiscountKind.CODE,)


def test_a_discount_never_takes_more_than_the_line_is_worth() -> None:
    order = bought(an_order(a_line(1, "10.0000", 1, applied_discounts=[off("12.0000", "ALL")])))

    assert (order.gross, order.discount) == amounts(10, 10)


def test_promotions_codes_and_discounts_by_hand_are_told_apart() -> None:
    applied = [off("1.0000", "CODE"), off("1.0000"), off("1.0000", name="Manual Discount")]
    order = bought(an_order(a_line(applied_discounts=applied)))

    assert order.discount_kinds == (DiscountKind.AUTOMATIC, DiscountKind.CODE, DiscountKind.MANUAL)


@pytest.mark.parametrize("status", [2, 3, 8, 9, 10, 11, 14])
def test_an_order_under_way_counts_from_when_it_was_placed(status: int) -> None:
    order = bought(an_order(status_id=status))
    assert (order.paid_at, order.cancelled_at, order.test) == (PLACED_AT, None, False)


@pytest.mark.parametrize("status", [1, 7, 12, 13])
def test_an_order_nobody_has_paid_waits(status: int) -> None:
    order = bought(an_order(status_id=status, payment_status=""))
    assert (order.paid_at, order.cancelled_at, order.test) == (None, None, False)


@pytest.mark.parametrize("status", [5, 6])
def test_an_order_called_off_is_cancelled_when_it_last_changed(status: int) -> None:
    order = bought(an_order(status_id=status))
    assert (order.paid_at, order.cancelled_at) == (None, datetime(2026, 3, 3, 10, 15, 40, tzinfo=UTC))


@pytest.mark.parametrize("more", [{"status_id": 0}, {"is_deleted": True}, {"status_id": 11, "is_deleted": True}])
def test_unfinished_and_archived_orders_are_in_no_state(more: dict[str, Any]) -> None:
    order = bought(an_order(**more))
    assert (order.test, order.paid_at, order.cancelled_at) == (True, None, None)


def test_a_store_s_own_choice_of_what_counts_travels_with_what_was_read() -> None:
    assert bought(an_order(status_id=7), counted=[7, 11]).paid_at == PLACED_AT
    assert bought(an_order(status_id=10), counted=[7, 11]).paid_at is None


def test_refunded_by_its_status_alone_is_called_off() -> None:
    order = bought(an_order(status_id=4))
    assert (order.paid_at, order.cancelled_at is None) == (PLACED_AT, False)

    order = bought(an_order(status_id=4), refunds=[a_refund(units(25, 2), total=20)])
    assert (order.paid_at, order.cancelled_at) == (PLACED_AT, None)


def test_money_that_comes_by_no_gateway_came_when_we_were_told() -> None:
    late = an_order(payment_status="", payment_method="Bank Deposit", date_modified=LATER)
    assert bought(late).paid_at == datetime(2026, 3, 5, 9, tzinfo=UTC)
    assert bought({**late, "payment_status": "captured"}).paid_at == PLACED_AT
    assert bought({**late, "date_modified": CHANGED}).paid_at == PLACED_AT


def test_of_history_such_money_came_at_once() -> None:
    node = {"order": an_order(payment_status="", date_modified=LATER), "refunds": []}
    order = translate("export/orders", json.dumps(node).encode() + b"\n", BEGAN)[0]
    assert getattr(order, "paid_at", None) == PLACED_AT


def test_an_order_with_nothing_to_pay_is_paid() -> None:
    assert bought(an_order(status_id=1, total_inc_tax="0.0000")).paid_at == PLACED_AT


def test_a_guest_s_order_is_nobody_s_and_has_an_address() -> None:
    order = bought(an_order(customer_id=0))
    assert (order.customer_id, order.email) == (None, "ada@example.com")


@pytest.mark.parametrize(
    ("own", "paid_in", "rate", "known"),
    [
        ("USD", "USD", "0.0000000000", True),
        ("USD", "EUR", "1.0000000000", True),
        ("USD", "EUR", "0.9200000000", False),
        ("USD", None, None, True),
        ("USD", None, "1.0000000000", True),
        ("USD", None, "0.9200000000", False),
    ],
)
def test_amounts_in_another_currency_are_unknown_unless_the_rate_has_no_direction(
    own: str, paid_in: str | None, rate: str | None, known: bool
) -> None:
    order = bought(
        an_order(
            store_default_currency_code=own,
            default_currency_code=paid_in,
            store_default_to_transactional_exchange_rate=rate,
        )
    )

    assert order.presentment_total == 28
    assert order.currency == own
    if known:
        assert (order.total, order.gross) == amounts(28, 20)
        assert not set(AMOUNTS) & set(order.unknown)
    else:
        assert (order.total, order.gross, order.lines[0].gross) == amounts(0, 0, 0)
        assert set(AMOUNTS) <= set(order.unknown)
        assert {"net", "price", "cost"} <= set(order.lines[0].unknown)
        assert (order.lines[0].price, order.lines[0].unit_cost) == (None, None)


def test_custom_items_gift_certificates_and_unpriced_costs() -> None:
    custom = a_line(1, product_id=0, variant_id=0, cost_price_ex_tax="0.0000", brand="", sku="")
    gift = a_line(2, type="giftcertificate", product_id=0, variant_id=None)
    order = bought(an_order(custom, gift))

    first, second = order.lines
    assert (first.product_id, first.variant_id, first.unit_cost, first.vendor, first.sku) == (None,) * 5
    assert first.unknown == ("cost",)
    assert (first.gift_card, second.gift_card) == (False, True)


def test_what_was_chosen_is_an_option_and_what_was_written_a_property() -> None:
    options = [
        {"display_name": "Size", "display_value": "S", "type": "Multiple choice"},
        {"display_name": "Engraving", "display_value": "For Ada", "type": "Text field"},
    ]
    line = a_line(product_options=options, configurable_fields=[{"name": "Wrap", "value": 3}])
    (told,) = bought(an_order(line)).lines

    assert told.options == (("Size", "S"),)
    assert told.properties == (("Engraving", "For Ada"), ("Wrap", "3"))


def test_wrapping_makes_a_gift() -> None:
    order = bought(an_order(a_line(wrapping_name="Gold paper", wrapping_message="Many happy returns")))
    assert (order.gift, order.gift_note) == (True, "Many happy returns")
    assert bought(an_order()).gift is False


def test_lines_are_found_in_every_kind_of_consignment() -> None:
    place = {"location": {"id": 4, "name": "Shop in Main Street"}, "pickup_method_display_name": "Pick up"}
    told = consigned(a_line(1))
    told["pickups"] = [{"id": 1, **place, "line_items": [a_line(2)]}]
    told["downloads"] = [{"recipient_email": "x", "line_items": [a_line(3)]}]
    told["email"] = {"gift_certificates": [{"recipient_email": "x", "line_items": [a_line(4)]}]}
    order = bought(an_order(a_line(1), consignments=told))

    assert [line.id for line in order.lines] == [1, 2, 3, 4]
    assert order.location == "Shop in Main Street"


@pytest.mark.parametrize("consignments", [[], None, {"url": "https://…", "resource": "/orders/118/consignments"}])
def test_lines_that_were_read_by_themselves_count_instead(consignments: Any) -> None:
    order = bought(an_order(consignments=consignments), products=[a_line(7)])

    assert [line.id for line in order.lines] == [7]
    assert (order.country, order.shipping_method) == ("US", None)


def test_what_is_picked_up_or_downloaded_belongs_where_the_bill_goes() -> None:
    told = {"pickups": [], "shipping": [], "downloads": [{"line_items": [a_line()]}], "email": []}
    billing = {**a_place(city="Toronto", state="Ontario", country_iso2="CA"), "email": "x@y.z"}
    order = bought(an_order(consignments=told, billing_address=billing))

    assert (order.country, order.region, order.billing_city) == ("CA", "CA-ON", "Toronto")


@pytest.mark.parametrize(
    ("source", "external", "storefront", "channel", "app"),
    [
        ("www", None, None, SalesChannel.WEB, None),
        ("iphone", None, "Outlet", SalesChannel.WEB, "Outlet"),
        ("manual", None, None, SalesChannel.DRAFT, None),
        ("external", "ERP (Acumatica)", None, SalesChannel.OTHER, "ERP (Acumatica)"),
        ("external", "POS (Square)", None, SalesChannel.POS, "POS (Square)"),
        ("external", "M-MIG", None, SalesChannel.IMPORT, None),
        ("amazon", None, None, SalesChannel.MARKETPLACE, None),
        ("facebookshop", None, None, SalesChannel.SOCIAL, None),
        ("something new", None, None, SalesChannel.OTHER, None),
        (None, None, None, None, None),
    ],
)
def test_where_an_order_was_bought_is_said_in_our_words(
    source: str | None, external: str | None, storefront: str | None, channel: SalesChannel | None, app: str | None
) -> None:
    order = bought(an_order(order_source=source, external_source=external), storefront=storefront)
    assert (order.channel, order.app, order.app_id) == (channel, app, "1")
    assert ("app" in order.unknown) is (app is None)
    assert order.draft is (channel is SalesChannel.DRAFT)


def test_answers_looser_than_described_are_understood() -> None:
    options = [{"display_name": "Engraving", "display_value": 5, "type": "Text field"}]
    line = a_line(applied_discounts=[{"id": 7, "amount": 1, "name": None, "code": None}], product_options=options)
    loose = an_order(line, id="118", customer_id="41", items_total="2", consignments=None, channel_id="1")
    refund = a_refund(units(25, 1, 10), total=10) | {"payments": None}
    told = bought(
        loose, products=[{**line, "configurable_fields": None}], refunds=[refund, a_refund() | {"items": None}]
    )

    assert (told.id, told.customer_id, told.app_id, told.discount) == (118, 41, "1", money("1"))
    assert told.lines[0].properties == (("Engraving", "5"),)


def test_consignments_that_are_null_or_empty_lists_hold_nothing() -> None:
    empty: dict[str, Any] = {"pickups": None, "shipping": [], "downloads": None, "email": []}
    assert bought(an_order(consignments=empty)).lines == ()
    mailed = {"shipping": None, "email": {"gift_certificates": None}}
    assert bought(an_order(consignments=mailed)).lines == ()


def test_an_order_from_elsewhere_was_paid_when_it_was_placed() -> None:
    order = an_order(payment_status="", date_modified=LATER, order_source="external", external_source="ERP (Acumatica)")
    assert bought(order).paid_at == PLACED_AT


def test_a_rate_that_is_nearly_one_has_a_direction() -> None:
    foreign = {"default_currency_code": "EUR", "store_default_to_transactional_exchange_rate": "1.0000100000"}
    assert set(AMOUNTS) <= set(bought(an_order(**foreign)).unknown)


def test_a_read_says_what_it_answers_and_what_is_gone() -> None:
    facts = read("api/orders", {"order": an_order()}, gone=(9,), answers={118: 3, 9: 1})

    assert facts[-3:] == (Gone(Kind.ORDER, 9, BEGAN), ReadAnswered(Kind.ORDER, 118, 3), ReadAnswered(Kind.ORDER, 9, 1))
