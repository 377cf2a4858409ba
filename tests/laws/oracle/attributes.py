"""What is said of a customer: the value at a moment, the one before, and when it changed."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from fractions import Fraction

from plugin.domain.facts import AddressesListed, AttributeSeen, Channel, ConsentSeen, ValueType
from plugin.rules.tree import Attribute, Source
from tests.laws.oracle.days import TICK, completed_years, local_day
from tests.laws.oracle.facts import Person, Store
from tests.laws.oracle.known import labels_known
from tests.laws.oracle.others import newest, other_rows, other_value
from tests.laws.oracle.rows import OtherRow, text
from tests.laws.oracle.texts import Listed, Manner, listed, words
from tests.laws.oracle.truth import MISSING, UNKNOWN

FOLDED = frozenset(
    {
        "customer_email_domain",
        "note",
        "gender",
        "education",
        "occupation",
        "income",
        "customer_groups",
        "companies",
    }
)
"""Compared without case."""
_PLACES = {"customer_countries": "country", "customer_regions": "region", "customer_cities": "city"}
LISTS = frozenset({"customer_groups", "companies", *_PLACES})
_OF_DEFAULT = frozenset({"country", "region", "city", "postcode"})
_CONSENTS = {"email": Channel.EMAIL, "sms": Channel.SMS}
_SEEN_AT = frozenset({"email_subscription_date", "sms_subscription_date"})
ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
"""Since when a value holds that has always held: that is no change."""


def attribute(store: Store, person: Person, name: str, kind: str | None, t: datetime) -> object:
    """The value at that moment."""
    if name == "customer_added_date":
        return person.created or MISSING
    if name == "age":
        born = attribute(store, person, "birth_date", None, t)
        return Fraction(completed_years(born, local_day(t, store.timezone))) if isinstance(born, date) else born
    if name == "customer_email_domain":
        return _domain(person)
    if name in _PLACES:
        return _of_all_addresses(store, person, name, t)
    if name in _OF_DEFAULT:
        return _of_default_address(store, person, name, t)
    if name.startswith(("email_", "sms_")):
        return _consent(person, name, t)
    return _stated(store, person, name, kind, t)


def _domain(person: Person) -> object:
    """After the last @ of the address as it is now."""
    if "customer_email_domain" in person.unknown:
        return UNKNOWN
    return MISSING if person.email is None else words(person.email.rpartition("@")[2], Manner.FOLDED)


def _stated(store: Store, person: Person, name: str, kind: str | None, t: datetime) -> object:
    seen = [fact for fact in person.told(AttributeSeen) if fact.name == name and fact.at <= t]
    if not seen:
        if name in person.unknown or not labels_known(store, person, t):
            return UNKNOWN
        return listed((), Manner.EXACT) if name in LISTS or kind == "list" else MISSING
    return _typed(max(seen, key=lambda fact: fact.at), kind)


def _typed(fact: AttributeSeen, kind: str | None) -> object:
    """The texts of a fact as what they stand for; asked as something else than it is, nobody can say."""
    if kind is not None and fact.type not in _ASKED_AS[kind]:
        return UNKNOWN
    manner = Manner.FOLDED if fact.name in FOLDED else Manner.EXACT
    manner = Manner.LANGUAGE if fact.name == "customer_language" else manner
    if fact.type is ValueType.LIST or fact.name in LISTS:
        return listed(fact.value, manner)
    if not fact.value:
        return listed((), manner) if kind == "list" else MISSING
    (only,) = fact.value
    return _TYPES[fact.type](only) if fact.type in _TYPES else words(only, manner)


_ASKED_AS: dict[str, frozenset[ValueType]] = {
    "text": frozenset({ValueType.TEXT}),
    "number": frozenset({ValueType.NUMBER}),
    "date": frozenset({ValueType.DAY, ValueType.MOMENT}),
    "truth": frozenset({ValueType.TRUTH}),
    "list": frozenset({ValueType.LIST, ValueType.TEXT}),
}
_TYPES: dict[ValueType, Callable[[str], object]] = {
    ValueType.NUMBER: Fraction,
    ValueType.DAY: date.fromisoformat,
    ValueType.MOMENT: datetime.fromisoformat,
    ValueType.TRUTH: lambda text: text == "true",
}


# --- addresses ----------------------------------------------------------------------------------------


def addresses(store: Store, person: Person, t: datetime) -> list[OtherRow] | None:
    """All that stood at that moment; None: nobody knows."""
    seen = newest(person.told(AddressesListed), t)
    if seen is None and ("addresses" in person.unknown or not labels_known(store, person, t)):
        return None
    return other_rows(person, Source.ADDRESSES, t, store.timezone)


def _of_all_addresses(store: Store, person: Person, name: str, t: datetime) -> object:
    rows = addresses(store, person, t)
    if rows is None:
        return UNKNOWN
    found = [text for row in rows if (text := getattr(row.fact, _PLACES[name])) is not None]
    if name == "customer_cities":
        found += [code for row in rows if (code := _city_code(row))]
    return listed(tuple(found), Manner.FOLDED)


def _city_code(row: OtherRow) -> str | None:
    """Shopify's way to write a city: ``US-NY-NewYorkCity``."""
    region, city = row.fact.region, row.fact.city
    return f"{region}-{city.replace(' ', '')}" if region and city else None


