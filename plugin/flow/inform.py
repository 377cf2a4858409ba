"""inform: documents about customers that differ from what the store keeps are written, or removed, there."""

from collections.abc import Sequence

import structlog

from plugin.db import documents, problems, shelves
from plugin.db.documents import Due
from plugin.db.stores import Store
from plugin.domain.errors import PlatformRefused
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.flow.settle import back_off, forgotten, lost
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.platforms.base import Calls, WriteResult

log = structlog.get_logger()
SHARE = 0.5
"""Of the store's pace: tags come first, and what is read for them."""


def inform(house: House, store: Store, due: Sequence[Due]) -> int:
    """The store keeps these documents, or says why not; how many. Raises PlatformError where it has to wait;
    what was sent without an answer is sent again: a document is whole, so twice is as once."""
    calls = client(house, store, share=SHARE)
    try:
        with metrics.calling("document"):
            _prepare(house, store, calls)
            results = platform(store.platform).documents.write(calls, {each.customer_id: each.wanted for each in due})
    except PlatformRefused as error:  # Of all of them: the place itself is refused.
        _put_off(house, store, due, error.message)
        return 0
    _settle(house, store, due, results)
    return len(results)


def _prepare(house: House, store: Store, calls: Calls) -> None:
    """The store has a place for documents; asked for once a store."""
    with house.database.store(store.id) as tx:
        ready = shelves.is_ready(tx)
    if not ready:
        platform(store.platform).documents.prepare(calls)
        with house.database.store(store.id) as tx:
            shelves.ready(tx)


def _put_off(house: House, store: Store, due: Sequence[Due], reason: str) -> None:
    log.warning("documents.refused", store=store.id, reason=reason)
    with house.database.store(store.id) as tx:
        attempts = max(each.attempts for each in due) + 1
        documents.put_off(tx, [each.customer_id for each in due], back_off(attempts), reason)
        problems.report(tx, "document_refused", "", reason=reason)


def _settle(house: House, store: Store, due: Sequence[Due], results: Sequence[WriteResult]) -> None:
    by_customer = {each.customer_id: each for each in due}
    with house.database.store(store.id) as tx:
        documents.settle(tx, [by_customer[each.customer_id] for each in results if each.ok])
        gone = [each.customer_id for each in results if each.gone]
        documents.remove(tx, gone)
        lost(tx, [each for each in gone if each not in forgotten(tx, gone)])
        for each in results:
            if not each.ok and not each.gone:
                wait = back_off(by_customer[each.customer_id].attempts + 1)
                documents.put_off(tx, [each.customer_id], wait, each.error or "refused")
                reason = each.error or "no reason"
                problems.report(tx, "document_refused", str(each.customer_id), customer=each.customer_id, reason=reason)
        well = [str(each.customer_id) for each in results if each.ok or each.gone]
        problems.clear_all(tx, ["document_refused"], [*well, ""] if well else [])
