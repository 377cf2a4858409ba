"""Control of a shop as a whole: opening it, installing the app, faults, what was sent and called."""

from dataclasses import asdict
from zoneinfo import ZoneInfoNotFoundError

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from sandbox import moments
from sandbox.commerce.uninstall import uninstall
from sandbox.control.answers import refuse, said, the_customer, the_shop, the_world
from sandbox.history.build import build
from sandbox.oauth.signing import ID_TOKEN_SECONDS, app_address, id_token
from sandbox.store.bucket import PLANS
from sandbox.store.faults import ApiFaults, WebhookFaults
from sandbox.store.shop import Profile
from sandbox.webhooks import shop_body
from sandbox.webhooks.topics import COMPLIANCE

routes = Blueprint("control_shops", __name__, url_prefix="/_sandbox")
PROFILE = ("name", "timezone", "currency", "plan", "country")


@routes.get("/health")
def health() -> Response:
    """The sandbox answers."""
    return jsonify(ok=True, shops=sorted(the_world().shops))


@routes.put("/clock")
def clock() -> Response:
    """What happens in any shop from here on happened ``behind`` seconds ago."""
    moments.go_behind(behind := max(0.0, float(said().get("behind", 0))))
    return jsonify(behind=behind, now=moments.zulu(moments.now()))


@routes.post("/shops")
def create() -> tuple[Response, int]:
    """A new shop with its believable past; nothing is sent about it."""
    world, body = the_world(), said()
    domain = str(body.get("domain", ""))
    if not domain.endswith(".myshopify.com") or body.get("plan", "standard") not in PLANS:
        raise BadRequest(f"domain ends with .myshopify.com, plan is one of {', '.join(PLANS)}")
    chosen = {name: str(body[name]) for name in PROFILE if body.get(name)}
    profile = Profile(
        domain, **({"name": domain.partition(".")[0].title()} | chosen), scopes=tuple(body.get("scopes") or ())
    )
    try:
        shop = world.open_shop(profile)
    except (ValueError, ZoneInfoNotFoundError) as error:
        return refuse(error)
    build(
        shop,
        customers=int(body.get("customers", 300)),
        years=float(body.get("years", 2)),
        seed=int(body.get("seed", 1)),
    )
    return jsonify(shop.summary()), 201


@routes.get("/shops")
def every() -> Response:
    """All shops in a few numbers."""
    return jsonify([shop.summary() for shop in dict.fromkeys(the_world().shops.values())])


@routes.get("/shops/<domain>")
def show(domain: str) -> Response:
    """The shop in a few numbers."""
    shop = the_shop(domain)
    with shop.lock:
        return jsonify(shop.summary() | {"pending_webhooks": the_world().sender.pending(shop.domain)})


@routes.post("/shops/<domain>/open")
def open_app(domain: str) -> Response:
    """The merchant opens the app, and has it from then on: where their browser goes."""
    world, shop = the_world(), the_shop(domain)
    world.install(shop)
    return jsonify(url=app_address(world.config, shop, path=str(said().get("path", ""))))


@routes.post("/shops/<domain>/id-token")
def fresh_id_token(domain: str) -> Response:
    """A fresh ID token; ``lifetime`` below zero makes a stale one."""
    lifetime = int(said().get("lifetime", ID_TOKEN_SECONDS))
    return jsonify(id_token=id_token(the_world().config, the_shop(domain), lifetime=lifetime))


@routes.post("/shops/<domain>/permanent-token")
def permanent_token(domain: str) -> Response:
    """A token that never expires, as apps held them before; every other token is dead."""
    shop = the_shop(domain)
    shop.tokens.revoke()
    return jsonify(access_token=shop.tokens.issue(expiring=False).access)


@routes.post("/shops/<domain>/rename")
def rename(domain: str) -> Response:
    """The shop has the ``domain`` given; it is told as ``shop/update``, and its earlier one still leads to it."""
    shop = the_shop(domain)
    try:
        the_world().rename(shop, str(said().get("domain", "")))
    except ValueError as error:
        raise BadRequest(str(error)) from error
    the_world().announcer.announce(shop, ("shop/update", lambda: shop_body.shop(shop)))
    return jsonify(shop.summary())


