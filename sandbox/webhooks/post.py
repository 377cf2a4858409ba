"""One POST over a connection that is kept, one for each thread and address."""

import http.client
import threading
from urllib.parse import urlsplit

CONNECT_SECONDS = 1.0
TOTAL_SECONDS = 5.0
"""The platform's own patience: one second to connect, five in all."""

_kept = threading.local()


def post(uri: str, headers: dict[str, str], body: bytes) -> int:
    """The status of the answer. Raises OSError or http.client.HTTPException when none came.

    A kept connection that the other side closed meanwhile is opened again, once.
    """
    parts = urlsplit(uri)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    key = (parts.scheme, parts.netloc)
    connections: dict[tuple[str, str], http.client.HTTPConnection] = _kept.__dict__.setdefault("open", {})
    kept = connections.pop(key, None)
    if kept is not None:
        try:
            return _send(connections, key, kept, path, headers, body)
        except (http.client.RemoteDisconnected, ConnectionError):
            kept.close()
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    fresh = kind(parts.netloc, timeout=CONNECT_SECONDS)
    fresh.connect()
    fresh.sock.settimeout(TOTAL_SECONDS)
    return _send(connections, key, fresh, path, headers, body)


def _send(
    connections: dict[tuple[str, str], http.client.HTTPConnection],
    key: tuple[str, str],
    connection: http.client.HTTPConnection,
    path: str,
    headers: dict[str, str],
    body: bytes,
) -> int:
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
    except BaseException:
        connection.close()
        raise
    if not answer.will_close:
        connections[key] = connection
    return answer.status
