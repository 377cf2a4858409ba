"""An app's tokens at one shop: access tokens that expire, refresh tokens that rotate."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

ACCESS_LIFE = 3600
REFRESH_LIFE = 7_776_000


@dataclass(slots=True)
class Pair:
    """One answer of the token endpoint."""

    access: str
    refresh: str | None
    access_until: float | None
    refresh_until: float
    used: bool = False
    """Its access or refresh token has been used: the pair before it is over."""
    before: "Pair | None" = None


class Tokens:
    """The pairs that still count. The newest replaces the one before it once it has been used."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._access: dict[str, Pair] = {}
        self._refresh: dict[str, Pair] = {}

    def issue(self, *, expiring: bool) -> Pair:
        """A first pair, of a token exchange. Other refresh tokens end with it."""
        with self._lock:
            self._refresh.clear()
            return self._make(expiring=expiring, before=None)

    def rotate(self, refresh: str) -> Pair | None:
        """A new pair for a refresh token, or None when it does not count any more.

        The old refresh token can be used again until the new pair has been used; doing so ends the
        pair that was never used (two workers that refresh at once take each other's token away).
        """
        with self._lock:
            pair = self._refresh.get(refresh)
            if pair is None or pair.refresh_until < self._clock():
                return None
            self._use(pair)
            for other in [p for p in self._refresh.values() if p.before is pair]:
                self._forget(other)
            return self._make(expiring=True, before=pair)

    def end_permanent(self, access: str) -> Pair | None:
        """A pair instead of a token that never expires, which is dead from then on; None when it is none."""
        with self._lock:
            pair = self._access.get(access)
            if pair is None or pair.access_until is not None:
                return None
            self._forget(pair)
            return self._make(expiring=True, before=None)

    def accept(self, access: str) -> bool:
        """Whether this access token opens the API now."""
        with self._lock:
            pair = self._access.get(access)
            if pair is None or (pair.access_until is not None and pair.access_until < self._clock()):
                return False
            self._use(pair)
            return True

    def expire(self) -> None:
        """Every access token is past its hour; the refresh tokens still count."""
        with self._lock:
            for pair in self._access.values():
                pair.access_until = 0.0

    def revoke(self) -> None:
        """Nothing opens anything any more, as after an uninstall."""
        with self._lock:
            self._access.clear()
            self._refresh.clear()

    def _make(self, *, expiring: bool, before: Pair | None) -> Pair:
        at = self._clock()
        pair = Pair(
            access=f"shpat_{secrets.token_hex(16)}",
            refresh=f"shprt_{secrets.token_hex(16)}" if expiring else None,
            access_until=at + ACCESS_LIFE if expiring else None,
            refresh_until=at + REFRESH_LIFE,
            before=before,
        )
        self._access[pair.access] = pair
        if pair.refresh:
            self._refresh[pair.refresh] = pair
        return pair

    def _use(self, pair: Pair) -> None:
        pair.used = True
        if pair.before:
            self._forget(pair.before, keep_access=True)
            pair.before = None

    def _forget(self, pair: Pair, *, keep_access: bool = False) -> None:
        if pair.refresh:
            self._refresh.pop(pair.refresh, None)
        if not keep_access:
            self._access.pop(pair.access, None)
