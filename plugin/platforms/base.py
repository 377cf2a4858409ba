"""Values that every platform speaks in. No platform's words, no behaviour."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, TypeAlias

from plugin.domain.errors import (
    NeedsReauthorisation,
    PlatformError,
    PlatformRefused,
    RegularsError,
    Retry,
    StoreUnavailable,
)
from plugin.domain.ids import CustomerId
from plugin.platforms.http import Http
from plugin.platforms.manifest import Price

Calls: TypeAlias = Any
"""A store's client. What it can is known to its own platform's functions alone: others hand it on to them."""
Pace: TypeAlias = Any
"""What keeps the calls of all processes to one platform's stores within what it allows; for its clients alone."""


class NotGenuine(RegularsError):
    """A message or a visitor whose proof does not hold: door shut (401), nothing is said why."""

    code: ClassVar[str] = "not_genuine"


class Trust(NamedTuple):
    """What a delivery is held against."""

    client_secrets: Sequence[str]
    """The app's, current and previous: what signatures are made with."""
    digests: Callable[[str], Sequence[bytes]]
    """Of the secrets that the hooks of the store with this name carry; several while one replaces another."""
    signature_required: bool = False


class Verified(NamedTuple):
    """A delivery whose bytes are proven to be the platform's. Its headers are not part of the proof."""

    topic: str
    remote_store: str
    """How the platform calls the store in deliveries; empty where the message names none."""
    delivery_id: str
    """One per delivery, the same on retries."""
    triggered_at: datetime | None
    """When the platform made it; None where it does not say."""
    api_version: str
    store_id: str = ""
    """The store's id at its platform where the proven bytes say it: it counts more than the name beside them."""


@dataclass(frozen=True)
class Identity:
    """Who sits in front of our page, by the platform's own word."""

    store: str
    """The store's domain."""
    user_id: str
    since: datetime
    """When the platform said so."""
    expires_at: datetime


@dataclass(frozen=True)
class Grant:
    """What lets us call a store. The tokens never show in a ``repr``."""

    access_token: str = field(repr=False)
    scopes: tuple[str, ...]
    expires_at: datetime | None
    """None: does not expire."""
    refresh_token: str | None = field(repr=False)
    refresh_expires_at: datetime | None


class Tokens(NamedTuple):
    """Where a client gets its token from; the flow that owns the store's row supplies both."""

    current: Callable[[], str]
    """The token as it stands."""
    refresh: Callable[[str], str]
    """A newer token than this one, which was refused; raises NeedsReauthorisation."""


Watch = Callable[[PlatformError], None]


def nobody(error: PlatformError) -> None:
    """Watches nothing."""


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Who watches hears that the platform shuts the store out, before the caller does: nobody else need try."""
    try:
        yield
    except (StoreUnavailable, NeedsReauthorisation) as error:
        watch(error)
        raise


class Connection(NamedTuple):
    """What a client needs beside the settings. ``share``: the part of the store's pace that its work may take."""

    store: str
    """The store's domain, as deliveries name it."""
    scopes: Sequence[str]
    """What the merchant granted."""
    tokens: Tokens
    http: Http
    pace: Pace
    share: float = 1.0
    watch: Watch = nobody
    counted: Collection[str] | None = None
    """Orders in which statuses count as purchases, where the store's people chose."""


class OrderStatus(NamedTuple):
    """A status that orders of a store can have, of which its people may say whether it counts as a purchase."""

    id: str
    name: str
    """As they call it."""
    orders: int | None
    """How many have it now, where that is told."""


@dataclass(frozen=True)
class Seller:
    """Our own account at a platform, which is told what stores pay us. The token never shows in a ``repr``."""

    url: str
    account: str
    app: str
    """The app, as the account names it."""
    version: str
    token: str = field(repr=False)


class InTrial(PlatformRefused):
    """A plan can't be changed during its trial: it is cancelled first, which costs nothing, and another is chosen."""

    code = "in_trial"


