"""The plan of SQL and the oracle agree on random stores, rules and moments."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.db.transaction import Database
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.decide import Asked, Outcome, decide
from plugin.engine.plan import SegmentRule, StoreContext, compile_plan
from plugin.rules.print import print_rule
from plugin.rules.segment import Case, Definition, OneRule, Tiers, rules_of
from tests.laws.conftest import a_store
from tests.laws.oracle import UNKNOWN, Oracle, Person, Segment, Store
from tests.laws.worlds import World, load, some_rules, telling_moments, worlds

RULES = 6


@st.composite
def cases(draw: st.DrawFn) -> tuple[World, list[Definition]]:
    """A store, and segments that may ask for the ones before."""
    world = draw(worlds())
    listed: list[Definition] = []
    for number in range(RULES):
        earlier = tuple(f"s{k}" for k in range(number))
        rule = some_rules(world.center, earlier, draw(st.integers(0, 2)))
        if number % 3 == 2:
            case_list = tuple(Case(label, draw(rule)) for label in ("gold", "silver"))
            listed.append(Tiers(case_list, draw(st.sampled_from([None, "none"]))))
        else:
            listed.append(OneRule(draw(rule)))
    return world, listed


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_the_plan_and_the_oracle_agree(door: Database, case: tuple[World, list[Definition]]) -> None:
    world, listed = case
    context = StoreContext(a_store(), world.timezone, "EUR", world.orders_known_from, world.labels_known_from)
    segments = [SegmentRule(SegmentId(k), f"s{k}", definition) for k, definition in enumerate(listed)]
    plan = compile_plan(segments, context)
    named = {f"s{k}": Segment(definition) for k, definition in enumerate(listed)}
    store = Store(world.timezone, world.orders_known_from, world.labels_known_from, named)

    with door.store(context.id) as tx:
        load(tx, world.people)
        asked = [rule for definition in listed for _, rule in rules_of(definition)]
        pairs = [(CustomerId(p.id), at) for p in world.people for at in telling_moments(world, p, asked)]
        decisions = list(decide(tx, plan, Asked.moments(pairs)))

    assert [(d.customer_id, d.as_of) for d in decisions] == pairs
    people = {p.id: p for p in world.people}
    for decision in decisions:
        oracle = Oracle(store, people[decision.customer_id], decision.as_of)
        for segment, outcome in zip(plan.segments, decision.outcomes, strict=True):
            expected = oracle.label(segment.definition) if oracle.exists() else None
            assert _label(outcome) == expected, _story(segment, people[decision.customer_id], decision.as_of)


def _label(outcome: Outcome) -> object:
    return UNKNOWN if outcome.undecided else outcome.label


def _story(segment: SegmentRule, person: Person, at: object) -> str:
    texts = "\n".join(f"{name}: {print_rule(rule)}" for name, rule in rules_of(segment.definition))
    return f"{segment.name} as of {at}\n{texts}\n{person}"
