"""V3 catalog, as far as somebody who reads orders needs it; and the store's channels."""

from typing import Any

from flask import Response

from sandbox import moments
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused, data, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.forms import number as amount
from sandbox.bigcommerce.store.goods import Product

PRODUCTS = ("id", "id:in", "name", "sku", "sku:in", "brand_id", "categories", "categories:in", "date_modified:min",
            "date_modified:max", "is_visible", "include_fields", "exclude_fields", "sort", "direction",
            "include")  # fmt: skip


@api.get("/v3/catalog/products")
def products() -> Response:
    """Products."""
    asking.only(*PRODUCTS)
    one, ids, brand = asking.integers("id"), asking.integers("id:in"), asking.integer("brand_id")
    categories = asking.integers("categories:in") or asking.integers("categories")
    skus, name = asking.texts("sku:in") or asking.texts("sku"), asking.text("name")
    span = asking.span("date_modified")
    with the_store().lock:
        found = [
            each
            for each in the_store().products.values()
            if (one is None or each.id in one)
            and (ids is None or each.id in ids)
            and brand in {None, each.brand_id}
            and (categories is None or categories.intersection(each.category_ids))
            and (skus is None or each.sku.casefold() in skus)
            and name in {None, each.name}
            and asking.within(each.updated_at, *span)
        ]
        rows, meta = numbered(found)
        return data([_fields(_product(each)) for each in rows], meta)


@api.get("/v3/catalog/products/<int:number>")
def product(number: int) -> Response:
    """One product."""
    found = the_store().products.get(number)
    if found is None:
        raise Refused(404, f"A product was not found with an id of {number}")
    return data(_fields(_product(found)))


@api.get("/v3/catalog/categories")
def categories() -> Response:
    """Categories of the one tree."""
    asking.only("id:in", "name", "parent_id", "include_fields", "exclude_fields", "is_visible")
    ids, name = asking.integers("id:in"), asking.text("name")
    found = [
        {"id": each.id, "name": each.name, "parent_id": each.parent_id, "is_visible": True, "sort_order": 0}
        for each in the_store().categories.values()
        if (ids is None or each.id in ids) and name in {None, each.name}
    ]
    rows, meta = numbered(found)
    return data([_fields(each) for each in rows], meta)


@api.get("/v3/catalog/brands")
def brands() -> Response:
    """Brands."""
    asking.only("id:in", "name", "include_fields", "exclude_fields")
    ids, name = asking.integers("id:in"), asking.text("name")
    found = [
        {"id": each.id, "name": each.name, "page_title": "", "meta_keywords": []}
        for each in the_store().brands.values()
        if (ids is None or each.id in ids) and name in {None, each.name}
    ]
    rows, meta = numbered(found)
    return data([_fields(each) for each in rows], meta)


@api.get("/v3/channels")
def channels() -> Response:
    """The store's storefronts."""
    at = moments.zulu(the_store().created_at)
    found = [
        {
            "id": number,
            "name": the_store().details.name if number == 1 else f"{the_store().details.name} {number}",
            "type": "storefront",
            "platform": "bigcommerce",
            "status": "active",
            "is_enabled": True,
            "is_visible": True,
            "external_id": "",
            "icon_url": "",
            "date_created": at,
            "date_modified": at,
        }
        for number in range(1, the_store().details.channels + 1)
    ]
    rows, meta = numbered(found)
    return data(rows, meta)


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    wanted = (asking.text("include_fields") or "").split(",")
    return {name: value for name, value in row.items() if name == "id" or name in wanted} if wanted != [""] else row


def _product(it: Product) -> dict[str, Any]:
    return {
        "id": it.id,
        "name": it.name,
        "type": "digital" if it.kind == "digital" else "physical",
        "sku": it.sku,
        "price": amount(it.price),
        "categories": list(it.category_ids),
        "brand_id": it.brand_id,
        "is_visible": it.is_visible,
        "base_variant_id": it.variant_id,
        "date_created": moments.zulu(it.created_at),
        "date_modified": moments.zulu(it.updated_at),
    }
