"""Customers as webhooks tell them. Tags, consents, addresses and language must be read (README §2)."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import UNSET
from msgspec.json import Decoder

from plugin.domain.facts import (
    Address,
    AddressesListed,
    AttributeSeen,
    Channel,
    ConsentSeen,
    CustomerMerged,
    CustomerSeen,
    Fact,
    Kind,
    ReadWanted,
    TagsChanged,
    TagsListed,
    Version,
)
from plugin.domain.ids import CustomerId
from plugin.platforms.shopify import payloads, places, values

_customer = Decoder(payloads.Customer)
_merge = Decoder(payloads.Merge)
_tags = Decoder(payloads.TagsMoved)
_email = Decoder(payloads.EmailConsent)
_sms = Decoder(payloads.SmsConsent)
_contact = Decoder(payloads.CompanyContact)


def changed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``customers/create``, ``customers/update`` and their kin."""
    customer = _customer.decode(body)
    moment = customer.updated_at or customer.created_at or seen_at
    version = values.version(moment, seen_at, body)
    yield person(customer, version)
    yield from _about(customer, version.updated_at)
    if customer.tags is UNSET:  # The rest comes with the read: told twice for one moment, it would be two facts.
        yield ReadWanted(Kind.CUSTOMER, customer.id)
    else:
        yield from _whole(customer, version.updated_at)


def _about(customer: payloads.Customer, at: datetime) -> Iterator[AttributeSeen]:
    """What the read will say in the same words."""
    who = CustomerId(customer.id)
    yield AttributeSeen(who, "note", at, _one(values.text(customer.note, values.LONGEST_NOTE)))
    yield AttributeSeen(who, "customer_email_domain", at, values.email_domain(customer.email))
    if state := values.text(customer.state):
        yield AttributeSeen(who, "customer_account_status", at, (state.upper(),))


def _whole(customer: payloads.Customer, at: datetime) -> Iterator[Fact]:
    """What the older shape of the payload says beside the profile."""
    who, main = CustomerId(customer.id), customer.default_address
    others = [each for each in customer.addresses or () if not each.default]
    addresses = [*(_address(each, main=False) for each in others), *([_address(main, main=True)] if main else [])]
    yield AddressesListed(who, at, tuple(addresses))
    yield from consents(who, Channel.EMAIL, customer.email_marketing_consent, customer.created_at or at)
    yield from consents(who, Channel.SMS, customer.sms_marketing_consent, customer.created_at or at)
    yield TagsListed(who, at, values.texts(str(customer.tags).split(",")))


def _one(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _address(found: payloads.Address, *, main: bool) -> Address:
    point = (found.latitude, found.longitude)
    return places.address(found.country_code, found.province_code, found.city, found.zip, point, main)


def person(customer: payloads.Customer, version: Version) -> CustomerSeen:
    """The customer's own state."""
    name = f"{customer.first_name or ''} {customer.last_name or ''}"
    return CustomerSeen(
        CustomerId(customer.id),
        version,
        created_at=values.utc(customer.created_at),
        email=values.text(customer.email),
        name=values.text(name),
        email_proven=customer.verified_email is not False,
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


def merged(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``customers/merge``, which also tells of those that failed."""
    told = _merge.decode(body)
    kept, lost = told.admin_graphql_api_customer_kept_id, told.admin_graphql_api_customer_deleted_id
    if kept and lost and (told.status or "").lower() == "completed":
        yield CustomerMerged(CustomerId(values.number(lost)), CustomerId(values.number(kept)), seen_at)


def buys_for(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``company_contacts/…``: for which companies the customer buys must be read."""
    if who := _contact.decode(body).customer_admin_graphql_api_id:
        yield ReadWanted(Kind.CUSTOMER, values.number(who))


def email_consent(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``customers_email_marketing_consent/update``."""
    told = _email.decode(body)
    return consents(CustomerId(told.customer_id), Channel.EMAIL, told.email_marketing_consent, seen_at)


def sms_consent(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``customers_marketing_consent/update``: text messages, whatever the name says."""
    told = _sms.decode(body)
    return consents(CustomerId(told.id), Channel.SMS, told.sms_marketing_consent, seen_at)
