"""give: what a store's platform does not know of its customers waits in the inbox, like all it does know."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from plugin.db import inbox, stores
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.platforms.given import facts


@dataclass(frozen=True)
class Given:
    """Of how many customers something was told, in how many messages."""

    customers: int
    messages: int


def give(house: House, store_id: StoreId, data: Mapping[str, Any]) -> Given:
    """Everything told waits to be absorbed, or nothing is; told twice, it is known once.

    Raises FileUnusable with every mistake.
    """
    with house.database.store(store_id) as tx:
        told = list(facts.messages(data, ZoneInfo(stores.get(tx).timezone)))
        for body in told:
            delivery = f"given:{blake2b(body, digest_size=16).hexdigest()}"
            inbox.add(tx, facts.TOPIC, house.now(), body, delivery)
    house.bell.ring(Work.DRAIN, store_id)
    return Given(len(data["customers"]), len(told))
