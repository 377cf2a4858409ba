"""Products as webhooks tell them: what the store sells now. What was bought stands on the line."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.json import Decoder

from plugin.domain.facts import Fact, Gone, Kind, ProductSeen
from plugin.domain.ids import ProductId
from plugin.platforms.shopify import payloads, values

_product = Decoder(payloads.Product)
_deleted = Decoder(payloads.Deleted)


def changed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``products/create`` and ``products/update``."""
    product = _product.decode(body)
    moment = product.updated_at or product.created_at or seen_at
    yield ProductSeen(
        ProductId(product.id),
        values.version(moment, seen_at, body),
        values.text(product.title),
        values.text(product.product_type),
        values.text(product.vendor),
        values.texts((product.tags or "").split(",")),
    )


def gone(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``products/delete``."""
    yield Gone(Kind.PRODUCT, _deleted.decode(body).id, seen_at)
