"""How a store fails: what a test or a curious person asks of it, whichever platform it plays."""

import random
import threading
from dataclasses import dataclass, field, fields
from typing import Any, Generic, TypeVar


@dataclass(slots=True)
class DeliveryFaults:
    """Shares between 0 and 1 of a store's deliveries, drawn from one seeded source."""

    duplicate: float = 0.0
    """Sent twice, byte for byte, under the same delivery id where there is one."""
    drop: float = 0.0
    """Never sent."""
    delay_share: float = 0.0
    delay_seconds: float = 1.0
    """This share is late by so much."""
    shuffle: float = 0.0
    shuffle_seconds: float = 0.5
    """This share waits a random moment up to so long, so that later ones overtake it."""
    seed: int = 0

    def delays(self, topic: str) -> bool:
        """Whether every delivery of this topic is late by ``delay_seconds``."""
        raise NotImplementedError


@dataclass(slots=True)
class CallFaults:
    """What becomes of the next calls. Numbers count down as they are used."""

    throttle_next: int = 0
    """Refused for their pace."""
    status_next: list[int] = field(default_factory=list)
    """Answered instead of the API, one a call."""
    token_status_next: list[int] = field(default_factory=list)
    """Answered instead of the token endpoint, one a call."""
    frozen: int = 0
    """Every call is answered with this status until faults are cleared."""
    timeout_next: int = 0
    """Held for ``hang_seconds``, then 504; nothing is done."""
    hang_seconds: float = 10.0
    lose_next: int = 0
    """Done, but answered with 520 or 504: the caller cannot know."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one delivery: seconds to wait for each time it is sent; empty is never."""

    waits: tuple[float, ...] = (0.0,)


W = TypeVar("W", bound=DeliveryFaults)
A = TypeVar("A", bound=CallFaults)


class Faults(Generic[W, A]):
    """A store's faults, changed and read from several threads."""

    def __init__(self, webhooks: type[W], api: type[A]) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(0)
        self._kinds = webhooks, api
        self.released = threading.Event()
        """Set when faults are cleared: calls that hang are let go."""
        self.webhooks = webhooks()
        self.api = api()

    def put(self, wanted: dict[str, Any]) -> None:
        """These faults hold from now on, all others are off. Raises ValueError for an unknown name or a wrong type."""
        unknown = set(wanted) - {"webhooks", "api"}
        if unknown:
            raise ValueError(f"unknown faults: {', '.join(sorted(unknown))}")
        of_deliveries, of_calls = self._kinds
        webhooks = of_deliveries(**_known(of_deliveries, wanted.get("webhooks") or {}))
        api = of_calls(**_known(of_calls, wanted.get("api") or {}))
        with self._lock:
            self._random = random.Random(webhooks.seed)
            self.webhooks, self.api = webhooks, api
            self.released.set()
            self.released = threading.Event()

    def clear(self) -> None:
        """Nothing fails any more, and what hangs is let go."""
        self.put({})

    def fate(self, topic: str = "") -> Fate:
        """What becomes of the next delivery, which is of this topic."""
        with self._lock:
            wanted, draw = self.webhooks, self._random.random
            dropped, late, overtaken, twice = (draw() for _ in range(4))
            if dropped < wanted.drop:
                return Fate(())
            wait = wanted.delay_seconds if late < wanted.delay_share or wanted.delays(topic) else 0.0
            if overtaken < wanted.shuffle:
                wait += draw() * wanted.shuffle_seconds
            return Fate((wait, wait + draw() * 0.2)) if twice < wanted.duplicate else Fate((wait,))

    def happens(self, share: float) -> bool:
        """Whether this one is of the share."""
        with self._lock:
            return self._random.random() < share

    def count_down(self, name: str) -> bool:
        """Whether this call is one of the next ``name``; one less is left."""
        with self._lock:
            left: int = getattr(self.api, name)
            if left > 0:
                setattr(self.api, name, left - 1)
            return left > 0

    def next_status(self, name: str) -> int | None:
        """The status this call is answered with instead, if any."""
        with self._lock:
            waiting: list[int] = getattr(self.api, name)
            return waiting.pop(0) if waiting else None


def _known(kind: type[Any], wanted: dict[str, Any]) -> dict[str, Any]:
    usual = kind()
    unknown = set(wanted) - {item.name for item in fields(kind)}
    if unknown:
        raise ValueError(f"unknown faults: {', '.join(sorted(unknown))}")
    for name, value in wanted.items():
        meant = getattr(usual, name)
        fits: Any = type(meant) if isinstance(meant, (list, str, bool)) else (int, float)
        if not isinstance(value, fits):
            word = {list: "list", str: "text", bool: "yes or no"}.get(fits, "number")
            raise ValueError(f"{name} is a {word}, not {value!r}")
    return wanted
