"""The history goes in the way webhooks do: proven, stored once, drained."""

from collections.abc import Iterable
from datetime import datetime

from plugin.cli.history.delivery import Delivery
from plugin.db import plans, segments
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.engine.decide import Asked, decide
from plugin.flow.compiled import compiled
from plugin.db import stores
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.plan import plan
from plugin.flow.receive import Directory, Received, receive
from plugin.flow.save import save
from plugin.flow.sweep import sweep
from plugin.platforms.shopify.webhooks import verify
from tests.stories.retail.questions import QUESTIONS

SHOP = "retail.myshopify.com"
TOGETHER = 2_000
"""Deliveries that wait before the drain runs again."""


def save_questions(house: House, store_id: StoreId) -> dict[str, SegmentId]:
    """Every question is a segment of the store, in preview and decided; gives their ids by name."""
    ids = {q.name: save(house, store_id, q.name, q.definition, {}, "retail")[0] for q in QUESTIONS}
    plan(house, store_id)
    with house.database.store(store_id) as tx:
        assert all(segment.applied_version for segment in segments.newest(tx)), "a plan did not run"
    return ids


def receive_all(house: House, history: Iterable[Delivery]) -> dict[Received, int]:
    """Everything was received, a store's workers draining meanwhile; how many were new, how many not."""
    directory, secret = Directory(), house.settings.shopify_client_secret
    counts = dict.fromkeys(Received, 0)
    waiting = 0
    for delivery in history:
        proven = verify(delivery.headers(SHOP, secret, "2026-10"), delivery.body, [secret])
        counts[receive(house, directory, "shopify", proven, delivery.body)] += 1
        waiting += 1
        if waiting >= TOGETHER:
            settle(house)
            waiting = 0
    settle(house)
    return counts


def settle(house: House) -> None:
    """Nothing waits: every delivery is absorbed and everyone who is due is decided."""
    for store in stores.every(house.database):
        while drain(house, store.id).more:
            pass
        while sweep(house, store.id):
            pass


def decided(house: House, store_id: StoreId, as_of: datetime) -> dict[str, dict[int, str]]:
    """Each applied segment's members as of a moment, by the engine: customer → label."""
    with house.database.store(store_id, isolation="REPEATABLE READ") as tx:
        rules = compiled(stores.get(tx), segments.applied(tx))
        names = [segment.name for segment in rules.plan.segments]
        found: dict[str, dict[int, str]] = {name: {} for name in names}
        for decision in decide(tx, rules.plan, Asked.everyone(as_of)):
            for name, outcome in zip(names, decision.outcomes, strict=True):
                assert not outcome.undecided, f"{name} is undecided for {decision.customer_id}"
                if outcome.label is not None:
                    found[name][decision.customer_id] = outcome.label
    return found


def standing(tx: Transaction, ids: dict[str, SegmentId]) -> dict[str, dict[int, str]]:
    """Each segment's members as they stand in the membership table: customer → label."""
    return {name: _plain(plans.members(tx, segment_id)) for name, segment_id in ids.items()}


def _plain(members: dict[CustomerId, str]) -> dict[int, str]:
    return {int(customer_id): label for customer_id, label in members.items()}
