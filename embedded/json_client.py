"""JSON over HTTP on the loopback interface, with nothing but the standard library."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


class CallFailed(Exception):
    """A server answered with something else than success; the message has the request and the answer."""


@dataclass(frozen=True)
class JsonClient:
    """Calls one server, such as `http://127.0.0.1:8000`."""

    base: str

    def get(self, path: str, token: str | None = None) -> Any:
        """The decoded answer of a GET; raises CallFailed."""
        return self.call("GET", path, None, token)

    def post(self, path: str, body: Any = None, token: str | None = None) -> Any:
        """The decoded answer of a POST with a JSON body; raises CallFailed."""
        return self.call("POST", path, {} if body is None else body, token)

    def call(self, method: str, path: str, body: Any, token: str | None) -> Any:
        """The decoded answer; raises CallFailed when the status is not 2xx."""
        headers = {"Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        text = request(method, self.base + path, headers, content)
        return json.loads(text) if text else None


def page(url: str) -> str:
    """The text of a page, as a browser would ask for it; raises CallFailed."""
    return request("GET", url, {"Accept": "text/html"}, None)


def submit(url: str) -> str:
    """The page that follows an empty form, as a browser would send it; raises CallFailed."""
    headers = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
    return request("POST", url, headers, b"")


def request(method: str, url: str, headers: dict[str, str], content: bytes | None) -> str:
    """The text of the answer; raises CallFailed when the status is not 2xx or nobody answers."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=30)
    try:
        connection.request(method, parts._replace(scheme="", netloc="").geturl(), content, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        raise CallFailed(f"{method} {url}: {error}") from error
    finally:
        connection.close()
    if answer.status // 100 != 2:
        raise CallFailed(f"{method} {url} answered {answer.status}: {text[:500]}")
    return text
