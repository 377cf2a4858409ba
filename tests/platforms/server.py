"""A small real HTTP server: answers are given in order, what was asked is kept."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """An answer to give. ``cut`` promises more than it sends; ``wait`` is called before answering."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    wait: Callable[[], object] | None = None


@dataclass
class Server:
    """The address, the answers still to give (the last one is given for ever) and what was asked."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def answer(self, data: Any = None, *, cost: dict[str, Any] | None = None, **more: Any) -> None:
        """Adds a GraphQL answer."""
        told: dict[str, Any] = {"data": data, **more}
        if cost is not None:
            told["extensions"] = {**told.get("extensions", {}), "cost": cost}
        self.replies.append(Reply(json.dumps(told).encode()))

    def next(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def serving() -> Iterator[Server]:
    """The server runs inside and is gone afterwards."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            server.asked.append(Asked(self.command, self.path, dict(self.headers.items()), body))
            reply = server.next()
            if reply.wait is not None:
                reply.wait()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) + (1000 if reply.cut else 0)))
            self.end_headers()
            with suppress(ConnectionError, TimeoutError):  # A test may hang up in the middle.
                self.wfile.write(reply.body)
            self.close_connection = self.close_connection or reply.cut

        do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - the names are the library's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Nothing is printed."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server.url = f"http://127.0.0.1:{listener.server_port}"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
