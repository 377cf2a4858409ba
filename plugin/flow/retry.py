"""retry: a delivery that was set aside waits again, and a worker knows."""

from plugin.db import inbox, problems
from plugin.domain.errors import NotFound
from plugin.domain.ids import DeliveryId, StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House


def retry(house: House, store_id: StoreId, delivery_id: DeliveryId) -> None:
    """The delivery is tried once more; set aside again if it fails. Raises NotFound when it is not set aside."""
    with house.database.store(store_id) as tx:
        if not inbox.retry(tx, delivery_id):
            raise NotFound("no such delivery is set aside", delivery=delivery_id)
        problems.clear(tx, "delivery_set_aside", str(delivery_id))
    house.bell.ring(Work.DRAIN, store_id)
