"""drain: a batch of one store's deliveries is absorbed, decided and posted in one transaction."""

import time
from dataclasses import dataclass

import structlog

from plugin.db import bodies, customers, drains, inbox, problems, stores
from plugin.db.inbox import Delivery
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, DeliveryId, StoreId
from plugin.flow import metrics
from plugin.flow.absorb import Absorbed, absorb
from plugin.flow.bell import Work
from plugin.flow.decide import Cause, decide
from plugin.flow.forget import forget_store
from plugin.flow.house import House
from plugin.flow.restore import FIRST, restore
from plugin.flow.special import act
from plugin.platforms import platform

log = structlog.get_logger()
RESTORE_SECONDS = FIRST.total_seconds()


@dataclass(frozen=True)
class Drained:
    """How many deliveries went in, and whether more wait."""

    count: int
    more: bool


def drain(house: House, store_id: StoreId) -> Drained:
    """The oldest deliveries of the store are facts, memberships and wanted tags.

    One drain a store at a time: who misses the lock rings again. Rings for what it leaves behind.
    """
    house.bell.answered(Work.DRAIN, store_id)
    began = time.perf_counter()
    later: list[tuple[Work, float]] = []
    with house.database.store(store_id, flush=False) as tx:
        if not stores.try_lock(tx):
            house.bell.ring(Work.DRAIN, store_id, wait=0.2)
            return Drained(0, more=True)
        head = inbox.head(tx)
        if head is None:
            return Drained(0, more=False)
        with house.database.aside(store_id, flush=False) as aside:
            attempt = drains.begin(aside, head, house.now())
        if attempt.culprit:
            _set_aside_killer(tx, head)
            drains.finish(tx)
            drained = Drained(1, more=True)
        else:
            deliveries = inbox.waiting(tx, attempt.size)
            later = _work(house, tx, deliveries)
            drains.finish(tx)
            drained = Drained(len(deliveries), more=len(deliveries) == attempt.size)
    metrics.drained(drained.count, time.perf_counter() - began)
    if drained.more:
        house.bell.ring(Work.DRAIN, store_id)
    for work, wait in later:
        house.bell.ring(work, store_id, wait)
    return drained


def _work(house: House, tx: Transaction, deliveries: list[Delivery]) -> list[tuple[Work, float]]:
    store = stores.get(tx)
    if store.erased:  # What was on its way when the store asked to be forgotten is forgotten too.
        forget_store(tx)
        return []
    rules = house.plans.of(tx, store) if store.state is State.READY else None
    there = platform(store.platform)
    # History is not whole before its reads are answered, and a thin message is no news before.
    urgent = rules is None or bool(rules.reads_remote) or there.is_thin
    _count_unknown(store, deliveries)
    absorbed = absorb(tx, there.translate, deliveries, urgent)
    if rules is not None and absorbed.amounts_unsure and not store.amounts_unsure:
        store = stores.get(tx)
        rules = house.plans.of(tx, store)
    aside = set(absorbed.set_aside)
    inbox.done(tx, [delivery.id for delivery in deliveries if delivery.id not in aside])
    if absorbed.refused:  # What a late message says of who is gone is not kept either.
        bodies.empty(tx, bodies.naming(deliveries, absorbed.refused))
    act(house, tx, store, absorbed.special)
    later = [(Work.FETCH, 0.0)] if urgent else []
    if rules is None:
        customers.now_due(tx, sorted(absorbed.touched), "delivery")
    elif absorbed.touched:
        if restore(tx, absorbed.tagged, absorbed.touched, house.now()):
            later.append((Work.DELIVER, RESTORE_SECONDS))
        later += decide(house, tx, store, rules, _causes(absorbed))
    return later


def _count_unknown(store: Store, deliveries: list[Delivery]) -> None:
    """What a version newer than ours says is harmless, and noticed."""
    for delivery in deliveries:
        fields = platform(store.platform).unknown(delivery.topic, delivery.body)
        if fields is None:
            metrics.unknown("topic")
            log.info("delivery.unknown_topic", store=store.id, topic=delivery.topic[:100])
        elif fields:
            metrics.unknown("field", len(fields))
            log.debug("delivery.unknown_fields", store=store.id, topic=delivery.topic, count=len(fields))


def _causes(absorbed: Absorbed) -> dict[CustomerId, Cause]:
    return {customer_id: Cause("delivery", received_at=at) for customer_id, at in absorbed.touched.items()}


def _set_aside_killer(tx: Transaction, head: DeliveryId) -> None:
    log.error("delivery.killed_workers", store=tx.store_id, delivery=head)
    inbox.set_aside(tx, head, f"ended the worker {drains.LONELY_DEATHS} times while alone in its batch")
    problems.report(tx, "delivery_set_aside", str(head), topic="")
