"""How a store should fail: what a test or a curious person asks of it."""

import random
import threading
from dataclasses import dataclass, field, fields
from typing import Any

from sandbox.store.faults import Fate


@dataclass(slots=True)
class WebhookFaults:
    """Shares between 0 and 1 of the store's deliveries, drawn from one seeded source."""

    duplicate: float = 0.0
    """Sent twice, byte for byte."""
    drop: float = 0.0
    """Never sent."""
    delay_share: float = 0.0
    delay_seconds: float = 1.0
    """This share is late by so much."""
    shuffle: float = 0.0
    shuffle_seconds: float = 0.5
    """This share waits a random moment up to so long, so that later ones overtake it."""
    late_scopes: list[str] = field(default_factory=list)
    """Every delivery of these scopes is late by ``delay_seconds``."""
    lost_while_blocked: float = 0.0
    """Never sent, when their domain is blocked at that moment; the others are tried again later."""
    signed: bool = False
    """Deliveries carry a signature after Standard Webhooks, made with the app's client secret."""
    signing_secret: str = ""
    """The signature is made with this text instead."""
    without_headers: bool = False
    """The headers the app asked for are missing."""
    producer: str = ""
    """What deliveries say they come from, instead of ``stores/{hash}``."""
    numeric_store_id: bool = False
    """``store_id`` is a number, as in older samples."""
    seed: int = 0


@dataclass(slots=True)
class ApiFaults:
    """What becomes of the next calls. Numbers count down as they are used."""

    throttle_next: int = 0
    """Answered with 429 and the headers of an empty window."""
    throttle_bare_next: int = 0
    """Answered with 429 and no headers."""
    status_next: list[int] = field(default_factory=list)
    """Answered instead of the API, one a call."""
    token_status_next: list[int] = field(default_factory=list)
    """Answered instead of the token endpoint, one a call."""
    account_status_next: list[int] = field(default_factory=list)
    """Answered instead of the Account API to questions about this store, one a call."""
    frozen: int = 0
    """Every call is answered with this status until faults are cleared: 401, 423, 503."""
    timeout_next: int = 0
    """Held for ``hang_seconds``, then 504; nothing is done."""
    hang_seconds: float = 10.0
    lose_next: int = 0
    """Done, but answered with 504: the caller cannot know."""
    slow_seconds: float = 0.0
    """Every call takes at least so long, so that several are in flight."""
    concurrency: int = 0
    """So many calls of one endpoint at once, for endpoints without a limit of their own too; 0 is no more limits."""
    batch_refuses: list[int] = field(default_factory=list)
    """Customers a write refuses with 422, and with them the whole batch."""
    groups_status: int = 0
    """What groups are answered with, as on a plan that has none."""
    list_archived: bool = False
    """Lists of orders have the archived ones too."""


class Faults:
    """A store's faults, changed and read from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(0)
        self.released = threading.Event()
        """Set when faults are cleared: calls that hang are let go."""
        self.webhooks = WebhookFaults()
        self.api = ApiFaults()

    def put(self, wanted: dict[str, Any]) -> None:
        """These faults hold from now on, all others are off. Raises ValueError or TypeError."""
        unknown = set(wanted) - {"webhooks", "api"}
        if unknown:
            raise ValueError(f"unknown faults: {', '.join(sorted(unknown))}")
        webhooks = WebhookFaults(**_known(WebhookFaults, wanted.get("webhooks") or {}))
        api = ApiFaults(**_known(ApiFaults, wanted.get("api") or {}))
        with self._lock:
            self._random = random.Random(webhooks.seed)
            self.webhooks, self.api = webhooks, api
            self.released.set()
            self.released = threading.Event()

    def clear(self) -> None:
        """Nothing fails any more, and what hangs is let go."""
        self.put({})

    def fate(self, scope: str) -> Fate:
        """What becomes of the next delivery, which is of this scope."""
        with self._lock:
            wanted, draw = self.webhooks, self._random.random
            dropped, late, overtaken, twice = (draw() for _ in range(4))
            if dropped < wanted.drop:
                return Fate(())
            wait = wanted.delay_seconds if late < wanted.delay_share or scope in wanted.late_scopes else 0.0
            if overtaken < wanted.shuffle:
                wait += draw() * wanted.shuffle_seconds
            return Fate((wait, wait + draw() * 0.2)) if twice < wanted.duplicate else Fate((wait,))

    def lost(self) -> bool:
        """Whether an event for a blocked domain is lost."""
        with self._lock:
            return self._random.random() < self.webhooks.lost_while_blocked

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
            raise ValueError(f"{name} cannot be {value!r}")
    return wanted
