"""A line shows what its product was when the order was placed, whatever comes first; what nobody knows is unknown."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from plugin.db import products, reads
from plugin.db.transaction import Database as Doors
from plugin.domain.facts import Fact, Gone, Kind, ProductSeen, Version
from plugin.domain.ids import CustomerId, StoreId
from tests.builders import NOON, OF_PRODUCT, a_bare_line, a_line, a_product, a_store, a_version, an_order, doors
from tests.database import Database
from tests.flow.test_facts import absorb, everything

SHOWN = "type, product_tags, categories, compare_at, options, unknown"


@pytest.fixture
def at(module_database: Database) -> Doors:
    return doors(module_database)


def bought(at: Doors, store: StoreId, order: int = 1) -> tuple[Any, ...]:
    """What the line of the order shows."""
    with at.store(store) as tx:
        (found,) = tx.rows(f"SELECT {SHOWN} FROM lines WHERE store_id = %s AND order_id = %s", (store, order))
    return found


def types(at: Doors, store: StoreId) -> list[str | None]:
    with at.store(store) as tx:
        return [row[0] for row in tx.rows("SELECT type FROM lines ORDER BY order_id")]


def wanted(at: Doors, store: StoreId) -> list[tuple[str, int]]:
    with at.store(store) as tx:
        return tx.rows("SELECT kind, id FROM reads WHERE store_id = %s AND kind = 'product'", (store,))


def an_order_of(product: int | None = 7, number: int = 1, minutes: int = 0, **more: Any) -> Fact:
    """An order that says nothing of what its product was; of a deleted product not even which."""
    line = a_bare_line(number * 10, product, None if product is None else product * 10)
    return an_order(number, lines=(line,), placed_at=NOON + timedelta(minutes=minutes), **more)


def seen(minutes: float, digest: bytes = b"01234567", later: float = 0) -> Version:
    """Updated then, and seen so many minutes later."""
    moment = NOON + timedelta(minutes=minutes)
    return Version(moment, moment + timedelta(minutes=later), digest)


# --- what is known of an order --------------------------------------------------------------------


def test_a_line_shows_the_product_as_it_was_when_bought(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[a_product(seen(-60), "Shoes")], [an_order_of()], [a_product(seen(5), "Boots", ("Hike",))]])

    assert bought(at, store) == ("Shoes", ["run"], None, Decimal(60), {"Size": "M"}, ["cost", "category"])


def test_a_product_that_changed_since_and_was_not_seen_before_is_unknown(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[an_order_of()], [a_product(seen(1), "Boots")]])

    assert bought(at, store) == (None, None, None, None, None, ["cost", *OF_PRODUCT])


def test_a_product_that_did_not_change_since_is_known_of_any_order_however_old(at: Doors) -> None:
    store = a_store(at)
    years = 60 * 24 * 365 * 3

    absorb(at, store, [[an_order_of()], [a_product(seen(-1, later=years), "Shoes")]])

    assert bought(at, store)[0] == "Shoes"


def test_two_orders_with_a_change_between_them_show_one_each(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[an_order_of(number=1), an_order_of(number=2, minutes=10)]])
    absorb(at, store, [[a_product(seen(5), "Boots")], [a_product(seen(-5), "Shoes")]])

    assert types(at, store) == ["Shoes", "Boots"]


def test_a_product_without_type_is_known_to_have_none(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[an_order_of(), a_product(seen(-5), None, ())]])

    assert bought(at, store)[:2] == (None, [])
    assert "type" not in bought(at, store)[-1]


def test_a_variant_that_the_version_does_not_name_stays_unknown(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[replace(a_product(seen(-5)), variants=()), an_order_of()]])

    assert bought(at, store)[-1] == ["cost", "category", "compare_at_price", "option"]


def test_a_line_that_says_all_itself_is_left_alone(at: Doors) -> None:
    store = a_store(at)
    line = replace(a_line(10), type="Hats", unknown=("category",))

    absorb(at, store, [[an_order(1, lines=(line,)), a_product(seen(-5), categories=("New",))]])

    assert bought(at, store) == ("Hats", None, None, None, None, ["category"])


def test_an_edit_of_the_order_keeps_what_was_bought(at: Doors) -> None:
    store = a_store(at)
    edited = an_order_of(version=a_version(600), minutes=0)

    absorb(at, store, [[a_product(seen(-5), "Shoes"), an_order_of()], [a_product(seen(5), "Boots")], [edited]])

    assert bought(at, store)[0] == "Shoes"


def test_a_change_touches_whose_lines_it_changes_and_nobody_else(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, [[a_product(seen(-9), "Shoes"), an_order_of(number=1), an_order_of(8, number=2, customer=2)]])

    assert absorb(at, store, [[a_product(seen(5), "Boots")]]) == set()
    assert absorb(at, store, [[a_product(seen(-5), "Socks")]]) == {CustomerId(1)}


@pytest.mark.parametrize("batches", [1, 2])
@pytest.mark.parametrize("late", [False, True])
def test_which_product_a_line_was_stands_when_messages_do_not_say_it_any_more(
    at: Doors, batches: int, late: bool
) -> None:
    store = a_store(at)
    told = [an_order_of(), an_order_of(None, version=a_version(60))]
    told = told[::-1] if late else told

    absorb(at, store, [[a_product(seen(-5))], *([told] if batches == 1 else [[each] for each in told])])

    with at.store(store) as tx:
        assert tx.rows("SELECT product_id, variant_id, type FROM lines") == [(7, 70, "Shoes")]


# --- categories, which have no moment of their own ------------------------------------------------

DAY = 24 * 60


@pytest.mark.parametrize(
    ("looks", "shown"),
    [
        pytest.param({-10: "a"}, ["a"], id="seen shortly before"),
        pytest.param({10: "a"}, ["a"], id="seen shortly after"),
        pytest.param({-20: "a", 10: "b"}, ["b"], id="the nearer look"),
        pytest.param({-10: "a", 10: "b"}, ["a"], id="the earlier of two that are as near"),
        pytest.param({-DAY: "a"}, ["a"], id="a day is near"),
        pytest.param({-DAY - 1: "a"}, None, id="more is not"),
        pytest.param({DAY + 1: "a"}, None, id="nor after it"),
        pytest.param({-9 * DAY: "a", 9 * DAY: "a"}, ["a"], id="between two that saw the same"),
        pytest.param({-9 * DAY: "a", 9 * DAY: "b"}, None, id="between two that did not"),
        pytest.param({-9 * DAY: "a", 20: "b"}, ["b"], id="the near one of two"),
    ],
)
def test_categories_are_known_by_a_look_that_is_near_or_by_two_that_agree(
    at: Doors, looks: dict[int, str], shown: list[str] | None
) -> None:
    store = a_store(at)
    facts = [
        a_product(seen(minutes, bytes([i]) * 8), categories=(told,)) for i, (minutes, told) in enumerate(looks.items())
    ]

    absorb(at, store, [[an_order_of()], *([fact] for fact in facts)])

    assert bought(at, store)[2] == shown
    assert ("category" in bought(at, store)[-1]) is (shown is None)


def test_a_product_in_no_category_is_known_to_be_in_none(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[an_order_of(), a_product(seen(-5), categories=())]])

    assert bought(at, store)[2] is None
    assert bought(at, store)[-1] == ["cost"]


# --- what is read ---------------------------------------------------------------------------------


def now_minutes() -> int:
    return int((datetime.now(NOON.tzinfo) - NOON).total_seconds() // 60)


def test_a_product_that_was_just_sold_and_nobody_looked_at_is_read(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[an_order_of(minutes=now_minutes())]])

    assert wanted(at, store) == [("product", 7)]


def test_a_look_of_more_than_an_hour_ago_is_made_anew(at: Doors) -> None:
    store = a_store(at)
    sold = an_order_of(minutes=now_minutes())

    absorb(at, store, [[a_product(seen(now_minutes() - 70), categories=("a",)), sold]])

    assert wanted(at, store) == [("product", 7)]


def test_it_is_not_asked_for_again_while_its_answer_is_awaited(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[an_order_of(minutes=now_minutes())], [an_order_of(number=2, minutes=now_minutes())]])

    with at.store(store) as tx:
        assert tx.rows("SELECT counter FROM reads WHERE kind = 'product'") == [(1,)]


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param([an_order_of()], id="sold long ago"),
        pytest.param([an_order_of(None, minutes=now_minutes())], id="no product"),
        pytest.param([Gone(Kind.PRODUCT, 7, NOON), an_order_of(minutes=now_minutes())], id="deleted"),
        pytest.param(
            [a_product(seen(now_minutes() - 50), categories=("a",)), an_order_of(minutes=now_minutes())],
            id="looked at lately",
        ),
        pytest.param([an_order(1, placed_at=datetime.now(NOON.tzinfo))], id="the message said it all"),
    ],
)
def test_nothing_is_read_that_could_tell_nothing(at: Doors, facts: list[Fact]) -> None:
    store = a_store(at)

    absorb(at, store, [facts])

    assert wanted(at, store) == []


def test_a_deleted_product_stays_deleted_when_an_update_comes_late(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[Gone(Kind.PRODUCT, 7, NOON)], [a_product(seen(60))], [an_order_of(minutes=now_minutes())]])

    assert wanted(at, store) == []
    with at.store(store) as tx:
        assert reads.count(tx) == 1  # The customer of the order, whom nobody had heard of.


# --- laws -----------------------------------------------------------------------------------------

EVENTS: tuple[Fact, ...] = (
    a_product(seen(-30, b"1" * 8), "Shoes", ("Run",)),
    a_product(seen(-20, b"2" * 8, later=1), "Boots", ("Hike",)),
    a_product(seen(10, b"3" * 8), "Socks", ()),
    an_order_of(number=1),
    an_order_of(number=1, version=a_version(30, digest=b"4" * 8)),
    an_order_of(number=2, minutes=15),
    an_order_of(None, number=2, minutes=15, version=a_version(40, digest=b"8" * 8)),
    an_order_of(8, number=3, minutes=15),
    a_product(seen(-20, b"5" * 8, later=40), "Boots", ("Hike",), ("New", "Sale")),
    a_product(seen(10, b"6" * 8, later=5 * DAY), "Socks", (), ("New", "Sale")),
    a_product(seen(10, b"7" * 8, later=12), "Socks", (), ("Old",)),
    Gone(Kind.PRODUCT, 7, NOON + timedelta(hours=3)),
    Gone(Kind.ORDER, 3, NOON + timedelta(hours=3)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.lists(st.sampled_from(EVENTS), min_size=1, max_size=len(EVENTS), unique_by=EVENTS.index),
    seed=st.integers(0, 2**32),
    batch=st.integers(1, 6),
)
def test_products_orders_and_looks_end_the_same_in_any_order(
    at: Doors, facts: list[Fact], seed: int, batch: int
) -> None:
    straight, shuffled = a_store(at), a_store(at)
    mixed = facts * 2
    random.Random(seed).shuffle(mixed)

    absorb(at, straight, [facts])
    absorb(at, shuffled, [mixed[i : i + batch] for i in range(0, len(mixed), batch)])

    assert everything(at, shuffled) == everything(at, straight)


def _many(draws: Sequence[tuple[int, str, str | None, int]]) -> list[ProductSeen]:
    return [
        a_product(
            Version(
                NOON + timedelta(minutes=minutes), NOON + timedelta(minutes=minutes + later), number.to_bytes(8, "big")
            ),
            kind,
            categories=None if category is None else (category,),
        )
        for number, (minutes, kind, category, later) in enumerate(draws)
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    draws=st.lists(
        st.tuples(
            st.integers(-9, 9).map(lambda hours: hours * 400),
            st.sampled_from(["A", "B"]),
            st.sampled_from([None, "x", "y"]),
            st.sampled_from([0, 0, 300, 1500]),
        ),
        max_size=12,
    )
)
def test_what_says_nothing_new_can_be_dropped_and_no_line_shows_anything_else(
    at: Doors, draws: list[tuple[int, str, str | None, int]]
) -> None:
    whole, less = a_store(at), a_store(at)
    orders = [an_order_of(number=n, minutes=(n - 10) * 390) for n in range(1, 20)]
    for store in (whole, less):
        absorb(at, store, [_many(draws)])
    with at.store(less) as tx:
        products.retire(tx, NOON + timedelta(days=90))
    for store in (whole, less):
        absorb(at, store, [orders])

    assert everything(at, less)["lines"] == everything(at, whole)["lines"]


def test_most_versions_say_nothing_new_and_are_dropped(at: Doors) -> None:
    store = a_store(at)
    sold = [a_product(seen(minutes, bytes([minutes]) * 8), "A") for minutes in range(50)]
    looks = [a_product(seen(60 + minutes, bytes([minutes]) * 8), "B", categories=("x",)) for minutes in range(50)]
    absorb(at, store, [[*sold, *looks]])

    with at.store(store) as tx:
        products.retire(tx, NOON + timedelta(days=1))

        assert tx.rows("SELECT type, categories, count(*) FROM products GROUP BY 1, 2 ORDER BY 1") == [
            ("A", None, 1),
            ("B", ["x"], 2),
        ]


def test_what_is_young_is_kept(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, [[a_product(seen(minutes, bytes([minutes]) * 8)) for minutes in range(5)]])

    with at.store(store) as tx:
        products.retire(tx, NOON)

        assert tx.value("SELECT count(*) FROM products") == 5
