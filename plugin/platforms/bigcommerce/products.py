"""Products become facts, with the names of their brand and of the categories they stand in."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.json import Decoder

from plugin.domain.facts import Fact, ProductSeen, VariantSeen
from plugin.domain.ids import ProductId
from plugin.platforms.bigcommerce import answers, values

_article = Decoder(answers.Article, strict=False)


def facts(node: bytes, began: datetime) -> Iterator[Fact]:
    """A product's version. BigCommerce has no product tags; a retail price of 0 is none."""
    article = _article.decode(node)
    product = article.product
    yield ProductSeen(
        ProductId(product.id),
        values.version(values.known(product.date_modified), began, node),
        values.text(product.name),
        values.text(product.type),
        values.text(article.brand),
        (),
        tuple(_variant(each, product) for each in product.variants or ()),
        None if article.categories is None else tuple(sorted(values.texts(article.categories))),
    )


def _variant(variant: answers.Variant, product: answers.Product) -> VariantSeen:
    """What a variant does not have of its own it has from its product."""
    retail = values.amount(variant.retail_price) or values.amount(product.retail_price)
    chosen = ((each.option_display_name, each.label) for each in variant.option_values or ())
    return VariantSeen(variant.id, retail or None, values.pairs(chosen))
