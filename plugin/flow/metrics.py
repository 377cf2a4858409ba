"""What is counted: how long each arrow takes, how often an alarm was false, how late a tag was.

Every process counts for itself; with PROMETHEUS_MULTIPROC_DIR set, each into a file of that folder, and
/metrics adds them up. Without it /metrics knows only its own process, and nothing of the workers.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from prometheus_client import Counter, Histogram, values

SHORT = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
LONG = (0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600)

if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    # By the host as well: processes of different containers have the same numbers.
    _host = socket.gethostname().replace("_", "-")
    values.ValueClass = values.MultiProcessValue(lambda: f"{_host}-{os.getpid()}")  # type: ignore[no-untyped-call]

_received = Counter("regulars_deliveries", "Webhooks by what became of them.", ["outcome"])
_drain_seconds = Histogram("regulars_drain_seconds", "Time of one drained batch.", buckets=SHORT)
_drained = Counter("regulars_deliveries_drained", "Deliveries absorbed or set aside.")
_decide_seconds = Histogram("regulars_decide_seconds", "Time to decide one batch of customers.", buckets=SHORT)
_decided = Counter("regulars_customers_decided", "Customers decided.")
_rank_seconds = Histogram("regulars_rank_seconds", "Time to compute a store's cutoffs anew.", buckets=LONG)
_ranked = Counter("regulars_customers_ranked", "Customers due because a cutoff moved.")
_alarms = Counter("regulars_alarms", "Alarms that rang, and whether anything had changed.", ["false"])
_calls = Histogram("regulars_call_seconds", "Calls to platforms.", ["purpose"], buckets=LONG)
_unknown = Counter("regulars_unknown", "What deliveries held that the version we ask for does not have.", ["what"])
_subscribed = Counter("regulars_subscriptions", "Subscriptions at stores, by what was found.", ["outcome"])
_plans_read = Counter("regulars_plans_read", "What stores pay for, read at their platform.", ["outcome"])
_repaired = Counter("regulars_repairs", "What a comparison with a store's books found missing here.", ["kind", "what"])
_lag = Histogram("regulars_lag_seconds", "From webhook to tag on the store.", buckets=LONG)


def received(outcome: str) -> None:
    """A webhook was answered."""
    _received.labels(outcome).inc()


def drained(count: int, seconds: float) -> None:
    """A batch went in."""
    _drained.inc(count)
    _drain_seconds.observe(seconds)


def decided(count: int, seconds: float) -> None:
    """A batch of customers was decided."""
    _decided.inc(count)
    _decide_seconds.observe(seconds)


def ranked(count: int, seconds: float) -> None:
    """A store's cutoffs were computed, and so many must be decided because of it."""
    _ranked.inc(count)
    _rank_seconds.observe(seconds)


def alarm(cause: str, *, false: bool) -> None:
    """A customer was decided; only those whom the clock called say something of alarms."""
    if cause == "clock":
        _alarms.labels(str(false).lower()).inc()


@contextmanager
def calling(purpose: str) -> Iterator[None]:
    """The time of a call to a platform, whatever its end."""
    began = time.perf_counter()
    try:
        yield
    finally:
        _calls.labels(purpose).observe(time.perf_counter() - began)


def unknown(what: str, count: int = 1) -> None:
    """Deliveries of a ``topic`` nobody understands, in another ``version``, or ``field``s nobody has heard of."""
    _unknown.labels(what).inc(count)


def subscribed(outcome: str, count: int) -> None:
    """Subscriptions that were kept, made, moved, ended or refused, or come in another version."""
    _subscribed.labels(outcome).inc(count)


def plan_read(outcome: str) -> None:
    """A store's plan was ``read``, or asking ``failed``."""
    _plans_read.labels(outcome).inc()


def repaired(kind: str, what: str, count: int) -> None:
    """So many things were missed, changed or gone unnoticed, or lacked a tag of ours; they are mended."""
    _repaired.labels(kind, what).inc(count)


def lag(time_taken: timedelta) -> None:
    """A tag that a webhook caused stands on the store."""
    _lag.observe(time_taken.total_seconds())
