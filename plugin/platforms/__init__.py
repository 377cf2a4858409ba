"""Who we talk to: one package per platform, and ``http``, the only door out.

Platforms do not know each other; nothing above them knows a payload key.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from redis import Redis

from plugin.db.documents import Document
from plugin.db.outputs import Kind as Showing
from plugin.db.outputs import Output
from plugin.domain.errors import NotFound
from plugin.domain.facts import Fact, Kind
from plugin.domain.ids import CustomerId
from plugin.platforms.base import (
    Chunk,
    Connection,
    Entitlement,
    Export,
    Grant,
    Group,
    Health,
    Identity,
    Listing,
    Move,
    Moved,
    Order,
    OrderStatus,
    Pace,
    Reason,
    Room,
    Seller,
    Shown,
    Stamp,
    StoreInfo,
    Subscriptions,
    Survey,
    TagDelta,
    Told,
    Trust,
    Verified,
    WriteResult,
)
from plugin.platforms.bigcommerce import billing as _bigcommerce_billing
from plugin.platforms.bigcommerce import checkouts as _bigcommerce_checkouts
from plugin.platforms.bigcommerce import connect as _bigcommerce_connect
from plugin.platforms.bigcommerce import disputes as _bigcommerce_disputes
from plugin.platforms.bigcommerce import documents as _bigcommerce_documents
from plugin.platforms.bigcommerce import extension as _bigcommerce_extension
from plugin.platforms.bigcommerce import groups as _bigcommerce_groups
from plugin.platforms.bigcommerce import health as _bigcommerce_health
from plugin.platforms.bigcommerce import history as _bigcommerce_history
from plugin.platforms.bigcommerce import listing as _bigcommerce_listing
from plugin.platforms.bigcommerce import marking as _bigcommerce_marking
from plugin.platforms.bigcommerce import marks as _bigcommerce_marks
from plugin.platforms.bigcommerce import native as _bigcommerce_native
from plugin.platforms.bigcommerce import optional as _bigcommerce_optional
from plugin.platforms.bigcommerce import protected as _bigcommerce_protected
from plugin.platforms.bigcommerce import shoppers as _bigcommerce_shoppers
from plugin.platforms.bigcommerce import standings as _bigcommerce_standings
from plugin.platforms.bigcommerce import subscriptions as _bigcommerce_subscriptions
from plugin.platforms.bigcommerce import sync as _bigcommerce_sync
from plugin.platforms.bigcommerce import tagging as _bigcommerce_tagging
from plugin.platforms.bigcommerce import translate as _bigcommerce_translate
from plugin.platforms.bigcommerce import webhooks as _bigcommerce_webhooks
from plugin.platforms.bigcommerce.client import Client as _BigCommerceClient
from plugin.platforms.bigcommerce.limits import Pacer as _BigCommercePacer
from plugin.platforms.given import facts as _given
from plugin.platforms.http import CallFailed, Http
from plugin.platforms.manifest import asked
from plugin.platforms.shopify import billing as _shopify_billing
from plugin.platforms.shopify import bundles as _shopify_bundles
from plugin.platforms.shopify import checkouts as _shopify_checkouts
from plugin.platforms.shopify import connect as _shopify_connect
from plugin.platforms.shopify import disputes as _shopify_disputes
from plugin.platforms.shopify import documents as _shopify_documents
from plugin.platforms.shopify import known as _shopify_known
from plugin.platforms.shopify import language as _shopify_language
from plugin.platforms.shopify import listing as _shopify_listing
from plugin.platforms.shopify import optional as _shopify_optional
from plugin.platforms.shopify import subscriptions as _shopify_subscriptions
from plugin.platforms.shopify import sync as _shopify_sync
from plugin.platforms.shopify import tagging as _shopify_tagging
from plugin.platforms.shopify import translate as _shopify_translate
from plugin.platforms.shopify import twins as _shopify_twins
from plugin.platforms.shopify.client import Client as _ShopifyClient
from plugin.platforms.shopify.limits import Pacer as _ShopifyPacer
from plugin.rules.fields import Facts
from plugin.rules.segment import Definition
from plugin.settings import Settings

C = TypeVar("C")
"""A platform's own client."""
Translate = Callable[[str, bytes, datetime], tuple[Fact, ...]]


