"""consent: a merchant has agreed and brings a code; the store has a row, a token, and its history on the way.

It comes the same way when they agree again, to other scopes or as another owner: the token before is dead by then.
"""

from dataclasses import dataclass

from plugin.db.stores import Store
from plugin.domain.errors import RegularsError
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.install import alone, install_granted
from plugin.platforms.base import Identity
from plugin.platforms.bigcommerce import grants
from plugin.platforms.bigcommerce.auth import hash_in
from plugin.platforms.bigcommerce.connect import NAME as PLATFORM
from plugin.platforms.bigcommerce.connect import app
from plugin.platforms.manifest import asked


class ScopesMissing(RegularsError):
    """The merchant granted less than we need; the platform lets nobody do that by themselves."""

    code = "scopes_missing"


@dataclass(frozen=True)
class Consented:
    """Where it was installed, and who sits in front of it."""

    store: Store
    visitor: Identity


def consent(house: House, query: str) -> Consented:
    """The app is installed on the store whose merchant agreed; safe to repeat, except that a code counts once.

    ``query``: of the address to which the browser was sent. Raises NotGenuine, ScopesMissing, PlatformError.
    """
    brought, now = grants.consent_in(query), house.now()
    ours = asked(PLATFORM)
    with alone(house, PLATFORM, hash_in(brought.context)):
        redirect_uri = house.settings.public_url + ours.redirect_paths[0]
        url = house.settings.bigcommerce_login_url
        granted = grants.exchange(house.http, url, app(house.settings), brought, redirect_uri)
        missing = grants.missing_scopes(ours.scopes, granted.grant.scopes)
        if missing:
            raise ScopesMissing(store=granted.store, scopes=missing)
        store = install_granted(house, PLATFORM, granted.store, granted.grant)
    house.bell.ring(Work.REPAIR, store.id)  # Who agreed again has a history already, and perhaps no webhooks.
    return Consented(store, Identity(granted.store, granted.user_id, now, now))
