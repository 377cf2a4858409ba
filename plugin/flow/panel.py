"""panel: who looks at a customer in the control panel finds our page of them there, if there is room."""

import structlog

from plugin.db import problems
from plugin.db.stores import Store
from plugin.domain.errors import AccessDenied, PlatformError, PlatformRefused, Throttled
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.platforms import platform
from plugin.platforms.base import Calls

log = structlog.get_logger()


def panel(house: House, store: Store, calls: Calls) -> None:
    """The panel stands as it should; a problem where the platform refuses it. Everything else goes on without it.

    Safe to repeat. Raises Throttled alone: whatever else fails is tried again with the next daily look.
    """
    ensure = platform(store.platform).panel
    if ensure is None:
        return
    try:
        with metrics.calling("repair"):
            done = ensure(calls)
    except Throttled:
        raise
    except (AccessDenied, PlatformRefused) as error:
        log.warning("panel.refused", store=store.id, error=error.code)
        with house.database.store(store.id) as tx:
            problems.report(tx, "panel_refused", reason=error.message)
        return
    except PlatformError as error:
        log.warning("panel.failed", store=store.id, error=error.code)
        return
    log.info("panel.stands", store=store.id, done=done)
    with house.database.store(store.id) as tx:
        problems.clear(tx, "panel_refused")
