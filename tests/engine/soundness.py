"""Whether alarms are sound: asked at many moments, nothing changes between a moment and its alarm."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from plugin.domain.ids import CustomerId
from plugin.engine.decide import Asked, Decision
from plugin.engine.plan import Plan
from tests.engine.builders import ANN, Shop

TICK = timedelta(microseconds=1)


def midnights(first: str, days: int, timezone: str = "UTC") -> list[datetime]:
    """Each local midnight with the last moment before it, and a moment in the middle of the day."""
    found = set()
    for number in range(days):
        day = date.fromisoformat(first) + timedelta(days=number)
        start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
        found |= {start - TICK, start, start + timedelta(hours=13)}
    return sorted(found)


def followed(
    shop: Shop, plan: Plan, moments: Sequence[datetime], customer_id: CustomerId = ANN
) -> list[tuple[datetime, object]]:
    """The moments at which the answers changed, and what they became; asserts that every alarm is sound."""
    decisions = shop.decide(plan, Asked.moments([(customer_id, at) for at in moments]))
    answers = [_answers(decision) for decision in decisions]
    for number, decision in enumerate(decisions):
        assert decision.due_at is None or decision.due_at > decision.as_of
        for later in range(number + 1, len(decisions)):
            if decision.due_at is not None and decisions[later].as_of >= decision.due_at:
                break
            story = f"{decision.as_of} → {decisions[later].as_of}, due {decision.due_at}"
            assert answers[later] == answers[number], story
    changes = [
        (d.as_of, a) for k, (d, a) in enumerate(zip(decisions, answers, strict=True)) if k == 0 or a != answers[k - 1]
    ]
    return [(at, answer[0] if len(answer) == 1 else answer) for at, answer in changes]


def _answers(decision: Decision) -> tuple[object, ...]:
    return tuple("?" if outcome.undecided else outcome.label for outcome in decision.outcomes)
