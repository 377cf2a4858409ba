"""How the API answers: its two kinds of errors, empty lists, bodies it cannot use."""

from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, jsonify, make_response, request

from sandbox.bigcommerce.store.store import Store
from sandbox.bigcommerce.world import EXTENSION, World

KIND = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"


class Refused(Exception):
    """The call is answered with this status instead."""

    def __init__(self, status: int, title: str = "", errors: dict[str, str] | None = None, **details: Any) -> None:
        super().__init__(status, title)
        self.status = int(status)
        known = status in HTTPStatus._value2member_map_
        self.title = title or (HTTPStatus(status).phrase if known else "Error")
        self.errors = errors
        self.details = details


def the_store() -> Store:
    """The store of this request."""
    store: Store = g.store
    return store


def the_world() -> World:
    """All stores of this sandbox."""
    world: World = current_app.extensions[EXTENSION]
    return world


def refusal(error: Refused) -> Response:
    """The error in the form of the API's version: V2 answers a list, V3 an object."""
    body: Any
    if "/v2/" in request.path:
        body = [
            {"status": error.status, "message": error.title, **({"details": error.details} if error.details else {})}
        ]
    else:
        body = {"status": error.status, "title": error.title, "type": KIND}
        if error.errors is not None or error.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            body |= {"errors": error.errors or {}, "instance": request.path}
    response = jsonify(body)
    response.status_code = error.status
    return response


def data(found: Any, meta: dict[str, Any] | None = None, status: int = 200) -> Response:
    """A V3 answer."""
    response = jsonify({"data": found, "meta": meta or {}})
    response.status_code = status
    return response


def listed(rows: list[Any]) -> Response:
    """A V2 list; an empty one has no body at all."""
    return jsonify(rows) if rows else nothing()


def nothing() -> Response:
    """204, without a body."""
    response = make_response("", HTTPStatus.NO_CONTENT)
    del response.headers["Content-Type"]
    return response


def said_list(most: int | None = None) -> list[dict[str, Any]]:
    """The JSON array of the request. Raises Refused."""
    body = request.get_json(silent=True)
    if not isinstance(body, list) or not all(isinstance(each, dict) for each in body) or not body:
        raise Refused(422, "The request body must be an array of objects.", {"body": "array expected"})
    if most is not None and len(body) > most:
        raise Refused(413, f"The batch has more than {most} elements.")
    return body


def said_object() -> dict[str, Any]:
    """The JSON object of the request. Raises Refused."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused(400, "Input is invalid")
    return body
