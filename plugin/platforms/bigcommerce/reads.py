"""What ``sync`` and ``listing`` put into the inbox becomes facts.

A read is one JSON object with the things it found and the reads it answers; a page of history has a thing a line.
Each thing stands with all that belongs to it, so that a part of a page says as much of it as the page.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from msgspec import Struct
from msgspec.json import Decoder

from plugin.domain.facts import Fact, Gone, Kind, ReadAnswered, ReadWanted, RefundSeen
from plugin.platforms.bigcommerce import answers, people, products, purchases, values

Translator = Callable[[bytes, datetime], Iterator[Fact]]


class Missing(Struct, gc=False):
    """What ``listing.gone_among`` puts into the inbox."""

    kind: Kind
    ids: list[int]
    archived: list[int] = []


_read = Decoder(answers.Read)
_missing = Decoder(Missing)


def customers_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/customers``: one that the store no longer knows is gone."""
    return _answered(body, Kind.CUSTOMER, partial(people.facts, live=True))


def orders_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/orders``: orders with their lines and refunds. Archived ones are there still; one that is not, is gone."""
    return _answered(body, Kind.ORDER, partial(purchases.facts, live=True))


def refunds_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/refunds``: of these orders the refunds alone."""

    def refunds(node: bytes, began: datetime) -> Iterator[Fact]:
        return (fact for fact in purchases.facts(node, began, live=True) if isinstance(fact, RefundSeen))

    return _answered(body, Kind.REFUND, refunds)


def products_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/products``: one that the store no longer has is gone."""
    return _answered(body, Kind.PRODUCT, products.facts)


def subscribers_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/subscribers``: one that is no longer in the list is gone, and the consent with it."""
    return _answered(body, Kind.SUBSCRIBER, people.subscribed)


def exported(facts: Translator) -> Translator:
    """A translator of ``export/…``: a page of history, or a piece of one."""

    def translate(body: bytes, seen_at: datetime) -> Iterator[Fact]:
        for line in filter(None, map(bytes.strip, body.split(b"\n"))):
            yield from facts(line, seen_at)

    return translate


def gone_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/gone``: a whole list did not name these, and asked for by themselves they were not there."""
    told = _missing.decode(body)
    for each in told.ids:
        yield Gone(told.kind, each, seen_at)
    for each in told.archived:
        yield ReadWanted(told.kind, each)


def _answered(body: bytes, kind: Kind, facts: Translator) -> Iterator[Fact]:
    """The facts of each thing, what is gone, and which reads this answers."""
    told = _read.decode(body)
    began = values.known(told.read_began)
    for node in told.nodes:
        yield from facts(bytes(node), began)
    if kind is not Kind.REFUND:
        for number in told.gone:
            yield Gone(kind, number, began)
    for written, counter in told.counters.items():
        yield ReadAnswered(kind, int(written), counter)