class Bundles(NamedTuple, Generic[C]):
    """Very many customers' tags in one file."""

    upload: Callable[[C, Http, Sequence[TagDelta]], str]
    start: Callable[[C, bool, str, str], str]
    find: Callable[[C, str], str | None]
    poll: Callable[[C, str], Export]
    results: Callable[[Http, str, Mapping[int, TagDelta], int], Iterator[Told]]


class Documents(NamedTuple, Generic[C]):
    """What a store keeps about a customer for us, as JSON."""

    at_once: int
    prepare: Callable[[C], None]
    write: Callable[[C, Mapping[CustomerId, Document]], list[WriteResult]]


class Twins(NamedTuple, Generic[C]):
    """Segments of the platform's own, and what of ours they can say."""

    of_rule: Callable[[Definition], str | None]
    of_tags: Callable[[tuple[str, ...]], str | None]
    make: Callable[[C, str, str], Shown]
    change: Callable[[C, str, str, str], Shown]
    remove: Callable[[C, str], None]
    read: Callable[[C, Sequence[str]], list[Shown | None]]
    find: Callable[[C, str], Shown | None]


class Rolls(NamedTuple, Generic[C]):
    """What of the store's own shows who is in a segment of ours: a customer attribute, or a segment over there."""

    at_once: int
    """Customers in one call."""
    why_not: Callable[[C], str | None]
    """Why the store can have none, in words for the merchant; asks the store."""
    room: Callable[[C], Room]
    misfit: Callable[[Output], str | None]
    """Why it can't be called so, in words for the merchant; asks nobody."""
    make: Callable[[C, Output], str]
    """Its id; the same again after an answer that was lost. Raises PlatformRefused with the reason."""
    remove: Callable[[C, str], None]
    write: Callable[[C, str, Mapping[CustomerId, str | None]], list[WriteResult]]
    """By its id, what it says of each customer, None: nothing; twice is as once. Raises RollLost if it was deleted."""


class Places(NamedTuple, Generic[C]):
    """Groups of the store's customers; each of them is in one or in none."""

    at_once: int
    """Customers in one call."""
    why_not: Callable[[C], str | None]
    """Why the store can have none of ours; None where nothing speaks against it."""
    every: Callable[[C], list[Group]]
    survey: Callable[[C], Survey]
    words: Callable[[Reason], str]
    is_empty: Callable[[C, int], bool]
    make: Callable[[C, str, int | None], Group]
    """A group of ours, by its name, or the one of this id."""
    where: Callable[[C, Sequence[CustomerId]], Mapping[int, int]]
    """The group that each of these is in now, of those that the store knows; at most a page of them."""
    move: Callable[[C, Sequence[Move]], list[Moved]]


class Statuses(NamedTuple, Generic[C]):
    """Statuses of orders of which a store's people may say whether such an order is a purchase."""

    usual: Mapping[str, bool]
    """Whether it counts unless they say otherwise, by its id."""
    listed: Callable[[C], list[OrderStatus]]


class Hooks(NamedTuple):
    """Secrets that each store's webhooks carry, where not all that is sent is signed."""

    new_secret: Callable[[], str]
    digest: Callable[[str], bytes]


class Doors(NamedTuple, Generic[C]):
    """How a store is reached, and how it and its people reach us."""

    is_open: Callable[[Settings], bool]
    """Whether the platform knows us at all."""
    connect: Callable[[Settings, Connection], C]
    pace: Callable[[Redis], Pace]
    refresh: Callable[[Settings, Http, str, str, datetime], Grant] | None
    """A new pair of tokens; None where tokens have no end."""
    end_permanent: Callable[[Settings, Http, str, str, datetime], Grant] | None
    """A pair in place of a token without end, where the platform wants to be rid of those."""
    secrets: Callable[[Settings], Sequence[str]]
    must_sign: Callable[[Settings], bool]
    verify_environ: Callable[[Mapping[str, object], bytes, Trust, datetime], Verified]
    visitor: Callable[[Settings, str, datetime], Identity]
    frames: Callable[[Settings, str], str]
    scripts: Callable[[Settings], Sequence[str]]
    """What our page loads from elsewhere."""


