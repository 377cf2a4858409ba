"""The short path of webhooks: read, prove, store, answer; Flask is not asked.

A route through Flask costs four times the processor time of everything that happens here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import structlog

from plugin.db.transaction import Unavailable
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.flow.receive import Directory, Received, receive
from plugin.platforms import platform
from plugin.platforms.base import NotGenuine, Trust, Verified
from plugin.platforms.manifest import asked

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]

log = structlog.get_logger()
AGAIN_SECONDS = "5"
_OK = [("Content-Type", "text/plain"), ("Content-Length", "0")]


class Ingest:
    """WSGI in front of the app. ``paths``: where each platform delivers, as manifest.json says."""

    def __init__(self, app: Wsgi, house: House, directory: Directory, paths: Mapping[str, str]) -> None:
        self._app = app
        self._house = house
        self._directory = directory
        self._paths = dict(paths)
        self._versions = {name: asked(name).api_version for name in self._paths.values()}
        self._sign = {name: platform(name).doors.must_sign(house.settings) for name in self._paths.values()}
        self._limit = house.settings.body_limit

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """The app's answer, or the short one where a platform delivers."""
        path = environ.get("PATH_INFO", "")
        for prefix, name in self._paths.items():
            if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/"):
                return self._deliver(environ, start, name)
        return self._app(environ, start)

    def _deliver(self, environ: Environ, start: Start, name: str) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return _say(start, "405 Method Not Allowed", "method", ("Allow", "POST"))
        length = environ.get("CONTENT_LENGTH") or ""
        if not (length.isascii() and length.isdigit()):
            return _say(start, "411 Length Required", "no_length")
        if int(length) > self._limit:
            return _say(start, "413 Content Too Large", "too_large")
        body = environ["wsgi.input"].read(int(length))
        if len(body) != int(length):
            return _say(start, "400 Bad Request", "cut_off")
        return self._store(environ, start, name, body)

    def _store(self, environ: Environ, start: Start, name: str, body: bytes) -> Iterable[bytes]:
        house = self._house
        try:
            delivery = self._proven(environ, name, body)
            outcome = receive(house, self._directory, name, delivery, body)
        except NotGenuine:
            return _say(start, "401 Unauthorized", "not_genuine")
        except Unavailable:
            log.error("delivery.database_away")
            return _say(start, "503 Service Unavailable", "unavailable", ("Retry-After", AGAIN_SECONDS))
        except Exception:
            # Whatever it is, the platform must keep the delivery and send it again.
            log.exception("delivery.failed", bytes=len(body))
            return _say(start, "500 Internal Server Error", "failed")
        if outcome is Received.UNKNOWN_STORE:
            log.warning("delivery.unknown_store", domain=delivery.remote_store[:100], topic=delivery.topic[:100])
        if delivery.api_version not in ("", self._versions[name]):
            metrics.unknown("version")
        metrics.received(outcome)
        start("200 OK", _OK)
        return (b"",)

    def _proven(self, environ: Environ, name: str, body: bytes) -> Verified:
        """The delivery. Who came back a moment ago has another secret than the one that is remembered."""
        doors, asked = platform(name).doors, list[str]()

        def digests(store: str) -> Sequence[bytes]:
            asked.append(store)
            return self._digests(name, store)

        trust = Trust(doors.secrets(self._house.settings), digests, self._sign[name])
        try:
            return doors.verify_environ(environ, body, trust, self._house.now())
        except NotGenuine:
            if not (asked and self._directory.forget(name, asked[0])):
                raise
            return doors.verify_environ(environ, body, trust, self._house.now())

    def _digests(self, name: str, store: str) -> Sequence[bytes]:
        """By what deliveries of the store are proven; nothing for a store that nobody knows."""
        sender = self._directory.sender(self._house, name, store)
        return () if sender is None else sender.digests


def _say(start: Start, status: str, outcome: str, *headers: tuple[str, str]) -> Iterable[bytes]:
    """A refusal, counted by its reason; it tells a stranger nothing."""
    metrics.received(outcome)
    body = status.partition(" ")[2].encode() + b"\n"
    start(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), *headers])
    return (body,)
