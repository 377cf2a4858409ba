"""What is asked of customers only where some rule needs it: metafields, predictions, store credit, companies.

The body goes into the inbox as ``api/optional`` and says which names were asked for, so that what is not in the
answer is known not to be there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Raw, Struct, field
from msgspec.json import Decoder, encode

from plugin.domain.facts import AttributeSeen, Credit, CreditsListed, Fact, ValueType
from plugin.domain.ids import CustomerId
from plugin.domain.values import canonical
from plugin.platforms.shopify import values
from plugin.platforms.shopify.answers import Money, Node
from plugin.platforms.shopify.client import Client, TooCostly
from plugin.platforms.shopify.values import Moment, number
from plugin.rules.fields import Facts
from plugin.rules.optional import LISTS, facts_of

NEEDS: dict[Facts, tuple[str, ...]] = {
    Facts.METAFIELDS: (),
    Facts.PREDICTIONS: (),
    Facts.COMPANIES: (),
    Facts.CHECKOUTS: (),
    Facts.SUBSCRIPTIONS: ("read_own_subscription_contracts",),
    Facts.CREDITS: ("read_store_credit_accounts", "read_store_credit_account_transactions"),
    Facts.DISPUTES: ("read_shopify_payments_disputes",),
}
"""What Shopify has of customers and orders beyond what we always read, and the optional scopes each needs."""

AT_ONCE = 100
FEW = 12
"""At once where store credit is asked for: each account's movements cost as much as all else of a customer."""
THE_SECOND = timedelta(seconds=1) - timedelta.resolution
"""A moment is told to the second: what we saw earlier within it was before."""
MOST_KEYS = 50
"""Metafields that one question names."""

TYPES = {
    "boolean": ValueType.TRUTH,
    "date": ValueType.DAY,
    "date_time": ValueType.MOMENT,
    "number_integer": ValueType.NUMBER,
    "number_decimal": ValueType.NUMBER,
}
"""Shopify's types of metafields that are more than text; of a list each element is a text."""


