"""Control of the shop's own segments: the merchant looks at them, changes and deletes them."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import NotFound

from sandbox import moments
from sandbox.control.answers import said, the_shop
from sandbox.ids import number
from sandbox.store.segment import Segment
from sandbox.store.shop import Shop

routes = Blueprint("control_segments", __name__, url_prefix="/_sandbox/shops/<domain>/segments")


@routes.get("")
def every(domain: str) -> Response:
    """All segments."""
    return jsonify([asdict(each) for each in the_shop(domain).segments.values()])


@routes.patch("/<segment>")
def change(domain: str, segment: str) -> Response:
    """The merchant gives it another name or query."""
    shop, body = the_shop(domain), said()
    with shop.lock:
        found = _the_segment(shop, segment)
        found.name, found.query = str(body.get("name", found.name)), str(body.get("query", found.query))
        found.last_edit_date = moments.now()
    return jsonify(asdict(found))


@routes.delete("/<segment>")
def remove(domain: str, segment: str) -> Response:
    """The merchant deletes it."""
    shop = the_shop(domain)
    with shop.lock:
        del shop.segments[_the_segment(shop, segment).id]
    return jsonify(deleted=segment)


def _the_segment(shop: Shop, segment: str) -> Segment:
    found = shop.segments.get(number(segment))
    if found is None:
        raise NotFound(f"no segment {segment}")
    return found
