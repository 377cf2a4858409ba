"""The facts of a batch stand in their tables, put there in the order of locks."""

from collections.abc import Callable, Sequence
from typing import Any

from plugin.db import (
    addresses,
    answers,
    checkouts,
    credits,  # noqa: A004 - the table's own name
    customers,
    disputes,
    events,
    forgetting,
    guests,
    merging,
    observations,
    orders,
    problems,
    reads,
    subscribers,
    tombstones,
)
from plugin.db.guests import Concerned
from plugin.db.transaction import Transaction
from plugin.domain.facts import (
    AddressesListed,
    AnswerGiven,
    AttributeSeen,
    ConsentSeen,
    CreditsListed,
    CustomerMerged,
    EventHappened,
    Kind,
    SubscriberSeen,
    TagsListed,
)
from plugin.domain.ids import CustomerId, OrderId
from plugin.flow import bought, link, sources
from plugin.flow.sorting import Sorted

__all__ = ["Sorted", "put"]

_PUTTERS: dict[type, Callable[[Transaction, Sequence[Any]], None]] = {
    ConsentSeen: observations.put_consents,
    SubscriberSeen: subscribers.put,
    AttributeSeen: observations.put_attributes,
    AnswerGiven: answers.put,
    EventHappened: events.put,
    AddressesListed: addresses.put,
    CreditsListed: credits.put,
}


def put(tx: Transaction, batch: Sorted, urgent: bool) -> None:
    """The batch stands. First the customers' rows, locked in the order of their ids, then the rest.

    Whom it touched is to be decided in the same transaction, or made due (customers.now_due)."""
    if batch.products:
        bought.note(tx, batch)
    merged = _follow_merges(tx, batch) if batch.merged else []
    moved = link.concerned(tx, batch)
    if not _claim(tx, batch, merged, moved):  # Somebody was merged away before: once more, about who survived.
        _follow_merges(tx, batch)
        moved = link.concerned(tx, batch)
        _claim(tx, batch, merged, moved)
    for fact in merged:
        merging.merge(tx, fact)
    _put_orders(tx, batch, sorted(batch.order_moments))
    if moved is not None:
        guests.link(tx, moved.keys, on=True)
    bought.settle(tx, batch)
    _put_the_rest(tx, batch)
    sources.note(tx, batch)
    _put_reads(tx, batch, urgent)


def _claim(tx: Transaction, batch: Sorted, merged: Sequence[CustomerMerged], moved: Concerned | None) -> bool:
    """Whom the batch is about is known, and their rows are ours; False where it speaks of a merged record."""
    if not _bury(tx, batch, merged):
        return False
    if moved is not None:
        _touch_by_guest_orders(batch, moved)
    changed = sorted(batch.order_moments)
    owners = orders.owners(tx, changed) if changed else {}
    for order_id, customer_id in owners.items():
        batch.touch(customer_id, batch.order_moments[order_id][1], batch.order_moments[order_id][0])
    _touch_by_what_waited(tx, batch)
    return _put_customers(tx, batch, merged)


def _follow_merges(tx: Transaction, batch: Sorted) -> list[CustomerMerged]:
    """The batch speaks of survivors only; the merges that are new, each into one who is not merged away."""
    went = merging.survivors(tx, batch.named())
    new: list[CustomerMerged] = []
    for fact in sorted(batch.merged, key=lambda each: (each.at, each.loser)):
        survivor = _root(went, fact.survivor)
        if fact.loser not in went and survivor != fact.loser:
            went[fact.loser] = survivor
            new.append(CustomerMerged(fact.loser, survivor, fact.at))
    if went:
        batch.redirect({loser: _root(went, loser) for loser in went})
        batch.wanted |= {(Kind.CUSTOMER, fact.survivor) for fact in new}  # Its tags and profile are others now.
    return new


def _root(went: dict[CustomerId, CustomerId], customer_id: CustomerId) -> CustomerId:
    while customer_id in went:
        customer_id = went[customer_id]
    return customer_id


def _bury(tx: Transaction, batch: Sorted, merged: Sequence[CustomerMerged]) -> bool:
    """What tombstones forbid is out; False where it is about a record that was merged away before it went."""
    if batch.gone:
        tombstones.put(tx, batch.gone)
    _unsubscribe(tx, batch, merged)
    gone = tombstones.among(
        tx, {Kind.CUSTOMER: {*batch.customers, *batch.touched}, Kind.ORDER: set(batch.order_moments)}
    )
    gone_customers, gone_orders = gone[Kind.CUSTOMER], gone[Kind.ORDER]
    _bury_checkouts(tx, batch)
    if gone_customers and merging.survivors(tx, gone_customers):
        return False
    if gone_orders:
        owners = orders.owners(tx, sorted(gone_orders))
        for order_id, customer_id in owners.items():
            batch.touch(customer_id, batch.order_moments[OrderId(order_id)][1])
        orders.remove(tx, sorted(gone_orders))
    deleted = {fact.id for fact in batch.gone if fact.kind == Kind.CUSTOMER}
    if deleted:
        guests.unlink(tx, deleted)
        away = {*merging.survivors(tx, deleted), *(fact.loser for fact in merged)}  # Nothing but where they went.
        # Where nobody told of a merge, what a gone record bought is another's: no store deletes who has orders.
        batch.wanted |= {(Kind.ORDER, order_id) for order_id in orders.of_customers(tx, sorted(deleted - away))}
        forgetting.deleted(tx, sorted(deleted - away))
    batch.without(gone_customers | deleted, gone_orders)  # A deleted one may own an order that went with them.
    return True


