"""Control of load: many purchases at once."""

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import NotFound

from sandbox.commerce.rush import rush
from sandbox.control.answers import refuse, said, the_shop, the_world
from sandbox.rush import Rush

routes = Blueprint("control_rush", __name__, url_prefix="/_sandbox/shops/<domain>")
_runs: dict[int, Rush] = {}


@routes.post("/purchases")
def start(domain: str) -> tuple[Response, int]:
    """``{count, per_second, seed}``: a run of purchases begins."""
    shop, body = the_shop(domain), said()
    try:
        run = rush(
            the_world(),
            shop,
            count=int(body.get("count", 100)),
            per_second=float(body.get("per_second", 0)),
            seed=int(body.get("seed", 1)),
        )
    except ValueError as error:
        return refuse(error)
    _runs[run.id] = run
    return jsonify(run.summary()), 202


@routes.get("/purchases/<int:number>")
def show(domain: str, number: int) -> Response:
    """How far the run has come."""
    if number not in _runs:
        raise NotFound(f"no run {number}")
    return jsonify(_runs[number].summary())
