"""A tiny embedded app: a page that uses the stand-in for App Bridge, and an API that asks for its token."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt

from tests.sandbox.keeper import CLIENT_ID, CLIENT_SECRET

PAGE = """<!doctype html><title>Page</title>
<meta name="shopify-api-key" content="{client_id}">
<script src="{bridge}"></script>
<s-app-nav><a href="/app" rel="home">Home</a><a href="/app/segments">Segments</a></s-app-nav>
<h1>{path}</h1><output id="answer"></output>
<button id="ask">Ask</button><button id="toast">Toast</button>
<script>
  const answer = document.getElementById("answer");
  document.getElementById("ask").onclick = async () => {{
    const said = await fetch("/api");
    answer.textContent = said.status + " " + JSON.stringify(await said.json());
  }};
  document.getElementById("toast").onclick = () => shopify.toast.show("Saved");
</script>"""


@dataclass
class EmbeddedApp:
    """The app's address, and what it was asked."""

    url: str = ""
    bridge: str = ""
    refuse: int = 0
    """So many calls are answered 401 with the wish for a new token."""
    tokens: list[str] = field(default_factory=list)
    loads: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def embedded_app() -> Iterator[EmbeddedApp]:
    """The app answers inside."""
    app = EmbeddedApp()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/api":
                return self._api()
            if parts.path.startswith(("/app", "/shopify")):
                app.loads.append(query)
            page = PAGE.format(client_id=CLIENT_ID, bridge=app.bridge, path=parts.path)
            return self._send(200, "text/html", page.encode())

        def _api(self) -> None:
            token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
            app.tokens.append(token)
            if app.refuse:
                app.refuse -= 1
                return self._send(401, "application/json", b"{}", ("X-Shopify-Retry-Invalid-Session-Request", "1"))
            claims = jwt.decode(token, CLIENT_SECRET, algorithms=["HS256"], audience=CLIENT_ID)
            return self._send(200, "application/json", json.dumps({"dest": claims["dest"]}).encode())

        def _send(self, status: int, kind: str, body: bytes, *headers: tuple[str, str]) -> None:
            self.send_response(status)
            for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), *headers):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    app.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield app
    server.shutdown()
    server.server_close()
