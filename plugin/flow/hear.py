"""hear: whether a store's messages still come, by its platform's word, where it may end that by itself."""

import structlog

from plugin.db import inbox, problems, reconciles
from plugin.db.reconciles import Look
from plugin.db.stores import Store
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.platforms import platform
from plugin.platforms.base import Calls
from plugin.platforms.manifest import asked

log = structlog.get_logger()


def hear(house: House, store: Store, calls: Calls) -> None:
    """What was switched off is known, and what may have been missed is about to be read. Subscribing puts it right.

    Raises PlatformError.
    """
    health, ours = platform(store.platform).health, asked(store.platform)
    if health is None:
        return
    with house.database.store(store.id) as tx:
        heard = inbox.heard_by_topic(tx)
    found = health(calls, house.settings.public_url + ours.webhook_path, heard, house.now())
    with house.database.store(store.id) as tx:
        for topic in found.inactive:
            problems.report(tx, "subscription_inactive", topic)
        problems.clear_all(tx, ["subscription_inactive"], sorted(set(ours.topics) - set(found.inactive)))
        if found.blocked is None:
            problems.clear(tx, "deliveries_blocked")
        else:
            problems.report(tx, "deliveries_blocked", seconds=found.blocked.seconds, reasons=found.blocked.reasons)
        if found.inactive or found.blocked:
            reconciles.ask(tx, (Look.CHANGES,), house.now())
    if found.inactive or found.blocked:
        log.warning("messages.unsent", store=store.id, inactive=found.inactive, blocked=found.blocked is not None)
        house.bell.ring(Work.RECONCILE, store.id)
