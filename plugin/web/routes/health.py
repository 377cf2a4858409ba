"""How the process and its surroundings are, for machines that ask."""

import hmac
import os
from collections.abc import Iterator

import structlog
from flask import Blueprint, Response, abort, jsonify, make_response, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis import RedisError

from plugin.db import readiness, work
from plugin.db.transaction import Database, Unavailable
from plugin.web.here import house

log = structlog.get_logger()
routes = Blueprint("health", __name__)
HERE = ("127.0.0.1", "::1")


@routes.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@routes.get("/readyz")
def ready() -> Response:
    """Whether work can be taken: PostgreSQL answers, its tables are this version's, Redis answers."""
    checks = {"database": _database(), "redis": _redis()}
    good = all(value == "ok" for value in checks.values())
    response = jsonify(status="ok" if good else "not ready", **checks)
    response.status_code = 200 if good else 503
    return response


def _database() -> str:
    try:
        found, wanted = readiness.revision(house().database), readiness.newest()
    except Unavailable:
        return "can't be reached"
    return "ok" if found == wanted else f"at revision {found}, this version needs {wanted}: run the release step"


def _redis() -> str:
    try:
        house().redis.ping()
    except (RedisError, OSError):
        return "can't be reached"
    return "ok"


@routes.get("/metrics")
def metrics() -> Response:
    """Everything counted, for Prometheus: with the token, or from this machine where there is none."""
    if not _may_read():
        abort(404)
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    depths = CollectorRegistry()
    depths.register(_Depths(house().database))
    response = make_response(generate_latest(registry) + generate_latest(depths))
    response.headers["Content-Type"] = CONTENT_TYPE_LATEST
    return response


def _may_read() -> bool:
    token = house().settings.metrics_token
    if token:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.remote_addr in HERE and not forwarded


class _Depths(Collector):
    """What waits, counted when asked; none while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        try:
            depths = work.depths(self._database)
        except Unavailable:
            return
        for name, value in depths.items():
            yield GaugeMetricFamily(f"regulars_{name}", "Waits in all stores together.", value=value)
