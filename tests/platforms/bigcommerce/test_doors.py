"""How a merchant, their staff and their store's deliveries come in, at a store that behaves like the real one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from plugin.domain.errors import AppRefused, NeedsReauthorisation
from plugin.platforms.base import NotGenuine, Trust
from plugin.platforms.bigcommerce.auth import App, Memory, Use, use, verify_callback
from plugin.platforms.bigcommerce.client import Api, Call
from plugin.platforms.bigcommerce.grants import consent_in, exchange, install_url, installed_url, missing_scopes
from plugin.platforms.bigcommerce.health import SILENCE, health
from plugin.platforms.bigcommerce.hooks import listed
from plugin.platforms.bigcommerce.limits import Pacer, pacer
from plugin.platforms.bigcommerce.subscriptions import ensure, subscribe
from plugin.platforms.bigcommerce.webhooks import EXCEPTIONS, address, digest, new_secret, verify_environ
from plugin.platforms.http import CallFailed, Http, Timeout
from tests.platforms.bigcommerce.callback import APP, CLIENT_ID, SECRET
from tests.platforms.bigcommerce.doors import HOOKS, Pretended, a_store, environ, pretending
from tests.platforms.server import Reply, Server, serving
from tests.recording import the_recorder

HTTP = Http(Timeout(connect=2, read=5, total=10), the_recorder(), lambda: False)
INFORMED, CUSTOMER = "store/information/updated", "store/customer/updated"
TOPICS = ("store/order/created", CUSTOMER, INFORMED, "store/app/uninstalled", EXCEPTIONS)
SCOPES = ("store_v2_customers", "store_v2_orders_read_only", "store_v2_information_read_only")


@pytest.fixture(scope="module")
def app() -> Iterator[Server]:
    """Where the sandbox calls the app."""
    with serving() as server:
        server.replies.append(Reply())
        yield server


@pytest.fixture(scope="module")
def sandbox(app: Server) -> Iterator[str]:
    with pretending(app) as url:
        yield url


@pytest.fixture
def store(sandbox: str, app: Server) -> Iterator[Pretended]:
    """A store of this test's own."""
    app.replies[:] = [Reply()]
    made = a_store(sandbox, app)
    yield made
    made.delivering(blocking={})


@pytest.fixture
def pace(redis_url: str) -> Pacer:
    return pacer(redis_url, patience=10)


def now() -> datetime:
    return datetime.now(UTC)


def trust(secret: str, **more: Any) -> Trust:
    return Trust((SECRET,), lambda store: [digest(secret)], **more)


# Coming in


def test_a_merchant_installs_the_app_and_its_token_opens_their_store(store: Pretended, pace: Pacer) -> None:
    consent = consent_in(store.query("/install"))

    found = exchange(HTTP, store.login_url, APP, consent, store.callback)

    assert (found.store, consent.is_external) == (store.hash, False)
    assert missing_scopes(SCOPES, found.grant.scopes) == ()
    assert store.client(HTTP, pace, found.grant.access_token).get(Api.V2, "/store")["id"] == store.hash


def test_a_code_counts_once(store: Pretended) -> None:
    consent = consent_in(store.query("/install"))
    exchange(HTTP, store.login_url, APP, consent, store.callback)

    with pytest.raises(NotGenuine):
        exchange(HTTP, store.login_url, APP, consent, store.callback)


def test_a_code_of_one_store_opens_no_other(store: Pretended, sandbox: str, app: Server) -> None:
    consent = consent_in(store.query("/install"))
    other = a_store(sandbox, app)

    with pytest.raises(NotGenuine):
        exchange(HTTP, store.login_url, APP, replace(consent, context=f"stores/{other.hash}"), store.callback)


def test_a_mistake_in_our_own_credentials_is_ours(store: Pretended) -> None:
    consent = consent_in(store.query("/install"))

    with pytest.raises(AppRefused):
        exchange(HTTP, store.login_url, App(CLIENT_ID, ("another",)), consent, store.callback)
    with pytest.raises(AppRefused):
        exchange(HTTP, store.login_url, APP, consent, store.callback + "/")


def test_a_platform_that_fails_is_asked_again_by_the_merchant(store: Pretended) -> None:
    store.control("PUT", "/faults", {"api": {"token_status_next": [500]}})
    consent = consent_in(store.query("/install"))

    with pytest.raises(CallFailed):
        exchange(HTTP, store.login_url, APP, consent, store.callback)

    assert exchange(HTTP, store.login_url, APP, consent, store.callback).store == store.hash