class Choosing(NamedTuple, Generic[C]):
    """Plans that are chosen and cancelled on our page, because the platform has none for it."""

    requests: int
    """How many of our account's calls each of the two takes."""
    turns: tuple[int, float]
    """How many there may be: turns, seconds."""
    ask: Callable[[C, Http, Seller, Order, datetime], str]
    cancel: Callable[[Http, Seller, str, datetime, Callable[[], None]], datetime | None]


class Billing(NamedTuple, Generic[C]):
    """How stores pay us."""

    seller: Callable[[Settings], Seller]
    wants_prices: bool
    """Whether the platform is told prices by us: nothing is sold before manifest.json names any."""
    by_domain: bool
    """Whether our account knows a store by its domain; else it is by its id at the platform."""
    turns: tuple[int, float]
    """How often our account may ask: turns, seconds."""
    entitlement: Callable[[Http, Seller, str, datetime], Entitlement]
    entitlements: Callable[[Http, Seller, datetime, Callable[[], None]], Mapping[str, Entitlement | CallFailed]] | None
    """All stores' at once, so many a turn; None: one by one."""
    at_once: int
    page: Callable[[Settings, str], str] | None
    """The address of the platform's own page of plans, for the store of this domain; None where ``choosing`` is."""
    choosing: Choosing[C] | None


class Platform(NamedTuple, Generic[C]):
    """What every platform can do; the functions' own docstrings say how they answer and fail."""

    name: str
    title: str
    """What its merchants call it."""
    doors: Doors[C]
    hooks: Hooks | None
    """None where whatever is sent is signed."""
    removal_is_sure: bool
    """Whether its word that the app was removed can be nobody else's; its tokens are dead then."""
    asks_to_forget: bool
    """Whether it tells us when everything about a store is to be erased."""
    is_thin: bool
    """Whether its messages say only where to look, so that nothing is known of them before it was read."""
    statuses: Statuses[C] | None
    """None: what counts is the platform's own word."""
    tells: frozenset[Facts]
    """What it tells of every store's customers, with the scopes of manifest.json."""
    untold: frozenset[str]
    """Fields of those (plugin/rules/reads.py: spoken) of which it has nothing to tell at any store."""
    optional: Mapping[Facts, Sequence[str]]
    """What it has of customers that is asked for only where a rule needs it, and which optional scopes each needs."""
    translate: Translate
    unknown: Callable[[str, bytes], Sequence[str] | None]
    subscribe: Callable[[C, Sequence[str], str, Collection[str], str], Subscriptions]
    health: Callable[[C, str, Mapping[str, datetime], datetime], Health] | None
    """Whether what was asked for still comes, where the platform may end that by itself."""
    panel: Callable[[C], str] | None
    """Our page stands beside each customer in the control panel; what was done. None: there is no room for it."""
    store_info: Callable[[C], StoreInfo]
    read: Callable[[C, Kind, Mapping[int, int], datetime, Collection[int]], bytes]
    read_at_once: Mapping[Kind, int]
    """How many things of a kind one call reads."""
    read_optional: Callable[[C, Sequence[CustomerId], Collection[str], datetime], bytes]
    optional_at_once: int
    """Of how many customers one call reads what is optional."""
    lists: Mapping[Facts, Callable[[C, int], tuple[bytes, int | None]]]
    """What the store has in one list: a body with what comes after an id, and where it goes on, None at the end."""
    start_export: Callable[[C, Kind, datetime | None], str]
    poll_export: Callable[[C, str], Export]
    stop_export: Callable[[C, str], None]
    export_chunks: Callable[[C, Http, str, str], Iterator[Chunk]]
    most_tags: int
    """How many tags a customer can have, ours and others' together."""
    write_tags: Callable[[C, Sequence[TagDelta]], list[WriteResult]]
    read_tags: Callable[[C, Iterable[CustomerId]], dict[CustomerId, tuple[str, ...] | None]]
    bundles: Bundles[C] | None
    """None: tags are written call by call, however many."""
    documents: Documents[C]
    twins: Twins[C] | None
    """None: there are no segments of the platform's own that follow a rule."""
    places: Places[C] | None
    """None: its customers are in no groups of which each is in one."""
    changed: Callable[[C, Kind, datetime, str | None], Listing]
    how_many: Callable[[C, Kind], int | None]
    start_walk: Callable[[C, Kind], str]
    stamps: Callable[[bytes], list[Stamp]]
    only: Callable[[bytes, Collection[int]], bytes]
    gone_among: Callable[[C, Kind, Sequence[int]], tuple[list[int], bytes]]
    orders_back: Callable[[Collection[str]], timedelta | None]
    """How far back a store's orders are told with these scopes; None: all of them."""
    billing: Billing[C]

    rolls: Mapping[Showing, Rolls[C]] = {}
    """What else of the store's own can show a segment of ours, one customer by one."""

    def sells(self, settings: Settings) -> bool:
        """Whether its stores have plans; else they have everything."""
        return settings.bills and (not self.billing.wants_prices or bool(asked(self.name).prices))


