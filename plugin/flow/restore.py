"""restore: a tag of ours that somebody else took off a customer is given again, some time later and a few times.

Another app that writes whole lists of tags takes ours off by accident, once; one that means it does it again and
again. So each time in a day is waited for longer than the last, and then it is left, and the page says so.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from plugin.db import observations, outbox, problems
from plugin.db.outbox import Entry, Standing
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.domain.text import fold

MOST = 4
"""Times in a day."""
FIRST = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Loss:
    """Which of our tags a customer carries no longer."""

    row: Entry
    tags: tuple[str, ...]

    @property
    def left(self) -> Standing:
        return Standing(self.row.customer_id, [t for t in self.row.written if t not in self.tags], self.row.foreign)

    @property
    def is_wanted(self) -> bool:
        wanted = {fold(tag) for tag in self.row.wanted}
        return any(fold(tag) in wanted for tag in self.tags)


def restore(tx: Transaction, tagged: Collection[CustomerId], touched: Collection[CustomerId], now: datetime) -> bool:
    """What we wrote to these customers and is not there any more counts as not written; True if some is to be
    given again. ``tagged``: whose tags were just told; ``touched``: who else's rows this transaction may lock."""
    if not _losses(tx, tagged):
        return False
    outbox.lock(tx, sorted({*tagged, *touched}))
    losses = _losses(tx, tagged)
    outbox.settle(tx, [loss.left for loss in losses if not loss.is_wanted])
    given_again = False
    for loss in losses:
        if loss.is_wanted:
            given_again |= _give_again(tx, loss, now)
    return given_again


def _losses(tx: Transaction, ids: Collection[CustomerId]) -> list[_Loss]:
    rows = {who: row for who, row in outbox.of(tx, sorted(ids)).items() if row.written and not row.unsure}
    if not rows:
        return []
    present = observations.tags_now(tx, sorted(rows))
    found = []
    for who, row in rows.items():
        there = {fold(tag) for tag in present.get(who, ())}
        missing = tuple(tag for tag in row.written if fold(tag) not in there)
        if missing:
            found.append(_Loss(row, missing))
    return found


def _give_again(tx: Transaction, loss: _Loss, now: datetime) -> bool:
    """The customer's row is due in a while, unless it happened too often."""
    row = loss.row
    recent = row.restored_at is not None and now - row.restored_at < DAY
    times = row.restores + 1 if recent else 1
    if times > MOST:
        outbox.restoring(tx, loss.left, None, row.restores)
        tags = ", ".join(loss.tags)
        problems.report(tx, "tags_taken_away", str(row.customer_id), customer=row.customer_id, tags=tags, times=MOST)
        return False
    outbox.restoring(tx, loss.left, now + FIRST * 5 ** (times - 1), times)
    return True