def test_who_agrees_again_gives_another_token_and_the_one_before_is_dead(store: Pretended, pace: Pacer) -> None:
    first = exchange(HTTP, store.login_url, APP, consent_in(store.query("/install")), store.callback)

    again = exchange(HTTP, store.login_url, APP, consent_in(store.query("/install")), store.callback)

    assert store.client(HTTP, pace, again.grant.access_token).get(Api.V2, "/store")
    with pytest.raises(NeedsReauthorisation):
        store.client(HTTP, pace, first.grant.access_token).get(Api.V2, "/store")


def test_what_a_merchant_did_not_grant_is_named(store: Pretended) -> None:
    consent = consent_in(store.query("/install", scopes=["store_v2_default", "store_v2_customers_read_only"]))

    granted = exchange(HTTP, store.login_url, APP, consent, store.callback).grant.scopes

    assert missing_scopes(SCOPES, granted) == SCOPES


def test_an_installation_from_outside_begins_and_ends_at_the_login_host(store: Pretended) -> None:
    begun = requests.get(
        install_url(store.login_url, CLIENT_ID), {"store": store.hash}, timeout=10, allow_redirects=False
    )
    consent = consent_in(urlsplit(begun.headers["Location"]).query)

    exchange(HTTP, store.login_url, APP, consent, store.callback)

    assert consent.is_external
    for succeeded in (True, False):
        assert requests.get(installed_url(store.login_url, CLIENT_ID, succeeded=succeeded), timeout=10).ok


# Opening


def test_owner_and_staff_open_the_app_at_the_place_they_clicked(store: Pretended) -> None:
    clerk = store.control("POST", "/users", {"email": "clerk@example.com", "locale": "de-DE"})["id"]
    payload = store.signed_payload("/load", user_id=clerk, path="/customers/5/segments", channel_id=1)

    found = verify_callback(payload, APP, now())
    owner = verify_callback(store.signed_payload("/load"), APP, now())

    assert (found.store, found.user_id, found.locale) == (store.hash, str(clerk), "de-DE")
    assert (found.path, found.channel_id) == ("/customers/5/segments", 1)
    assert (found.is_owner, owner.is_owner) == (False, True)


@pytest.mark.parametrize(
    "said",
    [{"lifetime": -61}, {"claims": {"aud": "another"}}, {"claims": {"iss": "x"}}, {"claims": {"sub": "stores/../x"}}],
)
def test_a_load_with_something_wrong_opens_nothing(store: Pretended, said: dict[str, Any]) -> None:
    with pytest.raises(NotGenuine):
        verify_callback(store.signed_payload("/load", **said), APP, now())


def test_a_load_opens_one_page_and_removes_nothing(store: Pretended) -> None:
    kept: dict[str, str] = {}

    def remember(memory: Memory, value: str) -> str | None:
        before = kept.get(memory.key)
        kept.setdefault(memory.key, value)
        return before

    found = verify_callback(store.signed_payload("/load"), APP, now())
    use(found, Use.LOAD, now(), remember)

    for again in Use:
        with pytest.raises(NotGenuine):
            use(found, again, now(), remember)
    use(verify_callback(store.signed_payload("/load"), APP, now()), Use.LOAD, now(), remember)


def test_the_platform_says_whom_it_removed_and_that_the_app_was(store: Pretended, app: Server) -> None:
    clerk = store.control("POST", "/users", {"email": "clerk@example.com"})["id"]

    store.control("DELETE", f"/users/{clerk}")
    removed = urlsplit(app.asked[-1].path)
    store.control("POST", "/uninstall", {})
    gone = urlsplit(app.asked[-1].path)

    assert (removed.path, gone.path) == ("/bigcommerce/remove-user", "/bigcommerce/uninstall")
    told = [parse_qs(each.query)["signed_payload_jwt"][0] for each in (removed, gone)]
    assert verify_callback(told[0], APP, now()).user_id == str(clerk)
    assert verify_callback(told[1], APP, now()).is_owner


# Deliveries


def test_what_is_asked_for_is_delivered_and_proven(store: Pretended, pace: Pacer) -> None:
    secret = new_secret()
    client = store.client(HTTP, pace, store.token())

    assert subscribe(client, TOPICS, store.uri, (), secret).made == TOPICS
    store.control("PATCH", "", {"name": "Renamed"})

    [heard] = store.heard()
    found = verify_environ(environ(heard), heard.body, trust(secret), now())
    assert (found.topic, found.remote_store) == (INFORMED, store.hash)
    assert abs(found.triggered_at - now()) < timedelta(minutes=1) if found.triggered_at else False
    with pytest.raises(NotGenuine):
        verify_environ(environ(heard), heard.body, trust(new_secret()), now())
    with pytest.raises(NotGenuine):
        verify_environ(environ(heard), heard.body, trust(secret, signature_required=True), now())


