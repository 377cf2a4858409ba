"""A load generator that costs little: one thread, many keep-alive connections, ready-made requests."""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Load:
    """What came of a run. Latencies in seconds, in the order of the answers."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)

    @property
    def answered(self) -> int:
        """Answers of any status."""
        return sum(self.statuses.values())

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0


class _Connection:
    """One socket with at most one request under way."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self.held = b""

    def send(self, request: bytes) -> None:
        """The request is on its way."""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def status(self) -> int | None:
        """The status once the whole answer is here."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self.held += piece
        head, found, rest = self.held.partition(b"\r\n\r\n")
        if not found or len(rest) < _length(head):
            return None
        self.held = b""
        return int(head.split(b" ", 2)[1])


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def blast(host: str, port: int, requests: Iterable[bytes], connections: int = 16) -> Load:
    """All requests are answered, as fast as the server allows with so many connections."""
    load, waiting, began = Load(), iter(requests), time.perf_counter()
    with selectors.DefaultSelector() as selector:
        busy = 0
        for _ in range(connections):
            busy += _next(_Connection(host, port), waiting, selector, fresh=True)
        while busy:
            for key, _ in selector.select():
                connection: _Connection = key.data
                status = connection.status()
                if status is None:
                    continue
                load.statuses[status] += 1
                load.latencies.append(time.perf_counter() - connection.sent_at)
                if not _next(connection, waiting, selector):
                    busy -= 1
    load.seconds = time.perf_counter() - began
    return load


def _next(
    connection: _Connection, waiting: Iterator[bytes], selector: selectors.BaseSelector, fresh: bool = False
) -> bool:
    """The connection has a new request under way; False (and it is closed) when there is none left."""
    request = next(waiting, None)
    if request is None:
        if not fresh:
            selector.unregister(connection.socket)
        connection.socket.close()
        return False
    if fresh:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    connection.send(request)
    return True


def paced(host: str, port: int, requests: Iterable[bytes], per_second: float) -> Load:
    """The requests are sent at an even pace over one connection each, whatever the answers take."""
    load, began = Load(), time.perf_counter()
    connections = [_Connection(host, port) for _ in range(8)]
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        free, under_way = list(connections), 0
        for number, request in enumerate(requests):
            due = began + number / per_second
            while time.perf_counter() < due or not free:
                under_way -= _collect(selector, load, free, max(0.0, due - time.perf_counter()))
            free.pop().send(request)
            under_way += 1
        while under_way:
            under_way -= _collect(selector, load, free, 1.0)
    load.seconds = time.perf_counter() - began
    for connection in connections:
        connection.socket.close()
    return load


def _collect(selector: selectors.BaseSelector, load: Load, free: list[_Connection], timeout: float) -> int:
    """Whatever was answered within the time is counted; how many."""
    collected = 0
    for key, _ in selector.select(timeout):
        status = key.data.status()
        if status is not None:
            load.statuses[status] += 1
            load.latencies.append(time.perf_counter() - key.data.sent_at)
            free.append(key.data)
            collected += 1
    return collected
