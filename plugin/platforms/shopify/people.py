"""Customers as webhooks tell them: profile and countries. Tags and consents must be read (README §2)."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import UNSET
from msgspec.json import Decoder

from plugin.domain.facts import (
    AttributeSeen,
    Channel,
    ConsentSeen,
    CustomerSeen,
    Fact,
    Kind,
    ReadWanted,
    TagsChanged,
    TagsListed,
    Version,
)
from plugin.domain.ids import CustomerId
from plugin.platforms.shopify import payloads, values

_customer = Decoder(payloads.Customer)
_tags = Decoder(payloads.TagsMoved)
_email = Decoder(payloads.EmailConsent)
_sms = Decoder(payloads.SmsConsent)


def changed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``customers/create``, ``customers/update`` and their kin."""
    customer = _customer.decode(body)
    moment = customer.updated_at or customer.created_at or seen_at
    version = values.version(moment, seen_at, body)
    yield person(customer, version)
    who, at = CustomerId(customer.id), version.updated_at
    addresses = [*(customer.addresses or ()), customer.default_address or payloads.Address()]
    yield AttributeSeen(who, "countries", at, values.countries(each.country_code for each in addresses))
    if state := values.text(customer.state):
        yield AttributeSeen(who, "state", at, (state.upper(),))
    yield from consents(who, Channel.EMAIL, customer.email_marketing_consent, customer.created_at or at)
    yield from consents(who, Channel.SMS, customer.sms_marketing_consent, customer.created_at or at)
    if customer.tags is UNSET:
        yield ReadWanted(Kind.CUSTOMER, customer.id)
    else:
        yield TagsListed(who, at, values.texts(str(customer.tags).split(",")))


def person(customer: payloads.Customer, version: Version) -> CustomerSeen:
    """The customer's own state."""
    name = f"{customer.first_name or ''} {customer.last_name or ''}"
    return CustomerSeen(
        CustomerId(customer.id),
        version,
        created_at=values.utc(customer.created_at),
        email=values.text(customer.email),
        name=values.text(name),
    )


def consents(
    who: CustomerId, channel: Channel, consent: payloads.Consent | None, fallback: datetime
) -> Iterator[ConsentSeen]:
    """The consent since it last moved, or since the fallback where Shopify names no moment."""
    if consent is None or not (state := values.text(consent.state)):
        return
    at = values.to_utc(consent.consent_updated_at or fallback)
    yield ConsentSeen(who, channel, at, state.upper(), _level(consent.opt_in_level))


def _level(level: str | None) -> str | None:
    kept = values.text(level)
    return kept and kept.upper()


def tags_added(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``customer.tags_added``."""
    moved = _tags.decode(body)
    who = CustomerId(values.number(moved.customer_id))
    yield TagsChanged(who, values.to_utc(moved.occurred_at), added=values.texts(moved.tags))


def tags_removed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``customer.tags_removed``."""
    moved = _tags.decode(body)
    who = CustomerId(values.number(moved.customer_id))
    yield TagsChanged(who, values.to_utc(moved.occurred_at), removed=values.texts(moved.tags))


def email_consent(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``customers_email_marketing_consent/update``."""
    told = _email.decode(body)
    return consents(CustomerId(told.customer_id), Channel.EMAIL, told.email_marketing_consent, seen_at)


def sms_consent(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``customers_marketing_consent/update``: text messages, whatever the name says."""
    told = _sms.decode(body)
    return consents(CustomerId(told.id), Channel.SMS, told.sms_marketing_consent, seen_at)
