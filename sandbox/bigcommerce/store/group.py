"""A customer group: it prices, shows and hides; a customer is in one at most."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Group:
    """One group."""

    id: int
    name: str
    created_at: datetime
    updated_at: datetime
    is_default: bool = False
    is_for_guests: bool = False
    access: str = "all"
    """To categories: ``all``, ``specific`` or ``none``."""
    categories: list[int] = field(default_factory=list)
    discount_rules: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True, frozen=True)
class PriceList:
    """Prices of their own for some groups."""

    id: int
    name: str
    active: bool
    created_at: datetime


@dataclass(slots=True, frozen=True)
class Assignment:
    """A price list holds for this group on this channel."""

    id: int
    price_list_id: int
    group_id: int
    channel_id: int


@dataclass(slots=True, frozen=True)
class Promotion:
    """A promotion, as far as it concerns whom it is for."""

    id: int
    name: str
    group_ids: tuple[int, ...] = ()
    excluded_group_ids: tuple[int, ...] = ()
    segment_ids: tuple[str, ...] = ()
    status: str = "ENABLED"
