"""``stagedUploadsCreate`` and the form its targets take: an address of its own, without a token."""

import secrets
from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import BadRequest, Forbidden

from sandbox.admin_api.asking import Asking
from sandbox.store.staged import Target
from sandbox.world import World

routes = Blueprint("staged", __name__)


def create(root: None, asking: Asking, input: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: A002
    """A target for each file; the app then posts the file there."""
    targets, problems = [], []
    for place, asked in enumerate(input):
        if asked["resource"] != "BULK_MUTATION_VARIABLES" or asked["mime_type"] != "text/jsonl":
            message = f"{asked['mime_type']} is not a recognized format"
            problems.append({"field": ["input", str(place), "mimeType"], "message": message})
            continue
        key = f"tmp/{asking.shop.number}/bulk/{secrets.token_hex(8)}/{asked['filename']}"
        target = asking.world.staged[key] = Target(key, asked["mime_type"])
        url = f"{asking.world.config.base_url}/staged-uploads"
        targets.append({"url": url, "resource_url": None, "parameters": target.parameters()})
    return {"staged_targets": targets, "user_errors": problems}


@routes.post("/staged-uploads")
def upload() -> Response:
    """The file is there: 201. Its form must carry every field that was told, and the file at its end."""
    world: World = current_app.extensions["world"]
    if request.headers.get("X-Shopify-Access-Token") or request.headers.get("Authorization"):
        raise BadRequest("the storage is not the shop's: it must not be given the shop's token")
    target = world.staged.get(request.form.get("key", ""))
    file = request.files.get("file")
    if target is None or file is None:
        raise BadRequest("InvalidArgument")
    if [(item["name"], item["value"]) for item in target.parameters()] != list(request.form.items()):
        raise Forbidden("AccessDenied: the form is not the one that was signed")
    target.body = file.read()
    return Response(f"<PostResponse><Key>{target.key}</Key></PostResponse>", 201, mimetype="application/xml")