def _of_default_address(store: Store, person: Person, name: str, t: datetime) -> object:
    rows = addresses(store, person, t)
    if rows is None:
        return UNKNOWN
    return next((other_value(row, name) for row in rows if row.fact.main), MISSING)


# --- consents -----------------------------------------------------------------------------------------


def _consent(person: Person, name: str, t: datetime) -> object:
    """Of the newest word about the channel; who was never asked has none."""
    channel = _CONSENTS[name.partition("_")[0]]
    seen = [fact for fact in person.told(ConsentSeen) if fact.channel is channel and fact.at <= t]
    if not seen:
        return UNKNOWN if "consents" in person.unknown or name in person.unknown else MISSING
    latest = max(seen, key=lambda fact: (fact.at, fact.state))
    if name in _SEEN_AT:
        return latest.at
    return text(latest.state if name.endswith("_status") else latest.level)


# --- before ---------------------------------------------------------------------------------------------


def observed(person: Person, name: str, t: datetime) -> list[datetime]:
    """When something was said about it, the latest first."""
    facts: Iterable[AttributeSeen | AddressesListed | ConsentSeen]
    if name in _PLACES or name in _OF_DEFAULT:
        facts = person.told(AddressesListed)
    elif name.startswith(("email_", "sms_")):
        channel = _CONSENTS[name.partition("_")[0]]
        facts = [fact for fact in person.told(ConsentSeen) if fact.channel is channel]
    else:
        facts = [fact for fact in person.told(AttributeSeen) if fact.name == name]
    return sorted({fact.at for fact in facts if fact.at <= t}, reverse=True)


def before(store: Store, person: Person, asked: Attribute, t: datetime) -> tuple[object, object]:
    """The value that stood immediately before the current one, and when that ended.

    The same value said again is no change. Both unknown where what stood before is.
    """
    now = attribute(store, person, asked.name, asked.kind, t)
    if now is UNKNOWN:
        return UNKNOWN, UNKNOWN
    began: object = MISSING
    for moment in observed(person, asked.name, t):
        earlier = attribute(store, person, asked.name, asked.kind, moment)
        if not same(earlier, now):
            return earlier, began
        began = moment
    if began is MISSING or began == ALWAYS:
        return MISSING, MISSING
    assert isinstance(began, datetime)
    earlier = attribute(store, person, asked.name, asked.kind, began - TICK)
    if earlier is UNKNOWN:
        return UNKNOWN, UNKNOWN
    return (MISSING, MISSING) if same(earlier, now) else (earlier, began)


def same(one: object, other: object) -> bool:
    """Whether two values of one attribute are no change; a missing list is an empty one."""
    return _plain(one) == _plain(other)


def _plain(value: object) -> object:
    return MISSING if isinstance(value, Listed) and not value.elements else value
