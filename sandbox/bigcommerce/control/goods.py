"""Control of what a store sells."""

from decimal import Decimal
from typing import Any

from flask import Response, jsonify
from werkzeug.exceptions import NotFound

from sandbox import moments
from sandbox.bigcommerce.control.answers import control, the_store, the_world
from sandbox.bigcommerce.store.goods import Brand, Category, Product
from sandbox.bigcommerce.store.store import Store
from sandbox.control.answers import said

PRODUCTS = "/stores/<store>/products"


@control.get(PRODUCTS)
def products(store: str) -> Response:
    """What the store sells."""
    found = the_store(store)
    with found.lock:
        return jsonify([_shown(found, each) for each in found.products.values()])


@control.post(PRODUCTS)
def create(store: str) -> tuple[Response, int]:
    """Something new."""
    found, body = the_store(store), said()
    with found.lock:
        at, number = moments.now(), found.numbers.next
        made = Product(
            number("product"), number("variant"), str(body["name"]), str(body.get("sku", "")),
            Decimal("10.00"), [], 0, at, at, str(body.get("type", "physical")),
        )  # fmt: skip
        _place(found, made, body)
        found.products[made.id] = made
        the_world().announcer.announce(found, ("store/product/created", {"type": "product", "id": made.id}))
        return jsonify(_shown(found, made)), 201


@control.patch(f"{PRODUCTS}/<int:number>")
def change(store: str, number: int) -> Response:
    """It is this now."""
    found, body = the_store(store), said()
    with found.lock:
        it = _the_product(found, number)
        it.name, it.sku = str(body.get("name", it.name)), str(body.get("sku", it.sku))
        _place(found, it, body)
        it.updated_at = moments.now()
        the_world().announcer.announce(found, ("store/product/updated", {"type": "product", "id": it.id}))
        return jsonify(_shown(found, it))


@control.delete(f"{PRODUCTS}/<int:number>")
def delete(store: str, number: int) -> Response:
    """It is not sold any more; orders keep its number."""
    found = the_store(store)
    with found.lock:
        del found.products[_the_product(found, number).id]
        the_world().announcer.announce(found, ("store/product/deleted", {"type": "product", "id": number}))
    return jsonify(deleted=number)


def _the_product(store: Store, number: int) -> Product:
    found = store.products.get(number)
    if found is None:
        raise NotFound(f"no product {number}")
    return found


def _place(store: Store, it: Product, body: dict[str, Any]) -> None:
    it.price = Decimal(str(body.get("price", it.price)))
    it.retail_price = Decimal(str(body.get("retail_price", it.retail_price)))
    it.options = {str(name): str(value) for name, value in body.get("options", it.options).items()}
    if "categories" in body:
        it.category_ids = [_category(store, str(name)).id for name in body["categories"]]
    if body.get("brand"):
        name = str(body["brand"])
        brand = next((each for each in store.brands.values() if each.name == name), None)
        if brand is None:
            brand = Brand(store.numbers.next("brand"), name)
            store.brands[brand.id] = brand
        it.brand_id = brand.id


def _category(store: Store, name: str) -> Category:
    found = next((each for each in store.categories.values() if each.name == name), None)
    if found is None:
        found = Category(store.numbers.next("category"), name)
        store.categories[found.id] = found
    return found


def _shown(store: Store, it: Product) -> dict[str, Any]:
    brand = store.brands.get(it.brand_id)
    return {
        "id": it.id,
        "name": it.name,
        "sku": it.sku,
        "price": str(it.price),
        "type": it.kind,
        "brand": brand.name if brand else None,
        "categories": [store.categories[number].name for number in it.category_ids],
    }
