"""A product with its brand, the categories it stands in, and its variants."""

from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.facts import Fact, ProductSeen, VariantSeen
from tests.platforms.bigcommerce.builders import read

PRODUCT = {
    "id": 20,
    "name": "Towel",
    "type": "physical",
    "retail_price": 0,
    "date_modified": "2026-02-01T00:00:00+00:00",
    "variants": [],
}


def told(product: dict[str, Any], **beside: Any) -> ProductSeen:
    facts: tuple[Fact, ...] = read("api/products", {"product": {**PRODUCT, **product}, **beside})
    return next(fact for fact in facts if isinstance(fact, ProductSeen))


def test_brand_and_categories_stand_by_name() -> None:
    seen = told({}, brand="Linen House", categories=["Kitchen", "Bath"])
    assert (seen.id, seen.title, seen.type, seen.vendor) == (20, "Towel", "physical", "Linen House")
    assert (seen.categories, seen.tags) == (("Bath", "Kitchen"), ())


def test_categories_nobody_could_name_are_not_told() -> None:
    assert told({}, categories=None).categories is None


@pytest.mark.parametrize(("own", "products", "compared"), [(0, 0, None), (None, 30, "30"), (25.5, 30, "25.5")])
def test_a_variant_has_its_own_retail_price_or_its_product_s(
    own: float | None, products: float, compared: str | None
) -> None:
    options = [{"option_display_name": "Size", "label": "S"}]
    variant = {"id": 71, "retail_price": own, "option_values": options}
    seen = told({"retail_price": products, "variants": [variant]})

    expected = None if compared is None else Decimal(compared)
    assert seen.variants == (VariantSeen(71, expected, (("Size", "S"),)),)
