"""How many calls of one endpoint a store takes at once."""

import re
import threading
from collections import Counter

LIMITS: tuple[tuple[str, str, int], ...] = (
    (r"PUT", r"/v3/customers", 3),
    (r"POST|PUT", r"/v3/customers/attributes", 3),
    (r"PUT", r"/v3/customers/attribute-values", 3),
    (r"PUT", r"/v3/customers/addresses", 3),
    (r"POST", r"/v3/customers/addresses", 10),
    (r"PUT", r"/v3/customers/form-field-values", 10),
    (r"GET|POST|DELETE", r"/v2/customer_groups(/.*)?", 40),
    (r"POST|PUT", r"/v3/segments(/.*)?", 10),
)
"""As documented: method, path, calls."""

Slot = tuple[str, str, str]


class Crowd:
    """Calls that are going on, by store and endpoint."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: Counter[Slot] = Counter()
        self.most: Counter[str] = Counter()
        """The most calls of a store that were going on at once, over all its endpoints."""

    def enter(self, store: str, method: str, path: str, at_most: int) -> Slot | None:
        """A place for this call, to be left again; None when there is none. ``at_most`` 0 is no limit."""
        slot = (store, method, re.sub(r"\d+", "{id}", path))
        limit = next((n for verbs, where, n in LIMITS if re.fullmatch(verbs, method) and re.fullmatch(where, path)), 0)
        limit = min(filter(None, (limit, at_most)), default=0)
        with self._lock:
            if limit and self._inside[slot] >= limit:
                return None
            self._inside[slot] += 1
            inside = sum(count for (whose, _, _), count in self._inside.items() if whose == store)
            self.most[store] = max(self.most[store], inside)
            return slot

    def leave(self, slot: Slot) -> None:
        """The call is over."""
        with self._lock:
            self._inside[slot] -= 1
