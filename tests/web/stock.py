"""A store with a few customers whose segments anyone can work out by hand."""

from plugin.db.transaction import Database as Doors
from plugin.domain.ids import StoreId
from plugin.flow.facts import Sorted, put
from plugin.flow.house import House
from plugin.flow.plan import plan
from plugin.flow.sweep import sweep
from tests.builders import NOON, a_customer, an_order

BUYERS = 3
"""Customers 1 to 3 have as many orders as their number says; 4 and 5 have none."""


def stock(at: Doors, store_id: StoreId, customers: int = 5) -> None:
    """The store has its customers and their orders."""
    facts = Sorted()
    facts.add([a_customer(number, email=f"c{number}@example.com") for number in range(1, customers + 1)], NOON)
    orders = [(buyer, place) for buyer in range(1, BUYERS + 1) for place in range(buyer)]
    facts.add([an_order(buyer * 100 + place, customer=buyer) for buyer, place in orders], NOON)
    with at.store(store_id) as tx:
        put(tx, facts, urgent=False)


def work(house: House, store_id: StoreId) -> None:
    """What workers would do after a save, an apply or a switch: plans are run, whoever is due is decided."""
    plan(house, store_id)
    while sweep(house, store_id):
        pass
