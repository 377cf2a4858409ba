"""A rule about something that nobody ever told the store of is refused when it is saved."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from plugin.db.transaction import Transaction
from plugin.domain.facts import AttributeSeen, EventHappened, Fact, ValueType
from plugin.domain.ids import CustomerId, StoreId
from plugin.flow.facts import Sorted, put
from plugin.flow.house import House
from plugin.flow.save import save
from plugin.rules.problems import RuleError
from tests.builders import a_store

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
ANA = CustomerId(1)
POINTS = "metafields.loyalty.points"


def tell(tx: Transaction, *facts: Fact) -> None:
    """The store absorbs these facts."""
    batch = Sorted()
    batch.add(facts, NOON)
    put(tx, batch, urgent=False)


def refused(house: House, store_id: StoreId, rule: str) -> str:
    """What saving the rule is answered with."""
    with pytest.raises(RuleError) as caught:
        save(house, store_id, "Readers", {"kind": "rule", "rule": rule}, {}, "a test")
    [problem] = caught.value.problems
    assert problem.field == "rule"
    assert problem.span is not None
    return problem.message


def test_a_rule_over_events_waits_for_the_first_of_them(house: House) -> None:
    store_id = a_store(house.database)
    rule = "count(events WHERE name = 'opened' AND date >= -30d) >= 1"

    assert "this store has no source for that" in refused(house, store_id, rule)

    with house.database.store(store_id) as tx:
        tell(tx, EventHappened(ANA, NOON, "opened"))
    save(house, store_id, "Readers", {"kind": "rule", "rule": rule}, {}, "a test")


def test_a_metafield_is_asked_about_as_what_it_is(house: House) -> None:
    store_id = a_store(house.database)
    with house.database.store(store_id) as tx:
        tell(tx, AttributeSeen(ANA, POINTS, NOON, (str(Decimal(5)),), ValueType.NUMBER))

    assert "is a number in this store" in refused(house, store_id, f"{POINTS} = 'five'")
    save(house, store_id, "Five", {"kind": "rule", "rule": f"{POINTS} = 5"}, {}, "a test")


def test_what_the_platform_tells_is_never_refused(house: House) -> None:
    rule = "customer_language = 'en' AND count(orders) >= 1 AND customer_tags CONTAINS 'vip'"

    save(house, a_store(house.database), "English", {"kind": "rule", "rule": rule}, {}, "a test")
