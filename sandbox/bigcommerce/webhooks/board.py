"""How well each domain answers; one that fails too often is blocked for a while."""

import threading
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Rules:
    """The platform's own numbers; a test may take smaller ones."""

    window_seconds: float = 120.0
    """The success of so many seconds counts."""
    least: int = 100
    """Judged from so many requests in the window on."""
    share: float = 0.9
    """Below it the domain is blocked."""
    block_seconds: float = 180.0


@dataclass(slots=True)
class _Domain:
    results: deque[tuple[float, str]] = field(default_factory=deque)
    """When, and what went wrong; an empty text is success."""
    blocked_until: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)


class Board:
    """Results by domain, from several threads. All hooks of the app on a domain share one fate."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._domains: dict[str, _Domain] = {}
        self.rules = Rules()

    def change(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """These rules hold from now on; nobody is blocked any more. Raises TypeError or ValueError."""
        rules = Rules(**wanted)
        with self._lock:
            self.rules = rules
            self._domains.clear()
        return asdict(rules)

    def blocked(self, domain: str) -> bool:
        """Whether nothing is sent there now."""
        with self._lock:
            known = self._domains.get(domain)
            return known is not None and known.blocked_until > time.monotonic()

    def record(self, domain: str, failure: str) -> bool:
        """One result; whether it had the domain blocked."""
        with self._lock:
            at, known = time.monotonic(), self._domains.setdefault(domain, _Domain())
            known.results.append((at, failure))
            while known.results and known.results[0][0] < at - self.rules.window_seconds:
                known.results.popleft()
            failures = [each for _, each in known.results if each]
            enough = len(known.results) >= self.rules.least
            if not enough or 1 - len(failures) / len(known.results) >= self.rules.share or known.blocked_until > at:
                return False
            known.blocked_until, known.reasons = at + self.rules.block_seconds, Counter(failures)
            known.results.clear()
            return True

    def shown(self) -> list[dict[str, Any]]:
        """``blocked_domains`` of the health page."""
        with self._lock:
            at, wall = time.monotonic(), int(time.time())
            return [
                {
                    "destination": domain,
                    "time_left": max(1, round(known.blocked_until - at)),
                    "reasons": [
                        {"failure_description": text, "count": count, "timestamp": wall}
                        for text, count in known.reasons.items()
                    ],
                }
                for domain, known in self._domains.items()
                if known.blocked_until > at
            ]
