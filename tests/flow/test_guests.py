"""Guest orders count for the one customer with their address, where the store's people chose it; and whatever comes
in whatever order, they end with the same customer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from plugin.db import guests, preferences
from plugin.db.transaction import Database as Doors
from plugin.domain.emails import email_key
from plugin.domain.facts import CustomerMerged, CustomerSeen, Fact, Gone, Kind, OrderSeen
from plugin.domain.ids import CustomerId, StoreId
from plugin.flow.facts import Sorted, put
from plugin.flow.forget import forget_customer
from plugin.flow.house import House
from plugin.flow.link import link
from plugin.flow.prefer import prefer
from tests.builders import NOON, a_customer, a_refund, a_store, a_version, an_order
from tests.database import Database

ANNA = "anna@example.com"


@pytest.fixture
def at(house: House) -> Doors:
    return house.database


@pytest.fixture
def store(house: House, at: Doors) -> StoreId:
    """A store that links guest orders."""
    store_id = a_store(at)
    prefer(house, store_id, {"guest_orders_by_email": True})
    link(house, store_id)
    return store_id


def guest_order(order_id: int = 1, email: str | None = ANNA, minutes: int = 0, **more: Any) -> OrderSeen:
    """An order that its platform says is nobody's."""
    return replace(an_order(order_id, customer=None, version=a_version(minutes), **more), email=email)


def unproven(customer_id: int, email: str) -> CustomerSeen:
    return replace(a_customer(customer_id, email=email), email_proven=False)


def absorb(at: Doors, store_id: StoreId, *facts: Fact) -> set[CustomerId]:
    """The facts are absorbed in one batch; whom they touched."""
    batch = Sorted()
    batch.add(facts, NOON)
    with at.store(store_id) as tx:
        put(tx, batch, urgent=False)
    return set(batch.touched)


def owners(at: Doors, store_id: StoreId) -> dict[int, int | None]:
    """Whose each order is; its lines say the same."""
    with at.store(store_id) as tx:
        found: dict[int, int | None] = dict(
            tx.rows("SELECT id, customer_id FROM orders WHERE store_id = %s", (store_id,))
        )
        lines = tx.rows("SELECT order_id, customer_id FROM lines WHERE store_id = %s", (store_id,))
    assert all(found[order] == customer for order, customer in lines)
    return found


def test_a_guest_order_is_of_the_customer_with_its_address_however_it_is_written(at: Doors, store: StoreId) -> None:
    absorb(at, store, a_customer(1, email="Anna@Example.com "), a_customer(2, email="ben@example.com"))

    touched = absorb(at, store, guest_order())

    assert owners(at, store) == {1: 1}
    assert touched == {1}


def test_a_customer_who_comes_later_gets_the_orders_from_before(at: Doors, store: StoreId) -> None:
    absorb(at, store, guest_order(), a_refund(order_id=1, refunded_at=NOON + timedelta(days=3)))

    touched = absorb(at, store, a_customer(1, email=ANNA))

    assert owners(at, store) == {1: 1}
    assert 1 in touched
    with at.store(store) as tx:  # What is decided for them looks at moments up to the refund.
        latest = tx.value("SELECT latest_fact_at FROM customers WHERE store_id = %s", (store,))
        assert latest == NOON + timedelta(days=3)


def test_an_address_that_two_have_is_nobodys_until_one_goes(at: Doors, store: StoreId) -> None:
    absorb(at, store, guest_order(), a_customer(1, email=ANNA))
    touched = absorb(at, store, a_customer(2, email=ANNA))
    assert owners(at, store) == {1: None}
    assert touched == {1, 2}

    touched = absorb(at, store, Gone(Kind.CUSTOMER, 1, NOON))

    assert owners(at, store) == {1: 2}
    assert touched == {2}


