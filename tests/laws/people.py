"""Random customers: everything a store can say about one, in few values, so that rules meet them."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from plugin.domain.facts import (
    Address,
    AddressesListed,
    AnswerGiven,
    AttributeSeen,
    Channel,
    CheckoutSeen,
    ConsentSeen,
    Credit,
    CreditsListed,
    EventHappened,
    TagsChanged,
    TagsListed,
    ValueType,
    Version,
)
from plugin.domain.ids import CustomerId
from plugin.rules.catalogue.attributes import (
    ACCOUNT_STATES,
    CONSENT_STATES,
    OPT_IN_LEVELS,
    RFM_GROUPS,
    SUBSCRIBER_STATES,
)
from tests.laws.oracle.facts import Person, Said
from tests.laws.purchases import orders

if TYPE_CHECKING:
    from tests.laws.worlds import Clock

Some = TypeVar("Some")
ALWAYS = datetime.fromisoformat("1900-01-01T00:00:00+00:00")
"""Since when what a store file says without a date holds."""

TAGS = ("vip", "Groß", "new")
LANGUAGES = ("en", "en-US", "en-GB", "fr")
NOTES = ("Red shoes", "it's 5% off", "BLUE", "blue_green")
GROUPS = ("Gold", "Trade", "new")
DOMAINS = ("gmail.com", "Shop.Example")
QUESTIONS = ("Why?", "nps")
CHOICES = ("Price", "quality", "Red shoes")
EVENTS = ("opened", "shopify_email.opened", "storefront_event.product_viewed", "storefront.product_viewed")
ITEMS = ("1", "2", "abc")
ACCOUNTS = ("EUR", "USD")
PLACES = (
    Address("GB", "GB-ENG", "London", "SW1A 1AA", 51.5, -0.125),
    Address("US", "US-NY", "New York", "10115", 40.75, -74.0),
    Address("DE", None, "Köln", "50667", 50.9375, 6.9375),
    Address("fr", "FR-IDF", None, None, None, None),
)
NUMBERS = ("0", "1", "2", "9.5", "10", "100")
DAYS = ("2024-02-29", "2000-02-29", "1990-12-31", "2008-03-01", "2026-04-05")

ATTRIBUTES: dict[str, tuple[ValueType, tuple[str, ...]]] = {
    "customer_language": (ValueType.TEXT, LANGUAGES),
    "customer_account_status": (ValueType.TEXT, ACCOUNT_STATES[:3]),
    "note": (ValueType.TEXT, NOTES),
    "created_by_app_id": (ValueType.NUMBER, ("1", "2")),
    "companies": (ValueType.LIST, GROUPS),
    "customer_groups": (ValueType.LIST, GROUPS),
    "birth_date": (ValueType.DAY, DAYS),
    "gender": (ValueType.TEXT, ("F", "m")),
    "income": (ValueType.NUMBER, NUMBERS),
    "education": (ValueType.TEXT, NOTES),
    "occupation": (ValueType.TEXT, NOTES),
    "predicted_spend_tier": (ValueType.TEXT, ("HIGH", "MEDIUM", "LOW")),
    "rfm_group": (ValueType.TEXT, RFM_GROUPS[:3]),
    "product_subscription_status": (ValueType.TEXT, SUBSCRIBER_STATES[:3]),
    "expected_order_date": (ValueType.DAY, DAYS),
    "prediction_date": (ValueType.MOMENT, ()),
    "nps": (ValueType.NUMBER, NUMBERS),
    "metafields.own.size": (ValueType.NUMBER, NUMBERS),
    "metafields.own.colour": (ValueType.TEXT, NOTES),
    "metafields.$app.since": (ValueType.DAY, DAYS),
    "metafields.own.seen-at": (ValueType.MOMENT, ()),
    "metafields.own.member": (ValueType.TRUTH, ("true", "false")),
    "metafields.own.likes": (ValueType.LIST, NOTES),
    "attributes.shoe": (ValueType.NUMBER, NUMBERS),
    "attributes.motto": (ValueType.TEXT, NOTES),
    "attributes.joined": (ValueType.DAY, DAYS),
}
"""By name: type and values."""

SOURCES = {
    "orders": ("number_of_orders", "amount_spent", "first_order_date", "last_order_date"),
    "tags": ("customer_tags",),
    "consents": ("email_subscription_status", "email_opt_in_level", "email_subscription_date"),
    "addresses": ("customer_countries", "customer_regions", "customer_cities", "country", "region", "city", "postcode"),
    "answers": (),
    "events": (),
    "checkouts": ("abandoned_checkout_date",),
    "credits": (),
}
"""What nobody can know of some customers: a source, and the attributes that are made of it."""


def a_person(chance: random.Random, clock: "Clock", number: int) -> Person:
    """A customer about whom little or much is known."""
    who = CustomerId(number)
    unknown = {name for name in (*SOURCES, *ATTRIBUTES) if chance.random() < 0.06}
    makers: dict[str, Callable[[], Sequence[Said]]] = {
        "orders": lambda: orders(chance, clock, who),
        "tags": lambda: _tags(chance, clock, who),
        "consents": lambda: _consents(chance, clock, who),
        "addresses": lambda: _addresses(chance, clock, who),
        "answers": lambda: _answers(chance, clock, who),
        "events": lambda: _events(chance, clock, who),
        "checkouts": lambda: _checkouts(chance, clock, who),
        "credits": lambda: _credits(chance, clock, who),
    }
    facts: list[Said] = [fact for source, make in makers.items() if source not in unknown for fact in make()]
    for name in ATTRIBUTES:
        if name not in unknown and chance.random() < 0.75:
            facts += _attribute(chance, clock, who, name)
    created = clock.moment() if chance.random() < 0.5 else None
    email = chance.choice([None, *(f"a@b@{domain}" for domain in DOMAINS)])
    if email is None and chance.random() < 0.2:
        unknown.add("customer_email_domain")
    names = {name for source in unknown for name in (source, *SOURCES.get(source, ()))}
    names |= {"age"} if "birth_date" in names else set()
    if "consents" in names:
        names |= {name.replace("email", "sms") for name in SOURCES["consents"]}
    return Person(number, created, tuple(facts), frozenset(names), email)


def some(chance: random.Random, values: Sequence[Some], most: int = 2) -> tuple[Some, ...]:
    """A few of them, each once, in their order."""
    count = chance.randint(0, min(most, len(values)))
    picked = sorted(chance.sample(range(len(values)), count))
    return tuple(values[place] for place in picked)


def moments(chance: random.Random, clock: "Clock", most: int) -> list[datetime]:
    """A few different moments, in order."""
    return sorted({clock.moment() for _ in range(chance.randint(0, most))})


def _attribute(chance: random.Random, clock: "Clock", who: CustomerId, name: str) -> list[AttributeSeen]:
    kind, values = ATTRIBUTES[name]
    found = []
    for at in [*([ALWAYS] if chance.random() < 0.15 else []), *moments(chance, clock, 3)]:
        value: tuple[str, ...]
        if kind is ValueType.LIST:
            value = some(chance, values)
        elif kind is ValueType.MOMENT:
            value = (clock.moment().isoformat(),)
        else:
            value = (
                chance.choice([*values, clock.day().isoformat()]) if kind is ValueType.DAY else chance.choice(values),
            )
        found.append(AttributeSeen(who, name, at, () if chance.random() < 0.1 else value, kind))
    return found


def _tags(chance: random.Random, clock: "Clock", who: CustomerId) -> list[Said]:
    found: list[Said] = []
    for at in moments(chance, clock, 5):
        tags = some(chance, TAGS)
        ways: list[Said] = [TagsListed(who, at, tags)]
        if tags:
            ways += [TagsChanged(who, at, added=tags), TagsChanged(who, at, removed=tags)]
            ways.append(TagsChanged(who, at, added=tags[:1], removed=tags[1:]))
        found.append(chance.choice(ways))
    return found


def _consents(chance: random.Random, clock: "Clock", who: CustomerId) -> list[Said]:
    states = CONSENT_STATES[:2] + CONSENT_STATES[4:]
    return [
        ConsentSeen(who, channel, at, chance.choice(states), chance.choice([None, *OPT_IN_LEVELS[:2]]))
        for channel in Channel
        for at in moments(chance, clock, 3)
    ]


def _addresses(chance: random.Random, clock: "Clock", who: CustomerId) -> list[Said]:
    found: list[Said] = []
    for at in moments(chance, clock, 3):
        places = some(chance, PLACES, 3)
        main = chance.choice([None, *range(len(places))]) if places else None
        listed = tuple(_with(place, main=number == main) for number, place in enumerate(places))
        found.append(AddressesListed(who, at, listed))
    return found


def _with(place: Address, main: bool) -> Address:
    return Address(place.country, place.region, place.city, place.postcode, place.latitude, place.longitude, main)


def _answers(chance: random.Random, clock: "Clock", who: CustomerId) -> list[Said]:
    return [
        AnswerGiven(
            who,
            chance.choice(QUESTIONS),
            at,
            some(chance, CHOICES),
            chance.choice([None, Decimal(chance.choice(NUMBERS))]),
            chance.choice([None, *NOTES]),
            chance.choice([None, *CHOICES]),
        )
        for at in moments(chance, clock, 4)
    ]


def _events(chance: random.Random, clock: "Clock", who: CustomerId) -> list[Said]:
    return [
        EventHappened(
            who,
            at,
            chance.choice(EVENTS),
            chance.choice([None, *ITEMS]),
            some(chance, TAGS),
            chance.choice([None, Decimal(chance.choice(NUMBERS))]),
        )
        for at in moments(chance, clock, 6)
    ]


def _checkouts(chance: random.Random, clock: "Clock", who: CustomerId) -> list[Said]:
    found: list[Said] = []
    for number, at in enumerate(moments(chance, clock, 3)):
        done = clock.after(at) if chance.random() < 0.5 else None
        amount = chance.choice([None, Decimal(chance.choice(NUMBERS))])
        found.append(CheckoutSeen(who * 100 + number, who, Version(at, at, b""), at, done, amount))
    return found


def _credits(chance: random.Random, clock: "Clock", who: CustomerId) -> list[Said]:
    def account(name: str) -> Credit:
        dates: list[Any] = [chance.choice([None, clock.moment()]) for _ in range(2)]
        return Credit(name, Decimal(chance.choice(NUMBERS)), chance.choice(ACCOUNTS), *dates)

    listed = [tuple(account(str(number)) for number in range(chance.randint(0, 2))) for _ in range(3)]
    return [CreditsListed(who, at, chance.choice(listed)) for at in moments(chance, clock, 2)]