def _or_given(own: Translate) -> Translate:
    """Understands a platform's messages, and what people tell of the customers of any."""

    def translate(topic: str, body: bytes, seen_at: datetime) -> tuple[Fact, ...]:
        return (_given.translate if topic == _given.TOPIC else own)(topic, body, seen_at)

    return translate


def _unless_given(own: Callable[[str, bytes], Sequence[str] | None]) -> Callable[[str, bytes], Sequence[str] | None]:
    """What people tell of customers is checked when it comes: nothing in it is unknown."""

    def unknown(topic: str, body: bytes) -> Sequence[str] | None:
        return () if topic == _given.TOPIC else own(topic, body)

    return unknown


_SHOPIFY: Platform[_ShopifyClient] = Platform(
    _shopify_connect.NAME,
    "Shopify",
    Doors(
        _shopify_connect.is_open,
        _shopify_connect.connect,
        _ShopifyPacer,
        _shopify_connect.refresh,
        _shopify_connect.end_permanent,
        _shopify_connect.secrets,
        _shopify_connect.must_sign,
        _shopify_connect.verify_environ,
        _shopify_connect.visitor,
        _shopify_connect.frames,
        _shopify_connect.scripts,
    ),
    None,
    True,
    True,
    False,
    None,
    _shopify_translate.TELLS,
    frozenset(),
    _shopify_optional.NEEDS,
    _or_given(_shopify_translate.translate),
    _unless_given(_shopify_known.unknown),
    _shopify_subscriptions.subscribe,
    None,
    None,
    _shopify_sync.store_info,
    _shopify_sync.read,
    _shopify_sync.BATCH,
    _shopify_optional.read_optional,
    _shopify_optional.AT_ONCE,
    {Facts.CHECKOUTS: _shopify_checkouts.list_checkouts, Facts.DISPUTES: _shopify_disputes.list_disputes},
    _shopify_sync.start_export,
    _shopify_sync.poll_export,
    _shopify_listing.stop_export,
    _shopify_sync.export_chunks,
    _shopify_tagging.MOST_TAGS,
    _shopify_tagging.write_tags,
    _shopify_tagging.read_tags,
    Bundles(
        _shopify_bundles.upload,
        _shopify_bundles.start,
        _shopify_bundles.find,
        _shopify_bundles.poll,
        _shopify_bundles.results,
    ),
    Documents(_shopify_documents.AT_ONCE, _shopify_documents.prepare, _shopify_documents.write),
    Twins(
        _shopify_language.of_rule,
        _shopify_language.of_tags,
        _shopify_twins.make,
        _shopify_twins.change,
        _shopify_twins.remove,
        _shopify_twins.read,
        _shopify_twins.find,
    ),
    None,
    _shopify_listing.changed,
    _shopify_listing.how_many,
    _shopify_listing.start_walk,
    _shopify_listing.stamps,
    _shopify_listing.only,
    _shopify_listing.gone_among,
    _shopify_listing.orders_back,
    Billing(
        _shopify_billing.seller,
        False,
        False,
        _shopify_billing.TURNS,
        _shopify_billing.entitlement,
        None,
        1,
        _shopify_billing.plans_page,
        None,
    ),
)
_BIGCOMMERCE: Platform[_BigCommerceClient] = Platform(
    _bigcommerce_connect.NAME,
    "BigCommerce",
    Doors(
        _bigcommerce_connect.is_open,
        _bigcommerce_connect.connect,
        _BigCommercePacer,
        None,
        None,
        _bigcommerce_connect.secrets,
        _bigcommerce_connect.must_sign,
        _bigcommerce_webhooks.verify_environ,
        _bigcommerce_connect.visitor,
        _bigcommerce_connect.frames,
        _bigcommerce_connect.scripts,
    ),
    Hooks(_bigcommerce_webhooks.new_secret, _bigcommerce_webhooks.digest),
    False,
    False,
    True,
    Statuses(_bigcommerce_standings.USUAL, _bigcommerce_standings.listed),
    _bigcommerce_translate.TELLS,
    _bigcommerce_translate.UNTOLD,
    _bigcommerce_optional.NEEDS,
    _or_given(_bigcommerce_translate.translate),
    _unless_given(_bigcommerce_translate.unknown),
    _bigcommerce_subscriptions.subscribe,
    _bigcommerce_health.health,
    _bigcommerce_extension.ensure,
    _bigcommerce_sync.store_info,
    _bigcommerce_sync.read,
    _bigcommerce_sync.BATCH,
    _bigcommerce_optional.read_optional,
    _bigcommerce_optional.AT_ONCE,
    {Facts.CHECKOUTS: _bigcommerce_checkouts.list_checkouts, Facts.DISPUTES: _bigcommerce_disputes.list_disputes},
    _bigcommerce_history.start_export,
    _bigcommerce_history.poll_export,
    _bigcommerce_history.stop_export,
    _bigcommerce_history.export_chunks,
    _bigcommerce_tagging.MOST_TAGS,
    _bigcommerce_tagging.write_tags,
    _bigcommerce_tagging.read_tags,
    None,
    Documents(_bigcommerce_documents.AT_ONCE, _bigcommerce_documents.prepare, _bigcommerce_documents.write),
    None,
    Places(
        _bigcommerce_groups.AT_ONCE,
        _bigcommerce_groups.why_not,
        _bigcommerce_groups.every,
        _bigcommerce_protected.survey,
        _bigcommerce_protected.words,
        _bigcommerce_groups.is_empty,
        _bigcommerce_groups.make,
        _bigcommerce_groups.where,
        _bigcommerce_groups.move,
    ),
    _bigcommerce_listing.changed,
    _bigcommerce_listing.how_many,
    _bigcommerce_history.start_walk,
    _bigcommerce_listing.stamps,
    _bigcommerce_listing.only,
    _bigcommerce_listing.gone_among,
    _bigcommerce_listing.orders_back,
    Billing(
        _bigcommerce_billing.seller,
        True,
        True,
        _bigcommerce_billing.TURNS,
        _bigcommerce_billing.entitlement,
        _bigcommerce_billing.entitlements,
        _bigcommerce_billing.PAGE,
        None,
        Choosing(
            _bigcommerce_billing.REQUESTS,
            _bigcommerce_billing.CHOOSING_TURNS,
            _bigcommerce_billing.ask,
            _bigcommerce_billing.cancel,
        ),
    ),
    rolls={
        Showing.ATTRIBUTE: Rolls(
            _bigcommerce_marking.AT_ONCE,
            _bigcommerce_marks.why_not,
            _bigcommerce_marks.room,
            _bigcommerce_marks.misfit,
            _bigcommerce_marks.make,
            _bigcommerce_marks.remove,
            _bigcommerce_marking.write,
        ),
        Showing.NATIVE: Rolls(
            _bigcommerce_shoppers.AT_ONCE,
            _bigcommerce_native.why_not,
            _bigcommerce_native.room,
            _bigcommerce_native.misfit,
            _bigcommerce_native.make,
            _bigcommerce_native.remove,
            _bigcommerce_shoppers.write,
        ),
    },
)
_PLATFORMS: dict[str, Platform[Any]] = {each.name: each for each in (_SHOPIFY, _BIGCOMMERCE)}

TITLES = tuple(each.title for each in _PLATFORMS.values())


def platforms(settings: Settings) -> list[Platform[Any]]:
    """Those that know us."""
    return [each for each in _PLATFORMS.values() if each.doors.is_open(settings)]


def selling(settings: Settings) -> list[Platform[Any]]:
    """Those of them whose stores have plans."""
    return [each for each in platforms(settings) if each.sells(settings)]


def platform(name: str) -> Platform[Any]:
    """The platform of this name; raises NotFound."""
    try:
        return _PLATFORMS[name]
    except KeyError:
        raise NotFound(f"no platform {name!r}") from None


def platform_of_page(name: str) -> Platform[Any]:
    """The platform that a page names; for one that names none, the first."""
    return _PLATFORMS.get(name, _SHOPIFY)
