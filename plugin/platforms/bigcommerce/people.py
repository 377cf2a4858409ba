"""Customers become facts: profile, group, addresses, attributes, what was filled in, and consent (README §2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.json import Decoder

from plugin.domain.facts import (
    AddressesListed,
    AttributeSeen,
    Channel,
    ConsentSeen,
    CustomerSeen,
    Fact,
    SubscriberSeen,
    TagsListed,
    ValueType,
)
from plugin.domain.ids import CustomerId
from plugin.domain.text import fold
from plugin.platforms.bigcommerce import answers, labels, places, values

THE_SECOND = timedelta(seconds=1) - timedelta.resolution
"""A moment is told to the second: what we saw earlier within it was before."""
NEWSLETTER = "marketing_newsletter"
UNTOLD = (
    "customer_language",
    "email_opt_in_level",
    "sms_opt_in_level",
    "sms_subscription_date",
    "sms_subscription_status",
)
"""Attributes of which BigCommerce has nothing to tell of a customer."""
FAMILY = "attributes."

_person = Decoder(answers.Person, strict=False)
_listed = Decoder(answers.Listed, strict=False)


def facts(node: bytes, began: datetime, *, live: bool) -> Iterator[Fact]:
    """A customer. ``live``: it was read for its own sake, so what it lacks is worth a word.

    Everybody here has an account: guests are in their orders alone. BigCommerce has no tags: the entries of one
    attribute stand for them, and that they are told says that the customer was seen whole.
    """
    person = _person.decode(node)
    customer = person.customer
    who = CustomerId(customer.id)
    version = values.version(values.known(customer.date_modified), began, node)
    at, email = min(version.updated_at + THE_SECOND, began), values.text(customer.email)
    name = f"{customer.first_name or ''} {customer.last_name or ''}"
    unknown = (*UNTOLD, *(() if person.groups_known else ("customer_groups",)))
    yield CustomerSeen(who, version, values.moment(customer.date_created), email, values.text(name), unknown)
    yield TagsListed(who, began, _tags(person))
    yield _addresses(who, began, customer)  # Moving house moves no moment of the customer's.
    yield AttributeSeen(who, "customer_email_domain", at, values.email_domain(email))
    yield AttributeSeen(who, "customer_account_status", at, ("ENABLED",))
    note = values.text(customer.notes, values.LONGEST_NOTE)
    yield AttributeSeen(who, "note", at, () if note is None else (note,))
    if person.groups_known:
        yield _group(who, at, person.group)
    yield from _attributes(who, person, began, live=live)
    yield from _filled(who, at, person)
    if person.subscriber is not None:
        yield from consent(who, person.subscriber)


def listed(line: bytes, began: datetime) -> Iterator[Fact]:
    """A line of the customers' history: a customer, or what one agreed to."""
    subscription = _listed.decode(line).subscription
    if subscription is None:
        return facts(line, began, live=False)
    return consent(CustomerId(subscription.customer_id), subscription.subscriber)


def consent(who: CustomerId, subscriber: answers.Subscriber) -> Iterator[Fact]:
    """Since when the customer gets the newsletter, or does not any more. Who never asked for it is no subscriber."""
    at = values.moment(subscriber.date_modified) or values.moment(subscriber.date_created)
    if at is not None:
        agreed = NEWSLETTER in (subscriber.consents if subscriber.consents is not None else (NEWSLETTER,))
        yield ConsentSeen(who, Channel.EMAIL, at, "SUBSCRIBED" if agreed else "UNSUBSCRIBED")
        if subscriber.id:
            yield SubscriberSeen(who, subscriber.id, Channel.EMAIL, at)


def subscribed(node: bytes, began: datetime) -> Iterator[Fact]:
    """A subscriber that was read, and what the customer with their address agreed to; nobody's says nothing."""
    found = _listed.decode(node).subscription
    if found is not None and (who := values.somebody(found.customer_id)) is not None:
        yield from consent(CustomerId(who), found.subscriber)


def _tags(person: answers.Person) -> tuple[str, ...]:
    ours = [given.value for given in person.attributes if labels.is_ours(given.name, given.type)]
    return labels.entries(",".join(value or "" for value in ours))


def _addresses(who: CustomerId, at: datetime, customer: answers.Customer) -> AddressesListed:
    """All addresses, by their ids. None is marked as the default: the first one is what the customer began with."""
    listed = sorted(customer.addresses or (), key=lambda each: each.id)
    return AddressesListed(
        who,
        at,
        tuple(
            places.address(each.country_code, each.state_or_province, each.city, each.postal_code, main=number == 0)
            for number, each in enumerate(listed)
        ),
    )


def _group(who: CustomerId, at: datetime, group: answers.Group | None) -> AttributeSeen:
    """The one group a customer may have, by its name, which may be younger than the customer's last change."""
    name = None if group is None else values.text(group.name)
    named_at = None if group is None else values.moment(group.date_modified)
    since = at if named_at is None else max(at, named_at)
    return AttributeSeen(who, "customer_groups", since, () if name is None else (name,), ValueType.LIST)


def _attributes(who: CustomerId, person: answers.Person, began: datetime, *, live: bool) -> Iterator[AttributeSeen]:
    """Each value since it was last changed; that there is none, since now. Labels are tags, and no attribute."""
    for each in person.attributes:
        if labels.is_ours(each.name, each.type):
            continue
        kind, value = values.typed(each.type, each.value or "")
        changed = values.moment(each.date_modified)
        at = began if changed is None else min(changed + THE_SECOND, began)
        yield AttributeSeen(who, FAMILY + each.name, at, value, kind if value else ValueType.ABSENT)
    for name in person.lacking if live else ():
        yield AttributeSeen(who, FAMILY + name, began, (), ValueType.ABSENT)


def _filled(who: CustomerId, at: datetime, person: answers.Person) -> Iterator[AttributeSeen]:
    """What was filled in when the customer registered; a customer attribute of the same name comes first."""
    taken = {fold(each) for each in (*(given.name for given in person.attributes), *person.lacking)}
    for each in person.customer.form_fields or ():
        name = values.text(each.name)
        if name is not None and fold(name) not in taken:
            taken.add(fold(name))
            kind, value = values.filled(each.value)
            yield AttributeSeen(who, FAMILY + name, at, value, kind if value else ValueType.ABSENT)
