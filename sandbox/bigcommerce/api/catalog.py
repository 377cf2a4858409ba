"""V3 products, as far as somebody who reads orders needs them."""

from typing import Any

from flask import Response

from sandbox import moments
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused, data, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.forms import number as amount
from sandbox.bigcommerce.store.goods import Product

PRODUCTS = (
    "id", "id:in", "id:min", "id:max", "id:greater", "id:less", "id:not_in", "name", "sku", "sku:in", "brand_id",
    "categories", "categories:in", "date_modified:min", "date_modified:max", "is_visible", "include_fields",
    "exclude_fields", "sort", "direction", "include",
)  # fmt: skip


@api.get("/v3/catalog/products")
def products() -> Response:
    """Products."""
    asking.only(*PRODUCTS)
    brand = asking.integer("brand_id")
    categories = asking.integers("categories:in") or asking.integers("categories")
    skus, name = asking.texts("sku:in") or asking.texts("sku"), asking.text("name")
    span = asking.span("date_modified")
    with the_store().lock:
        found = [
            each
            for each in the_store().products.values()
            if _wanted(each.id)
            and brand in {None, each.brand_id}
            and (categories is None or categories.intersection(each.category_ids))
            and (skus is None or each.sku.casefold() in skus)
            and name in {None, each.name}
            and asking.within(each.updated_at, *span)
        ]
        found.sort(key=_place, reverse=asking.text("direction") == "desc")
        rows, meta = numbered(found)
        return data([_shown(each) for each in rows], meta)


@api.get("/v3/catalog/products/<int:number>")
def product(number: int) -> Response:
    """One product."""
    found = the_store().products.get(number)
    if found is None:
        raise Refused(404, f"A product was not found with an id of {number}")
    return data(_shown(found))


def _wanted(number: int) -> bool:
    """Whether a product's id is one the call asks for."""
    one, ids, without = asking.integers("id"), asking.integers("id:in"), asking.integers("id:not_in")
    least, most, above, below = (asking.integer(f"id:{each}") for each in ("min", "max", "greater", "less"))
    return (
        (one is None or number in one)
        and (ids is None or number in ids)
        and (without is None or number not in without)
        and (least is None or number >= least)
        and (most is None or number <= most)
        and (above is None or number > above)
        and (below is None or number < below)
    )


def _place(it: Product) -> Any:
    """Where a product stands in the order the call asks for. Raises Refused."""
    places = {"id": it.id, "name": it.name, "sku": it.sku, "price": it.price, "date_modified": it.updated_at}
    sort = asking.text("sort") or "id"
    if sort not in places:
        raise Refused(422, "The sort is not valid.", {"sort": "invalid"})
    return places[sort], it.id


def fields(row: dict[str, Any]) -> dict[str, Any]:
    """Of a row what the call asks for."""
    wanted = (asking.text("include_fields") or "").split(",")
    return {name: value for name, value in row.items() if name == "id" or name in wanted} if wanted != [""] else row


def _shown(it: Product) -> dict[str, Any]:
    """The fields the call asks for, and its variants where it includes them."""
    variants = {"variants": [_variant(it)]} if "variants" in (asking.text("include") or "").split(",") else {}
    return fields(_product(it)) | variants


def _variant(it: Product) -> dict[str, Any]:
    return {
        "id": it.variant_id,
        "product_id": it.id,
        "sku": it.sku,
        "price": None,
        "retail_price": None,
        "calculated_price": amount(it.price),
        "option_values": [
            {"id": number, "label": value, "option_id": number, "option_display_name": name}
            for number, (name, value) in enumerate(it.options.items(), 1)
        ],
    }


def _product(it: Product) -> dict[str, Any]:
    return {
        "id": it.id,
        "name": it.name,
        "type": "digital" if it.kind == "digital" else "physical",
        "sku": it.sku,
        "price": amount(it.price),
        "retail_price": amount(it.retail_price),
        "categories": list(it.category_ids),
        "brand_id": it.brand_id,
        "is_visible": it.is_visible,
        "base_variant_id": it.variant_id,
        "date_created": moments.zulu(it.created_at),
        "date_modified": moments.zulu(it.updated_at),
    }
