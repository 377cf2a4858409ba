"""A small app that only listens: what webhooks came, and what it answers."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE = 15.0


@dataclass(frozen=True)
class Heard:
    """One request as it came. Header names are in lower case."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def shop(self) -> str:
        return self.headers.get("x-shopify-shop-domain", "")

    @property
    def topic(self) -> str:
        return self.headers["x-shopify-topic"]

    @property
    def id(self) -> str:
        return self.headers["x-shopify-webhook-id"]

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class Ears:
    """Keeps what it hears; answers 200 unless told otherwise for a shop."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[Heard] = []
        self.statuses: dict[str, list[int]] = {}
        """What to answer to a shop's next requests."""
        self.changed = threading.Condition()

    def of(self, shop: str, topic: str | None = None) -> list[Heard]:
        """What this shop said, in order of arrival."""
        with self.changed:
            return [item for item in self.heard if item.shop == shop and topic in {None, item.topic}]

    def wait(self, enough: Callable[[], bool]) -> None:
        """Returns when this has become true of what was heard; fails when it does not."""
        with self.changed:
            assert self.changed.wait_for(enough, PATIENCE), "not heard in time"

    def take(self, item: Heard) -> int:
        """Keeps a request and gives the status of the answer."""
        with self.changed:
            self.heard.append(item)
            self.changed.notify_all()
            waiting = self.statuses.get(item.shop)
            return waiting.pop(0) if waiting else 200


@contextmanager
def listening() -> Iterator[Ears]:
    """Ears on a port of their own."""
    ears = Ears()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(ears.take(Heard(self.path, headers, raw)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    ears.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield ears
    server.shutdown()
    server.server_close()
