"""Another token for a page that stays open."""

from flask import Blueprint, Response, jsonify, request

from plugin.flow.visit import renew
from plugin.web.here import house
from plugin.web.routes.load import only_where_open

PATH = "/api/visit"

routes = Blueprint("renew", __name__)
routes.before_request(only_where_open)


@routes.post(PATH)
def again() -> Response:
    """A token of the same visit, and for how many seconds it counts; 401 once the visit is over."""
    bearer = request.headers.get("Authorization", "").partition(" ")[2].strip()
    token = renew(house(), bearer)
    return jsonify(token=token.text, seconds=int((token.expires_at - house().now()).total_seconds()))