@pytest.mark.parametrize(
    ("faults", "is_proven"),
    [
        ({"signed": True}, True),
        ({"signed": True, "numeric_store_id": True}, True),
        ({"signing_secret": "another's"}, False),
        ({"without_headers": True}, False),
        ({"signed": True, "without_headers": True}, False),
        ({"producer": "stores/another"}, False),
        ({"signed": True, "producer": "stores/another"}, False),
    ],
)
def test_a_delivery_counts_only_with_every_proof_it_shows(
    store: Pretended, pace: Pacer, faults: dict[str, Any], is_proven: bool
) -> None:
    secret = new_secret()
    ensure(store.client(HTTP, pace, store.token()), [INFORMED], store.uri, secret)
    store.control("PUT", "/faults", {"webhooks": faults})
    store.control("PATCH", "", {"name": "Renamed"})

    [heard] = store.heard()
    for asked in (trust(secret), *([trust(secret, signature_required=True)] if "signed" in faults else [])):
        if is_proven:
            assert verify_environ(environ(heard), heard.body, asked, now()).topic == INFORMED
        else:
            with pytest.raises(NotGenuine):
                verify_environ(environ(heard), heard.body, asked, now())


def test_what_came_of_asking_is_told_in_the_words_of_every_platform(store: Pretended, pace: Pacer) -> None:
    client, secret = store.client(HTTP, pace, store.token()), new_secret()
    ensure(client, [INFORMED, CUSTOMER, "store/order/updated"], store.uri, secret)

    found = subscribe(client, [INFORMED, "store/app/uninstalled", CUSTOMER], store.uri, (CUSTOMER,), secret)

    assert (found.kept, found.made, found.moved) == ((INFORMED,), ("store/app/uninstalled",), ())
    assert sorted(found.ended) == [CUSTOMER, "store/order/updated"]


def test_asking_again_changes_nothing(store: Pretended, pace: Pacer) -> None:
    secret, client = new_secret(), store.client(HTTP, pace, store.token())
    ensure(client, TOPICS, store.uri, secret)
    before = listed(client)

    again = ensure(client, TOPICS, store.uri, secret)

    assert (again.kept, again.made, again.removed) == (TOPICS, (), ())
    assert listed(client) == before
    assert {call["method"] for call in store.control("GET", "/calls")[-2:]} == {"GET"}


def test_another_secret_reaches_every_hook(store: Pretended, pace: Pacer) -> None:
    client, secret = store.client(HTTP, pace, store.token()), new_secret()
    ensure(client, TOPICS, store.uri, new_secret())

    assert ensure(client, TOPICS, store.uri, secret).repaired == TOPICS

    assert {hook.headers["x-regulars-secret"] for hook in listed(client)} == {secret}


def test_a_hook_that_was_switched_off_is_switched_on_again(store: Pretended, pace: Pacer) -> None:
    client, secret = store.client(HTTP, pace, store.token()), new_secret()
    ensure(client, TOPICS, store.uri, secret)
    [number] = [hook.id for hook in listed(client) if hook.topic == CUSTOMER]
    client.run(Call("PUT", Api.V3, f"/hooks/{number}", body={"is_active": False}))

    assert health(client, store.uri, {}, now()).inactive == (CUSTOMER,)
    assert ensure(client, TOPICS, store.uri, secret).repaired == (CUSTOMER,)
    assert health(client, store.uri, {}, now()).inactive == ()


def test_hooks_follow_the_app_to_another_host(store: Pretended, pace: Pacer) -> None:
    client, secret = store.client(HTTP, pace, store.token()), new_secret()
    earlier = store.uri.replace("127.0.0.1", "localhost")
    ensure(client, TOPICS, earlier, secret)

    found = ensure(client, TOPICS, store.uri, secret)

    assert (found.moved, found.made, found.removed) == (TOPICS, (), ())
    assert {hook.destination for hook in listed(client)} == {address(store.uri, store.hash, topic) for topic in TOPICS}


def test_what_is_no_longer_wanted_goes_and_what_is_not_ours_stays(store: Pretended, pace: Pacer) -> None:
    client, secret = store.client(HTTP, pace, store.token()), new_secret()
    ensure(client, ["store/customer/*", "store/order/updated", INFORMED], store.uri, secret)
    earlier = address(store.uri.replace("127.0.0.1", "localhost"), store.hash, INFORMED)
    for destination in (f"{store.app.url}/elsewhere", earlier):
        client.run(Call("POST", Api.V3, "/hooks", body={"scope": INFORMED, "destination": destination}))

    found = ensure(client, [CUSTOMER, INFORMED], store.uri, secret)

    assert (found.kept, found.made) == ((INFORMED,), (CUSTOMER,))
    assert sorted(found.removed) == ["store/customer/*", INFORMED, "store/order/updated"]
    assert sorted((hook.topic, urlsplit(hook.destination).path) for hook in listed(client)) == [
        (CUSTOMER, f"{HOOKS}/{store.hash}"),
        (INFORMED, "/elsewhere"),
        (INFORMED, f"{HOOKS}/{store.hash}"),
    ]


