"""How a shop should fail: what a test or a curious person asks of it."""

import random
import threading
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class WebhookFaults:
    """Shares between 0 and 1 of the shop's deliveries, drawn from one seeded source."""

    duplicate: float = 0.0
    """Sent twice under the same delivery id."""
    drop: float = 0.0
    """Never sent."""
    delay_share: float = 0.0
    delay_seconds: float = 1.0
    """This share is late by so much."""
    shuffle: float = 0.0
    shuffle_seconds: float = 0.5
    """This share waits a random moment up to so long, so that later ones overtake it."""
    late_topics: list[str] = field(default_factory=list)
    """Every delivery of these topics is late by ``delay_seconds``: an update comes before its creation."""
    without_shop_domain: bool = False
    """``X-Shopify-Shop-Domain`` is missing."""
    secret: str = ""
    """Signed with this secret instead of the app's, as for an hour after a rotation."""
    both_subscriptions: bool = False
    """A topic taken both app-wide and by the shop at one address comes twice, as on the real platform."""
    seed: int = 0


@dataclass(slots=True)
class ApiFaults:
    """What becomes of the next calls. Numbers count down as they are used."""

    throttle_next: int = 0
    status_next: list[int] = field(default_factory=list)
    """Answered instead of the GraphQL API, one a call."""
    token_status_next: list[int] = field(default_factory=list)
    """Answered instead of the token endpoint, one a call."""
    frozen: int = 0
    """Every call, tokens too, is answered with this status until faults are cleared: 402, 404, 423."""
    partner_status_next: list[int] = field(default_factory=list)
    """Answered instead of the Partner API to questions about this shop, one a call."""
    timeout_next: int = 0
    """Held for ``hang_seconds``, then 504; nothing is done."""
    hang_seconds: float = 10.0
    lose_next: int = 0
    """Done, but answered with 520: the caller cannot know."""
    lose_refresh_response: int = 0
    """The token is rotated, but answered with 520."""
    omit_expiry_next: int = 0
    """Token answers that do not say how long the tokens live."""
    misread: list[str] = field(default_factory=list)
    """Search fields that the API does not know any more: left out of a query, with a warning."""
    bulk_hold_seconds: float = 0.0
    """Bulk operations stay RUNNING at least so long."""
    bulk_busy_next: int = 0
    """Starts of bulk mutations that are told to come again."""
    bulk_gap_next: int = 0
    """Bulk queries that end as COMPLETED with lines missing: every third thing at the top, not those below it."""
    bulk_fail_next: int = 0
    """Bulk operations that end as FAILED, half of the file written."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one delivery: seconds to wait for each time it is sent; empty is never."""

    waits: tuple[float, ...] = (0.0,)


class Faults:
    """A shop's faults, changed and read from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(0)
        self.released = threading.Event()
        """Set when faults are cleared: calls that hang are let go."""
        self.webhooks = WebhookFaults()
        self.api = ApiFaults()

    def put(self, wanted: dict[str, Any]) -> None:
        """These faults hold from now on, all others are off. Raises ValueError for an unknown name."""
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

    def fate(self, topic: str = "") -> Fate:
        """What becomes of the next delivery, which is of this topic."""
        with self._lock:
            wanted, draw = self.webhooks, self._random.random
            dropped, late, overtaken, twice = (draw() for _ in range(4))
            if dropped < wanted.drop:
                return Fate(())
            wait = wanted.delay_seconds if late < wanted.delay_share or topic in wanted.late_topics else 0.0
            if overtaken < wanted.shuffle:
                wait += draw() * wanted.shuffle_seconds
            if twice < wanted.duplicate:
                return Fate((wait, wait + draw() * 0.2))
            return Fate((wait,))

    def count_down(self, name: str) -> bool:
        """Whether this call is one of the next ``name``; one less is left."""
        with self._lock:
            left: int = getattr(self.api, name)
            if left <= 0:
                return False
            setattr(self.api, name, left - 1)
            return True

    def next_status(self, name: str) -> int | None:
        """The status this call is answered with instead, if any."""
        with self._lock:
            waiting: list[int] = getattr(self.api, name)
            return waiting.pop(0) if waiting else None


def _known(kind: type[Any], wanted: dict[str, Any]) -> dict[str, Any]:
    known = {item.name for item in fields(kind)}
    unknown = set(wanted) - known
    if unknown:
        raise ValueError(f"unknown faults: {', '.join(sorted(unknown))}")
    for name, value in wanted.items():
        usual = getattr(kind(), name)
        fits = next((each for each in (list, str) if isinstance(usual, each)), (int, float))
        if not isinstance(value, fits):
            word = "number" if isinstance(fits, tuple) else {list: "list", str: "text"}[fits]
            raise ValueError(f"{name} is a {word}, not {value!r}")
    return wanted
