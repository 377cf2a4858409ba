"""Plays deliveries to an app over HTTP: a few connections, kept open, and no more in memory than they need."""

import http.client
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from plugin.cli.history.delivery import Delivery

READY_AT_MOST = 200
"""Deliveries that wait for a connection; the reader waits when so many do."""
ATTEMPTS = 5
PAUSES = (0.1, 0.5, 2.0, 5.0)
SECONDS_TO_ANSWER = 30
AGAIN = frozenset({408, 429, 500, 502, 503, 504})
"""Answers after which Shopify, too, would deliver again and might be heard."""
NO_ANSWER = "no answer"


@dataclass(frozen=True)
class Played:
    """How it went: deliveries by their last answer, the seconds, and how many had to be sent again."""

    answers: Mapping[str, int]
    seconds: float
    again: int

    @property
    def accepted(self) -> int:
        """Deliveries answered with 2xx."""
        return sum(count for answer, count in self.answers.items() if answer.startswith("2"))

    @property
    def total(self) -> int:
        """Deliveries sent."""
        return sum(self.answers.values())


class Sender:
    """Sends to one address from ``threads`` connections, at most ``speed`` a second."""

    def __init__(
        self, url: str, headers: Callable[[Delivery], Mapping[str, str]], threads: int = 4, speed: float | None = None
    ) -> None:
        self._url = urlsplit(url)
        self._headers = headers
        self._threads = threads
        self._speed = speed
        self._ready: queue.Queue[Delivery | None] = queue.Queue(READY_AT_MOST)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._answers: Counter[str] = Counter()
        self._again = 0

    def play(self, deliveries: Iterable[Delivery], progress: Callable[[int], None] = lambda sent: None) -> Played:
        """Everything was sent and answered, or tried ``ATTEMPTS`` times; hears of ``progress`` now and then."""
        workers = [threading.Thread(target=self._work, daemon=True) for _ in range(self._threads)]
        began = time.monotonic()
        for worker in workers:
            worker.start()
        try:
            for number, delivery in enumerate(deliveries):
                self._wait_for_turn(began, number)
                self._ready.put(delivery)
                if number % READY_AT_MOST == 0:
                    progress(self._answers.total())
        except BaseException:
            self._stopped.set()
            raise
        finally:
            for _ in workers:
                self._ready.put(None)
            for worker in workers:
                worker.join()
        return Played(dict(self._answers), time.monotonic() - began, self._again)

    def _wait_for_turn(self, began: float, number: int) -> None:
        if self._speed is not None:
            time.sleep(max(0.0, began + number / self._speed - time.monotonic()))

    def _work(self) -> None:
        connection = self._connection()
        while (delivery := self._ready.get()) is not None:
            if self._stopped.is_set():
                continue
            answer = self._sent(connection, delivery)
            with self._lock:
                self._answers[answer] += 1
        connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        return kind(self._url.hostname or "", self._url.port, timeout=SECONDS_TO_ANSWER)

    def _sent(self, connection: http.client.HTTPConnection, delivery: Delivery) -> str:
        """The last answer's status, or that there was none."""
        headers = dict(self._headers(delivery))
        answer = NO_ANSWER
        for attempt in range(ATTEMPTS):
            if attempt:
                with self._lock:
                    self._again += 1
                self._stopped.wait(PAUSES[attempt - 1])
            try:
                connection.request("POST", self._url.path or "/", delivery.body, headers)
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                answer = NO_ANSWER
                continue
            answer = str(response.status)
            if response.status not in AGAIN:
                break
        return answer
