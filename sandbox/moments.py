"""Moments: aware, in UTC, to the whole second, as the platform keeps them."""

from datetime import UTC, datetime, timedelta, tzinfo


class _Clock:
    """The shops' clock: how far it is behind ours."""

    behind = timedelta(0)


def go_behind(seconds: float) -> None:
    """What happens in any shop from here on happened so many seconds ago. Tokens live by the true clock."""
    _Clock.behind = timedelta(seconds=seconds)


def exactly_now() -> datetime:
    """This moment by the shops' clock."""
    return datetime.now(UTC) - _Clock.behind


def now() -> datetime:
    """This moment, to the second: things changed within one second tie."""
    return exactly_now().replace(microsecond=0)


def zulu(moment: datetime) -> str:
    """The GraphQL form, in UTC: ``2026-10-01T08:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local(moment: datetime | None, zone: tzinfo) -> str | None:
    """The webhook form, with the shop's own offset: ``2026-10-01T10:00:00+02:00``."""
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def nanoseconds() -> str:
    """The form of ``X-Shopify-Triggered-At``: nine digits after the second."""
    moment = exactly_now()
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}{moment.microsecond % 1000:03d}Z"


def parse(text: str) -> datetime:
    """The moment an ISO 8601 text names; without an offset it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0)
