"""Control of products."""

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import NotFound

from sandbox.commerce import goods
from sandbox.control import shown
from sandbox.control.answers import refuse, said, the_shop, the_world
from sandbox.ids import number as number_of
from sandbox.store.product import Product
from sandbox.store.shop import Shop

routes = Blueprint("control_goods", __name__, url_prefix="/_sandbox/shops/<domain>/products")


@routes.get("")
def every(domain: str) -> Response:
    """All products."""
    return jsonify([shown.product(product) for product in the_shop(domain).products.values()])


@routes.post("")
def create(domain: str) -> tuple[Response, int]:
    """A new product: ``{title, type, vendor, sku, tags, price, compare_at, options, collections, tracked}``."""
    try:
        product = goods.stock_one(the_world().announcer, the_shop(domain), said())
    except (ArithmeticError, TypeError, ValueError) as error:
        return refuse(error)
    return jsonify(shown.product(product)), 201


@routes.patch("/<number>")
def change(domain: str, number: str) -> tuple[Response, int] | Response:
    """The merchant changes some of the same fields."""
    shop = the_shop(domain)
    product = _the_product(shop, number)
    try:
        goods.change(the_world().announcer, shop, product, said())
    except (ArithmeticError, TypeError, ValueError) as error:
        return refuse(error)
    return jsonify(shown.product(product))


@routes.delete("/<number>")
def drop(domain: str, number: str) -> Response:
    """The product is deleted."""
    shop = the_shop(domain)
    product = _the_product(shop, number)
    goods.drop(the_world().announcer, shop, product)
    return jsonify(deleted=product.id)


def _the_product(shop: Shop, number: str) -> Product:
    try:
        return shop.products[number_of(number)]
    except (KeyError, ValueError) as error:
        raise NotFound(f"no product {number}") from error
