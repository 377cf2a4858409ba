"""The Celery app. Each option is followed by the accident it prevents."""

from functools import cache

from celery import Celery
from celery.signals import setup_logging, worker_process_init

from plugin.flow.house import House, open_house
from plugin.logs import configure
from plugin.settings import Settings
from workers.schedule import SCHEDULE

settings = Settings.from_environment()
celery = Celery("regulars", broker=settings.redis_url, include=["workers.tasks"])
celery.conf.update(
    task_ignore_result=True,  # Nobody reads results; storing them costs a Redis call a task.
    task_serializer="json",
    accept_content=["json"],  # A pickle from whoever reaches Redis would be code.
    task_acks_late=False,  # Redis would redeliver long tasks; the truth is in PostgreSQL and the scan finds it.
    worker_prefetch_multiplier=1,  # One worker must not sit on others' rings.
    task_soft_time_limit=280,
    task_time_limit=300,  # A hanging task ends before anyone calls it stuck.
    task_create_missing_queues=False,
    task_queues={name: {} for name in ("intake", "fetch", "deliver", "batch")},
    broker_connection_retry_on_startup=True,  # Redis may start after us.
    broker_connection_max_retries=None,  # A worker that gives up needs a human.
    broker_transport="workers.broker:Transport",  # Kombu's own ends the worker when Redis goes at the wrong moment.
    broker_transport_options={"socket_timeout": 30, "socket_keepalive": True},
    worker_send_task_events=False,  # Events double a worker's CPU.
    worker_hijack_root_logger=False,  # structlog speaks for everyone.
    beat_schedule=SCHEDULE,
    timezone="UTC",
)


@cache
def house() -> House:
    """This process's house, opened at its first use (after the fork)."""
    return open_house(settings)


@setup_logging.connect
def _logging(**_: object) -> None:
    configure(settings.log_level)


@worker_process_init.connect
def _after_fork(**_: object) -> None:
    house.cache_clear()
