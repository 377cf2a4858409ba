"""meet: a customer whom somebody looks at, and of whom we should have heard, is read."""

from plugin.db import customers, reads
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId, StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House


def meet(house: House, store_id: StoreId, customer_id: CustomerId) -> None:
    """The customer is known, or about to be, or one whose message is still to come.

    Of a number above all that we know nothing is asked: if nobody has it yet it would count as deleted, and whoever
    gets it one day with it.
    """

    def ring() -> None:
        house.bell.ring(Work.FETCH, store_id)

    with house.database.store(store_id) as tx:
        if customer_id > (customers.highest(tx) or 0) or customers.named(tx, [customer_id]):
            return
        reads.want(tx, [(Kind.CUSTOMER, customer_id)], urgent=True)
        tx.after_commit(ring)
