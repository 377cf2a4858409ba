"""authorise: the older way in, by a code that the merchant's browser brings back (SHOPIFY_INSTALL=code).

Two halves with the merchant's consent between them. A state ties them together: it comes back in the address that
Shopify signed and in a cookie of this browser, and counts once. Its signature is made with a key of its own: made
with the client secret, it could be shown to us again as a webhook's.
"""

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlencode

from redis import RedisError

from plugin.db.stores import Store
from plugin.domain.errors import RegularsError
from plugin.flow.house import House
from plugin.flow.install import install_granted
from plugin.platforms.base import NotGenuine
from plugin.platforms.manifest import asked
from plugin.platforms.shopify import auth, grants
from plugin.platforms.shopify.connect import NAME as PLATFORM
from plugin.platforms.shopify.connect import app, base_url

LIFE = timedelta(minutes=10)
"""How long a merchant may look at what the app asks for."""


class StateUnknown(RegularsError):
    """Redis does not say whether the state was used before: try again."""

    code = "state_unknown"


class Leaving(NamedTuple):
    """Where the merchant's browser goes, and the cookie it takes along."""

    url: str
    cookie: str


def begin(house: House, domain: str) -> Leaving:
    """The merchant of this shop is on the way to the page where they agree. ``domain``: well-formed."""
    state = secrets.token_urlsafe(32)
    expires = int((house.now() + LIFE).timestamp())
    said = f"{state}.{expires}.{domain}"
    ours = asked(PLATFORM)
    query = {
        "client_id": house.settings.shopify_client_id,
        "scope": ",".join(ours.scopes),
        "redirect_uri": house.settings.public_url + ours.redirect_paths[0],
        "state": state,
    }
    url = f"{base_url(house.settings, domain)}/admin/oauth/authorize?{urlencode(query)}"
    return Leaving(url, f"{_signed(house.settings.keys[0], said)}.{said}")


def finish(house: House, query: str, cookie: str) -> Store:
    """The app is installed on the store whose merchant agreed.

    Raises NotGenuine when signature, age, shop, state or code do not hold, StateUnknown, PlatformError.
    """
    told = auth.verify_query(query, house.settings.shopify_secrets, house.now())
    domain = auth.shop_domain(told.get("shop", ""))
    _prove(house, cookie, told.get("state", ""), domain)
    code = told.get("code", "")
    grant = grants.exchange_code(house.http, base_url(house.settings, domain), app(house.settings), code, house.now())
    return install_granted(house, PLATFORM, domain, grant)


def _prove(house: House, cookie: str, state: str, domain: str) -> None:
    """This browser was sent away with this state for this shop, lately, and has not come back with it before."""
    signature, _, said = cookie.partition(".")
    signed = [hmac.compare_digest(signature.encode(), _signed(key, said).encode()) for key in house.settings.keys]
    ours, _, rest = said.partition(".")
    expires, _, shop = rest.partition(".")
    if not any(signed) or not hmac.compare_digest(ours.encode(), state.encode()) or shop != domain:
        raise NotGenuine
    if house.now().timestamp() > int(expires):
        raise NotGenuine
    try:
        is_first = house.memory.set(f"state:{ours}", "1", nx=True, ex=int(LIFE.total_seconds()) + 60)
    except (RedisError, OSError) as error:
        raise StateUnknown from error
    if not is_first:
        raise NotGenuine


def _signed(key: str, said: str) -> str:
    """The signature of the cookie, with a key derived for nothing else."""
    derived = hmac.digest(key.encode(), b"regulars install state", sha256)
    return hmac.new(derived, said.encode(), sha256).hexdigest()
