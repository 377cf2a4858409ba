"""Control of customers."""

from flask import Blueprint, Response, jsonify, request

from sandbox.commerce import people
from sandbox.commerce.merging import merge
from sandbox.commerce.money_moves import CommerceError
from sandbox.control import shown
from sandbox.control.answers import refuse, said, the_customer, the_shop, the_world
from sandbox.store.tags import TagError

routes = Blueprint("control_people", __name__, url_prefix="/_sandbox/shops/<domain>/customers")


@routes.get("")
def every(domain: str) -> Response:
    """All customers. ``?tag= &limit=``."""
    shop, tag = the_shop(domain), request.args.get("tag")
    limit = request.args.get("limit", type=int)
    with shop.lock:
        found = [who for who in shop.customers.values() if tag is None or tag in who.tags]
        return jsonify([shown.customer(shop, who) for who in (found[:limit] if limit else found)])


@routes.post("")
def create(domain: str) -> tuple[Response, int]:
    """A new customer."""
    shop = the_shop(domain)
    try:
        who = people.welcome(the_world().announcer, shop, said())
    except (CommerceError, TagError, ValueError) as error:
        return refuse(error)
    return jsonify(shown.customer(shop, who)), 201


@routes.get("/<number>")
def show(domain: str, number: str) -> Response:
    """One customer."""
    shop = the_shop(domain)
    with shop.lock:
        return jsonify(shown.customer(shop, the_customer(shop, number)))


@routes.patch("/<number>")
def change(domain: str, number: str) -> tuple[Response, int] | Response:
    """The merchant changes fields, and tags by ``add_tags`` and ``remove_tags``; ``tags`` is the whole list, as
    another app sends it that once read it."""
    shop, body = the_shop(domain), said()
    who = the_customer(shop, number)
    add, remove = body.pop("add_tags", []), body.pop("remove_tags", [])
    if "tags" in body:
        add = [str(tag) for tag in body.pop("tags")]
        wanted = {tag.casefold() for tag in add}
        remove = [tag for tag in who.tags if tag.casefold() not in wanted]
    try:
        people.change(the_world().announcer, shop, who, people.Change(body, tuple(add), tuple(remove)))
    except (CommerceError, TagError) as error:
        return refuse(error)
    return jsonify(shown.customer(shop, who))


@routes.post("/<number>/merge")
def merge_into(domain: str, number: str) -> tuple[Response, int] | Response:
    """The customer's record goes into another: ``{into}``."""
    shop = the_shop(domain)
    lost, kept = the_customer(shop, number), the_customer(shop, said().get("into", ""))
    try:
        merge(the_world().announcer, shop, lost, kept)
    except (CommerceError, TagError) as error:
        return refuse(error)
    return jsonify(shown.customer(shop, kept))


@routes.delete("/<number>")
def part(domain: str, number: str) -> tuple[Response, int] | Response:
    """The customer is deleted. ``?force=1`` also one with orders."""
    shop = the_shop(domain)
    who = the_customer(shop, number)
    try:
        people.part(the_world().announcer, shop, who, force=request.args.get("force") == "1")
    except CommerceError as error:
        return refuse(error)
    return jsonify(deleted=who.id)
