"""What is asked of customers only where some rule needs it: store credit, metafields; and what is asked of the store.

The body goes into the inbox as ``api/optional`` and says which names were asked for, so that what is not in the
answer is known not to be there.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.json import Decoder, encode

from plugin.domain.facts import AttributeSeen, Credit, CreditsListed, Fact, ValueType
from plugin.domain.ids import CustomerId
from plugin.platforms.bigcommerce import values
from plugin.platforms.bigcommerce.client import Api, Client, Query
from plugin.platforms.bigcommerce.gather import GONE, Thing
from plugin.platforms.bigcommerce.values import Id, Money
from plugin.rules.fields import Facts
from plugin.rules.optional import facts_of

NEEDS: dict[Facts, tuple[str, ...]] = {
    Facts.METAFIELDS: (),
    Facts.CREDITS: (),
    Facts.CHECKOUTS: (),
    Facts.DISPUTES: (),
}
"""What BigCommerce has of customers beyond what we always read, and the optional scopes each needs: none."""

AT_ONCE = 10
"""Metafields want a call for each customer."""
THE_SECOND = timedelta(seconds=1) - timedelta.resolution
"""A moment is told to the second: what we saw earlier within it was before."""


class Metafield(Struct, gc=False):
    """A text that somebody keeps beside a customer."""

    namespace: str
    key: str
    value: str | None = None
    date_modified: str | None = None


class Amount(Struct, gc=False):
    """Store credit, in the currency of the store."""

    amount: Money = None


class Customer(Struct, gc=False):
    """What was asked of one customer; None: it was not."""

    id: Id
    currency: str = ""
    credits: list[Amount] | None = None
    metafields: list[Metafield] | None = None


class Read(Struct, gc=False):
    """What ``read_optional`` puts into the inbox."""

    read_began: str
    names: list[str]
    nodes: list[Customer]


_read = Decoder(Read, strict=False)


def read_optional(client: Client, ids: Sequence[CustomerId], names: Collection[str], read_began: datetime) -> bytes:
    """A body for the inbox, topic ``api/optional``: what these customers have under these names. Raises as ``run``:
    then nothing was read."""
    kinds = {facts_of(name) for name in names}
    nodes: dict[int, Thing] = {}
    query: Query = {"id:in": list(ids), "include": ("storecredit",)}
    for row in client.rows(Api.V3, "/customers", query):
        nodes[row["id"]] = {"id": row["id"]}
        if Facts.CREDITS in kinds:
            nodes[row["id"]] |= {"credits": row.get("store_credit_amounts") or [], "currency": _currency(client)}
    for number, node in nodes.items() if Facts.METAFIELDS in kinds else ():
        node["metafields"] = client.rows(Api.V3, f"/customers/{number}/metafields", none_for=GONE)
    return encode({"read_began": read_began.isoformat(), "names": sorted(names), "nodes": list(nodes.values())})


def optional_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/optional``: a customer that the store no longer knows is for ``api/customers`` to say."""
    told = _read.decode(body)
    began = values.known(told.read_began)
    for node in told.nodes:
        if node.credits is not None:
            yield _credits(node, node.credits, began)
        if node.metafields is not None:
            yield from _metafields(node, node.metafields, told.names, began)


def _credits(node: Customer, told: Sequence[Amount], began: datetime) -> CreditsListed:
    """One account for each amount; of their dates nothing is said."""
    found = (values.amount(each.amount) for each in told)
    accounts = (Credit(str(number), amount, node.currency) for number, amount in enumerate(found, 1) if amount)
    return CreditsListed(CustomerId(node.id), began, tuple(accounts))


def _metafields(
    node: Customer, told: Sequence[Metafield], names: Sequence[str], began: datetime
) -> Iterator[AttributeSeen]:
    """Those that are there since they were last changed; those that are not, since now. All of them are texts."""
    there = {f"metafields.{each.namespace}.{each.key}": each for each in told}
    for name in names:
        if facts_of(name) is not Facts.METAFIELDS:
            continue
        each = there.get(name)
        kept = None if each is None else values.text(each.value, values.LONGEST_NOTE)
        changed = None if each is None else values.moment(each.date_modified)
        at = began if changed is None else min(changed + THE_SECOND, began)
        kind = ValueType.ABSENT if each is None else ValueType.TEXT
        yield AttributeSeen(CustomerId(node.id), name, at, () if kept is None else (kept,), kind)


def _currency(client: Client) -> str:
    """The store's."""
    told = client.once("currency", lambda: (client.get(Api.V2, "/store") or {}).get("currency"))
    return str(told or "")
