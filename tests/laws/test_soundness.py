"""Until the alarm rings nothing changes, whatever the moment in between."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.db.transaction import Database
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.decide import Asked, Decision, decide
from plugin.engine.plan import SegmentRule, StoreContext, compile_plan
from plugin.rules.print import print_rule
from plugin.rules.segment import Definition, OneRule, TwoSided, rules_of
from tests.laws.conftest import a_store
from tests.laws.worlds import TICK, World, graces, load, some_rules, telling_moments, worlds

FOLLOWED = timedelta(days=60)


@st.composite
def cases(draw: st.DrawFn) -> tuple[World, list[Definition]]:
    """A store, three plain segments and one two-sided, which may ask for them."""
    world = draw(worlds(people=2))
    plain = some_rules(world.center, (), 1)
    listed: list[Definition] = [OneRule(draw(plain)) for _ in range(3)]
    asking = some_rules(world.center, ("s0", "s1"), 0)
    return world, [*listed, TwoSided(draw(asking), draw(asking), draw(graces))]


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases(), chosen=st.randoms(use_true_random=False))
def test_nothing_changes_before_the_alarm(door: Database, case: tuple[World, list[Definition]], chosen: object) -> None:
    world, listed = case
    context = StoreContext(a_store(), world.timezone, "EUR", world.orders_known_from, world.labels_known_from)
    plan = compile_plan([SegmentRule(SegmentId(k), f"s{k}", d) for k, d in enumerate(listed)], context)
    asked_rules = [rule for definition in listed for _, rule in rules_of(definition)]

    with door.store(context.id) as tx:
        load(tx, world.people)
        telling = {p.id: telling_moments(world, p, asked_rules, most=60) for p in world.people}
        pairs = [(CustomerId(p.id), at) for p in world.people for at in telling[p.id][::6]]
        before = list(decide(tx, plan, Asked.moments(pairs)))
        later: list[tuple[CustomerId, datetime]] = []
        owner: list[Decision] = []
        for decision in before:
            between = _between(decision, telling[decision.customer_id], world.timezone)
            later += [(decision.customer_id, at) for at in between]
            owner += [decision] * len(between)
        after = list(decide(tx, plan, Asked.moments(later)))

    assert all(d.due_at is None or d.due_at > d.as_of for d in before)
    for was, now in zip(owner, after, strict=True):
        found = [(outcome.label, outcome.undecided) for outcome in now.outcomes]
        expected = [(outcome.label, outcome.undecided) for outcome in was.outcomes]
        assert found == expected, f"{was.as_of} → {now.as_of}, due {was.due_at}: {_story(listed)}"


def _between(decision: Decision, telling: list[datetime], timezone: str) -> list[datetime]:
    """Moments after the decision and before its alarm: telling ones, some midnights, and the last instant."""
    end = decision.due_at or decision.as_of + FOLLOWED
    found = {at for at in telling if decision.as_of < at < end}
    day = decision.as_of.astimezone(ZoneInfo(timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    found |= {day + timedelta(days=k) for k in (1, 2, 3, 7, 14, 28, 31)}
    found |= {end - TICK, decision.as_of + TICK}
    listed = sorted(at.astimezone(ZoneInfo("UTC")) for at in found if decision.as_of < at < end)
    return listed[:: max(1, len(listed) // 12)] + listed[-1:]


def _story(listed: list[Definition]) -> str:
    return " | ".join(f"{name}: {print_rule(rule)}" for definition in listed for name, rule in rules_of(definition))