def test_an_address_that_nobody_has_proven_links_nothing(at: Doors, store: StoreId) -> None:
    absorb(at, store, guest_order(), unproven(1, ANNA))
    assert owners(at, store) == {1: None}

    absorb(at, store, a_customer(2, email=ANNA))
    assert owners(at, store) == {1: 2}

    absorb(at, store, replace(a_customer(1, email=ANNA), version=a_version(5)))
    assert owners(at, store) == {1: None}


def test_a_new_address_gives_up_the_old_ones_orders(at: Doors, store: StoreId) -> None:
    absorb(at, store, guest_order(), a_customer(1, email=ANNA))

    touched = absorb(at, store, a_customer(1, a_version(5), email="new@example.com"))

    assert owners(at, store) == {1: None}
    assert touched == {1}


def test_an_order_that_its_platform_gives_to_somebody_is_theirs_and_counts_once(at: Doors, store: StoreId) -> None:
    absorb(at, store, guest_order(), a_customer(1, email=ANNA), a_customer(2, email="ben@example.com"))

    touched = absorb(at, store, an_order(1, customer=2, version=a_version(5)))

    assert owners(at, store) == {1: 2}
    assert touched == {1, 2}
    absorb(at, store, guest_order(minutes=9))
    assert owners(at, store) == {1: 1}


def test_orders_of_customers_are_never_moved(at: Doors, store: StoreId) -> None:
    theirs = replace(an_order(1, customer=2), email=ANNA)

    absorb(at, store, theirs, a_customer(1, email=ANNA))

    assert owners(at, store) == {1: 2}


def test_who_survives_a_merge_has_the_orders_of_their_own_address(at: Doors, store: StoreId) -> None:
    absorb(at, store, guest_order(), guest_order(2, "ben@example.com"), a_customer(1, email=ANNA))
    absorb(at, store, a_customer(3, email="ben@example.com"))
    assert owners(at, store) == {1: 1, 2: 3}

    absorb(at, store, CustomerMerged(CustomerId(3), CustomerId(1), NOON + timedelta(days=1)))
    assert owners(at, store) == {1: 1, 2: None}

    absorb(at, store, a_customer(1, a_version(9), email="ben@example.com"))
    assert owners(at, store) == {1: None, 2: 1}


def test_forgetting_a_person_takes_the_guest_orders_with_their_address_linked_or_not(at: Doors, house: House) -> None:
    for on in (True, False):
        store_id = a_store(at)
        prefer(house, store_id, {"guest_orders_by_email": on})
        absorb(at, store_id, a_customer(1, email=ANNA), guest_order(), guest_order(2, "ben@example.com"))

        with at.store(store_id) as tx:
            forget_customer(tx, CustomerId(1), [], NOON)
        absorb(at, store_id, guest_order(minutes=9))

        assert owners(at, store_id) == {2: None}


def test_off_by_default_and_switching_moves_the_orders_and_has_everyone_concerned_decided_anew(
    at: Doors, house: House
) -> None:
    store_id = a_store(at)
    absorb(at, store_id, a_customer(1, email=ANNA), a_customer(2, email="ben@example.com"), guest_order())
    assert owners(at, store_id) == {1: None}
    with at.store(store_id) as tx:
        assert guests.count(tx) == (1, 1)

    for on, owner in ((True, 1), (False, None)):
        with at.store(store_id) as tx:
            tx.execute("UPDATE customers SET due_at = NULL")
        prefer(house, store_id, {"guest_orders_by_email": on})
        link(house, store_id)

        assert owners(at, store_id) == {1: owner}
        with at.store(store_id) as tx:
            due = tx.rows("SELECT id, due_cause FROM customers WHERE due_at IS NOT NULL")
            assert due == [(1, "guest orders")]
            assert guests.under_way(tx) is None


