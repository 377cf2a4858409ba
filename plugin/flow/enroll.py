"""enroll: what attributes and native segments of the store say of customers is what is wanted (roll).

Writing looks first and changes only what differs, so a call without an answer is simply made again. What somebody edits
over there is put right when the customer changes next; what somebody deletes as a whole stays deleted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from plugin.db import outputs, problems, rolls, stores, writes
from plugin.db.outputs import Key, Kind, Output, State
from plugin.db.rolls import Roll
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.db.writes import What, Write
from plugin.domain.errors import AccessDenied, PlatformError, PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.flow.output import cured, gone, name_of, subject
from plugin.flow.settle import UNSURE_SECONDS, back_off, forgotten, lost
from plugin.flow.tokens import client
from plugin.flow.write import CROWD_SHARE, SHARE, WRITES_AN_HOUR
from plugin.platforms import platform
from plugin.platforms.base import Calls, RollLost, WriteResult

log = structlog.get_logger()
JOURNAL = {Kind.ATTRIBUTE: What.ATTRIBUTE, Kind.NATIVE: What.NATIVE}


def enroll(house: House, store: Store, due: Sequence[Roll]) -> int:
    """The store says so of these customers, all of one output; of how many. Raises PlatformError where it must wait."""
    key, heard = due[0].output, any(each.caused_at is not None for each in due)
    with house.database.store(store.id) as tx:
        output = outputs.find(tx, key)
        sending = [] if output is None else _sending(house, tx, output, [each.customer_id for each in due])
    if output is None or not sending:
        return 0
    calls, sent_at = client(house, store, SHARE if heard else CROWD_SHARE, optional=True), house.now()
    try:
        with metrics.calling("roll"):
            results = _write(store, calls, output, sending)
    except RollLost:
        _lost(house, store, output)
        return 0
    except (PlatformRefused, AccessDenied) as error:  # Of all of them: the store has no such thing any more.
        _put_off(house, store, output, sending, _reason(store, calls, output, error))
        return 0
    except PlatformError:
        _not_sent(house, store, key, sending)
        raise
    _settle(house, store, output, sending, results, sent_at)
    _not_sent(house, store, key, sending[len(results) :])
    return len(results)


def _reason(store: Store, calls: Calls, output: Output, error: PlatformError) -> str:
    """What the store can't have, in words for the merchant, else what it answered."""
    try:
        return platform(store.platform).rolls[output.kind].why_not(calls) or error.message
    except PlatformError:
        return error.message


def _sending(house: House, tx: Transaction, output: Output, ids: Sequence[CustomerId]) -> list[Roll]:
    """The rows that are to be sent, marked unsure; those that need nothing, or can't be helped now, are dealt with."""
    if output.state is not State.STANDING or output.remote_id is None:
        return []
    rows = rolls.lock(tx, output.key, ids)
    often = writes.in_last_hour(tx, ids, JOURNAL[output.kind])
    fight = [row for row in rows if row.differs and often.get(row.customer_id, 0) >= WRITES_AN_HOUR]
    for row in fight:
        rolls.put_off(tx, row, house.now() + timedelta(hours=1), "written too often", unsure=row.unsure)
        problems.report(tx, "written_too_often", str(row.customer_id), customer=row.customer_id)
    right = [row for row in rows if not row.differs]
    rolls.settle(tx, output.key, [(row.customer_id, row.written) for row in right])
    cured(tx, [row.customer_id for row in right])
    sending = [row for row in rows if row.differs and row not in fight]
    rolls.sending(tx, output.key, [row.customer_id for row in sending])
    return sending


def _write(store: Store, calls: Calls, output: Output, rows: Sequence[Roll]) -> list[WriteResult]:
    assert output.remote_id is not None
    wanted = {row.customer_id: row.wanted for row in rows}
    return platform(store.platform).rolls[output.kind].write(calls, output.remote_id, wanted)


def _settle(
    house: House, store: Store, output: Output, rows: Sequence[Roll], results: Sequence[WriteResult], sent_at: datetime
) -> None:
    """The rows and the journal follow the store's answers, in one transaction. Who was forgotten meanwhile stays so."""
    with house.database.store(store.id) as tx:
        ids = [row.customer_id for row in rows[: len(results)]]
        rolls.lock(tx, output.key, ids)
        away = forgotten(tx, ids)
        answered = [each for each in zip(rows, results, strict=False) if each[0].customer_id not in away]
        writes.add(tx, [_journal(output, row, result, sent_at) for row, result in answered if not result.unsure])
        done = [(row.customer_id, row.wanted) for row, result in answered if result.ok]
        rolls.settle(tx, output.key, done)
        for row, result in answered:
            if not result.ok:
                _failed(house, tx, output, row, result)
        _well(tx, output, [each[0] for each in done])


def _failed(house: House, tx: Transaction, output: Output, row: Roll, result: WriteResult) -> None:
    if result.gone:
        rolls.remove(tx, [row.customer_id])
        lost(tx, [row.customer_id])
    elif result.unsure:
        rolls.put_off(tx, row, house.now() + timedelta(seconds=UNSURE_SECONDS), "no answer", unsure=True)
    else:
        reason, wait = result.error or "no reason", back_off(row.attempts + 1)
        rolls.put_off(tx, row, house.now() + wait, reason, unsure=row.unsure)
        particulars = {"customer": row.customer_id, "name": output.name, "reason": reason}
        problems.report(tx, "roll_refused", str(row.customer_id), **particulars)


def _well(tx: Transaction, output: Output, ids: Sequence[CustomerId]) -> None:
    """Whom nothing more is refused for has no problem any more, nor has the output."""
    if ids:
        cured(tx, ids)
        problems.clear(tx, "output_refused", subject(output))


def _journal(output: Output, row: Roll, result: WriteResult, sent_at: datetime) -> Write:
    was, now = _names(output, row.written), _names(output, row.wanted)
    added, removed = (now, was) if was != now else (now, ())
    return Write(
        row.customer_id, was, added, removed, row.cause, result.ok, result.error, sent_at, JOURNAL[output.kind]
    )


def _names(output: Output, said: str | None) -> tuple[str, ...]:
    if said is None:
        return ()
    return (f"{output.name}: {said}" if output.kind is Kind.ATTRIBUTE else output.name,)


def _lost(house: House, store: Store, output: Output) -> None:
    """Somebody deleted it over there: it says nothing of anybody, and nobody is written to it."""
    log.info("output.gone", store=store.id, segment=output.segment_id, kind=output.kind)
    with house.database.store(store.id) as tx:
        stores.lock(tx)
        gone(tx, output)


def _put_off(house: House, store: Store, output: Output, rows: Sequence[Roll], reason: str) -> None:
    log.warning("output.refused", store=store.id, segment=output.segment_id, reason=reason)
    with house.database.store(store.id) as tx:
        for row in rows:
            rolls.put_off(tx, row, house.now() + back_off(row.attempts + 1), reason, unsure=row.unsure)
        now = outputs.find(tx, output.key)
        if now is not None and now.state is State.STANDING:  # Else nobody wants it any more.
            particulars = {"name": now.name, "segment": name_of(tx, now.segment_id), "reason": reason}
            problems.report(tx, "output_refused", subject(now), **particulars)


def _not_sent(house: House, store: Store, key: Key, rows: Sequence[Roll]) -> None:
    """These were marked but no call was made for them: as sure as before, and still due."""
    if rows:
        with house.database.store(store.id) as tx:
            rolls.lock(tx, key, [row.customer_id for row in rows])
            rolls.not_sent(tx, key, rows)