@routes.post("/shops/<domain>/uninstall")
def remove_app(domain: str) -> Response:
    """The merchant removes the app."""
    shop = the_shop(domain)
    uninstall(the_world().announcer, shop)
    return jsonify(shop.summary())


@routes.post("/shops/<domain>/privacy")
def privacy(domain: str) -> tuple[Response, int]:
    """One of the privacy topics is sent: ``{topic, customer_id}``."""
    shop, body = the_shop(domain), said()
    topic = body.get("topic")
    if topic not in COMPLIANCE:
        raise BadRequest(f"topic is one of {', '.join(COMPLIANCE)}")
    with shop.lock:
        if topic == "shop/redact":
            shown = shop_body.shop_redact(shop)
        else:
            make = shop_body.data_request if topic == "customers/data_request" else shop_body.customer_redact
            shown = make(shop, the_customer(shop, body.get("customer_id", "")))
        the_world().announcer.announce(shop, (topic, lambda: shown), to_all=True)
    return jsonify(shown), 202


@routes.delete("/shops/<domain>/subscriptions")
def forget_subscriptions(domain: str) -> Response:
    """What the app had subscribed at this shop is subscribed no more, and nobody is told."""
    shop = the_shop(domain)
    with shop.lock:
        gone = [item.topic for item in shop.subscriptions.values()]
        shop.subscriptions.clear()
    return jsonify(deleted=gone)


@routes.get("/shops/<domain>/deliveries")
def deliveries(domain: str) -> Response:
    """Every webhook with its attempts, oldest first. ``?topic= &state= &limit= &bodies=1``."""
    shop, ask = the_shop(domain), request.args
    found = [
        item
        for item in the_world().sender.deliveries(shop.domain)
        if ask.get("topic") in {None, item.topic} and ask.get("state") in {None, item.state}
    ]
    limit = ask.get("limit", type=int)
    bodies = ask.get("bodies") == "1"
    return jsonify([item.summary(body=bodies) for item in (found[-limit:] if limit else found)])


@routes.get("/shops/<domain>/calls")
def calls(domain: str) -> Response:
    """Every call of the app to this shop's API, oldest first. ``?limit=``."""
    found = [asdict(call) for call in the_shop(domain).calls]
    limit = request.args.get("limit", type=int)
    return jsonify(found[-limit:] if limit else found)


@routes.post("/shops/<domain>/quiet")
def quiet(domain: str) -> tuple[Response, int]:
    """Answers when no webhook is pending: 200, or 408 after ``timeout`` seconds."""
    shop, sender = the_shop(domain), the_world().sender
    done = sender.wait_until_quiet(shop.domain, float(said().get("timeout", 30)))
    return jsonify(quiet=done, pending=sender.pending(shop.domain)), 200 if done else 408


@routes.put("/shops/<domain>/faults")
def fail(domain: str) -> tuple[Response, int] | Response:
    """These faults hold from now on. ``expire_access_token`` and ``drain_bucket`` happen at once."""
    shop, body = the_shop(domain), said()
    api = dict(body.get("api") or {})
    expire, drain = api.pop("expire_access_token", False), api.pop("drain_bucket", False)
    try:
        shop.faults.put(body | {"api": api})
    except (TypeError, ValueError) as error:
        return refuse(error)
    if expire:
        shop.tokens.expire()
    if drain:
        shop.bucket.drain(0.0 if drain is True else float(drain))
    return faults(domain)


@routes.get("/shops/<domain>/faults")
def faults(domain: str) -> Response:
    """What is left of the faults."""
    now: tuple[WebhookFaults, ApiFaults] = (the_shop(domain).faults.webhooks, the_shop(domain).faults.api)
    return jsonify(webhooks=asdict(now[0]), api=asdict(now[1]))


@routes.delete("/shops/<domain>/faults")
def heal(domain: str) -> Response:
    """Nothing fails any more; calls that hang are let go."""
    the_shop(domain).faults.clear()
    return faults(domain)