def read_optional(client: Client, ids: Sequence[CustomerId], names: Collection[str], read_began: datetime) -> bytes:
    """A body for the inbox, topic ``api/optional``: what these customers have under these names.

    ``names``: see plugin/rules/optional.py. Raises AccessDenied where a scope is missing, and as ``Client.run``:
    then nothing was read.
    """
    asked = {facts_of(name).value for name in names}
    keys = sorted(name.removeprefix("metafields.") for name in names if facts_of(name) is Facts.METAFIELDS)
    flags = {each.value: each.value in asked for each in NEEDS.keys() - LISTS}
    nodes: list[dict[str, Any] | None] = []
    gids = [f"gid://shopify/Customer/{each}" for each in ids]
    size = FEW if Facts.CREDITS.value in asked else AT_ONCE
    soon = f"type:credit AND expires_at:>='{read_began.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"
    while batch := gids[len(nodes) : len(nodes) + size]:
        try:
            nodes += _nodes(client, batch, keys, {"expiring": soon, **flags})
        except TooCostly:
            if size == 1:
                raise
            size = max(1, size // 2)
    return encode({"read_began": read_began, "names": sorted(names), "nodes": nodes})


def _nodes(
    client: Client, gids: Sequence[str], keys: Sequence[str], question: Mapping[str, Any]
) -> list[dict[str, Any] | None]:
    """One node, or None, for each gid; what more metafields there are than one question names is asked alone."""
    first, others = keys[:MOST_KEYS], keys[MOST_KEYS:]
    some = {"ids": gids, "keys": first, "most": max(len(first), 1), **question}
    nodes: list[dict[str, Any] | None] = client.run("read_optional", some)["nodes"]
    if others:
        only = {name: isinstance(value, bool) and name == Facts.METAFIELDS for name, value in question.items()}
        more = _nodes(client, gids, others, {**only, "expiring": question["expiring"]})
        for node, rest in zip(nodes, more, strict=True):
            if node and rest:
                node["metafields"]["nodes"] += rest["metafields"]["nodes"]
    return nodes


class Metafield(Struct, rename="camel", gc=False):
    """A value of the store's own, in text."""

    key: str
    namespace: str
    type: str
    value: str
    updated_at: Moment

    @property
    def name(self) -> str:
        """As rules say it. Asked for by its key, it comes back under the key with its namespace."""
        key = self.key if self.key.startswith(f"{self.namespace}.") else f"{self.namespace}.{self.key}"
        return f"metafields.{key}"


class Metafields(Struct, gc=False):
    """Those that were asked for and are there."""

    nodes: list[Metafield]


class Statistics(Struct, rename="camel", gc=False):
    """What Shopify predicts; null where it does not know enough."""

    predicted_spend_tier: str | None = None
    rfm_group: str | None = None


class Transaction(Struct, rename="camel", gc=False):
    """A movement of store credit."""

    created_at: Moment | None = None
    expires_at: Moment | None = None
    remaining_amount: Money | None = None


class Transactions(Struct, gc=False):
    """Some of an account's."""

    nodes: list[Transaction] = []


class Balance(Struct, rename="camel", gc=False):
    """What is left."""

    amount: Decimal
    currency_code: str


class Account(Struct, gc=False):
    """Store credit in one currency."""

    id: str
    balance: Balance
    latest: Transactions
    expiring: Transactions


class Accounts(Struct, gc=False):
    """All of a customer's."""

    nodes: list[Account]


class Contact(Struct, gc=False):
    """For whom the customer buys."""

    company: Node


class Customer(Struct, rename="camel", gc=False):
    """A customer as read_optional asks; what was not asked for is not there."""

    id: str
    metafields: Metafields | None = None
    statistics: Statistics | None = None
    product_subscriber_status: str | None = None
    store_credit_accounts: Accounts | None = None
    company_contact_profiles: list[Contact] | None = None


class Read(Struct, gc=False):
    """What ``read_optional`` puts into the inbox."""

    read_began: Moment
    names: list[str]
    nodes: list[Raw] = field(default_factory=list)


_read = Decoder(Read)
_customer = Decoder(Customer)


def optional_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/optional``: a customer that the platform no longer knows is for ``api/customers`` to say."""
    told = _read.decode(body)
    began = values.to_utc(told.read_began)
    for raw in told.nodes:
        if bytes(raw) not in (b"null", b"{}"):
            yield from _facts(_customer.decode(raw), told.names, began)


def _facts(customer: Customer, names: Collection[str], began: datetime) -> Iterator[Fact]:
    who = CustomerId(number(customer.id))
    if customer.metafields is not None:
        yield from _metafields(who, customer.metafields.nodes, names, began)
    if customer.statistics is not None:
        for name in ("predicted_spend_tier", "rfm_group"):
            yield _said(who, name, began, getattr(customer.statistics, name))
    if customer.product_subscriber_status is not None:
        yield _said(who, "product_subscription_status", began, customer.product_subscriber_status)
    if customer.store_credit_accounts is not None:
        yield CreditsListed(who, began, tuple(map(_credit, customer.store_credit_accounts.nodes)))
    if customer.company_contact_profiles is not None:
        ids = sorted({number(each.company.id) for each in customer.company_contact_profiles})
        yield AttributeSeen(who, "companies", began, tuple(map(str, ids)), ValueType.LIST)


def _said(who: CustomerId, name: str, at: datetime, value: str | None) -> AttributeSeen:
    kept = values.text(value)
    return AttributeSeen(who, name, at, () if kept is None else (kept,))


def _metafields(
    who: CustomerId, found: Sequence[Metafield], names: Collection[str], began: datetime
) -> Iterator[AttributeSeen]:
    """Those that are there since they were last changed; those that are not, since now."""
    there = {each.name: each for each in found}
    for name in names:
        if facts_of(name) is not Facts.METAFIELDS:
            continue
        if name not in there:
            yield AttributeSeen(who, name, began, (), ValueType.ABSENT)
            continue
        each = there[name]
        kind, texts = _typed(each.type, each.value)
        yield AttributeSeen(who, name, min(values.to_utc(each.updated_at) + THE_SECOND, began), texts, kind)


def _typed(kind: str, value: str) -> tuple[ValueType, tuple[str, ...]]:
    """The value in our form; one that is not what its type says, or of a type we have no word for, is its text."""
    if kind.startswith("list."):
        listed = _list(value)
        if listed is not None:
            return ValueType.LIST, values.texts(map(str, listed))
    meant = TYPES.get(kind)
    if meant is not None:
        try:
            return meant, canonical(meant, (_with_zone(value) if meant is ValueType.MOMENT else value,))
        except ValueError:
            pass
    kept = values.text(value, values.LONGEST_NOTE)
    return ValueType.TEXT, () if kept is None else (kept,)


def _with_zone(value: str) -> str:
    """A moment without an offset is in UTC. Raises ValueError."""
    found = datetime.fromisoformat(value)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


def _list(value: str) -> list[Any] | None:
    try:
        return Decoder(list[Any]).decode(value)
    except ValueError:
        return None


def _credit(account: Account) -> Credit:
    left = [each.expires_at for each in account.expiring.nodes if each.expires_at and _remains(each)]
    latest = [each.created_at for each in account.latest.nodes if each.created_at]
    return Credit(
        str(number(account.id)),
        values.amount(account.balance.amount),
        account.balance.currency_code,
        next_expiry=values.utc(min(left, default=None)),
        last_credit=values.utc(max(latest, default=None)),
    )


def _remains(credit: Transaction) -> bool:
    return credit.remaining_amount is None or credit.remaining_amount.amount > 0
