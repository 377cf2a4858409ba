"""Whose an order is, as messages come to say it: nobody's, somebody's, another's, a deleted one's."""

from itertools import permutations
from typing import Any

import pytest

from plugin.db.transaction import Database as Doors
from plugin.domain.facts import Fact, Gone, Kind
from plugin.domain.ids import CustomerId, StoreId
from tests.builders import NOON, a_refund, a_store, a_version, an_order, doors
from tests.database import Database
from tests.flow.test_facts import absorb


@pytest.fixture
def at(module_database: Database) -> Doors:
    return doors(module_database)


def owners(at: Doors, store: StoreId) -> set[tuple[Any, ...]]:
    """Whose the order and its lines are, and what is left of it."""
    with at.store(store) as tx:
        return set(
            tx.rows(
                """SELECT o.customer_id, l.customer_id, o.net::int FROM orders o
                   JOIN lines l ON l.store_id = o.store_id AND l.order_id = o.id WHERE o.store_id = %s""",
                (store,),
            )
        )


CASES: dict[str, tuple[tuple[Fact, ...], set[tuple[Any, ...]]]] = {
    "an order of nobody": ((an_order(1, customer=None),), {(None, None, 50)}),
    "a customer attached later": (
        (an_order(1, customer=None), a_refund(order_id=1), an_order(1, customer=4, version=a_version(5))),
        {(4, 4, 40)},
    ),
    "an order that moves to another customer": (
        (an_order(1, customer=4), a_refund(order_id=1), an_order(1, customer=5, version=a_version(5))),
        {(5, 5, 40)},
    ),
    "an order of a customer who is deleted": (
        (an_order(1, customer=4), Gone(Kind.CUSTOMER, 4, NOON), an_order(1, customer=4, version=a_version(5))),
        {(None, None, 50)},
    ),
    "an order that is deleted": (
        (an_order(1, customer=4), Gone(Kind.ORDER, 1, NOON), a_refund(order_id=1)),
        set(),
    ),
    "an order that somebody takes over from one who is deleted": (
        (an_order(1, customer=4), Gone(Kind.CUSTOMER, 4, NOON), an_order(1, customer=5, version=a_version(5))),
        {(5, 5, 50)},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_case_ends_the_same_in_every_order_of_arrival(at: Doors, case: str) -> None:
    facts, expected = CASES[case]

    for arrived in permutations(facts):
        store = a_store(at)
        absorb(at, store, [[fact] for fact in arrived])
        assert owners(at, store) == expected, [type(fact).__name__ for fact in arrived]


def test_a_customer_attached_later_is_touched_and_so_is_the_one_before(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, [[an_order(1, customer=None)]])

    assert absorb(at, store, [[an_order(1, customer=4, version=a_version(5))]]) == {CustomerId(4)}
    assert absorb(at, store, [[an_order(1, customer=5, version=a_version(9))]]) == {CustomerId(4), CustomerId(5)}
    assert absorb(at, store, [[an_order(1, customer=None, version=a_version(12))]]) == {CustomerId(5)}
