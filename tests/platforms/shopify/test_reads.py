"""Answers of our own reads and exports give the same facts as webhooks, and what they answer."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.facts import (
    Address,
    AddressesListed,
    AttributeSeen,
    Channel,
    ConsentSeen,
    CustomerSeen,
    Gone,
    Kind,
    OrderSeen,
    ReadAnswered,
    ReadWanted,
    RefundSeen,
    TagsListed,
)
from plugin.domain.ids import CustomerId
from plugin.platforms.shopify.translate import translate
from tests.platforms.shopify.builders import PLACED_UTC, SEEN

BEGAN = datetime(2026, 11, 21, 17, 59, tzinfo=UTC)
LATER = "2026-11-23T14:00:00Z"
LATER_UTC = datetime(2026, 11, 23, 14, tzinfo=UTC)
PLACED = "2026-11-21T18:00:00Z"
CUSTOMER, ORDER = "gid://shopify/Customer/7", "gid://shopify/Order/1"


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount}}


def a_line_node(number: int, price: str = "10.00", quantity: int = 1, **more: Any) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": f"gid://shopify/LineItem/{number}",
        "quantity": quantity,
        "originalUnitPriceSet": money(price),
        "discountAllocations": [],
        "taxLines": [],
    }
    return line | more


def a_refund_node(number: int, lines: list[tuple[int, int, str]], total: str = "5.00") -> dict[str, Any]:
    nodes = [
        {
            "quantity": quantity,
            "lineItem": {"id": f"gid://shopify/LineItem/{line}"},
            "subtotalSet": money(subtotal),
            "totalTaxSet": money("0.50"),
        }
        for line, quantity, subtotal in lines
    ]
    return {
        "id": f"gid://shopify/Refund/{number}",
        "createdAt": LATER,
        "processedAt": LATER,
        "totalRefundedSet": money(total),
        "refundLineItems": {"nodes": nodes, "pageInfo": {"hasNextPage": False, "endCursor": None}},
    }


def an_order_node(lines: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    order: dict[str, Any] = {
        "id": ORDER,
        "name": "#1001",
        "createdAt": PLACED,
        "processedAt": PLACED,
        "updatedAt": LATER,
        "currencyCode": "EUR",
        "taxesIncluded": False,
        "test": False,
        "displayFinancialStatus": "PAID",
        "customer": {"id": CUSTOMER},
        "totalPriceSet": money("14.95"),
        "totalShippingPriceSet": money("4.95"),
        "totalTaxSet": money("0.00"),
        "transactions": [],
        "refunds": [],
        "lineItems": {
            "nodes": lines if lines is not None else [a_line_node(11)],
            "pageInfo": {"hasNextPage": False, "endCursor": None},
        },
    }
    return order | more


HOME = Address("NL", "NL-NH", "Amsterdam", "1012 AB", 52.37, 4.9, main=True)


def home(gid: str) -> dict[str, Any]:
    place = {"countryCodeV2": "NL", "provinceCode": "nh", "city": "Amsterdam", "zip": "1012 AB"}
    return {"id": gid, **place, "latitude": 52.37, "longitude": 4.9}


def a_customer_node(**more: Any) -> dict[str, Any]:
    customer: dict[str, Any] = {
        "id": CUSTOMER,
        "createdAt": PLACED,
        "updatedAt": LATER,
        "firstName": "Zoë",
        "lastName": None,
        "locale": "nl",
        "state": "ENABLED",
        "tags": ["VIP", " new "],
        "defaultEmailAddress": {
            "emailAddress": "zoe@example.com",
            "marketingState": "SUBSCRIBED",
            "marketingOptInLevel": "SINGLE_OPT_IN",
            "marketingUpdatedAt": LATER,
        },
        "defaultPhoneNumber": {"marketingState": "UNSUBSCRIBED", "marketingOptInLevel": None},
        "note": " Likes tea",
        "defaultAddress": {"id": "gid://shopify/MailingAddress/1"},
        "addressesV2": {
            "nodes": [
                {"id": "gid://shopify/MailingAddress/2", "countryCodeV2": "BE"},
                home("gid://shopify/MailingAddress/1"),
                {"countryCodeV2": None},
            ]
        },
    }
    return customer | more


def answer(kind: str, nodes: list[Any], **counters: int) -> bytes:
    gids = {f"gid://shopify/{kind}/{name.removeprefix('n')}": counter for name, counter in counters.items()}
    return json.dumps({"read_began": BEGAN.isoformat(), "counters": gids, "nodes": nodes}).encode()


def the_order(node: dict[str, Any]) -> OrderSeen:
    found = translate("api/orders", answer("Order", [node], n1=1), SEEN)[0]
    assert isinstance(found, OrderSeen)
    return found


def test_a_customers_answer_tells_what_webhooks_leave_out() -> None:
    facts = translate("api/customers", answer("Customer", [a_customer_node()], n7=3), SEEN)
    seen, who = facts[0], CustomerId(7)

    assert isinstance(seen, CustomerSeen)
    assert (seen.email, seen.name, seen.created_at) == ("zoe@example.com", "Zoë", PLACED_UTC)
    assert (seen.version.updated_at, seen.version.seen_at) == (LATER_UTC, BEGAN)
    assert facts[1:] == (
        TagsListed(who, BEGAN, ("VIP", "new")),
        AddressesListed(who, LATER_UTC, (Address(), HOME, Address("BE"))),
        AttributeSeen(who, "customer_email_domain", LATER_UTC, ("example.com",)),
        AttributeSeen(who, "note", LATER_UTC, ("Likes tea",)),
        AttributeSeen(who, "customer_account_status", LATER_UTC, ("ENABLED",)),
        AttributeSeen(who, "customer_language", LATER_UTC, ("nl",)),
        ConsentSeen(who, Channel.EMAIL, LATER_UTC, "SUBSCRIBED", "SINGLE_OPT_IN"),
        ConsentSeen(who, Channel.SMS, PLACED_UTC, "UNSUBSCRIBED"),
        ReadAnswered(Kind.CUSTOMER, 7, 3),
    )


def test_a_customer_without_address_or_email_has_no_country_and_no_consent() -> None:
    nothing = {"defaultEmailAddress": None, "defaultPhoneNumber": None, "defaultAddress": None}
    node = a_customer_node(**nothing, addressesV2={"nodes": []}, locale=None, state=None)
    facts = translate("api/customers", answer("Customer", [node], n7=3), SEEN)

    assert AddressesListed(CustomerId(7), LATER_UTC, ()) in facts
    assert AttributeSeen(CustomerId(7), "customer_email_domain", LATER_UTC, ()) in facts
    assert not any(isinstance(fact, ConsentSeen) for fact in facts)


def test_a_consent_that_never_moved_holds_since_the_customer_exists() -> None:
    email = {"emailAddress": "a@b.example", "marketingState": "NOT_SUBSCRIBED", "marketingUpdatedAt": None}
    facts = translate("api/customers", answer("Customer", [a_customer_node(defaultEmailAddress=email)], n7=1), SEEN)

    assert ConsentSeen(CustomerId(7), Channel.EMAIL, PLACED_UTC, "NOT_SUBSCRIBED") in facts


def test_a_customer_that_the_platform_no_longer_knows_is_gone_and_answered() -> None:
    assert translate("api/customers", answer("Customer", [None], n8=2), SEEN) == (
        Gone(Kind.CUSTOMER, 8, BEGAN),
        ReadAnswered(Kind.CUSTOMER, 8, 2),
    )


def test_an_order_out_of_reach_is_answered_but_not_gone() -> None:
    assert translate("api/orders", answer("Order", [None], n8=2), SEEN) == (ReadAnswered(Kind.ORDER, 8, 2),)


def test_an_order_answer_gives_the_measures_of_a_webhook() -> None:
    shares = [{"allocatedAmountSet": money("1.50")}, {"allocatedAmountSet": money("0.50")}]
    lines = [
        a_line_node(11, "12.10", discountAllocations=shares, taxLines=[{"priceSet": money("2.10")}]),
        a_line_node(12, "3.00", quantity=2, product={"id": "gid://shopify/Product/5"}, variant=None),
    ]
    found = the_order(an_order_node(lines, taxesIncluded=True, app={"id": "gid://shopify/App/580111"}))

    assert (found.gross, found.discount) == (Decimal(16), Decimal(2))
    assert (found.shipping, found.tax, found.total) == (Decimal("4.95"), Decimal(0), Decimal("14.95"))
    assert (found.lines[1].product_id, found.lines[1].variant_id) == (5, None)
    assert (found.customer_id, found.app_id, found.name) == (7, "580111", "#1001")
    assert found.version.seen_at == BEGAN


def paying(kind: str, status: str, at: str | None) -> dict[str, Any]:
    return {"kind": kind, "status": status, "processedAt": at}


@pytest.mark.parametrize(
    ("fields", "paid_at"),
    [
        ({"transactions": [paying("SALE", "SUCCESS", LATER)]}, LATER_UTC),
        ({"transactions": [paying("CAPTURE", "SUCCESS", LATER), paying("SALE", "SUCCESS", PLACED)]}, PLACED_UTC),
        (
            {"transactions": [paying("AUTHORIZATION", "SUCCESS", PLACED), paying("CAPTURE", "SUCCESS", LATER)]},
            LATER_UTC,
        ),
        ({"transactions": [paying("SALE", "FAILURE", PLACED), paying("SALE", "SUCCESS", LATER)]}, LATER_UTC),
        ({"transactions": [paying("SALE", "SUCCESS", None)]}, PLACED_UTC),
        ({"transactions": []}, PLACED_UTC),
        ({"displayFinancialStatus": "PENDING"}, None),
        ({"displayFinancialStatus": "AUTHORIZED"}, None),
        ({"displayFinancialStatus": None}, None),
        ({"displayFinancialStatus": "PENDING", "totalPriceSet": money("0.00")}, PLACED_UTC),
    ],
)
def test_an_order_that_is_read_was_paid_at_its_first_payment(fields: dict[str, Any], paid_at: datetime | None) -> None:
    assert the_order(an_order_node(**fields)).paid_at == paid_at


@pytest.mark.parametrize(
    ("included", "lines", "total", "goods"),
    [
        (False, [(11, 1, "4.00")], "4.50", "4"),
        (True, [(11, 1, "4.50")], "4.50", "4"),
        (False, [], "3.00", "3"),
    ],
)
def test_a_refund_that_is_read_has_goods_and_total(
    included: bool, lines: list[tuple[int, int, str]], total: str, goods: str
) -> None:
    node = an_order_node(taxesIncluded=included, refunds=[a_refund_node(21, lines, total)])
    _, found, _ = translate("api/orders", answer("Order", [node], n1=1), SEEN)

    assert isinstance(found, RefundSeen)
    assert (found.goods, found.total, found.refunded_at) == (Decimal(goods), Decimal(total), LATER_UTC)


def test_a_refund_in_which_nothing_moved_says_nothing_when_read() -> None:
    node = an_order_node(refunds=[a_refund_node(21, [], "0.00")])

    assert len(translate("api/orders", answer("Order", [node], n1=1), SEEN)) == 2


def export(*lines: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def child(node: dict[str, Any], parent: str) -> dict[str, Any]:
    return {"__typename": "LineItem", **node, "__parentId": parent}


def exported(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if name not in ("lineItems", "addressesV2")}


@pytest.mark.parametrize("shuffled", [False, True])
def test_an_exported_order_collects_its_lines(shuffled: bool) -> None:
    other = exported(an_order_node()) | {"id": "gid://shopify/Order/2"}
    lines = [
        exported(an_order_node()),
        child(a_line_node(11), ORDER),
        child(a_line_node(12), ORDER),
        other,
        child(a_line_node(13), "gid://shopify/Order/2"),
    ]
    facts = translate("export/orders", export(*(reversed(lines) if shuffled else lines)), BEGAN)
    found = {fact.id: {line.id for line in fact.lines} for fact in facts if isinstance(fact, OrderSeen)}

    assert found == {1: {11, 12}, 2: {13}}


def test_the_refunds_of_an_exported_order_must_be_read() -> None:
    node = exported(an_order_node()) | {"refunds": [{"id": "gid://shopify/Refund/21"}]}
    facts = translate("export/orders", export(node, child(a_line_node(11), ORDER)), BEGAN)

    assert isinstance(facts[0], OrderSeen)
    assert facts[1:] == (ReadWanted(Kind.REFUND, 1),)


@pytest.mark.parametrize(("included", "goods"), [(False, Decimal("9.0000")), (True, Decimal("8.5000"))])
def test_refunds_read_alone_answer_for_their_order(included: bool, goods: Decimal) -> None:
    node = {
        "id": ORDER,
        "updatedAt": LATER,
        "taxesIncluded": included,
        "refunds": [a_refund_node(21, [(11, 1, "9.00")])],
    }
    body = json.dumps({"read_began": BEGAN.isoformat(), "counters": {ORDER: 3}, "nodes": [node]}).encode()

    refund, answered = translate("api/refunds", body, SEEN)

    assert isinstance(refund, RefundSeen)
    assert (refund.order_id, refund.goods) == (1, goods)
    assert answered == ReadAnswered(Kind.REFUND, 1, 3)


def test_an_exported_customer_collects_its_addresses_and_needs_no_read() -> None:
    address = {"__typename": "MailingAddress", "id": "gid://shopify/MailingAddress/3", "countryCodeV2": "IE"}
    facts = translate(
        "export/customers",
        export(exported(a_customer_node(defaultAddress=None)), address | {"__parentId": CUSTOMER}),
        BEGAN,
    )

    assert AddressesListed(CustomerId(7), LATER_UTC, (Address("IE"),)) in facts
    assert TagsListed(CustomerId(7), BEGAN, ("VIP", "new")) in facts
    assert not any(isinstance(fact, ReadWanted | ReadAnswered) for fact in facts)


def test_an_empty_chunk_says_nothing() -> None:
    assert translate("export/orders", b"\n\n", BEGAN) == ()
