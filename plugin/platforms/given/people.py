"""A customer of a store file as facts. What the file leaves out is named unknown."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

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
    CustomerMerged,
    CustomerSeen,
    EventHappened,
    Fact,
    Gone,
    Kind,
    TagsChanged,
    TagsListed,
    ValueType,
    Version,
)
from plugin.domain.ids import CustomerId
from plugin.domain.text import fold
from plugin.domain.values import canonical
from plugin.platforms.given.values import ALWAYS, amount, moment, number, since

Plain = Mapping[str, Any]

ATTRIBUTES: Mapping[str, tuple[str, ValueType]] = {
    "language": ("customer_language", ValueType.TEXT),
    "account_state": ("customer_account_status", ValueType.TEXT),
    "note": ("note", ValueType.TEXT),
    "companies": ("companies", ValueType.LIST),
    "groups": ("customer_groups", ValueType.LIST),
    "birth_date": ("birth_date", ValueType.DAY),
    "gender": ("gender", ValueType.TEXT),
    "income": ("income", ValueType.TEXT),
    "education": ("education", ValueType.TEXT),
    "occupation": ("occupation", ValueType.TEXT),
    "predicted_spend_tier": ("predicted_spend_tier", ValueType.TEXT),
    "rfm_group": ("rfm_group", ValueType.TEXT),
    "subscription_status": ("product_subscription_status", ValueType.TEXT),
    "nps": ("nps", ValueType.NUMBER),
}
"""Keys whose values are dated attributes: the catalogue's name and the type."""
SHOUTED = frozenset({"account_state", "predicted_spend_tier", "rfm_group", "subscription_status"})
"""Keys whose values are choices of the catalogue: in capitals, with underscores."""

UNKNOWN: Mapping[str, tuple[str, ...]] = {
    "created": ("customer_added_date",),
    "email": ("customer_email_domain",),
    "created_by_app": ("created_by_app_id",),
    "birth_date": ("birth_date", "age"),
    "addresses": (
        "addresses",
        *("customer_countries", "customer_regions", "customer_cities"),
        *("country", "region", "city", "postcode"),
    ),
    "tags": ("tags", "customer_tags"),
    "expected_order": ("expected_order_date", "prediction_date"),
    "credits": ("credits",),
    "checkouts": ("checkouts", "abandoned_checkout_date"),
    "events": ("events",),
    "answers": ("answers",),
    "orders": ("orders", "number_of_orders", "amount_spent", "first_order_date", "last_order_date"),
    **{key: (name,) for key, (name, _) in ATTRIBUTES.items() if key != "birth_date"},
}
"""What nobody can know of a customer when the key is absent: names of the catalogue and sources of rows."""
OF_CONSENT = ("{}_subscription_status", "{}_opt_in_level", "{}_subscription_date")
OF_ADDRESS = {"country": "customer_countries", "region": "customer_regions", "city": "customer_cities", "postcode": ""}
TYPED = ("metafields", "attributes")


def facts(customer: Plain, version: Version, currency: str) -> Iterator[Fact]:
    """All that the file says of the person, orders aside, and the merge: who is one with whom depends on the moment."""
    who = CustomerId(number(customer["id"]))
    yield CustomerSeen(
        who,
        version,
        created_at=moment(customer.get("created")),
        email=customer.get("email"),
        name=customer.get("name"),
        unknown=tuple(dict.fromkeys(_unknown(customer))),
    )
    yield from _attributes(who, customer)
    yield from _predictions(who, customer.get("expected_order"))
    yield from _lists(who, customer, currency)
    yield from _tags(who, customer.get("tags"), known="tags" in customer)
    for channel in Channel:
        for consent in (customer.get("consent") or {}).get(channel) or ():
            level = consent.get("level")
            at = since(consent.get("date"))
            yield ConsentSeen(who, channel, at, consent["state"].upper(), level and level.upper())
    yield from _happened(who, customer, version)
    redacted = moment(customer.get("redacted"))
    if redacted and not customer.get("merged_into"):  # What went into another record is the other's.
        yield Gone(Kind.CUSTOMER, who, redacted)


def merged(customers: Iterable[Plain], moment: datetime) -> Iterator[Fact]:
    """Who had gone into whom by that moment, and the tags that the others got by it."""
    people = {number(customer["id"]): customer for customer in customers}
    for who, customer in people.items():
        merge = customer.get("merged_into")
        if merge and merge["at"] <= moment:
            into = CustomerId(number(merge["customer"]))
            yield CustomerMerged(CustomerId(who), into, merge["at"])
            had = _always(people[into].get("tags") or ())
            if new := tuple(tag for key, tag in _always(customer.get("tags") or ()).items() if key not in had):
                yield TagsChanged(into, merge["at"], added=new)


def told(customer: Plain) -> Iterator[Fact]:
    """What is told of a real store's customer: only what its platform does not know, nothing of what it does."""
    who = CustomerId(number(customer["id"]))
    yield from _attributes(who, customer)
    yield from _predictions(who, customer.get("expected_order"))
    yield from _occurred(who, customer)