def _unsubscribe(tx: Transaction, batch: Sorted, merged: Sequence[CustomerMerged]) -> None:
    """Whose place on the store's list is gone has agreed no longer since then, whatever was told first; whoever is
    merged away just now, as the one they become."""
    told: list[SubscriberSeen] = batch.dated.get(SubscriberSeen, [])
    left = [fact.id for fact in batch.gone if fact.kind is Kind.SUBSCRIBER]
    if not told and not left:
        return
    went = tombstones.moments(tx, Kind.SUBSCRIBER, {*left, *(fact.number for fact in told)})
    if went:
        into = {fact.loser: fact.survivor for fact in merged}
        for number, who, channel in {*((f.number, f.customer_id, f.channel) for f in told), *subscribers.of(tx, left)}:
            if number in went:
                batch.add([ConsentSeen(_root(into, who), channel, went[number], "UNSUBSCRIBED")], went[number])


def _bury_checkouts(tx: Transaction, batch: Sorted) -> None:
    """Checkouts that are gone are out, and whose they were is touched."""
    if not batch.checkouts and not any(fact.kind is Kind.CHECKOUT for fact in batch.gone):
        return
    spoken = {*batch.checkouts, *(fact.id for fact in batch.gone if fact.kind is Kind.CHECKOUT)}
    gone = tombstones.among(tx, {Kind.CHECKOUT: spoken})[Kind.CHECKOUT]
    batch.checkouts = {key: fact for key, fact in batch.checkouts.items() if key not in gone}
    for customer_id in checkouts.remove(tx, sorted(gone)):
        batch.touch(customer_id, min(fact.at for fact in batch.gone))


def _put_customers(tx: Transaction, batch: Sorted, merged: Sequence[CustomerMerged]) -> bool:
    losers = {fact.loser: fact.at for fact in merged}
    if not batch.touched and not losers:
        return True
    moments = {customer_id: batch.moments[customer_id] for customer_id in batch.touched}
    new, away = customers.put(tx, {**moments, **losers}, batch.customers)
    known = {fact.id for fact in batch.answered if fact.kind == Kind.CUSTOMER}
    listed = {fact.customer_id for fact in batch.tags if isinstance(fact, TagsListed)}
    batch.wanted |= {(Kind.CUSTOMER, customer_id) for customer_id in new - known - listed - set(losers)}
    return not away


def _touch_by_what_waited(tx: Transaction, batch: Sorted) -> None:
    """A refund or dispute that waited for its order, or comes with it, is a fact of the order's customer."""
    if not batch.orders:
        return
    waited = orders.waited(tx, [order.id for order in batch.orders.values()])
    for order in batch.orders.values():
        if order.customer_id is not None:
            latest, received_at = batch.order_moments[order.id]
            batch.touch(order.customer_id, received_at, latest, waited.get(order.id))


def _touch_by_guest_orders(batch: Sorted, moved: Concerned) -> None:
    """Whoever may gain or lose a guest order is touched, unless they go."""
    gone = {fact.id for fact in batch.gone if fact.kind is Kind.CUSTOMER} | {fact.loser for fact in batch.merged}
    heard = [*batch.touched.values(), *(at for _, at in batch.order_moments.values()), *(f.at for f in batch.gone)]
    for customer_id in moved.people - gone - batch.refused:
        batch.touch(customer_id, min(heard))


def _put_orders(tx: Transaction, batch: Sorted, changed: Sequence[OrderId]) -> None:
    if batch.orders:
        orders.put(tx, [batch.orders[key] for key in sorted(batch.orders)])
    if batch.refunds:
        orders.put_refunds(tx, [batch.refunds[key] for key in sorted(batch.refunds)])
    if batch.disputes:
        disputes.put(tx, batch.disputes)
    if changed:
        orders.sum_refunds(tx, changed)


def _put_the_rest(tx: Transaction, batch: Sorted) -> None:
    if batch.tags:
        observations.put_tags(tx, batch.tags)
    for kind, facts in (*batch.dated.items(), *batch.snapshots.items()):
        if facts:
            _PUTTERS[kind](tx, facts)
    if batch.checkouts:
        checkouts.put(tx, [batch.checkouts[key] for key in sorted(batch.checkouts)])


def _put_reads(tx: Transaction, batch: Sorted, urgent: bool) -> None:
    if batch.answered:
        reads.answered(tx, batch.answered)
        told = [str(fact.id) for fact in batch.answered if fact.kind is Kind.CUSTOMER]
        problems.clear_all(tx, ["customer_gone"], told)
    sold = {(kind, id_) for kind, id_ in batch.wanted if kind is Kind.PRODUCT}
    if batch.wanted > sold:
        reads.want(tx, batch.wanted - sold, urgent)
    if sold:
        reads.want(tx, sold, urgent=True)  # What it was is known only close to the order.
