"""The app comes to a store and goes again."""

import urllib.error
import urllib.request
from urllib.parse import urlencode

from sandbox.bigcommerce.oauth.payload import auth_address, signed_payload
from sandbox.bigcommerce.registration import Registration
from sandbox.bigcommerce.store.access import User
from sandbox.bigcommerce.store.store import Store
from sandbox.bigcommerce.world import World

PATIENCE = 10.0


def agree(world: World, store: Store, user_id: int, *, scopes: tuple[str, ...] = (), external: bool = False) -> str:
    """The merchant agrees, for the first time or again: where their browser goes. An earlier token is dead."""
    wanted = scopes or world.registration.scopes
    with store.lock:
        store.access.token = None
        code = store.access.offer(wanted, user_id)
    return auth_address(world.registration, store, code, wanted, external=external)


def leave(world: World, store: Store, *, with_callback: bool = True) -> int | None:
    """The merchant removes the app, with or without a word to it: token and hooks are gone. The callback's status."""
    with store.lock:
        payload = signed_payload(world.registration, store, store.access.owner_id)
        world.announcer.announce(store, ("store/app/uninstalled", {"type": "store"}))
        store.access.revoke()
        store.hooks.clear()
        store.extensions.clear()
    return call_back(world.registration.uninstall_callback, payload) if with_callback else None


def add_user(store: Store, email: str, username: str, locale: str) -> User:
    """Somebody else may use the app."""
    with store.lock:
        user = User(store.numbers.next("user"), email, username, locale)
        store.access.users[user.id] = user
        return user


def remove_user(registration: Registration, store: Store, user_id: int) -> int | None:
    """Somebody may not use the app any more; it hears of it. Gives the callback's status."""
    payload = signed_payload(registration, store, user_id)
    with store.lock:
        del store.access.users[user_id]
    return call_back(registration.remove_user_callback, payload)


def call_back(address: str, payload: str) -> int | None:
    """The platform's own call of the app: a GET with a signed payload. None when no answer came."""
    try:
        asked = f"{address}?{urlencode({'signed_payload_jwt': payload})}"
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 (the app's own address)
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