def _unknown(customer: Plain) -> Iterator[str]:
    """Names of what the file leaves out. ``names``: every metafield and attribute that anyone speaks of."""
    for key, names in UNKNOWN.items():
        if key not in customer:
            yield from names
    for channel in Channel:
        if channel not in (customer.get("consent") or ({} if "consent" not in customer else dict.fromkeys(Channel))):
            yield from (name.format(channel) for name in OF_CONSENT)
    if "consent" not in customer:
        yield "consents"
    for address in (each for listed, _ in customer.get("addresses") or () for each in listed or ()):
        for key, plural in OF_ADDRESS.items():
            if key not in address:
                yield from filter(None, (key, plural))
    for family in TYPED:
        if family not in customer:
            yield from (name for name in customer.get("names", ()) if name.startswith(f"{family}."))


def _attributes(who: CustomerId, customer: Plain) -> Iterator[AttributeSeen]:
    for key, (name, kind) in ATTRIBUTES.items():
        if key not in customer:
            continue
        for value, at in customer[key] or [(None, None)]:
            yield _attribute(who, name, since(at), kind, _texts(key, value))
    if customer.get("created_by_app") is not None:
        yield _attribute(who, "created_by_app_id", ALWAYS, ValueType.NUMBER, [str(number(customer["created_by_app"]))])
    for family in TYPED:
        for key, typed in (customer.get(family) or {}).items():
            for texts, at in typed["steps"] if typed else ():
                yield AttributeSeen(who, f"{family}.{key}", since(at), tuple(texts), ValueType(typed["type"]))


def _texts(key: str, value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return [_shout(str(each)) if key in SHOUTED else str(each) for each in listed]


def _shout(text: str) -> str:
    return "_".join(text.replace("-", " ").split()).upper()


def _attribute(who: CustomerId, name: str, at: Any, kind: ValueType, texts: list[str]) -> AttributeSeen:
    if name == "income" and _is_number(texts):
        kind = ValueType.NUMBER
    return AttributeSeen(who, name, at, canonical(kind, texts), kind)


def _is_number(texts: Iterable[str]) -> bool:
    try:
        return [Decimal(text) for text in texts] != []
    except InvalidOperation:
        return False


def _predictions(who: CustomerId, listed: Iterable[Plain] | None) -> Iterator[AttributeSeen]:
    for each in listed or ():
        at = since(each.get("predicted"))
        day = [each["date"]] if each["date"] else []
        yield _attribute(who, "expected_order_date", at, ValueType.DAY, day)
        if each.get("predicted"):
            yield _attribute(who, "prediction_date", at, ValueType.MOMENT, [at.isoformat()])


def _lists(who: CustomerId, customer: Plain, currency: str) -> Iterator[Fact]:
    if "addresses" in customer:
        for listed, at in customer["addresses"] or [([], None)]:
            yield AddressesListed(who, since(at), tuple(_addresses(listed or [])))
    if "credits" in customer:
        for listed, at in customer["credits"] or [([], None)]:
            accounts = [_credit(place, each, currency) for place, each in enumerate(listed or (), 1)]
            yield CreditsListed(who, since(at), tuple(accounts))


def _addresses(listed: list[Plain]) -> Iterator[Address]:
    for each in listed:
        country, region = each.get("country"), each.get("region")
        if country and region and not region.upper().startswith(f"{country.upper()}-"):
            region = f"{country}-{region}"
        yield Address(
            country=country and country.upper(),
            region=region,
            city=each.get("city"),
            postcode=each.get("postcode"),
            latitude=each.get("latitude"),
            longitude=each.get("longitude"),
            main=bool(each.get("default", len(listed) == 1)),
        )


def _credit(place: int, each: Plain, currency: str) -> Credit:
    return Credit(
        str(each.get("account") or place),
        Decimal(each["balance"]),
        each.get("currency") or currency,
        moment(each.get("expires")),
        moment(each.get("last_credit")),
    )


def _tags(who: CustomerId, listed: Iterable[Plain] | None, *, known: bool) -> Iterator[Fact]:
    if not known:
        return
    tags = list(listed or ())
    yield TagsListed(who, ALWAYS, tuple(_always(tags).values()))
    for each in tags:
        if each.get("added"):
            yield TagsChanged(who, since(each["added"]), added=(each["tag"],))
        if each.get("removed"):
            yield TagsChanged(who, since(each["removed"]), removed=(each["tag"],))


def _always(tags: Iterable[Plain]) -> dict[str, str]:
    """Tags that have always been there, by what makes them the same."""
    return {fold(each["tag"]): each["tag"] for each in tags if not each.get("added")}


def _happened(who: CustomerId, customer: Plain, version: Version) -> Iterator[Fact]:
    for place, each in enumerate(customer.get("checkouts") or (), 1):
        own = number(each.get("id") or f"{customer['id']}/checkout {place}")
        at, completed = since(each["at"]), moment(each.get("completed"))
        yield CheckoutSeen(own, who, version, at, completed, amount(each.get("amount")))
    yield from _occurred(who, customer)


def _occurred(who: CustomerId, customer: Plain) -> Iterator[Fact]:
    for each in customer.get("events") or ():
        tags = tuple(each.get("tags") or ())
        yield EventHappened(who, since(each["at"]), each["name"], each.get("item"), tags, amount(each.get("value")))
    for each in customer.get("answers") or ():
        choices = [*(each.get("choices") or ()), *filter(None, [each.get("choice")])]
        yield AnswerGiven(
            who,
            each["question"],
            since(each["at"]),
            tuple(dict.fromkeys(choices)),
            amount(each.get("number")),
            each.get("text"),
            each.get("other"),
        )
