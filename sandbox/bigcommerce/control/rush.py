"""Control of runs of purchases."""

from flask import Response, jsonify
from werkzeug.exceptions import NotFound

from sandbox.bigcommerce.commerce.rush import rush
from sandbox.bigcommerce.control.answers import control, the_store, the_world
from sandbox.control.answers import said


@control.post("/stores/<store>/purchases")
def begin(store: str) -> tuple[Response, int]:
    """A run of purchases by random customers."""
    found, body, world = the_store(store), said(), the_world()
    count, seed = int(body.get("count", 100)), int(body.get("seed", 1))
    run = rush(world, found, count=count, per_second=float(body.get("per_second", 0)), seed=seed)
    world.runs[found.hash, run.id] = run
    return jsonify(run.summary()), 202


@control.get("/stores/<store>/purchases/<int:number>")
def show(store: str, number: int) -> Response:
    """How far it is."""
    run = the_world().runs.get((store, number))
    if run is None:
        raise NotFound(f"no run {number}")
    return jsonify(run.summary())
