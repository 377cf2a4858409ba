"""subscribe: a store sends what manifest.json names, as far as it must be asked for that itself."""

from datetime import timedelta

import structlog

from plugin.db import credentials, optional, problems, stores
from plugin.db.stores import Store
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.platforms import platform
from plugin.platforms.base import Calls, Subscriptions
from plugin.platforms.manifest import asked
from plugin.rules.optional import facts_of

log = structlog.get_logger()
LATEST = timedelta(hours=49)
"""So long after the app was installed anew a delivery may still come that was first sent before: its last try."""


def subscribe(house: House, store: Store, calls: Calls) -> Subscriptions:
    """What this store must be asked for is delivered to us; a problem for each topic it refuses. Safe to repeat.

    Where a platform has it so, most topics are in the app's configuration and come from every store; see
    SHOPIFY_SUBSCRIPTIONS. Those that were asked for because a rule needed them end with it. Raises PlatformError.
    """
    ours = asked(store.platform)
    per_store = ours.subscribes_per_store or house.settings.subscribes_per_store
    topics = ours.topics_with(store.scopes) if per_store else ours.optional_with(store.scopes)
    needed = ours.needed_for(_needed(house, store))
    unwanted = ours.needed_topics.keys() - set(needed)
    uri = house.settings.public_url + ours.webhook_path
    found = platform(store.platform).subscribe(calls, (*topics, *needed), uri, sorted(unwanted), _secret(house, store))
    _report(house, store, found)
    old = found.versions - {ours.api_version}
    for outcome in ("kept", "made", "moved", "ended", "refused"):
        metrics.subscribed(outcome, len(getattr(found, outcome)))
    if old:  # Nobody can set it: it is the version of the app's configuration as it was last deployed.
        metrics.subscribed("other version", len(old))
        log.warning("subscriptions.version", store=store.id, served=sorted(old), asked=ours.api_version)
    return found


def _secret(house: House, store: Store) -> str:
    """What the store's webhooks carry, if they carry anything: we know it again before the first of them can come."""
    hooks = platform(store.platform).hooks
    if hooks is None:
        return ""
    with house.database.store(store.id) as tx:
        found = credentials.hook_secret(tx, house.keys)
        if found is None:
            found = hooks.new_secret()
            credentials.put_hook_secret(tx, house.keys, found)
            stores.put_hook_digest(tx, hooks.digest(found))
        elif house.now() - store.installed_at > LATEST:
            stores.end_hook_digest(tx)
        return found


def _needed(house: House, store: Store) -> frozenset[str]:
    """The kinds of facts that the store's rules ask for and no store sends unasked."""
    with house.database.store(store.id) as tx:
        return frozenset(facts_of(name).value for name in optional.names(tx))


def _report(house: House, store: Store, found: Subscriptions) -> None:
    ours = asked(store.platform)
    refused = dict(found.refused)
    with house.database.store(store.id) as tx:
        for topic, reason in refused.items():
            problems.report(tx, "subscription_refused", topic, reason=reason)
        for topic in {*ours.topics, *ours.optional_topics, *ours.needed_topics} - refused.keys():
            problems.clear(tx, "subscription_refused", topic)
