"""Answers, events, checkouts, store credit and addresses: their rows and what each field is."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from plugin.domain.facts import AddressesListed, AnswerGiven, CheckoutSeen, CreditsListed, EventHappened
from plugin.rules.tree import Source
from tests.laws.oracle.facts import Person
from tests.laws.oracle.rows import CALENDAR, Fields, OtherRow, calendar_fields, folded, given, number, text, texts
from tests.laws.oracle.texts import Manner

Snapshot = TypeVar("Snapshot", AddressesListed, CreditsListed)

FIELDS: dict[Source, Fields] = {
    Source.ANSWERS: {
        "date": lambda row: row.at,
        "question": lambda row: folded(row.fact.question),
        "choice": lambda row: texts(row.fact.choices),
        "number": lambda row: number(row.fact.number),
        "text": lambda row: folded(row.fact.text),
        "other": lambda row: folded(row.fact.other),
    },
    Source.EVENTS: {
        "date": lambda row: row.at,
        "name": lambda row: text(row.fact.name),
        "item": lambda row: text(row.fact.item),
        "tag": lambda row: texts(row.fact.tags),
        "value": lambda row: number(row.fact.value),
    },
    Source.CHECKOUTS: {
        "date": lambda row: row.at,
        "amount": lambda row: number(row.fact.amount),
    },
    Source.CREDITS: {
        "balance": lambda row: number(row.fact.balance),
        "currency": lambda row: text(row.fact.currency),
        "next_expiry_date": lambda row: given(row.fact.next_expiry),
        "last_credit_date": lambda row: given(row.fact.last_credit),
    },
    Source.ADDRESSES: {
        "country": lambda row: folded(row.fact.country),
        "region": lambda row: folded(row.fact.region),
        "city": lambda row: folded(row.fact.city),
        "postcode": lambda row: text(row.fact.postcode, Manner.POSTCODE),
        "default": lambda row: row.fact.main,
        "latitude": lambda row: number(row.fact.latitude),
        "longitude": lambda row: number(row.fact.longitude),
    },
}


def other_value(row: OtherRow, name: str) -> object:
    """The field's value."""
    return calendar_fields(row)[name] if name in CALENDAR else FIELDS[row.source][name](row)


def newest(snapshots: Iterable[Snapshot], t: datetime) -> Snapshot | None:
    """The snapshot that stood at that moment."""
    return max((seen for seen in snapshots if seen.at <= t), key=lambda seen: seen.at, default=None)


def other_rows(person: Person, source: Source, t: datetime, zone: str) -> list[OtherRow]:
    """The rows of that source, the earliest first, snapshots in their own order."""
    found: list[tuple[datetime, object]] = []
    match source:
        case Source.ANSWERS:
            found = [(answer.at, answer) for answer in person.told(AnswerGiven) if answer.at <= t]
        case Source.EVENTS:
            found = [(event.at, event) for event in person.told(EventHappened) if event.at <= t]
        case Source.CHECKOUTS:
            found = [(seen.at, seen) for seen in person.told(CheckoutSeen) if abandoned(seen, t)]
        case Source.CREDITS:
            accounts = newest(person.told(CreditsListed), t)
            found = [(accounts.at, credit) for credit in accounts.credits] if accounts else []
        case Source.ADDRESSES:
            addresses = newest(person.told(AddressesListed), t)
            found = [(addresses.at, address) for address in addresses.addresses] if addresses else []
    rows = [OtherRow(source, at, (getattr(fact, "id", number),), zone, fact) for number, (at, fact) in enumerate(found)]
    return sorted(rows, key=lambda row: (row.at, row.place))


def abandoned(checkout: CheckoutSeen, t: datetime) -> bool:
    """Begun, and not become an order by then."""
    return checkout.at <= t and (checkout.completed_at is None or checkout.completed_at > t)