class Order(NamedTuple):
    """A plan that a merchant wants, where the platform is told of it by us."""

    plan: str
    """Its handle."""
    price: Price
    about: str
    """What stands on the invoice."""
    view: str
    """Of our page, to which they come back."""


class Paying(StrEnum):
    """How a store stands to the plan it agreed to."""

    NONE = "none"
    """It agreed to none: it has the free one."""
    TRIAL = "trial"
    ACTIVE = "active"
    ENDING = "ending"
    """Cancelled, and good until the end of what is paid."""
    FROZEN = "frozen"
    """On hold at the platform, which has not been paid: it gives nothing until it is."""


@dataclass(frozen=True)
class Entitlement:
    """What a store has agreed to pay for, by the platform's own word; the same for every platform."""

    plan: str | None = None
    """Its handle; None without an agreement, or where no plan is named."""
    state: Paying = Paying.NONE
    trial_until: datetime | None = None
    renews_at: datetime | None = None
    """When the next charge comes; when it ends, if it does."""
    amount: Decimal | None = None
    """What the platform charges for ``every`` period; None where that is no fixed sum."""
    currency: str | None = None
    every: str | None = None
    next_plan: str | None = None
    """The plan it changes to at ``renews_at``."""


@dataclass(frozen=True)
class StoreInfo:
    """The store's own particulars."""

    remote_id: int
    domain: str
    name: str
    timezone: str
    currency: str
    scopes: tuple[str, ...]
    """What the merchant granted, sorted."""
    taxes_included: bool


class Subscriptions(NamedTuple):
    """What came of asking for webhooks."""

    kept: tuple[str, ...]
    """Topics that were subscribed already."""
    made: tuple[str, ...]
    moved: tuple[str, ...]
    """Topics that went to an address of ours from before."""
    refused: tuple[tuple[str, str], ...]
    """Topic and the platform's reason."""
    versions: frozenset[str] = frozenset()
    """In which versions the kept ones come."""
    ended: tuple[str, ...] = ()
    """Topics that nobody needs any more."""


class Blocked(NamedTuple):
    """Our host, which the platform sends nothing to for a while."""

    seconds: int
    reasons: tuple[str, ...]


class Health(NamedTuple):
    """Whether what a store was asked to send still comes, by its platform's word."""

    inactive: tuple[str, ...]
    """Topics that are switched off."""
    silent: tuple[str, ...]
    """Topics of which nothing was heard for so long that they will be switched off."""
    blocked: Blocked | None


class TagDelta(NamedTuple):
    """Tags to add to and to remove from one customer; never a whole list."""

    customer_id: CustomerId
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class WriteResult(NamedTuple):
    """What came of one customer's write."""

    customer_id: CustomerId
    ok: bool
    gone: bool = False
    """The platform no longer knows this customer."""
    tags_after: tuple[str, ...] | None = None
    """Every tag the customer carries after the write, where the platform says."""
    error: str | None = None
    unsure: bool = False
    """It was sent and no answer came: read back before the next write."""


class ExportState(StrEnum):
    """How an export stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """Start another; what arrived stays true."""


class Export(NamedTuple):
    """An export's progress."""

    state: ExportState
    objects: int | None
    """Lines written so far; None where nobody counts them: pages that are made as they are asked for."""
    url: str | None
    """Where the result lies when done, or what it is called; None where there is nothing in it."""
    error: str | None = None
    roots: int = 0
    """Whole things written so far, however many lines each takes."""


class Chunk(NamedTuple):
    """A piece of an export that ends between two families."""

    body: bytes
    position: str
    """From here it goes on, in the platform's own words; behind the last chunk there is nothing."""
    objects: int
    """Lines in this chunk."""


class ExportLost(PlatformError):
    """What is left of an export can't be had any more: start another. What arrived stays true."""

    code: ClassVar[str] = "export_lost"


class Stamp(NamedTuple):
    """A thing of the store and when it last changed there: enough to see whether we know of it."""

    id: int
    updated_at: datetime
    tags: tuple[str, ...] | None = None
    """All the tags it carries, where that was asked."""


