"""What a test of the contract needs of a platform: somebody who tells it the story, and reads back what we wrote."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from embedded.json_client import JsonClient
from plugin.domain.ids import StoreId
from plugin.flow.house import House
from tests.contract.platform.beliefs import domain
from tests.contract.platform.story import Back, Bought, Person, Story, Thing


class Market(Protocol):
    """A pretended store and its people, by the platform's own control API. Numbers are the platform's."""

    platform: str
    people: dict[str, int]
    orders: dict[int, int]
    """By the order's place in the story (``id`` of the description)."""

    def install(self, house: House) -> StoreId:
        """The merchant agrees, as many times as this is called."""

    def uninstall(self) -> None:
        """The merchant removes the app, and the platform says so."""

    def stock(self, name: str, thing: Thing) -> None: ...

    def register(self, name: str, person: Person) -> None: ...

    def move(self, name: str, city: str) -> None:
        """They live elsewhere in their country."""

    def unsubscribe(self, name: str) -> None:
        """They want no more letters."""

    def buy(self, order: Bought, at: datetime) -> None: ...

    def pay(self, order: Bought) -> None: ...

    def give_back(self, order: Bought, back: Back) -> None: ...

    def cancel(self, order: Bought) -> None: ...

    def delete(self, order: Bought) -> None: ...

    def quiet(self) -> None:
        """Every message has come, or is lost."""

    def messages(self, **faults: Any) -> None:
        """Messages come so from now on: duplicated, lost, shuffled."""

    def throttle(self, calls: int) -> None:
        """So many of the app's calls are refused for being too many."""

    def let_pass(self) -> None:
        """What the calls were too many for is over."""

    def refused(self) -> int:
        """How many calls of the app were refused so."""

    def writes(self) -> int:
        """How many calls of the app changed something there."""

    def labels(self, name: str) -> set[str]:
        """What stands beside the customer as labels."""

    def put_label(self, name: str, label: str) -> None:
        """The merchant writes one more beside the customer."""

    def document(self, name: str) -> Any:
        """What is kept about the customer for us."""


def tell(market: Market, sandbox: JsonClient, story: Story) -> None:
    """The whole story happens at the store, each step at its moment; then it is now again."""
    acts: Mapping[str, Any] = {
        "stock": lambda step: market.stock(step.name, step.subject),
        "register": lambda step: market.register(step.name, step.subject),
        "buy": lambda step: market.buy(step.subject, step.at),
        "pay": lambda step: market.pay(step.subject),
        "give back": lambda step: market.give_back(step.subject, step.back),
        "cancel": lambda step: market.cancel(step.subject),
        "delete": lambda step: market.delete(step.subject),
    }
    for step in story.steps():
        turn_back(sandbox, step.at)
        acts[step.what](step)
    turn_back(sandbox, None)


def turn_back(sandbox: JsonClient, at: datetime | None) -> None:
    """The shops' clock stands at this moment; None: at ours."""
    behind = 0.0 if at is None else (datetime.now(at.tzinfo) - at).total_seconds()
    sandbox.call("PUT", "/_sandbox/clock", {"behind": behind}, None)


def email(name: str) -> str:
    """Where they are written to."""
    return f"{name}@{domain(name)}"
