"""What every flow needs, wired once per process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from celery import Celery
from kombu.exceptions import OperationalError
from redis import ConnectionError as RedisConnectionError
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from plugin.db.crypto import Keys
from plugin.db.transaction import Database, in_transaction
from plugin.domain.errors import SettingsError
from plugin.domain.ids import StoreId
from plugin.flow.bell import Bell, Work
from plugin.flow.compiled import Plans
from plugin.platforms import platforms, selling
from plugin.platforms.base import Pace
from plugin.platforms.http import Http, Timeout
from plugin.platforms.recorder import recorder
from plugin.settings import Settings

QUEUES = {
    Work.DRAIN: "intake",
    Work.SWEEP: "intake",
    Work.FETCH: "fetch",
    Work.DELIVER: "deliver",
    Work.BACKFILL: "batch",
    Work.PLANS: "batch",
    Work.RANK: "batch",
    Work.REPAIR: "batch",
    Work.RECONCILE: "batch",
    Work.LINK: "batch",
    Work.OPTIONAL: "fetch",
    Work.ENTITLE: "fetch",
}
"""Which queue each kind of work goes to; workers/queues.py names the queues' workers."""

REDIS_SECONDS = 0.25
"""A Redis on the way of a drain or a call may take no longer; a busy disk makes it wait for tenths of a second."""
MEMORY_SECONDS = 3.0
"""What may be used once is remembered in Redis: who opens the app waits rather for it than for nothing."""


@dataclass(frozen=True)
class House:
    """The settings and the doors made from them."""

    settings: Settings
    database: Database
    keys: Keys
    redis: Redis
    memory: Redis
    """The same, where a person waits and there is no going on without its answer."""
    bell: Bell
    http: Http
    paces: Mapping[str, Pace]
    """By platform."""
    plans: Plans
    now: Callable[[], datetime]


def _redis(settings: Settings, seconds: float) -> Redis:
    return Redis.from_url(
        settings.redis_url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=Retry(NoBackoff(), 0)
    )


def open_house(settings: Settings) -> House:
    """A house for this process. Opens nothing yet: connections are made when they are used.

    Raises SettingsError where plans are sold and the account that sells them is not named.
    """
    _require_accounts(settings)
    redis = _redis(settings, REDIS_SECONDS)
    return House(
        settings=settings,
        database=Database(settings.role_url),
        keys=Keys(settings.keys),
        redis=redis,
        memory=_redis(settings, MEMORY_SECONDS),
        bell=Bell(redis, publisher(settings.redis_url)),
        http=Http(Timeout(), recorder(settings.record_requests) if settings.record_requests else None, in_transaction),
        paces={each.name: each.doors.pace(redis) for each in platforms(settings)},
        plans=Plans(),
        now=lambda: datetime.now(UTC),
    )


def _require_accounts(settings: Settings) -> None:
    """Wherever plans are sold our account is named; raises SettingsError that lists all that is missing."""
    mistakes = []
    for each in selling(settings):
        try:
            each.billing.seller(settings)
        except SettingsError as error:
            mistakes.append(error.message)
    if mistakes:
        raise SettingsError("\n".join(mistakes))


def publisher(redis_url: str) -> Callable[[Work, StoreId, float], None]:
    """A function that sends a task; it fails fast, for the scan is there."""
    sender = Celery("regulars", broker=redis_url, set_as_current=False)
    sender.conf.update(
        task_ignore_result=True,
        broker_transport_options={"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    )

    def publish(work: Work, store_id: StoreId, wait: float) -> None:
        try:
            sender.send_task(
                work.value,
                kwargs={"store_id": store_id},
                queue=QUEUES[work],
                countdown=wait or None,
                retry=False,
                ignore_result=True,
            )
        except OperationalError as error:
            raise RedisConnectionError(str(error)) from error

    return publish
