"""``POST /{shop}/admin/oauth/access_token``: token exchange, and refresh."""

import time
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from sandbox.oauth.signing import shop_of_id_token
from sandbox.store.shop import Shop
from sandbox.store.tokens import Pair
from sandbox.world import World

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 (a name, no secret)
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"

routes = Blueprint("oauth", __name__)


@routes.post("/<domain>/admin/oauth/access_token")
def access_token(domain: str) -> tuple[Response, int]:
    """A pair of tokens, or an error with its code."""
    world: World = current_app.extensions["world"]
    shop = world.shops.get(domain)
    if shop is None:
        return jsonify(errors="Not Found"), 404
    broken = shop.faults.next_status("token_status_next")
    if broken is not None:
        response = jsonify(errors="Internal Server Error")
        if broken == HTTPStatus.TOO_MANY_REQUESTS:
            response.headers["Retry-After"] = "1.0"
        return response, broken
    said = request.get_json(silent=True) or request.form.to_dict()
    config = world.config
    known = said.get("client_id") == config.client_id and said.get("client_secret") == config.client_secret
    refreshing = said.get("grant_type") == "refresh_token"
    if not known or not (shop.installed or refreshing):
        return jsonify(error="invalid_client"), 400
    if said.get("grant_type") == EXCHANGE:
        return _exchange(world, shop, said)
    if refreshing:
        return _refresh(shop, said)
    return jsonify(error="unsupported_grant_type"), 400


def _exchange(world: World, shop: Shop, said: dict[str, Any]) -> tuple[Response, int]:
    token = str(said.get("subject_token", ""))
    if said.get("subject_token_type") != ID_TOKEN or said.get("requested_token_type") != OFFLINE:
        return jsonify(error="invalid_request"), 400
    if shop_of_id_token(world.config, token) != shop.domain:
        return jsonify(error="invalid_subject_token"), 400
    return _shown(shop, shop.tokens.issue(expiring=str(said.get("expiring", "0")) == "1")), 200


def _refresh(shop: Shop, said: dict[str, Any]) -> tuple[Response, int]:
    pair = shop.tokens.rotate(str(said.get("refresh_token", ""))) if shop.installed else None
    if pair is None:
        return jsonify(error="invalid_grant"), 400
    if shop.faults.count_down("lose_refresh_response"):
        return jsonify(errors="Unknown Error"), 520
    return _shown(shop, pair), 200


def _shown(shop: Shop, pair: Pair) -> Response:
    body: dict[str, Any] = {"access_token": pair.access, "scope": ",".join(shop.scopes)}
    if pair.refresh and pair.access_until:
        at = time.time()
        body["refresh_token"] = pair.refresh
        if not shop.faults.count_down("omit_expiry_next"):
            body["expires_in"] = round(pair.access_until - at)
            body["refresh_token_expires_in"] = round(pair.refresh_until - at)
    return jsonify(body)
