"""Parts of texts, elements of lists, words, languages, postcodes."""

import pytest

from plugin.domain.facts import Address, ValueType
from plugin.engine.decide import Asked
from tests.engine.builders import ANN, BOB, NOW, Shop, ago, segment


@pytest.fixture
def talked(shop: Shop) -> Shop:
    """Ann with a note, a language, an address and two metafields."""
    shop.customer()
    shop.said(ago(9), "note", "Prefers Blue-Grey wool, 100% (no Seide_x)")
    shop.said(ago(9), "customer_language", "en-US")
    shop.said(ago(9), "metafields.a.code", "AB-12_x")
    shop.said(ago(9), "metafields.a.likes", "Red", "Dark blue", kind=ValueType.LIST)
    shop.addresses(ago(9), Address(country="IE", region="IE-D", city="Dún Laoghaire", postcode="a96 ab12", main=True))
    return shop


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("note CONTAINS 'BLUE'", True),
        ("note CONTAINS '0% ('", True),
        ("note CONTAINS '100_'", False),
        ("note NOT CONTAINS 'red'", True),
        ("note STARTS WITH 'prefers'", True),
        ("note STARTS WITH 'blue'", False),
        ("note ENDS WITH 'SEIDE_X)'", True),
        ("note NOT ENDS WITH 'x'", True),
        ("note CONTAINS WORD 'grey'", True),
        ("note CONTAINS WORD 'gre'", False),
        ("note CONTAINS WORD 'blue-grey wool'", True),
        ("note CONTAINS WORD '100% (no'", True),
        ("note CONTAINS WORD '.*'", False),
        ("metafields.a.code STARTS WITH 'AB-'", True),
        ("metafields.a.code STARTS WITH 'ab-'", False),
        ("metafields.a.code CONTAINS '12'", True),
        ("metafields.a.likes CONTAINS 'Red'", True),
        ("metafields.a.likes CONTAINS 'Dark'", False),
        ("metafields.a.likes CONTAINS WORD 'blue'", True),
        ("metafields.a.likes STARTS WITH 'Re'", True),
        ("metafields.a.likes ENDS WITH 'Re'", False),
        ("metafields.a.likes IS NULL", False),
        ("metafields.a.none IS NULL", True),
        ("metafields.a.none CONTAINS 'x'", False),
        ("customer_language = 'en'", True),
        ("customer_language = 'EN-us'", True),
        ("customer_language = 'en-GB'", False),
        ("customer_language != 'en'", False),
        ("customer_language != 'en-GB'", True),
        ("customer_language IN ('de', 'en')", True),
        ("customer_language IN ('de', 'en-GB')", False),
        ("postcode = 'A96AB12'", True),
        ("postcode STARTS WITH 'a96'", True),
        ("postcode STARTS WITH 'a9 6'", True),
        ("customer_regions CONTAINS 'ie-d'", True),
        ("customer_cities CONTAINS 'dún laoghaire'", True),
        ("customer_cities CONTAINS 'IE-D-DúnLaoghaire'", True),
        ("customer_cities CONTAINS 'laoghaire'", False),
        ("customer_cities CONTAINS WORD 'laoghaire'", True),
        ("city CONTAINS 'laog'", True),
    ],
)
def test_a_text_is_found(talked: Shop, rule: str, holds: bool) -> None:
    assert talked.holds(rule) is holds


def test_a_language_without_region_is_not_one_with_it(shop: Shop) -> None:
    shop.customer()
    shop.said(ago(9), "customer_language", "en")

    assert shop.holds("customer_language = 'en'")
    assert shop.holds("customer_language = 'en-US'") is False


def test_tags_are_looked_through_like_any_list(shop: Shop) -> None:
    shop.tags(ago(9), "VIP-2025", "Wholesale Berlin")

    assert shop.holds("customer_tags STARTS WITH 'vip-'")
    assert shop.holds("customer_tags CONTAINS WORD 'berlin'")
    assert shop.holds("customer_tags ENDS WITH '2024'") is False
    shop.tag_removed(ago(5), "vip-2025")
    assert shop.holds("customer_tags STARTS WITH 'vip-'") is False


def test_a_tag_of_ours_is_looked_for_where_its_segment_wants_it(shop: Shop) -> None:
    shop.order(ago(3))
    shop.customer(BOB)
    plan = shop.plan(
        segment("number_of_orders >= 1", "buyers", 1, writes=["vip-2026"]),
        segment("customer_tags STARTS WITH 'vip-'", "found", 2),
    )

    answers = shop.decide(plan, Asked.customers([ANN, BOB], NOW))

    assert [[o.label for o in each.outcomes] for each in answers] == [["", ""], [None, None]]


def test_of_two_texts_one_may_be_kept_without_case(shop: Shop) -> None:
    shop.customer()
    shop.said(ago(9), "occupation", "Straße bauer")
    shop.said(ago(9), "metafields.a.job", "STRASSE Bauer")
    shop.said(ago(9), "metafields.a.code", "sw1 a1aa")
    shop.addresses(ago(9), Address(postcode="SW1A 1AA", main=True))

    assert shop.holds("metafields.a.job = occupation")
    assert shop.holds("metafields.a.job != occupation") is False
    assert shop.holds("metafields.a.code = postcode AND postcode = metafields.a.code")
