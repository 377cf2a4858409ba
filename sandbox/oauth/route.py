"""Where the app gets its tokens: by exchange, by a code the merchant brings, by refresh."""

import secrets
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.oauth.signing import shop_of_id_token, signed_callback
from sandbox.store.shop import Shop
from sandbox.store.tokens import Pair
from sandbox.world import World

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 (a name, no secret)
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"

routes = Blueprint("oauth", __name__)


@routes.get("/<domain>/admin/oauth/authorize")
def authorize(domain: str) -> AnyResponse | tuple[str, int]:
    """The merchant is asked and agrees: their browser goes back to the app with a code, signed."""
    world: World = current_app.extensions["world"]
    shop, asked = world.shops.get(domain), request.args
    if shop is None:
        return "There is no such shop.", 404
    back = asked.get("redirect_uri", "")
    registered = [world.config.app_url + path for path in world.config.asked.redirect_paths]
    if asked.get("client_id") != world.config.client_id or back not in registered:
        return "The redirect_uri is not whitelisted.", 400
    world.install(shop)
    code = secrets.token_hex(16)
    shop.codes.add(code)
    return redirect(f"{back}?{urlencode(signed_callback(world.config, shop, code, asked.get('state', '')))}")


@routes.post("/<domain>/admin/oauth/access_token")
def access_token(domain: str) -> tuple[Response, int]:
    """A pair of tokens, or an error with its code."""
    world: World = current_app.extensions["world"]
    shop = world.shops.get(domain)
    if shop is None:
        return jsonify(errors="Not Found"), 404
    broken = shop.faults.api.frozen or shop.faults.next_status("token_status_next")
    if broken:
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
    if "code" in said:
        return _for_a_code(shop, said)
    return jsonify(error="unsupported_grant_type"), 400


def _exchange(world: World, shop: Shop, said: dict[str, Any]) -> tuple[Response, int]:
    token, kind = str(said.get("subject_token", "")), said.get("subject_token_type")
    if kind not in (ID_TOKEN, OFFLINE) or said.get("requested_token_type") != OFFLINE:
        return jsonify(error="invalid_request"), 400
    if kind == OFFLINE:
        pair = shop.tokens.end_permanent(token) if str(said.get("expiring", "0")) == "1" else None
        return (jsonify(error="invalid_subject_token"), 400) if pair is None else (_shown(shop, pair), 200)
    if shop_of_id_token(world.config, token) != shop.domain:
        return jsonify(error="invalid_subject_token"), 400
    return _shown(shop, shop.tokens.issue(expiring=str(said.get("expiring", "0")) == "1")), 200


def _for_a_code(shop: Shop, said: dict[str, Any]) -> tuple[Response, int]:
    if str(said["code"]) not in shop.codes:
        return jsonify(error="invalid_request", error_description="The authorization code was not found"), 400
    shop.codes.discard(str(said["code"]))
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
