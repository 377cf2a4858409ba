"""When a store's messages go missing it is a problem as well, and what it sends us is looked after at once."""

from datetime import timedelta

import structlog

from plugin.db import inbox, problems
from plugin.db.reconciles import Reconcile
from plugin.db.transaction import Transaction
from plugin.flow.bell import Work
from plugin.flow.differences import Asking

log = structlog.get_logger()
SILENCE = timedelta(hours=1)
"""A store that changed and told us nothing for so long does not tell us any more."""
MANY, SHARE = 10, 0.2
"""So many missed, and this part of all that changed, is no accident."""


def judge(asking: Asking, tx: Transaction, row: Reconcile) -> None:
    """What the complete look says of the store's messages is a problem on its page, or none any more."""
    assert row.began_at is not None
    heard_at, subject = inbox.heard_at(tx), row.kind.value
    silent = heard_at is None or heard_at < row.began_at - SILENCE
    many = row.missed >= MANY and row.missed >= SHARE * row.looked
    if row.missed and silent:
        problems.report(tx, "messages_stopped", count=row.missed)
    elif many:
        problems.report(tx, "messages_missing", subject, count=row.missed, kind=subject)
    if not silent:
        problems.clear(tx, "messages_stopped")
    if row.looked and not row.missed:
        problems.clear(tx, "messages_missing", subject)
    if many or (row.missed and silent):
        log.warning("messages.missing", store=asking.store.id, kind=subject, count=row.missed, silent=silent)
        tx.after_commit(lambda: _repair(asking))


def _repair(asking: Asking) -> None:
    """What the store sends us is looked after at once, not in the night."""
    asking.house.bell.ring(Work.REPAIR, asking.store.id)
