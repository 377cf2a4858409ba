"""V3 categories, in the older list and in the tree, and brands."""

from flask import Response

from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import data, the_store
from sandbox.bigcommerce.api.catalog import fields
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered

TREE = 1
"""A store has one, whatever its storefronts."""


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
    return data([fields(each) for each in rows], meta)


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
    return data([fields(each) for each in rows], meta)


@api.get("/v3/catalog/trees")
def trees() -> Response:
    """The one tree, of every storefront."""
    channels = list(range(1, the_store().details.channels + 1))
    rows, meta = numbered([{"id": TREE, "name": "Default catalog tree", "channels": channels}])
    return data(rows, meta)


@api.get("/v3/catalog/trees/categories")
def tree() -> Response:
    """Categories as the tree has them, under a name of their own for their id."""
    asking.only("category_id:in", "tree_id:in", "parent_id:in", "name", "is_visible", "include_fields", "sort")
    ids, parents = asking.integers("category_id:in"), asking.integers("parent_id:in")
    trees, name = asking.integers("tree_id:in"), asking.text("name")
    found = [
        {
            "category_id": each.id,
            "tree_id": TREE,
            "parent_id": each.parent_id,
            "name": each.name,
            "is_visible": True,
            "sort_order": 0,
        }
        for each in the_store().categories.values()
        if (ids is None or each.id in ids)
        and (parents is None or each.parent_id in parents)
        and (trees is None or TREE in trees)
        and name in {None, each.name}
    ]
    rows, meta = numbered(found)
    return data(rows, meta)