def test_word_of_failures_goes_to_an_address_of_its_own(store: Pretended, pace: Pacer) -> None:
    client = store.client(HTTP, pace, store.token())
    ensure(client, TOPICS, store.uri, new_secret())

    apart = [hook for hook in listed(client) if hook.destination.endswith("/hook-exceptions")]

    assert [hook.topic for hook in apart] == [EXCEPTIONS]


def test_what_a_store_refuses_is_said_and_the_rest_is_made(store: Pretended, pace: Pacer) -> None:
    client = store.client(HTTP, pace, store.token())

    found = ensure(client, [CUSTOMER, "store/nothing/like/it", INFORMED], store.uri, new_secret())

    assert found.made == (CUSTOMER, INFORMED)
    assert [topic for topic, _ in found.refused] == ["store/nothing/like/it"]
    assert "unknown scope" in found.refused[0][1]


def test_a_wildcard_stays_until_what_it_brings_comes_by_itself(store: Pretended, pace: Pacer) -> None:
    client, secret = store.client(HTTP, pace, store.token()), new_secret()
    ensure(client, ["store/customer/*"], store.uri, secret)
    unknown = "store/customer/nothing/like/it"

    assert ensure(client, [CUSTOMER, unknown], store.uri, secret).removed == ()
    assert ensure(client, [CUSTOMER], store.uri, secret).removed == ("store/customer/*",)


@pytest.mark.parametrize("wild", ["store/customer/*", "store/*"])
def test_a_wildcard_beside_what_it_brings_is_a_mistake_of_ours(store: Pretended, pace: Pacer, wild: str) -> None:
    client = store.client(HTTP, pace, store.token())

    with pytest.raises(ValueError, match=CUSTOMER):
        ensure(client, [CUSTOMER, wild], store.uri, new_secret())

    assert listed(client) == []


def test_a_lost_answer_makes_no_hook_twice(store: Pretended, pace: Pacer) -> None:
    client, secret = store.client(HTTP, pace, store.token()), new_secret()
    store.control("PUT", "/faults", {"api": {"lose_next": 1}})
    with pytest.raises(CallFailed):
        ensure(client, TOPICS, store.uri, secret)

    found = ensure(client, TOPICS, store.uri, secret)

    assert (found.kept, found.made) == (TOPICS[:1], TOPICS[1:])
    assert len(listed(client)) == len(TOPICS)


def test_a_hook_that_goes_while_we_look_is_made_again(store: Pretended, pace: Pacer) -> None:
    token, secret = store.token(), new_secret()
    other = store.client(HTTP, pace, token)
    ensure(other, [CUSTOMER], store.uri, new_secret())
    calls = iter([lambda: None, lambda: other.run(Call("DELETE", Api.V3, f"/hooks/{listed(other)[0].id}"))])

    def current() -> str:
        next(calls, lambda: None)()
        return token

    found = ensure(store.client(HTTP, pace, current), [CUSTOMER], store.uri, secret)

    assert found.made == (CUSTOMER,)
    assert [hook.headers["x-regulars-secret"] for hook in listed(other)] == [secret]


def test_a_host_that_fails_too_often_is_said_to_be_blocked(store: Pretended, pace: Pacer, app: Server) -> None:
    client, secret = store.client(HTTP, pace, store.token()), new_secret()
    ensure(client, [INFORMED], store.uri, secret)
    assert health(client, store.uri, {}, now()).blocked is None
    store.delivering(gaps=[0.1], blocking={"least": 1, "block_seconds": 60})
    app.replies[:] = [Reply(status=503)]

    store.control("PATCH", "", {"name": "Renamed"})
    store.heard()

    found = health(client, store.uri, {}, now())
    assert found.blocked is not None
    assert 0 < found.blocked.seconds <= 60
    assert found.blocked.reasons == ("HTTP 503",)
    assert found.inactive == (INFORMED,)


def test_a_topic_that_was_silent_for_long_is_told_before_it_is_switched_off(store: Pretended, pace: Pacer) -> None:
    client = store.client(HTTP, pace, store.token())
    ensure(client, [CUSTOMER, INFORMED], store.uri, new_secret())
    later = now() + SILENCE + timedelta(minutes=1)

    found = health(client, store.uri, {INFORMED: later - timedelta(days=3)}, later)

    assert found.silent == (CUSTOMER,)
    assert health(client, store.uri, {}, later - timedelta(days=1)).silent == ()