def test_many_addresses_are_linked_in_steps_that_each_may_be_the_last_of_a_worker(
    at: Doors, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin.flow.link.BATCH", 2)
    store_id = a_store(at)
    names = [f"c{number}@example.com" for number in range(1, 6)]
    absorb(at, store_id, *(a_customer(n, email=name) for n, name in enumerate(names, 1)))
    absorb(at, store_id, *(guest_order(n, name) for n, name in enumerate(names, 1)))

    prefer(house, store_id, {"guest_orders_by_email": True})
    steps = 0
    while link(house, store_id):
        steps += 1

    assert steps == 3
    assert owners(at, store_id) == {n: n for n in range(1, 6)}


EMAILS = (None, ANNA, "ben@example.com")
FACTS = st.one_of(
    st.builds(
        lambda who, minutes, email, proven: replace(
            a_customer(who, a_version(minutes, digest=repr((email, proven)).encode()), email=email), email_proven=proven
        ),
        st.integers(1, 3),
        st.integers(0, 3),
        st.sampled_from(EMAILS),
        st.booleans(),
    ),
    st.builds(
        lambda order, customer, minutes, email: replace(
            an_order(order, customer, version=a_version(minutes, digest=repr((customer, email)).encode())),
            email=email if customer is None else None,
        ),
        st.integers(1, 3),
        st.sampled_from((None, None, 1, 2)),
        st.integers(0, 3),
        st.sampled_from(EMAILS),
    ),
    st.builds(lambda who: Gone(Kind.CUSTOMER, who, NOON), st.integers(1, 3)),
)


@given(
    facts=st.lists(FACTS, min_size=1, max_size=9),
    seed=st.randoms(use_true_random=False),
    switches=st.lists(st.booleans(), max_size=3),
    on=st.booleans(),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_and_however_often_it_was_switched_orders_end_with_the_same_customer(
    at: Doors, house: House, facts: Sequence[Fact], seed: Any, switches: Sequence[bool], on: bool
) -> None:
    one, other = a_store(at), a_store(at)
    prefer(house, one, {"guest_orders_by_email": on})
    while link(house, one):
        pass
    absorb(at, one, *facts)

    shuffled: list[Any] = [*facts, *facts, *switches]
    seed.shuffle(shuffled)
    for each in [*shuffled, on]:
        if isinstance(each, bool):
            prefer(house, other, {"guest_orders_by_email": each})
            if seed.random() < 0.5:
                link(house, other)
        else:
            absorb(at, other, each)
    while link(house, other):
        pass

    assert owners(at, other) == owners(at, one)
    assert owners(at, one) == expected(at, one, on)


def expected(at: Doors, store_id: StoreId, on: bool) -> dict[int, int | None]:
    """Worked out naively from what is known of the customers and of each order."""
    with at.store(store_id) as tx:
        keys = tx.rows("SELECT id, email_key FROM customers WHERE store_id = %s AND merged_into IS NULL", (store_id,))
        orders = tx.rows("SELECT id, guest_key, customer_id FROM orders WHERE store_id = %s", (store_id,))
    found: dict[int, int | None] = {}
    for order, guest_key, customer in orders:
        having = [who for who, key in keys if key == guest_key]
        found[order] = customer if guest_key is None else having[0] if on and len(having) == 1 else None
    return found


def test_the_key_of_an_address_says_nothing_but_whether_two_are_the_same() -> None:
    assert email_key("ANNA@example.com ") == email_key(ANNA) != email_key("ben@example.com")
    assert email_key(None) is email_key(" ") is email_key("no address") is None


def test_who_links_nothing_keeps_the_choice_of_others_out(at: Doors, house: House, store: StoreId) -> None:
    other = a_store(at)
    absorb(at, other, a_customer(1, email=ANNA), guest_order())

    assert owners(at, other) == {1: None}
    with at.store(store) as tx:
        assert preferences.get(tx).guest_orders_by_email


def test_what_the_database_computed_for_customers_of_before_is_what_we_compute(database: Database, at: Doors) -> None:
    with at.store(a_store(at)) as tx:
        told = tx.value(
            "SELECT substr(sha256(convert_to(btrim(lower(normalize(%s, NFC))), 'UTF8')), 1, 16)", (" ANNA@Example.com",)
        )
    assert bytes(told) == email_key(ANNA)
