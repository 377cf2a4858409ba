"""Products as webhooks, reads and exports tell them: what was sold from that version on.

Only reads and exports say in which collections a product stands; no message tells when that changes.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from msgspec.json import Decoder

from plugin.domain.facts import Fact, Gone, Kind, ProductSeen, VariantSeen
from plugin.domain.ids import ProductId
from plugin.platforms.shopify import answers, payloads, values
from plugin.platforms.shopify.reads import answered, families

NO_OPTION = ("Title", "Default Title")
"""The option and its value that stand where a product has no options."""

_product = Decoder(payloads.Product)
_deleted = Decoder(payloads.Deleted)
_node = Decoder(answers.Product)
_line = Decoder(answers.ExportLine)
_variant = Decoder(answers.Variant)
_collection = Decoder(answers.Named)


def changed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``products/create`` and ``products/update``; the latter comes for every unit sold, too."""
    product = _product.decode(body)
    moment = product.updated_at or product.created_at or seen_at
    names = [each.name for each in sorted(product.options or (), key=lambda each: each.position or 0)]
    yield ProductSeen(
        ProductId(product.id),
        values.version(moment, seen_at, body),
        values.text(product.title),
        values.text(product.product_type),
        values.text(product.vendor),
        values.texts((product.tags or "").split(",")),
        tuple(_told(each, names) for each in product.variants or ()),
    )


def gone(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``products/delete``."""
    yield Gone(Kind.PRODUCT, _deleted.decode(body).id, seen_at)


def read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/products``: one that the shop no longer has is gone."""
    return answered(body, Kind.PRODUCT, lambda node, began: _seen(_node.decode(node), (), (), began, node))


def exported(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``export/products``: variants and collections follow their product."""
    for parent, children in families(body):
        kinds = [(_line.decode(child).type, child) for child in children]
        variants = [_variant.decode(child) for kind, child in kinds if kind == "ProductVariant"]
        collections = [_collection.decode(child) for kind, child in kinds if kind == "Collection"]
        yield from _seen(_node.decode(parent), variants, collections, seen_at, b"\n".join((parent, *children)))


def _seen(
    product: answers.Product,
    variants: Iterable[answers.Variant],
    collections: Iterable[answers.Named],
    began: datetime,
    node: bytes,
) -> Iterator[Fact]:
    inside = [*variants, *(product.variants.nodes if product.variants else ())]
    among = [*collections, *(product.collections.nodes if product.collections else ())]
    yield ProductSeen(
        ProductId(values.number(product.id)),
        values.version(product.updated_at, began, node),
        values.text(product.title),
        values.text(product.product_type),
        values.text(product.vendor),
        values.texts(product.tags),
        tuple(
            _variant_of(
                values.number(each.id), each.compare_at_price, [(o.name, o.value) for o in each.selected_options]
            )
            for each in inside
        ),
        tuple(sorted(values.texts(each.title or "" for each in among))),
    )


def _told(each: payloads.Variant, names: Iterable[str | None]) -> VariantSeen:
    told = zip(names, (each.option1, each.option2, each.option3), strict=False)
    return _variant_of(each.id, each.compare_at_price, told)


def _variant_of(
    number: int, compare_at: Decimal | None, options: Iterable[tuple[str | None, str | None]]
) -> VariantSeen:
    kept = ((values.text(name), values.text(value)) for name, value in options if (name, value) != NO_OPTION)
    return VariantSeen(
        number,
        None if compare_at is None else values.amount(compare_at),
        tuple((name, value) for name, value in kept if name and value),
    )
