"""Another token for a page that stays open, and the end of a visit."""

from flask import Blueprint, Response, jsonify, make_response, request

from plugin.flow.visit import end, renew
from plugin.web.here import house
from plugin.web.routes.load import only_where_open

PATH = "/api/visit"

routes = Blueprint("renew", __name__)
routes.before_request(only_where_open)


@routes.post(PATH)
def again() -> Response:
    """A token of the same visit, and for how many seconds it counts; 401 once the visit is over."""
    token = renew(house(), _bearer())
    return jsonify(token=token.text, seconds=int((token.expires_at - house().now()).total_seconds()))


@routes.delete(PATH)
def over() -> Response:
    """The visitor has logged out of the control panel."""
    end(house(), _bearer())
    return make_response("", 204)


def _bearer() -> str:
    return request.headers.get("Authorization", "").partition(" ")[2].strip()
