"""The moments at which a store file's rankings and averages can have changed, for what is replayed from its first fact.

A two-sided segment that ranks asks for the store's numbers of every moment before. They change when a fact
comes, when one falls out of a window, and when a calendar period begins: at no other moment.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from plugin.engine import cutoffs
from plugin.engine.limits import Limit
from plugin.engine.plan import Plan
from plugin.platforms.given.kinds import Plain
from plugin.rules.tree import AnyNode, DaysSince, Period, RelativeDay, RelativeExact, Rfm, Unit
from plugin.rules.walk import walk

MOST = 600
"""Computed for one moment asked; where there are more, what depends on them stays undecided."""
DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
ABOUT = {Unit.MONTH: 30.436875, Unit.YEAR: 365.2425}
SLACK = 4
"""Days around a date that was moved by months or years, which are not all alike."""


def earlier(plan: Plan, file: Plain, moment: datetime) -> list[datetime]:
    """The moments before this one, oldest first; none where nothing replayed asks for the store's numbers."""
    if not plan.replays:
        return []
    nodes = [node for limit in cutoffs.limits(plan) for node in _nodes(limit)]
    if not nodes or any(isinstance(node, DaysSince) for node in nodes):
        return []
    zone = ZoneInfo(file.get("store", {}).get("timezone", "UTC"))
    facts = {at for at in _moments(file["customers"]) if at < moment}
    found = {at for at in facts | set(_moved(facts, nodes, zone)) if min(facts, default=moment) <= at < moment}
    return sorted(found) if len(found) <= MOST else []


def _nodes(limit: Limit) -> Iterator[AnyNode]:
    for part in (limit.by, limit.among):
        if part is not None:
            yield from walk(part)


def _moments(value: Any) -> Iterator[datetime]:
    """Every moment that the file names about its customers."""
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from _moments(below)
    elif isinstance(value, (list, tuple)):
        for below in value:
            yield from _moments(below)


def _moved(facts: Iterable[datetime], nodes: Iterable[AnyNode], zone: ZoneInfo) -> Iterator[datetime]:
    """When a fact falls out of a window, or into one."""
    days = {at.astimezone(zone).date() for at in facts}
    for node in dict.fromkeys(nodes):
        match node:
            case RelativeExact(count, unit):
                length = timedelta(hours=-count) if unit is Unit.HOUR else timedelta(minutes=-count)
                yield from (at + length + more for at in facts for more in (timedelta(0), timedelta(microseconds=1)))
            case RelativeDay() | Rfm(window=RelativeDay()):
                window = node if isinstance(node, RelativeDay) else node.window
                yield from (_midnight(day + more, zone) for day in days for more in _lengths(window))
            case Period():
                first, last = min(days, default=date.max), max(days, default=date.min)
                yield from (_midnight(day, zone) for day in _firsts(first, last + timedelta(days=400)))


def _lengths(window: RelativeDay | None) -> Iterator[timedelta]:
    if window is None:
        return
    if window.unit in DAYS:
        yield from (timedelta(days=-window.count * DAYS[window.unit] + more) for more in (0, 1))
    else:
        about = round(-window.count * ABOUT[window.unit])
        yield from (timedelta(days=about + more) for more in range(-SLACK, SLACK + 1))


def _firsts(first: date, last: date) -> Iterator[date]:
    """First days of weeks and months."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.day == 1 or day.weekday() == 0:
            yield day


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
