"""Who we talk to: one package per platform, and ``http``, the only door out.

Platforms do not know each other; nothing above them knows a payload key.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from plugin.db.documents import Document
from plugin.domain.errors import NotFound
from plugin.domain.facts import Fact, Kind
from plugin.domain.ids import CustomerId
from plugin.platforms.base import (
    Chunk,
    Entitlement,
    Export,
    Listing,
    Seller,
    Shown,
    Stamp,
    StoreInfo,
    Subscriptions,
    TagDelta,
    Told,
    Verified,
    WriteResult,
)
from plugin.platforms.given import facts as _given
from plugin.platforms.http import Http
from plugin.platforms.shopify import billing as _shopify_billing
from plugin.platforms.shopify import bundles as _shopify_bundles
from plugin.platforms.shopify import checkouts as _shopify_checkouts
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
from plugin.platforms.shopify import webhooks as _shopify_webhooks
from plugin.platforms.shopify.client import Client
from plugin.rules.fields import Facts
from plugin.rules.segment import Definition

Translate = Callable[[str, bytes, datetime], tuple[Fact, ...]]


class Bundles(NamedTuple):
    """Very many customers' tags in one file."""

    upload: Callable[[Client, Http, Sequence[TagDelta]], str]
    start: Callable[[Client, bool, str, str], str]
    find: Callable[[Client, str], str | None]
    poll: Callable[[Client, str], Export]
    results: Callable[[Http, str, Mapping[int, TagDelta], int], Iterator[Told]]


class Documents(NamedTuple):
    """What a store keeps about a customer for us, as JSON."""

    at_once: int
    prepare: Callable[[Client], None]
    write: Callable[[Client, Mapping[CustomerId, Document]], list[WriteResult]]


class Twins(NamedTuple):
    """Segments of the platform's own, and what of ours they can say."""

    of_rule: Callable[[Definition], str | None]
    of_tags: Callable[[tuple[str, ...]], str | None]
    make: Callable[[Client, str, str], Shown]
    change: Callable[[Client, str, str, str], Shown]
    remove: Callable[[Client, str], None]
    read: Callable[[Client, Sequence[str]], list[Shown | None]]
    find: Callable[[Client, str], Shown | None]


class Platform(NamedTuple):
    """What every platform can do; the functions' own docstrings say how they answer and fail."""

    name: str
    tells: frozenset[Facts]
    """What it tells of every store's customers, with the scopes of manifest.json."""
    optional: Mapping[Facts, Sequence[str]]
    """What it has of customers that is asked for only where a rule needs it, and which optional scopes each needs."""
    verify_environ: Callable[[Mapping[str, object], bytes, Sequence[str]], Verified]
    translate: Translate
    unknown: Callable[[str, bytes], Sequence[str] | None]
    subscribe: Callable[[Client, Sequence[str], str, Collection[str]], Subscriptions]
    store_info: Callable[[Client], StoreInfo]
    read: Callable[[Client, Kind, Mapping[int, int], datetime], bytes]
    read_at_once: Mapping[Kind, int]
    """How many things of a kind one call reads."""
    read_optional: Callable[[Client, Sequence[CustomerId], Collection[str], datetime], bytes]
    optional_at_once: int
    """Of how many customers one call reads what is optional."""
    lists: Mapping[Facts, Callable[[Client, int], tuple[bytes, int | None]]]
    """What the store has in one list: a body with what comes after an id, and where it goes on, None at the end."""
    start_export: Callable[[Client, Kind, datetime | None], str]
    poll_export: Callable[[Client, str], Export]
    stop_export: Callable[[Client, str], None]
    export_chunks: Callable[[Client, Http, str, str], Iterator[Chunk]]
    most_tags: int
    """How many tags a customer can have, ours and others' together."""
    write_tags: Callable[[Client, Sequence[TagDelta]], list[WriteResult]]
    read_tags: Callable[[Client, Iterable[CustomerId]], dict[CustomerId, tuple[str, ...] | None]]
    bundles: Bundles | None
    """None: tags are written call by call, however many."""
    documents: Documents
    twins: Twins | None
    """None: there are no segments of the platform's own that follow a rule."""
    changed: Callable[[Client, Kind, datetime, str | None], Listing]
    how_many: Callable[[Client, Kind], int | None]
    start_walk: Callable[[Client, Kind], str]
    stamps: Callable[[bytes], list[Stamp]]
    only: Callable[[bytes, Collection[int]], bytes]
    gone_among: Callable[[Client, Kind, Sequence[int]], tuple[list[int], bytes]]
    orders_back: Callable[[Collection[str]], timedelta | None]
    """How far back a store's orders are told with these scopes; None: all of them."""
    entitlement: Callable[[Http, Seller, str, datetime], Entitlement]
    entitlement_turns: tuple[int, float]
    """How often our account may ask for entitlements: turns, seconds."""


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


_SHOPIFY = Platform(
    "shopify",
    _shopify_translate.TELLS,
    _shopify_optional.NEEDS,
    _shopify_webhooks.verify_environ,
    _or_given(_shopify_translate.translate),
    _unless_given(_shopify_known.unknown),
    _shopify_subscriptions.subscribe,
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
    _shopify_listing.changed,
    _shopify_listing.how_many,
    _shopify_listing.start_walk,
    _shopify_listing.stamps,
    _shopify_listing.only,
    _shopify_listing.gone_among,
    _shopify_listing.orders_back,
    _shopify_billing.entitlement,
    _shopify_billing.TURNS,
)
_PLATFORMS = {_SHOPIFY.name: _SHOPIFY}


def platform(name: str) -> Platform:
    """The platform of this name; raises NotFound."""
    try:
        return _PLATFORMS[name]
    except KeyError:
        raise NotFound(f"no platform {name!r}") from None
