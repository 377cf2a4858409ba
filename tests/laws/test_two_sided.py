"""Two-sided segments are what their definition says, and do not depend on which moments were asked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.db.transaction import Database
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.decide import Asked, decide
from plugin.engine.plan import SegmentRule, StoreContext, compile_plan
from plugin.rules.print import print_rule
from plugin.rules.segment import OneRule, TwoSided
from plugin.rules.tree import Duration, Rule
from tests.laws.conftest import a_store
from tests.laws.oracle import Oracle, Person, Segment, Store, member
from tests.laws.worlds import World, graces, load, some_rules, telling_moments, worlds


@st.composite
def cases(draw: st.DrawFn) -> tuple[World, Rule, TwoSided]:
    """A store, a plain segment, and a two-sided one that may ask for it."""
    world = draw(worlds(people=2))
    plain = draw(some_rules(world.center, (), 0))
    asking = some_rules(world.center, ("plain",), draw(st.integers(0, 1)))
    return world, plain, TwoSided(draw(asking), draw(asking), draw(graces))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_a_two_sided_segment_is_what_its_definition_says(door: Database, case: tuple[World, Rule, TwoSided]) -> None:
    world, plain, definition = case
    context = StoreContext(a_store(), world.timezone, "EUR", world.orders_known_from, world.labels_known_from)
    plan = compile_plan(
        [SegmentRule(SegmentId(1), "plain", OneRule(plain)), SegmentRule(SegmentId(2), "sticky", definition)], context
    )
    store = Store(world.timezone, world.orders_known_from, world.labels_known_from, {"plain": Segment(OneRule(plain))})
    asked_rules = [plain, definition.join, definition.stay]

    with door.store(context.id) as tx:
        load(tx, world.people)
        telling = {p.id: telling_moments(world, p, asked_rules, most=2_000) for p in world.people}
        pairs = [
            (CustomerId(p.id), at) for p in world.people for at in telling[p.id][:: max(1, len(telling[p.id]) // 12)]
        ]
        together = list(decide(tx, plan, Asked.moments(pairs)))
        alone = [next(iter(decide(tx, plan, Asked.customers([c], at), only=[SegmentId(2)]))) for c, at in pairs[::5]]

    for decision in together:
        person = next(p for p in world.people if p.id == decision.customer_id)
        expected = _member(store, person, definition, telling[person.id], decision.as_of)
        outcome = decision.outcomes[plan.segments.index(plan.segment(SegmentId(2)))]
        found = None if outcome.undecided else outcome.label is not None
        assert found == expected, f"as of {decision.as_of}: {_story(definition)} plain: {print_rule(plain)}\n{person}"
    again = [d.outcomes[plan.segments.index(plan.segment(SegmentId(2)))] for d in together[::5]]
    assert [d.outcomes[0] for d in alone] == again


def _member(store: Store, person: Person, definition: TwoSided, telling: list[datetime], at: datetime) -> bool | None:
    if not Oracle(store, person, at).exists():
        return False
    ever = [datetime(1500, 1, 1, tzinfo=UTC)] if person.created is None else []
    moments = sorted({m for m in [*ever, *telling] if m <= at and Oracle(store, person, m).exists()} | {at})
    joins = [Oracle(store, person, m).holds(definition.join) for m in moments]
    stays = [Oracle(store, person, m).holds(definition.stay) for m in moments]
    ends = [grace_end(m, definition.grace, store.timezone) for m in moments]
    worst = member(moments, [j is True for j in joins], [s is True for s in stays], ends)
    best = member(moments, [j is not False for j in joins], [s is not False for s in stays], ends)
    return worst if worst == best else None


def grace_end(moment: datetime, grace: Duration, timezone: str) -> datetime:
    """The last instant of a grace begun then; days keep the local time of day."""
    if grace.unit in ("h", "min"):
        return moment + timedelta(minutes=grace.count * (60 if grace.unit == "h" else 1))
    local = moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    later = local + timedelta(days=grace.count * (7 if grace.unit == "w" else 1))
    return _as_postgresql_reads(later, timezone)


def _as_postgresql_reads(local: datetime, timezone: str) -> datetime:
    """A time that comes twice is the second, as clocks show it from then on; one that never comes is moved on."""
    zone = ZoneInfo(timezone)
    twice = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    real = [at for at in twice if at.astimezone(zone).replace(tzinfo=None) == local]
    return max(real) if real else local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _story(definition: TwoSided) -> str:
    return f"join {print_rule(definition.join)} stay {print_rule(definition.stay)} grace {definition.grace}"
