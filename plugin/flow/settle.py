"""What came of a write: the outbox says what stands on the store, the journal what was done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plugin.db import merging, observations, outbox, problems, reads, tombstones, writes
from plugin.db.outbox import Entry, Standing
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.db.writes import Write
from plugin.domain.facts import Kind, TagsChanged, TagsListed
from plugin.domain.ids import CustomerId
from plugin.domain.text import fold
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.platforms import platform
from plugin.platforms.base import Calls, TagDelta, WriteResult

UNSURE_SECONDS = 5
REFUSED_FIRST, REFUSED_LONGEST = timedelta(hours=1), timedelta(days=2)
CURED = ("write_refused", "tags_full", "written_too_often", "tags_taken_away", "customer_gone")
"""Problems of a customer that are none any more once a write for them works."""
Answered = tuple[Entry, TagDelta, WriteResult]


def back_off(attempts: int) -> timedelta:
    """How long a write that was refused so often is left alone: an hour, four, sixteen, two days."""
    return min(REFUSED_FIRST * 4 ** max(attempts - 1, 0), REFUSED_LONGEST) if attempts < 10 else REFUSED_LONGEST


@dataclass
class _Ends:
    """What a transaction is to write, gathered row by row."""

    settled: list[Standing] = field(default_factory=list)
    refused: list[Standing] = field(default_factory=list)
    gone: list[CustomerId] = field(default_factory=list)
    journal: list[Write] = field(default_factory=list)
    seen: list[TagsChanged | TagsListed] = field(default_factory=list)
    well: list[str] = field(default_factory=list)


def settle_results(house: House, store: Store, answered: Sequence[Answered], sent_at: datetime) -> None:
    """The rows and the journal follow the platform's answers, in one transaction."""
    with house.database.store(store.id) as tx:
        settle_answers(house, tx, answered, sent_at)
    note_lags(house, answered)


def note_lags(house: House, answered: Sequence[Answered]) -> None:
    """How long each customer waited, since the message that began it, is counted."""
    for entry, _, result in answered:
        if result.ok and entry.caused_at is not None:
            metrics.lag(house.now() - entry.caused_at)


def settle_answers(house: House, tx: Transaction, answered: Sequence[Answered], sent_at: datetime) -> None:
    """The same within the caller's transaction. Rows that were forgotten meanwhile stay so."""
    ids = [entry.customer_id for entry, _, _ in answered]
    outbox.lock(tx, ids)
    current, away, ends = outbox.of(tx, ids), forgotten(tx, ids), _Ends()
    for entry, delta, result in answered:
        row = current.get(entry.customer_id)
        if row is None or entry.customer_id in away:
            ends.gone.append(entry.customer_id)
        elif result.unsure:
            until = house.now() + timedelta(seconds=UNSURE_SECONDS)
            outbox.put_off(tx, entry.customer_id, until, result.error or "no answer")
        else:
            ends.journal.append(_journal(entry, delta, result, sent_at))
            _end(house, tx, ends, row, entry, delta, result)
    _write_down(tx, ends)


def forgotten(tx: Transaction, ids: Sequence[CustomerId]) -> set[int]:
    """Who was deleted or forgotten while we wrote; no row is to be about them."""
    return tombstones.among(tx, {Kind.CUSTOMER: list(ids)})[Kind.CUSTOMER]


def _journal(entry: Entry, delta: TagDelta, result: WriteResult, sent_at: datetime) -> Write:
    return Write(
        entry.customer_id, entry.written, delta.add, delta.remove, entry.cause, result.ok, result.error, sent_at
    )


def _end(
    house: House, tx: Transaction, ends: _Ends, row: Entry, entry: Entry, delta: TagDelta, result: WriteResult
) -> None:
    """``row``: as it stands now; ``entry``: as it stood before the call."""
    if result.ok:
        # Before the store tells it: who leaves and comes back at once must not find our own tag a stranger's.
        ends.seen.append(TagsChanged(row.customer_id, house.now(), delta.add, delta.remove))
        ends.settled.append(Standing(row.customer_id, _without(row.written, delta.remove), row.foreign))
        ends.well.append(str(row.customer_id))
    elif result.gone:
        ends.gone.append(row.customer_id)
        lost(tx, [row.customer_id])
    else:
        if not (delta.add and delta.remove):  # Of two changes one may have been made: read back first.
            added = [tag for tag in delta.add if tag not in entry.written]
            ends.refused.append(Standing(row.customer_id, _without(row.written, added), row.foreign))
        outbox.put_off(tx, row.customer_id, house.now() + back_off(row.attempts), result.error or "refused")
        problems.report(
            tx, "write_refused", str(row.customer_id), customer=row.customer_id, reason=result.error or "no reason"
        )


def lost(tx: Transaction, ids: Sequence[CustomerId]) -> None:
    """The platform doesn't know these customers: whether they were deleted or merged a read will say, and until
    then the page says so."""
    merged = merging.survivors(tx, ids)
    unexplained = [each for each in ids if each not in merged]
    reads.want(tx, [(Kind.CUSTOMER, each) for each in unexplained], urgent=False)
    for each in unexplained:
        problems.report(tx, "customer_gone", str(each), customer=each)


def _without(tags: Sequence[str], less: Sequence[str]) -> list[str]:
    folded = {fold(tag) for tag in less}
    return [tag for tag in tags if fold(tag) not in folded]


def _write_down(tx: Transaction, ends: _Ends) -> None:
    writes.add(tx, ends.journal)
    if ends.seen:
        observations.put_tags(tx, ends.seen)
    outbox.settle(tx, ends.settled)
    outbox.refused(tx, ends.refused)
    if ends.gone:
        outbox.remove(tx, ends.gone)
    if ends.well:
        problems.clear_all(tx, CURED, ends.well)


def settle_unsure(house: House, store: Store, entries: Sequence[Entry], calls: Calls) -> None:
    """Rows whose last call had no answer are sure again: the customer's tags were read back.

    What we wrote, or may have written, is ours if it is there.
    """
    began = house.now()
    found = platform(store.platform).read_tags(calls, [entry.customer_id for entry in entries])
    with house.database.store(store.id) as tx:
        ids = [entry.customer_id for entry in entries]
        outbox.lock(tx, ids)
        current, away, ends = outbox.of(tx, ids), forgotten(tx, ids), _Ends()
        for entry in entries:
            row = current.get(entry.customer_id)
            tags = found.get(entry.customer_id)
            if row is not None and tags is not None and entry.customer_id not in away:
                _read_back(ends, row, tags, began)
                continue
            ends.gone.append(entry.customer_id)
            if entry.customer_id not in away and tags is None:
                lost(tx, [entry.customer_id])
        _write_down(tx, ends)


def _read_back(ends: _Ends, row: Entry, tags: tuple[str, ...], began: datetime) -> None:
    there = {fold(tag) for tag in tags}
    written = [tag for tag in row.written if fold(tag) in there]
    ends.seen.append(TagsListed(row.customer_id, began, tags))
    ends.settled.append(Standing(row.customer_id, written, row.foreign_wanted))
    ends.journal.append(Write(row.customer_id, row.written, (), (), row.cause, True, "read back", began))
