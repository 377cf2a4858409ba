"""Every moment at which a customer's answers may change: facts, and when time carries them across.

Needed where an answer depends on the path: a two-sided segment is replayed through all of them.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from plugin.engine.clock import Clock, DayFlip, ExactFlip, Flip, PeriodFlip
from plugin.engine.labels import DATED
from plugin.engine.parameters import Parameters
from plugin.engine.statement import Surroundings
from plugin.rules.tree import EXACT_UNITS, Duration, Unit

_WORDS = {
    Unit.DAY: "days",
    Unit.WEEK: "weeks",
    Unit.MONTH: "months",
    Unit.YEAR: "years",
    Unit.HOUR: "hours",
    Unit.MINUTE: "minutes",
}

BEGINNING = datetime(1000, 1, 1, tzinfo=UTC)
"""Before every fact: a customer without a creation date was always there."""

_FACTS = """
  SELECT w.id, y.at FROM who w JOIN orders o ON o.store_id = %(store)s AND o.customer_id = w.id
    CROSS JOIN LATERAL (VALUES (o.placed_at), (o.paid_at), (o.cancelled_at)) y(at)
  UNION SELECT w.id, r.refunded_at FROM who w JOIN orders o ON o.store_id = %(store)s AND o.customer_id = w.id
    JOIN refunds r ON r.store_id = %(store)s AND r.order_id = o.id
  UNION SELECT w.id, d.at FROM who w JOIN orders o ON o.store_id = %(store)s AND o.customer_id = w.id
    JOIN disputes d ON d.store_id = %(store)s AND d.order_id = o.id
  UNION SELECT w.id, y.at FROM who w JOIN checkouts k ON k.store_id = %(store)s AND k.customer_id = w.id
    CROSS JOIN LATERAL (VALUES (k.at), (k.completed_at)) y(at)
  {observed}
  UNION SELECT w.id, coalesce(w.created_at, '{beginning}'::timestamptz) FROM who w"""
_OBSERVED = "\n  ".join(
    f"UNION SELECT w.id, y.at FROM who w JOIN {table} y ON y.store_id = %(store)s AND y.customer_id = w.id"
    for table in DATED
)
_FURTHEST = 1_000_000 * 24 * 60
"""Minutes: a threshold further away is left to the alarms."""


def moments_query(
    flips: Sequence[Flip], grace: Duration, around: Surroundings, keys: Sequence[str] = ()
) -> tuple[str, Mapping[str, object]]:
    """Rows of (customer, moment, end of a grace that begins then), in order; and the query's own values.

    ``keys``: of the limits that are read; each computation of theirs is a moment for everyone.

    Executed with ``ids`` and ``until`` (as far as each is followed), ``extra_ids`` and ``extra`` (more
    moments to look at) and ``store``.
    """
    parameters = Parameters()
    clock = Clock(parameters, around.timezone)
    known = [at for at in (around.known.orders, around.known.labels) if at is not None]
    starts = [parameters.text(at.isoformat()) for start in known for at in (start, start - timedelta(microseconds=1))]
    facts = _FACTS.replace("{beginning}", BEGINNING.isoformat()).replace("{observed}", _OBSERVED) + "".join(
        f"\n  UNION SELECT w.id, {start}::timestamptz FROM who w" for start in starts
    )
    crossings = "".join(
        f"\n  UNION SELECT id, {_crossing(flip, clock)} FROM facts WHERE at IS NOT NULL"
        for flip in flips
        if _of_facts(flip)
    )
    if keys:
        kept = "cutoffs c WHERE c.store_id = %(store)s AND c.key = ANY(" + parameters.add(sorted(keys), "text[]") + ")"
        crossings += f"\n  UNION SELECT w.id, c.at FROM who w CROSS JOIN (SELECT DISTINCT c.at FROM {kept}) c"
    query = f"""WITH who AS MATERIALIZED (SELECT t.id, t.until, c.created_at
  FROM unnest(%(ids)s::bigint[], %(until)s::timestamptz[]) t(id, until)
  JOIN customers c ON c.store_id = %(store)s AND c.id = t.id),
facts AS MATERIALIZED ({facts}),
every AS (
  SELECT id, at FROM facts{crossings}
  UNION SELECT id, at FROM unnest(%(extra_ids)s::bigint[], %(extra)s::timestamptz[]) t(id, at))
SELECT e.id, e.at, {_after(grace, "e.at", clock)}
FROM every e JOIN who w ON w.id = e.id
WHERE e.at <= w.until AND e.at >= coalesce(w.created_at, '{BEGINNING.isoformat()}'::timestamptz)
ORDER BY e.id, e.at"""
    return query, parameters.values()


def graces_query(grace: Duration, around: Surroundings) -> tuple[str, Mapping[str, object]]:
    """Rows of (customer, moment, end of a grace that begins then) for ``extra_ids`` and ``extra``."""
    parameters = Parameters()
    after = _after(grace, "t.at", Clock(parameters, around.timezone))
    return f"SELECT t.id, t.at, {after} FROM unnest(%(extra_ids)s::bigint[], %(extra)s::timestamptz[]) t(id, at)", (
        parameters.values()
    )


def _of_facts(flip: Flip) -> bool:
    """Whether it moves over the moments of facts; over days made of them the alarms tell."""
    return abs(flip.minutes) < _FURTHEST if isinstance(flip, ExactFlip) else not flip.of_days


def _crossing(flip: Flip, clock: Clock) -> str:
    if isinstance(flip, (DayFlip, PeriodFlip)):
        return clock.midnight(clock.leaves_on(flip, "at"))
    return clock.leaves_at(flip, "at")


def _after(grace: Duration, moment: str, clock: Clock) -> str:
    """The last instant of a grace that begins at the moment: days and longer keep the local time of day."""
    length = f"interval '{grace.count} {_WORDS[grace.unit]}'"
    if grace.unit in EXACT_UNITS:
        return f"{moment} + {length}"
    return f"(({moment} AT TIME ZONE {clock.zone}) + {length}) AT TIME ZONE {clock.zone}"
