"""Every topic says what it says, in our words; hostile bytes say nothing and break nothing."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import decode, encode

from plugin.domain.errors import MessageUnreadable
from plugin.domain.facts import (
    AttributeSeen,
    Channel,
    ConsentSeen,
    CustomerErased,
    CustomerMerged,
    CustomerSeen,
    DataRequested,
    DisputeSeen,
    Gone,
    Kind,
    OrderSeen,
    ReadWanted,
    RefundSeen,
    StoreErased,
    StoreSeen,
    TagsChanged,
    TagsListed,
    Uninstalled,
)
from plugin.domain.ids import CustomerId, OrderId
from plugin.platforms.shopify.translate import TOPICS, translate
from tests.platforms.shopify.builders import (
    PLACED,
    PLACED_UTC,
    SEEN,
    a_customer,
    a_line,
    a_refund,
    an_order,
    money_back,
    units_back,
)

LATER = "2026-11-23T09:00:00-05:00"
LATER_UTC = datetime(2026, 11, 23, 14, tzinfo=UTC)


def the_order(topic: str = "orders/create", **more: Any) -> OrderSeen:
    (found,) = [fact for fact in translate(topic, an_order(**more), SEEN) if isinstance(fact, OrderSeen)]
    return found


def the_refund(topic: str, body: bytes) -> RefundSeen:
    (found,) = [fact for fact in translate(topic, body, SEEN) if isinstance(fact, RefundSeen)]
    return found


@pytest.mark.parametrize(
    ("lines", "taxes_included", "gross", "discount"),
    [
        ([a_line(price="10.00", quantity=3)], False, "30", "0"),
        ([a_line(price="10.00"), a_line(id=12, price="0.10", quantity=2)], False, "10.20", "0"),
        ([a_line(discount_allocations=[{"amount": "1.50"}, {"amount": "0.50"}])], False, "10", "2"),
        ([a_line(total_discount="3.00")], False, "10", "3"),
        ([a_line(total_discount="3.00", discount_allocations=[{"amount": "1.00"}])], False, "10", "1"),
        ([a_line(price="12.10", tax_lines=[{"price": "2.10"}])], True, "10", "0"),
        ([a_line(price="12.10", tax_lines=[{"price": "2.10"}])], False, "12.10", "0"),
        ([a_line(price="12.10", tax_lines=[{"price": "1.00"}, {"price": "1.10"}])], True, "10", "0"),
        ([], False, "0", "0"),
    ],
)
def test_gross_and_discount_are_sums_over_the_lines(
    lines: list[Any], taxes_included: bool, gross: str, discount: str
) -> None:
    found = the_order(line_items=lines, taxes_included=taxes_included)

    assert (found.gross, found.discount) == (Decimal(gross), Decimal(discount))
    assert sum(line.gross for line in found.lines) == found.gross


def test_shipping_tax_and_total_are_what_was_charged_in_shop_currency() -> None:
    bag = {"shop_money": {"amount": "4.95"}, "presentment_money": {"amount": "900", "currency_code": "JPY"}}
    found = the_order(total_shipping_price_set=bag, total_tax="2.10", total_price="17.05", currency="EUR")

    assert (found.shipping, found.tax, found.total) == (Decimal("4.95"), Decimal("2.10"), Decimal("17.05"))
    assert found.currency == "EUR"


@pytest.mark.parametrize(
    ("topic", "fields", "paid_at"),
    [
        ("orders/create", {"financial_status": "paid"}, PLACED_UTC),
        ("orders/create", {"financial_status": "paid", "updated_at": LATER}, PLACED_UTC),
        ("orders/create", {"financial_status": "partially_paid"}, PLACED_UTC),
        ("orders/create", {"financial_status": "pending"}, None),
        ("orders/create", {"financial_status": "authorized"}, None),
        ("orders/create", {"financial_status": "voided"}, None),
        ("orders/create", {"financial_status": "expired"}, None),
        ("orders/create", {"financial_status": None}, None),
        ("orders/create", {"financial_status": "pending", "total_price": "0.00"}, PLACED_UTC),
        ("orders/updated", {"financial_status": "authorized", "total_price": "0.00", "updated_at": LATER}, PLACED_UTC),
        ("orders/paid", {"financial_status": "paid", "updated_at": LATER}, LATER_UTC),
        ("orders/updated", {"financial_status": "paid", "updated_at": LATER}, LATER_UTC),
        ("orders/updated", {"financial_status": "refunded", "updated_at": LATER}, LATER_UTC),
        ("orders/updated", {"financial_status": "partially_refunded", "updated_at": LATER}, LATER_UTC),
        ("orders/paid", {"updated_at": "2026-11-21T13:01:00-05:00"}, PLACED_UTC),
        ("orders/paid", {"updated_at": "2026-11-21T13:01:01-05:00"}, PLACED_UTC + timedelta(seconds=61)),
    ],
)  # fmt: skip
def test_an_order_is_paid_since_the_earliest_moment_its_message_proves(
    topic: str, fields: dict[str, Any], paid_at: datetime | None
) -> None:
    assert the_order(topic, **fields).paid_at == paid_at


def test_an_imported_order_was_placed_and_paid_when_it_was_processed() -> None:
    found = the_order(processed_at="2019-01-05T08:00:00Z")

    assert found.placed_at == found.paid_at == datetime(2019, 1, 5, 8, tzinfo=UTC)


def test_an_order_tells_where_it_came_from_and_what_was_entered() -> None:
    found = the_order(
        name="#1001",
        source_name="pos",
        app_id=580111,
        location_id=33,
        tags=" wholesale, ,Rush , Rush",
        discount_codes=[{"code": "WELCOME"}, {"code": "vip"}],
        shipping_address={"country_code": None},
        billing_address={"country_code": "ie"},
        cancelled_at=LATER,
        test=True,
        customer=None,
    )

    assert (found.name, found.channel, found.app_id, found.location_id) == ("#1001", "pos", "580111", "33")
    assert found.tags == ("wholesale", "Rush")
    assert found.discount_codes == ("WELCOME", "vip")
    assert found.country == "IE"
    assert found.cancelled_at == LATER_UTC
    assert found.test
    assert found.customer_id is None


def test_the_shipping_country_goes_before_the_billing_country() -> None:
    found = the_order(shipping_address={"country_code": "NL"}, billing_address={"country_code": "DE"})

    assert found.country == "NL"


def test_a_line_keeps_its_product_and_never_guesses_type_or_tags() -> None:
    line = a_line(product_id=5, variant_id=6, title="Cup", sku="C-1", vendor="Acme", gift_card=True)
    (found,) = the_order(line_items=[line]).lines

    assert (found.product_id, found.variant_id, found.title, found.sku) == (5, 6, "Cup", "C-1")
    assert found.gift_card
    assert found.type is None
    assert found.product_tags is None


def test_a_custom_line_has_no_product() -> None:
    (found,) = the_order(line_items=[a_line(product_id=None, variant_id=None)]).lines

    assert found.product_id is None


def test_the_customer_in_an_order_is_seen_without_attributes() -> None:
    nested = {"id": 7, "updated_at": None, "created_at": None, "email": "a@b.example", "state": "enabled"}
    _, found = translate("orders/create", an_order(customer=nested), SEEN)

    assert isinstance(found, CustomerSeen)
    assert (found.id, found.email, found.created_at) == (7, "a@b.example", None)
    assert found.version.updated_at == PLACED_UTC


@pytest.mark.parametrize(
    ("refund", "goods", "total"),
    [
        (a_refund(), "4", "4"),
        (a_refund(refund_line_items=[units_back(3.5)], transactions=[money_back("5.00")]), "3.50", "5"),
        (a_refund(refund_line_items=[units_back(3.5, tax=0.7)], transactions=[money_back("4.20")]), "3.50", "4.20"),
        (a_refund(refund_line_items=[units_back(4.2, tax=0.7)], transactions=[money_back("4.20")]), "3.50", "4.20"),
        (
            a_refund(refund_line_items=[units_back(3.5)], transactions=[]),
            "3.50",
            "0",
        ),  # Taken out by an edit, or not paid out yet.
        (a_refund(transactions=[money_back("4.00"), money_back("1.00", status="failure")]), "4", "4"),
        (a_refund(transactions=[money_back("4.00"), money_back("9.00", kind="sale")]), "4", "4"),
        (a_refund(transactions=[money_back("4.00"), money_back("0.50")]), "4.50", "4.50"),
        (
            a_refund(refund_line_items=[units_back(3.5)], transactions=[money_back("500", currency="JPY")]),
            "3.50",
            "3.50",
        ),
    ],
)
def test_a_refund_has_a_goods_part_and_a_whole(refund: dict[str, Any], goods: str, total: str) -> None:
    found = the_refund("refunds/create", encode(refund))

    assert (found.goods, found.total) == (Decimal(goods), Decimal(total))
    assert (found.id, found.order_id, found.refunded_at) == (21, 1, PLACED_UTC)


def test_the_same_refund_inside_its_order_knows_whether_tax_is_included() -> None:
    refund = a_refund(refund_line_items=[units_back(4.2, tax=0.7)], transactions=[money_back("3.00")])

    included = the_refund("orders/updated", an_order(refunds=[refund], taxes_included=True))
    added = the_refund("orders/updated", an_order(refunds=[refund], taxes_included=False))

    assert (included.goods, added.goods) == (Decimal("3.50"), Decimal("4.20"))
    assert (included.lines[0].quantity, included.lines[0].line_id) == (1, 11)


@pytest.mark.parametrize(
    ("included", "price", "discount", "subtotal"),
    [(False, "10.00", "2.00", 9.00), (True, "12.10", "2.42", 10.89)],
)
def test_the_example_of_docs_measures_has_the_same_net_with_and_without_included_tax(
    included: bool, price: str, discount: str, subtotal: float
) -> None:
    line = a_line(price=price, quantity=2, discount_allocations=[{"amount": discount}], tax_lines=[{"price": "3.78"}])
    refund = a_refund(refund_line_items=[units_back(subtotal, tax=1.89)], transactions=[money_back("10.89")])
    body = an_order(line_items=[line], taxes_included=included, refunds=[refund])
    facts = translate("orders/updated", body, SEEN)
    (order,) = [fact for fact in facts if isinstance(fact, OrderSeen)]
    alone = the_refund("refunds/create", encode(refund))

    assert order.gross - order.discount - the_refund("orders/updated", body).goods == Decimal(9)
    assert alone.goods == Decimal(9)


def test_a_refund_whose_amounts_do_not_tell_the_tax_habit_is_read() -> None:
    refund = a_refund(refund_line_items=[units_back(4.2, tax=0.7)], transactions=[money_back("3.00")])

    assert translate("refunds/create", encode(refund), SEEN)[-1] == ReadWanted(Kind.ORDER, 1)


def test_a_bare_refund_in_the_buyers_currency_is_read_not_summed() -> None:
    refund = a_refund(transactions=[money_back("640", currency="JPY")])
    facts = translate("orders/updated", an_order(customer=None, refunds=[refund]), SEEN)

    assert facts[1:] == (ReadWanted(Kind.ORDER, 1),)


@pytest.mark.parametrize("status", ["pending", "failure", "error"])
def test_a_refund_in_which_nothing_moved_yet_says_nothing(status: str) -> None:
    assert translate("refunds/create", encode(a_refund(transactions=[money_back("4", status=status)])), SEEN) == ()


def test_a_customer_webhook_tells_the_profile_and_asks_for_the_rest() -> None:
    seen, *about, wanted = translate("customers/update", a_customer(default_address={"country_code": "BE"}), SEEN)

    assert isinstance(seen, CustomerSeen)
    assert (seen.email, seen.name, seen.created_at) == ("zoe@example.com", "Zoë Bos", PLACED_UTC)
    assert about == [
        AttributeSeen(CustomerId(7), "note", PLACED_UTC, ()),
        AttributeSeen(CustomerId(7), "customer_email_domain", PLACED_UTC, ("example.com",)),
        AttributeSeen(CustomerId(7), "customer_account_status", PLACED_UTC, ("DISABLED",)),
    ]
    assert wanted == ReadWanted(Kind.CUSTOMER, 7)


def test_a_customer_of_the_old_shape_brings_tags_and_consent_itself() -> None:
    consent = {"state": "subscribed", "opt_in_level": "single_opt_in", "consent_updated_at": LATER}
    facts = translate("customers/update", a_customer(tags="VIP, new ", email_marketing_consent=consent), SEEN)

    assert ConsentSeen(CustomerId(7), Channel.EMAIL, LATER_UTC, "SUBSCRIBED", "SINGLE_OPT_IN") in facts
    assert facts[-1] == TagsListed(CustomerId(7), PLACED_UTC, ("VIP", "new"))


def test_versions_of_one_thing_have_a_total_order() -> None:
    first = the_order(name="#1")
    other = the_order(name="#2")
    later = the_order(updated_at=LATER)

    assert first.version.seen_at == SEEN
    assert first.version != other.version
    assert max(first.version, other.version, later.version) == later.version


AT = datetime(2005, 5, 5, 5, tzinfo=UTC)
MOVED = {
    "customerId": "gid://shopify/Customer/9007199254740993",
    "tags": ["a", " b "],
    "occurredAt": "2005-05-05T05:00:00.000Z",
}
PRIVACY = {"shop_id": 1, "shop_domain": "a.myshopify.com"}


@pytest.mark.parametrize(
    ("topic", "body", "facts"),
    [
        ("customer.tags_added", MOVED, (TagsChanged(CustomerId(9007199254740993), AT, added=("a", "b")),)),
        ("customer.tags_removed", MOVED, (TagsChanged(CustomerId(9007199254740993), AT, removed=("a", "b")),)),
        ("customers/delete", {"id": 7}, (Gone(Kind.CUSTOMER, 7, SEEN),)),
        ("orders/delete", {"id": 1}, (Gone(Kind.ORDER, 1, SEEN),)),
        ("orders/edited", {"order_edit": {"order_id": 1}}, (ReadWanted(Kind.ORDER, 1),)),
        ("app/uninstalled", {"id": 1}, (Uninstalled(SEEN),)),
        (
            "shop/update",
            {"name": "A", "myshopify_domain": "a.myshopify.com", "iana_timezone": "Asia/Tokyo", "currency": "JPY"},
            (StoreSeen("A", "a.myshopify.com", "Asia/Tokyo", "JPY", SEEN),),
        ),
        (
            "customers/data_request",
            PRIVACY | {"customer": {"id": 7}, "data_request": {"id": 99}},
            (DataRequested(CustomerId(7), "99"),),
        ),
        (
            "customers/redact",
            PRIVACY | {"customer": {"id": 7, "email": "a@b.example", "phone": "1"}, "orders_to_redact": [1, 2]},
            (CustomerErased(CustomerId(7), (OrderId(1), OrderId(2)), SEEN, "a@b.example"),),
        ),
        ("customers/redact", PRIVACY, (CustomerErased(None, (), SEEN),)),
        ("shop/redact", PRIVACY, (StoreErased(SEEN),)),
        (
            "customers_email_marketing_consent/update",
            {"customer_id": 7, "email_marketing_consent": {"state": "unsubscribed", "consent_updated_at": PLACED}},
            (ConsentSeen(CustomerId(7), Channel.EMAIL, PLACED_UTC, "UNSUBSCRIBED"),),
        ),
        (
            "customers_marketing_consent/update",
            {"id": 7, "sms_marketing_consent": {"state": "subscribed", "consent_updated_at": None}},
            (ConsentSeen(CustomerId(7), Channel.SMS, SEEN, "SUBSCRIBED"),),
        ),
        ("customers_marketing_consent/update", {"id": 7, "sms_marketing_consent": {"state": None}}, ()),
        ("segments/create", {"id": 1}, ()),
        ("no/such_topic", {}, ()),
    ],
)  # fmt: skip
def test_the_small_topics_say_one_thing(topic: str, body: Any, facts: tuple[Any, ...]) -> None:
    assert translate(topic, encode(body), SEEN) == facts


@pytest.mark.parametrize("name", ["name", "source_name", "tags"])
def test_a_zero_byte_in_a_text_is_cleaned_away(name: str) -> None:
    found = the_order(**{name: "be\x00fore"})

    assert "before" in (found.name, found.app, *found.tags)


def test_a_text_longer_than_an_index_holds_is_cut() -> None:
    assert len(the_order(tags="x" * 100_000).tags[0]) == 500


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("orders/create", b""),
        ("orders/create", b"[]"),
        ("orders/create", b"null"),
        ("orders/create", b"{}"),
        ("orders/create", b"\xff\xfe"),
        ("orders/create", b'{"id":1,"x":' + b"[" * 100_000),
        ("orders/create", an_order(id=0)),
        ("orders/create", an_order(id=-5)),
        ("orders/create", an_order(id=10**30)),
        ("orders/create", an_order(id=1.5)),
        ("orders/create", an_order(total_price="1e400")),
        ("orders/create", an_order(total_price="NaN")),
        ("orders/create", an_order(total_price="sNaN")),
        ("orders/create", an_order(total_price="-Infinity")),
        ("orders/create", an_order(total_price="10000000000000000")),
        ("orders/create", an_order(total_price=None)),
        ("orders/create", an_order(updated_at="yesterday")),
        ("orders/create", an_order(updated_at="2026-11-21T13:00:00")),
        ("orders/create", an_order(updated_at="0001-01-01T00:00:00+14:00")),
        ("orders/create", an_order(updated_at="9999-12-31T23:59:59-14:00")),
        ("orders/create", an_order(line_items=[a_line(quantity=-1)])),
        ("orders/create", an_order(line_items=[a_line(quantity=2**31)])),
        ("orders/create", an_order(line_items=[a_line(price="9999999999999999", quantity=2)])),
        ("orders/create", an_order(line_items=[a_line(price="1e999999999")])),
        ("orders/create", an_order(line_items=None)),
        ("orders/create", an_order(customer={"id": None})),
        ("refunds/create", encode(a_refund(order_id=None))),
        ("refunds/create", encode(a_refund(created_at=None, processed_at=None))),
        ("customer.tags_added", encode(MOVED | {"customerId": "gid://shopify/Customer/x"})),
        ("customer.tags_added", encode(MOVED | {"customerId": "gid://shopify/Customer/" + "9" * 30})),
        ("customer.tags_added", encode(MOVED | {"customerId": "gid://shopify/Customer/²"})),
        ("customers/delete", b'{"id":null}'),
        ("app/uninstalled", b"<xml>"),
        ("shop/redact", b"{}"),
        ("api/orders", b'{"read_began":"2026-01-01T00:00:00Z","counters":{"x":1},"nodes":[]}'),
        ("export/orders", b'{"id":"gid://shopify/LineItem/1","__parentId":"gid://shopify/Order/2"}'),
        ("export/orders", b"not json"),
    ],
)
def test_a_message_that_does_not_say_what_it_promises_is_unreadable(topic: str, body: bytes) -> None:
    with pytest.raises(MessageUnreadable) as caught:
        translate(topic, body, SEEN)

    assert caught.value.particulars["topic"] == topic


OURS = ("read_began", "counters", "nodes", "__parentId", "order_edit", "shop_id")
WORDS = st.sampled_from([*decode(an_order()), *decode(a_customer()), *a_refund(), *units_back(1.0), *MOVED, *OURS])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from([PLACED, "1e99", "NaN", "gid://shopify/Order/1", "paid", "0", "\x00"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=20
)


@given(topic=st.sampled_from(sorted(TOPICS)), body=st.binary(max_size=200) | VALUES.map(encode))
def test_any_bytes_become_facts_or_are_unreadable(topic: str, body: bytes) -> None:
    with suppress(MessageUnreadable):
        assert isinstance(translate(topic, body, SEEN), tuple)


@given(topic=st.sampled_from(["orders/create", "orders/updated"]), changes=st.dictionaries(WORDS, VALUES, max_size=4))
def test_an_order_with_anything_inside_becomes_facts_or_is_unreadable(topic: str, changes: dict[str, Any]) -> None:
    try:
        facts = translate(topic, an_order(**changes), SEEN)
    except MessageUnreadable:
        return
    for fact in facts:
        if isinstance(fact, OrderSeen):
            assert all(abs(amount) < 10**16 for amount in (fact.gross, fact.discount, fact.total))


def test_an_order_tells_where_it_came_from_and_how_it_was_paid() -> None:
    order = the_order(
        landing_site="/products/mug?utm_source=Mail&utm_campaign=Spring%20Sale&x=1",
        payment_gateway_names=["shopify_payments"],
        discount_applications=[{"type": "automatic"}, {"type": "discount_code"}, {"type": "new kind"}],
        note_attributes=[
            {"name": "Gift for", "value": "Ann"},
            {"name": "Boxes", "value": 2},
            {"name": "", "value": "x"},
        ],
        shipping_lines=[{"title": "Express"}],
        source_name="shopify_draft_order",
        user_id=77,
        note=" Ring twice ",
    )

    assert (order.utm_source, order.utm_medium, order.utm_campaign) == ("Mail", None, "Spring Sale")
    assert (order.gateways, order.shipping_method) == (("shopify_payments",), "Express")
    assert order.discount_kinds == ("automatic", "code")
    assert order.properties == (("Gift for", "Ann"), ("Boxes", "2"))
    assert (order.draft, order.staff, order.note) == (True, "77", "Ring twice")
    assert "discount_kind" not in order.unknown


def test_what_an_order_does_not_say_is_unknown() -> None:
    order = the_order(location_id=5, app_id=9)

    assert order.unknown == ("gift", "gift_note", "location", "app", "discount_kind")


def test_an_order_without_shipping_belongs_where_the_bill_goes() -> None:
    order = the_order(
        shipping_address=None,
        billing_address={"country_code": "US", "province_code": "ny", "city": "Ithaca", "zip": "14850"},
    )

    assert (order.country, order.region, order.city, order.postcode) == ("US", "US-NY", "Ithaca", "14850")
    assert order.billing_region == "US-NY"


def test_a_merge_that_was_completed_names_loser_and_survivor() -> None:
    told = {
        "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/1",
        "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/2",
        "status": "completed",
    }

    assert translate("customers/merge", encode(told), SEEN) == (CustomerMerged(CustomerId(2), CustomerId(1), SEEN),)
    assert translate("customers/merge", encode(told | {"status": "failed"}), SEEN) == ()


@pytest.mark.parametrize(
    ("status", "state"), [("under_review", "UNDER_REVIEW"), ("accepted", "LOST"), ("won", "WON"), ("new word", None)]
)
def test_a_dispute_stands_in_its_state_since_the_message(status: str, state: str | None) -> None:
    facts = translate("disputes/update", encode({"id": 3, "order_id": 1, "status": status}), SEEN)

    assert facts == ((DisputeSeen(OrderId(1), 3, SEEN, state),) if state else ())
