"""What can happen to an order, told by a webhook, by a read and by an export: the same facts each time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from plugin.domain.facts import Fact
from tests.platforms.shopify.purchase import PLACED, Back, Item, Purchase, Shown, shown

CUP = Item(11, "40.00", 2, off="10.00")
JUG = Item(12, "20.00")
PLAIN = Shown(7, PLACED, False, False, True, {11: (2, "80.00", "10.00"), 12: (1, "20.00", "0.00")})
CUP_BACK = Back(21, ((11, 1, "35.00"),), "35.00")


def with_cup_back(**more: object) -> Shown:
    return replace(PLAIN, refunds={21: ("35.00", "35.00")}, **more)  # type: ignore[arg-type]


CASES: dict[str, tuple[Purchase, Shown]] = {
    "an order": (Purchase((CUP, JUG)), PLAIN),
    "a unit that came back": (
        Purchase((replace(CUP, left=1), JUG), (CUP_BACK,), status="partially_refunded"),
        with_cup_back(),
    ),
    "money that went back without any goods": (
        Purchase((CUP, JUG), (Back(21, (), "5.00"),), status="partially_refunded"),
        replace(PLAIN, refunds={21: ("5.00", "5.00")}),
    ),
    "a refund of which no money has moved yet": (
        Purchase((replace(CUP, left=1), JUG), (Back(21, ((11, 1, "35.00"),)),)),
        replace(PLAIN, refunds={21: ("35.00", "0.00")}),
    ),
    "a refund that did not happen": (Purchase((CUP, JUG), (Back(21),)), PLAIN),
    "a return that is open counts when it is refunded": (Purchase((CUP, JUG), returned=True), PLAIN),
    "a return that was refunded": (
        Purchase((replace(CUP, left=1), JUG), (CUP_BACK,), returned=True, status="partially_refunded"),
        with_cup_back(),
    ),
    "an edit that added a line": (
        Purchase((CUP, JUG, Item(13, "7.00", 3)), edited=True),
        replace(PLAIN, lines={**PLAIN.lines, 13: (3, "21.00", "0.00")}),
    ),
    "an edit that took a unit out": (
        Purchase((replace(CUP, left=1), JUG), edited=True),
        replace(PLAIN, lines={11: (1, "40.00", "5.00"), 12: (1, "20.00", "0.00")}),
    ),
    "an edit that took a line out": (
        Purchase((CUP, replace(JUG, left=0)), edited=True),
        replace(PLAIN, lines={11: (2, "80.00", "10.00")}),
    ),
    "an edit that took a unit out, which is told as a refund": (
        Purchase((replace(CUP, left=1), JUG), (CUP_BACK,), edited=True),
        with_cup_back(),
    ),
    "a unit taken out and another that came back": (
        Purchase((replace(CUP, quantity=4, left=2), JUG), (Back(21, ((11, 1, "37.50"),), "37.50"),), edited=True),
        replace(PLAIN, lines={11: (3, "120.00", "7.50"), 12: (1, "20.00", "0.00")}, refunds={21: ("37.50", "37.50")}),
    ),
    "a cancellation after payment": (
        Purchase(
            (replace(CUP, left=0), replace(JUG, left=0)),
            (Back(21, ((11, 2, "70.00"), (12, 1, "20.00")), "90.00"),),
            cancelled=True,
            status="refunded",
        ),
        replace(PLAIN, cancelled=True, refunds={21: ("90.00", "90.00")}),
    ),
    "a cancellation before payment": (
        Purchase((replace(CUP, left=0), replace(JUG, left=0)), cancelled=True, status="voided"),
        replace(PLAIN, cancelled=True, paid=False),
    ),
    "an order that is only authorised": (Purchase((CUP, JUG), status="authorized"), replace(PLAIN, paid=False)),
    "a test order": (Purchase((CUP, JUG), test=True), replace(PLAIN, test=True)),
    "an order of nobody": (Purchase((CUP, JUG), customer=None), replace(PLAIN, customer=None)),
    "an import with a date of long ago": (
        Purchase((CUP, JUG), placed=PLACED - timedelta(days=900)),
        replace(PLAIN, placed=PLACED - timedelta(days=900)),
    ),
    "a buyer who paid in another currency": (
        Purchase((replace(CUP, left=1), JUG), (CUP_BACK,), abroad=Decimal("11.3"), status="partially_refunded"),
        with_cup_back(),
    ),
    "a gift card": (
        Purchase((CUP, JUG, Item(13, "50.00", gift_card=True, ships=False))),
        replace(PLAIN, lines={**PLAIN.lines, 13: (1, "50.00", "0.00")}),
    ),
    "a tip is no goods": (
        Purchase((CUP, JUG, Item(13, "9.00", product=None, ships=False)), tip="9.00"),
        PLAIN,
    ),
    "two tips": (
        Purchase(
            (CUP, JUG, Item(13, "9.00", product=None, ships=False), Item(14, "2.50", product=None, ships=False)),
            tip="11.50",
        ),
        PLAIN,
    ),
    "a tip beside a service that somebody wrote up": (
        Purchase(
            (CUP, JUG, Item(13, "30.00", product=None, ships=False), Item(14, "9.00", product=None, ships=False)),
            tip="9.00",
        ),
        replace(PLAIN, lines={**PLAIN.lines, 13: (1, "30.00", "0.00")}),
    ),
    "a product that is deleted, or never was one": (
        Purchase((CUP, replace(JUG, product=None))),
        PLAIN,
    ),
}
WAYS: dict[str, Callable[[Purchase], tuple[Fact, ...]]] = {
    "webhook": Purchase.heard,
    "read": Purchase.read,
    "export": Purchase.exported,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_the_case_comes_to_the_same_facts_whichever_way_it_is_told(case: str, way: str) -> None:
    purchase, expected = CASES[case]

    assert shown(WAYS[way](purchase)) == expected
