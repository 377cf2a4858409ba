"""Shopify's own example payloads are understood, each to the last amount.

The order samples are one example order, cancelled and voided and a test, whatever their topic.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from plugin.domain.facts import (
    Address,
    AddressesListed,
    AttributeSeen,
    Channel,
    CheckoutSeen,
    ConsentSeen,
    CustomerErased,
    CustomerSeen,
    DataRequested,
    ExportEnded,
    Fact,
    Gone,
    Kind,
    LineSeen,
    OrderNamed,
    OrderSeen,
    PlanChanged,
    ProductSeen,
    ReadWanted,
    RefundLineSeen,
    RefundSeen,
    ScopesChanged,
    StoreErased,
    StoreSeen,
    TagsChanged,
    TagsListed,
    Uninstalled,
    VariantSeen,
)
from plugin.domain.ids import CustomerId, LineId, OrderId, ProductId, RefundId
from plugin.platforms.shopify.known import KNOWN, unknown
from plugin.platforms.shopify.translate import translate
from plugin.platforms.shopify.values import version
from tests.platforms.shopify.builders import SEEN

MADE = datetime(2022, 1, 1, tzinfo=UTC)
ORDER, CUSTOMER, BUYER = OrderId(820982911946154508), CustomerId(706405506930370084), CustomerId(115310627314723954)
PRODUCT = ProductId(788032119674292922)

LINES = {
    487817672276298554: ("Aviator sunglasses", "SKU2006-001", PRODUCT, "89.99"),
    789012345678901234: ("Lens Protection Plan (2 Year)", "LENS-PROTECT-2YR", None, "19.99"),
    890123456789012345: ("Premium Leather Case", "CASE-LEATHER-PREM", None, "24.99"),
    976318377106520349: ("Mid-century lounger", "SKU2006-020", PRODUCT, "159.99"),
    315789986012684393: ("Coffee table", "SKU2006-035", PRODUCT, "119.99"),
}


def a_line(number: int) -> LineSeen:
    title, sku, product, price = LINES[number]
    of_product = ("type", "product_tag", "category", "compare_at_price")
    unknown = ("cost", "selling_plan", *of_product)
    worth = Decimal(price)
    return LineSeen(
        LineId(number),
        product,
        None,
        1,
        worth,
        Decimal(0),
        title,
        sku,
        price=worth,
        properties=(),
        unknown=unknown,
        of_product=of_product,
    )


def the_order(body: bytes) -> tuple[Fact, ...]:
    """What every order sample of 2026-07 says."""
    return (
        OrderSeen(
            ORDER,
            BUYER,
            version(MADE, SEEN, body),
            placed_at=MADE,
            paid_at=None,
            cancelled_at=MADE,
            test=True,
            currency="USD",
            gross=Decimal("414.95"),
            discount=Decimal(0),
            shipping=Decimal("10.00"),
            tax=Decimal(0),
            total=Decimal("404.95"),
            lines=tuple(map(a_line, LINES)),
            name="#9999",
            channel="web",
            country="US",
            tags=("tag1", "tag2"),
            region="US-KY",
            city="Shippington",
            postcode="40003",
            billing_country="US",
            billing_region="US-KY",
            billing_city="Shippington",
            billing_postcode="40003",
            presentment_currency="USD",
            presentment_total=Decimal("404.95"),
            gateways=("visa", "bogus"),
            shipping_method="Generic Shipping",
            draft=False,
            unknown=("gift", "gift_note"),
        ),
        CustomerSeen(BUYER, version(MADE, SEEN, body), None, "john@example.com", "John Smith"),
    )


def about(email: tuple[str, ...]) -> tuple[Fact, ...]:
    """What every customer sample says beside the profile."""
    return (
        AttributeSeen(CUSTOMER, "note", MADE, ("This customer loves ice cream",)),
        AttributeSeen(CUSTOMER, "customer_email_domain", MADE, email),
        AttributeSeen(CUSTOMER, "customer_account_status", MADE, ("DISABLED",)),
    )


def the_customer(body: bytes) -> tuple[Fact, ...]:
    """What every customer sample of 2026-07 says."""
    return (
        CustomerSeen(CUSTOMER, version(MADE, SEEN, body), MADE, "bob@biller.com", "Bob Biller"),
        *about(email=("biller.com",)),
        ReadWanted(Kind.CUSTOMER, CUSTOMER),
    )


def the_old_customer(body: bytes) -> tuple[Fact, ...]:
    """The shape before 2025-01: tags and consent stand in it, so nothing must be read."""
    return (
        CustomerSeen(CUSTOMER, version(MADE, SEEN, body), MADE, None, "Bob Biller"),
        *about(email=()),
        AddressesListed(CUSTOMER, MADE, (Address("CA", "CA-ON", "Ottawa", "K2P 2L8", main=True),)),
        ConsentSeen(CUSTOMER, Channel.EMAIL, MADE, "NOT_SUBSCRIBED"),
        TagsListed(CUSTOMER, MADE, ()),
    )


def the_refund(body: bytes) -> tuple[Fact, ...]:
    """All five lines came back; of their worth only 75 and 10 were paid out."""
    lines = tuple(RefundLineSeen(LineId(each), 1, Decimal(LINES[each][3])) for each in LINES)
    moment = version(MADE, SEEN, body)
    return (RefundSeen(RefundId(890088186047892319), ORDER, moment, MADE, Decimal("414.95"), Decimal(85), lines),)


def the_basket(body: bytes) -> CheckoutSeen:
    """Left, as long as it is not completed, ten minutes after it was begun."""
    left, buyer = MADE + timedelta(minutes=10), CustomerId(603851970716743426)
    return CheckoutSeen(981820079255243537, buyer, version(MADE, SEEN, body), left, None, Decimal("421.88"))


TAGS_AT = datetime(2005, 5, 5, 5, tzinfo=UTC)
EXPECTED: dict[str, Callable[[bytes], tuple[Fact, ...]]] = {
    "2026-07.orders__create": the_order,
    "2026-07.orders__updated": the_order,
    "2026-07.orders__paid": the_order,
    "2026-07.orders__cancelled": the_order,
    "2026-07.orders__fulfilled": the_order,
    "2026-07.orders__edited": lambda body: (ReadWanted(Kind.ORDER, ORDER),),
    "2026-07.orders__delete": lambda body: (Gone(Kind.ORDER, ORDER, SEEN),),
    "2026-07.refunds__create": the_refund,
    "2026-07.customers__create": the_customer,
    "2026-07.customers__update": the_customer,
    "2026-07.customers__enable": the_customer,
    "2026-07.customers__disable": the_customer,
    "2026-07.customers__delete": lambda body: (Gone(Kind.CUSTOMER, CUSTOMER, SEEN),),
    "2024-10.customers__update": the_old_customer,
    "2026-07.customer.tags_added": lambda body: (TagsChanged(CustomerId(1), TAGS_AT, added=("tag1", "tag2")),),
    "2026-07.customer.tags_removed": lambda body: (TagsChanged(CustomerId(1), TAGS_AT, removed=("tag1", "tag2")),),
    "2026-07.customers__data_request": lambda body: (DataRequested(CustomerId(191167), "9999"),),
    "2026-07.customers__redact": lambda body: (
        CustomerErased(
            CustomerId(191167),
            (OrderId(299938), OrderId(280263), OrderId(220458)),
            SEEN,
            "john@example.com",
        ),
    ),
    "2026-07.customers_email_marketing_consent__update": lambda body: (
        ConsentSeen(CUSTOMER, Channel.EMAIL, SEEN, "NOT_SUBSCRIBED"),
    ),
    "2026-07.customers__merge": lambda body: (),  # It failed.
    "2026-07.customers__purchasing_summary": lambda body: (OrderNamed(OrderId(1)),),
    "2026-07.customers_marketing_consent__update": lambda body: (),  # It names no state.
    "2026-07.checkouts__create": lambda body: (the_basket(body),),
    "2026-07.company_contacts__create": lambda body: (ReadWanted(Kind.CUSTOMER, 12123842227812391),),
    "2026-07.app__uninstalled": lambda body: (Uninstalled(SEEN),),
    "2026-07.app__scopes_update": lambda body: (ScopesChanged(),),
    "2026-07.app_subscriptions__update": lambda body: (PlanChanged("pending"),),
    "2026-07.bulk_operations__finish": lambda body: (ExportEnded("gid://shopify/BulkOperation/147595010"),),
    "2026-07.shop__update": lambda body: (StoreSeen("Super Toys", None, None, "USD", SEEN),),
    "2026-07.shop__redact": lambda body: (StoreErased(SEEN),),
}
SAYS_NOTHING = {
    "2026-07.companies__create": "for which companies a customer buys, their contacts say",
    "2026-07.customer.joined_segment": "Shopify's own segments are not ours",
    "2026-07.customer.left_segment": "Shopify's own segments are not ours",
    "2026-07.order_transactions__create": "orders/paid and orders/updated say what came of it",
    "2026-07.returns__close": "refunds say what came back",
    "2026-07.segments__create": "Shopify's own segments are not ours",
    "2026-07.segments__delete": "Shopify's own segments are not ours",
    "2026-07.segments__update": "Shopify's own segments are not ours",
}
"""Samples of topics that the translator does not know, and why."""
LOOKED_AT = {"2024-10.orders__create"}
"""Looked at by a test of its own below."""


def topic_of(name: str) -> str:
    return name.partition(".")[2].replace("__", "/")


@pytest.mark.parametrize("name", EXPECTED)
def test_the_sample_becomes_exactly_these_facts(specs_dir: Path, name: str) -> None:
    body = (specs_dir / "shopify-webhooks" / f"{name}.json").read_bytes()

    assert translate(topic_of(name), body, SEEN) == EXPECTED[name](body)


def test_the_old_order_sample_differs_only_in_what_was_bought(specs_dir: Path) -> None:
    body = (specs_dir / "shopify-webhooks" / "2024-10.orders__create.json").read_bytes()
    order, customer = translate("orders/create", body, SEEN)

    assert isinstance(order, OrderSeen)
    assert (order.total, order.gross) == (Decimal("359.97"), Decimal("369.97"))
    assert isinstance(customer, CustomerSeen)


def test_every_sample_is_expected_or_has_a_reason(specs_dir: Path) -> None:
    found = {path.name.removesuffix(".json") for path in (specs_dir / "shopify-webhooks").glob("20*.json")}

    assert len(found) == 39
    assert found == {*EXPECTED, *SAYS_NOTHING, *LOOKED_AT}


@pytest.mark.parametrize("name", SAYS_NOTHING)
def test_a_topic_nobody_understands_says_nothing_and_is_counted(specs_dir: Path, name: str) -> None:
    body = (specs_dir / "shopify-webhooks" / f"{name}.json").read_bytes()

    assert translate(topic_of(name), body, SEEN) == ()
    assert unknown(topic_of(name), body) is None


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.startswith("2026")])
def test_no_sample_of_our_version_has_a_field_that_counts_as_unknown(specs_dir: Path, name: str) -> None:
    body = (specs_dir / "shopify-webhooks" / f"{name}.json").read_bytes()

    assert unknown(topic_of(name), body) == ()


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.startswith("2026")])
def test_a_field_nobody_knows_changes_no_fact(specs_dir: Path, name: str) -> None:
    body = (specs_dir / "shopify-webhooks" / f"{name}.json").read_bytes()
    grown = b'{"a_field_of_tomorrow": {"a": [1, null]}, ' + body.lstrip()[1:]

    assert list(map(_plain, translate(topic_of(name), grown, SEEN))) == list(map(_plain, EXPECTED[name](body)))
    if topic_of(name) in KNOWN:
        assert unknown(topic_of(name), grown) == ("a_field_of_tomorrow",)


def _plain(fact: Fact) -> Fact:
    """Without the digest over the bytes, which are others."""
    found = getattr(fact, "version", None)
    return fact if found is None else replace(fact, version=found._replace(digest=b""))


def test_every_sample_keeps_its_schema(specs_dir: Path) -> None:
    folder = specs_dir / "shopify-webhooks"
    schemas = sorted((folder / "schemas").glob("*.schema.json"))
    faults = {}
    for path in schemas:
        name = path.name.removesuffix(".schema.json")
        checker = Draft202012Validator(json.loads(path.read_text()))
        faults[name] = [
            str(fault.message)[:200] for fault in checker.iter_errors(json.loads((folder / f"{name}.json").read_text()))
        ]

    assert len(schemas) == 17
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_product_says_what_is_sold_now() -> None:
    body = b"""{"id": 788032119674292922, "title": "Lounger", "product_type": "Chairs", "vendor": "Acme",
                "tags": "mid-century, wood", "updated_at": "2026-01-02T03:04:05-05:00",
                "options": [{"id": 2, "name": "Colour", "position": 2, "values": ["Red"]},
                            {"id": 1, "name": "Size", "position": 1, "values": ["M", "L"]}],
                "variants": [
                  {"id": 71, "title": "M / Red", "price": "9.00", "compare_at_price": "12.50",
                   "option1": "M", "option2": "Red", "option3": null},
                  {"id": 72, "title": "L / Red", "price": "9.00", "compare_at_price": null,
                   "option1": "L", "option2": "Red", "option3": null}]}"""
    at = datetime(2026, 1, 2, 8, 4, 5, tzinfo=UTC)
    variants = (
        VariantSeen(71, Decimal("12.50"), (("Size", "M"), ("Colour", "Red"))),
        VariantSeen(72, None, (("Size", "L"), ("Colour", "Red"))),
    )

    assert translate("products/update", body, SEEN) == (
        ProductSeen(PRODUCT, version(at, SEEN, body), "Lounger", "Chairs", "Acme", ("mid-century", "wood"), variants),
    )
    assert translate("products/delete", b'{"id": 5}', SEEN) == (Gone(Kind.PRODUCT, 5, SEEN),)


def test_a_summary_without_an_order_says_nothing() -> None:
    body = b'{"customerId": "gid://shopify/Customer/1", "lastOrderId": null, "occurredAt": "2026-01-02T03:04:05Z"}'

    assert translate("customers/purchasing_summary", body, SEEN) == ()
