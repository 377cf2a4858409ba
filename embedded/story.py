"""What a merchant and a customer do in the demo, one method per step, through the doors they would use.

The merchant's steps are the calls of our embedded page, with the token it would have; the customer's are the
sandbox's, at the store of one platform (`shopify.py`, `bigcommerce.py`). Nothing reaches into a database.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from embedded.json_client import JsonClient

# The API of our page.
OVERVIEW = "/api/overview"
SEGMENTS = "/api/segments"
PLAN = "/api/segments/{id}/plan"
LIVE = "/api/segments/{id}/live"
PLANNED = ("ready", "applied")  # A segment in preview applies its plan itself: that writes nothing.


class PlanFailed(Exception):
    """The app could not work out what a segment would do; the message is its reason."""


class PageClosed(Exception):
    """A page was not what a merchant would have to see; the message says which."""


@dataclass(frozen=True)
class Draft:
    """A segment as a merchant writes it: a name, a rule, and the label its members wear."""

    name: str
    rule: str
    label: str


@dataclass(frozen=True)
class Plan:
    """What going live would do."""

    joins: int
    leaves: int
    total: int


@dataclass(frozen=True)
class Progress:
    """How far the history of the store has been read."""

    done: bool
    said: str


@dataclass(frozen=True)
class Story(ABC):
    """One store of the sandbox, and our app beside it."""

    sandbox: JsonClient
    app: JsonClient
    shop: str
    """As its platform calls the store."""

    @abstractmethod
    def make_shop(self, customers: int, years: float, seed: int) -> dict[str, Any]:
        """The store exists, with customers and orders of the past; gives its summary."""

    @abstractmethod
    def open_app(self) -> None:
        """The app is installed, and its page was opened as a merchant opens it."""

    @abstractmethod
    def labelled(self, label: str) -> set[int]:
        """The customers who have the label in the store's own state."""

    @abstractmethod
    def someone_without(self, label: str) -> dict[str, Any]:
        """A customer of the store who does not have the label: `id` and `email`."""

    @abstractmethod
    def buy(self, customer: int) -> str:
        """The customer has bought and paid for something that others bought lately; gives the order's name."""

    @abstractmethod
    def labels(self, customer: int) -> list[str]:
        """The customer's labels in the store's own state."""

    @abstractmethod
    def _token(self) -> str:
        """What our page shows with each call."""

    def backfill_progress(self) -> Progress:
        """How far the history is."""
        history = self.app.get(OVERVIEW, self._token())["history"]
        said = ", ".join(f"{each['things'] or 0} {each['kind']}s" for each in history["readings"])
        return Progress(history["done"], said)

    def create_segment(self, draft: Draft) -> int:
        """The segment exists in preview; gives its id."""
        body = {
            "name": draft.name,
            "definition": {"kind": "rule", "rule": draft.rule},
            "outputs": {"": draft.label},  # A plain rule has one label without a name.
        }
        made: int = self.app.post(SEGMENTS, body, self._token())["id"]
        return made

    def plan(self, segment: int) -> Plan | None:
        """What going live would do; None while it is still being worked out. Raises PlanFailed."""
        plan = self.app.get(PLAN.format(id=segment), self._token())
        if plan["state"] == "failed":
            raise PlanFailed(plan["error"])
        return Plan(plan["joins"], plan["leaves"], plan["total"]) if plan["state"] in PLANNED else None

    def go_live(self, segment: int) -> None:
        """The segment's label is written to the store from now on."""
        self.app.post(LIVE.format(id=segment), {}, self._token())
