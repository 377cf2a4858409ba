"""Bodies of ``products/create``, ``products/update`` and ``products/delete``. Collections stand in none."""

from typing import Any

from sandbox import moments
from sandbox.ids import gid
from sandbox.store.product import Product
from sandbox.store.shop import Shop


def product(shop: Shop, what: Product) -> dict[str, Any]:
    """The product as it is now, with its variant."""
    options = what.options or {"Title": "Default Title"}
    return {
        "id": what.id,
        "admin_graphql_api_id": gid("Product", what.id),
        "body_html": None,
        "category": None,
        "created_at": moments.local(what.created_at, shop.zone),
        "handle": what.handle,
        "has_variants_that_requires_components": False,
        "image": None,
        "images": [],
        "media": [],
        "options": [
            {
                "id": what.id + place,
                "name": name,
                "position": place,
                "product_id": what.id,
                "values": [value],
            }
            for place, (name, value) in enumerate(options.items(), 1)
        ],
        "product_type": what.product_type,
        "published_at": moments.local(what.created_at, shop.zone),
        "published_scope": "global",
        "status": "active",
        "tags": ", ".join(what.tags),
        "template_suffix": None,
        "title": what.title,
        "updated_at": moments.local(what.updated_at, shop.zone),
        "variant_gids": [
            {
                "admin_graphql_api_id": gid("ProductVariant", what.variant_id),
                "updated_at": moments.zulu(what.updated_at),
            }
        ],
        "variants": [_variant(shop, what, list(options.values()))],
        "vendor": what.vendor,
    }


def _variant(shop: Shop, what: Product, values: list[str]) -> dict[str, Any]:
    told = dict(zip(("option1", "option2", "option3"), [*values, None, None, None], strict=False))
    return {
        "id": what.variant_id,
        "admin_graphql_api_id": gid("ProductVariant", what.variant_id),
        "barcode": None,
        "compare_at_price": None if what.compare_at is None else f"{what.compare_at:.2f}",
        "created_at": moments.local(what.created_at, shop.zone),
        "image_id": None,
        "inventory_item_id": what.variant_id + 1,
        "inventory_policy": "deny",
        "inventory_quantity": 100,
        "old_inventory_quantity": 100,
        **told,
        "position": 1,
        "price": f"{what.price:.2f}",
        "product_id": what.id,
        "sku": what.sku,
        "taxable": not what.is_gift_card,
        "title": what.variant_title or "Default Title",
        "updated_at": moments.local(what.updated_at, shop.zone),
    }
