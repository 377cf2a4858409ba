"""What the oracle is told: a store, its customers with everything said about them, its segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from plugin.domain.facts import (
    AddressesListed,
    AnswerGiven,
    AttributeSeen,
    CheckoutSeen,
    ConsentSeen,
    CreditsListed,
    DisputeSeen,
    EventHappened,
    OrderSeen,
    RefundSeen,
    TagsChanged,
    TagsListed,
)
from plugin.rules.segment import Definition

Said = (
    OrderSeen
    | RefundSeen
    | DisputeSeen
    | TagsListed
    | TagsChanged
    | AttributeSeen
    | ConsentSeen
    | AddressesListed
    | CreditsListed
    | AnswerGiven
    | EventHappened
    | CheckoutSeen
)
Of = TypeVar("Of")


@dataclass(frozen=True)
class Person:
    """A customer. ``unknown``: attributes and sources that nobody can know of them."""

    id: int
    created: datetime | None = None
    """None: at every moment."""
    facts: tuple[Said, ...] = ()
    unknown: frozenset[str] = frozenset()
    email: str | None = None
    merged: tuple[int, datetime] | None = None
    """Into whom, and when."""

    @cached_property
    def _by_kind(self) -> dict[type, tuple[Any, ...]]:
        kinds = {type(fact) for fact in self.facts}
        return {kind: tuple(fact for fact in self.facts if type(fact) is kind) for kind in kinds}

    def told(self, kind: type[Of]) -> tuple[Of, ...]:
        """The facts of that kind."""
        return self._by_kind.get(kind, ())


@dataclass(frozen=True)
class Pin:
    """A person's word about a customer in a segment, while it stands."""

    customer: int
    placed_at: datetime
    inside: bool
    label: str = ""
    until: datetime | None = None
    removed_at: datetime | None = None

    def stands(self, t: datetime) -> bool:
        """From when it is placed until before it ends or is removed."""
        ends = [at for at in (self.until, self.removed_at) if at is not None]
        return self.placed_at <= t and all(t < at for at in ends)


@dataclass(frozen=True)
class Segment:
    """A segment, and the tags it writes, by label; ours that stand there are not in any sighting we trust."""

    definition: Definition
    writes: Mapping[str, str] = field(default_factory=dict)
    pins: Sequence[Pin] = ()


@dataclass(frozen=True)
class Store:
    """Where and since when, everyone, and the segments by folded name."""

    timezone: str
    orders_known_from: datetime | None = None
    labels_known_from: datetime | None = None
    segments: Mapping[str, Segment] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    until: datetime | None = None
    """The last moment anybody will ask about."""
    memory: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was found already, so that slow things are done once."""