class Listing(NamedTuple):
    """A page of what changed, in an order in which nothing that changes meanwhile is passed over."""

    stamps: tuple[Stamp, ...]
    cursor: str | None
    """Where the next page begins; None: there is none."""
    unheard: tuple[int, ...] = ()
    """Things of which something changed that moves no moment of theirs and that no message tells: to be read."""
    carried: Mapping[int, tuple[str, ...]] = {}
    """All the tags that some carry whose tags changed so."""
    through: Mapping[int, frozenset[str]] = {}
    """Of the unheard, where that is all that changed: the store's attributes, by id, whose values did."""


class BundleBusy(PlatformError):
    """The platform works through as many bundles as it will: come again."""

    code: ClassVar[str] = "bundle_busy"


class BundleLost(PlatformError):
    """The platform can't find or read the file: hand it over again."""

    code: ClassVar[str] = "bundle_lost"


class Told(NamedTuple):
    """A piece of a bundle's results: line → what came of it; ``offset``: bytes of the file up to its end."""

    results: Mapping[int, WriteResult]
    offset: int


class TwinRefused(PlatformRefused):
    """The platform makes no such segment; the message is its reason."""

    code: ClassVar[str] = "twin_refused"


class Shown(NamedTuple):
    """A segment of the platform's own, as it stands there."""

    remote_id: str
    name: str
    query: str


class RollLost(PlatformError):
    """Somebody deleted over there what we wrote to: nobody stands in it, and nobody can be added."""

    code: ClassVar[str] = "roll_lost"
    retry: ClassVar[Retry] = Retry.NEVER


class Room(NamedTuple):
    """How many of something the store has, whoever made them."""

    used: int
    most: int
    scarce_from: int
    """From so many on the merchant is told that there is little room."""

    @property
    def left(self) -> int:
        """How many more there can be."""
        return max(0, self.most - self.used)

    @property
    def is_scarce(self) -> bool:
        """Whether the merchant is to be told."""
        return self.used >= self.scarce_from


NO_GROUP = 0
"""Where a customer is who is in no group."""


class Group(NamedTuple):
    """A group of the store's customers, who are in one or in none. ``plain``: it prices nothing, hides nothing, and
    nobody gets it by default."""

    id: int
    name: str
    plain: bool


class Move(NamedTuple):
    """A customer is to be in this group, or in NO_GROUP. ``may_leave``: where the customer may be taken from."""

    customer_id: CustomerId
    group: int
    may_leave: Collection[int]


class Moved(NamedTuple):
    """What came of a move."""

    customer_id: CustomerId
    ok: bool
    before: int | None = None
    """The group right before the write; None where that was not seen."""
    after: int | None = None
    """The group now, as far as the store said."""
    held: Group | None = None
    """The group that may not be left, where the customer stays."""
    gone: bool = False
    """The store no longer knows this customer."""
    error: str | None = None
    unsure: bool = False
    """It was sent and no answer came: the next move reads where the customer is."""


class Why(StrEnum):
    """Why a group matters."""

    DEFAULT = "default"
    """New customers are put into it, at the store or at the storefronts named."""
    GUESTS = "guests"
    """Visitors who are not signed in are treated as its members."""
    DISCOUNTS = "discounts"
    CATEGORIES = "categories"
    """Its members don't see all categories."""
    PRICE_LISTS = "price_lists"
    PROMOTIONS = "promotions"
    LEFT_OUT = "left_out"
    """Its members don't get the promotions named."""
    COMPANY = "company"
    """It seems to stand for a company, of which its members are the buyers."""


class Reason(NamedTuple):
    """One reason. ``names``: of the storefronts, price lists, promotions or companies concerned."""

    why: Why
    names: tuple[str, ...] = ()


class Matters(NamedTuple):
    """A group of which a customer who is moved into it or out of it notices something."""

    group: Group
    reasons: tuple[Reason, ...]


class Survey(NamedTuple):
    """What can be said of all groups of a store."""

    matters: Mapping[int, Matters]
    unseen: frozenset[Why]
    """What we were not allowed to look at: a group may matter for it all the same."""
