"""A small app that only listens: what the platform and the merchant's browser brought, and what it answers."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATIENCE = 15.0
PAGE = b"""<!doctype html><title>App</title><h1></h1>
<script>document.querySelector("h1").textContent = "Opened " + location.pathname;</script>"""


@dataclass(frozen=True)
class Brought:
    """One request as it came. Header names are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class App:
    """Keeps what it is brought; answers 200 unless told otherwise for a path."""

    def __init__(self) -> None:
        self.url = ""
        self.brought: list[Brought] = []
        self.statuses: dict[str, list[int]] = defaultdict(list)
        """What to answer to the next requests of a path."""
        self.changed = threading.Condition()

    def at(self, path: str) -> list[Brought]:
        """What came to this path, in order of arrival."""
        with self.changed:
            return [item for item in self.brought if item.path == path]

    def scopes(self, path: str) -> list[str]:
        """The scopes of the webhooks that came there."""
        return [item.body["scope"] for item in self.at(path)]

    def wait(self, enough: Callable[[], bool]) -> None:
        """Returns when this has become true of what came; fails when it does not."""
        with self.changed:
            assert self.changed.wait_for(enough, PATIENCE), "not brought in time"

    def take(self, item: Brought) -> int:
        """Keeps a request and gives the status of the answer."""
        with self.changed:
            self.brought.append(item)
            self.changed.notify_all()
            waiting = self.statuses[item.path]
            return waiting.pop(0) if waiting else 200


@contextmanager
def listening() -> Iterator[App]:
    """An app on a port of its own."""
    app = App()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._take(b"", PAGE)

        def do_POST(self) -> None:
            self._take(self.rfile.read(int(self.headers["Content-Length"])), b"")

        def _take(self, raw: bytes, page: bytes) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(app.take(Brought(self.command, parts.path, query, headers, raw)))
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    app.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield app
    server.shutdown()
    server.server_close()
