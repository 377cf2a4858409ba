"""Customers come, change, get tags, and go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import moments
from sandbox.commerce.money_moves import CommerceError
from sandbox.store.customer import Address, Consent, Customer
from sandbox.store.shop import Shop
from sandbox.webhooks import customer_body
from sandbox.webhooks.announce import Announcer, Event

PLAIN = ("first_name", "last_name", "email", "phone", "locale", "note", "verified_email", "tax_exempt")
POSTAL = ("address1", "address2", "city", "zip", "province", "province_code", "country", "country_code")
STATES = {"SUBSCRIBED", "UNSUBSCRIBED", "NOT_SUBSCRIBED", "PENDING", "INVALID"}
NAMES = {
    "DE": "Germany", "AT": "Austria", "CH": "Switzerland", "FR": "France", "NL": "Netherlands",
    "GB": "United Kingdom", "IE": "Ireland", "US": "United States", "CA": "Canada", "SE": "Sweden",
    "ES": "Spain", "IT": "Italy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of a customer: fields by name, and tags."""

    fields: dict[str, Any]
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


def welcome(announcer: Announcer, shop: Shop, said: dict[str, Any], at: datetime | None = None) -> Customer:
    """A new customer with these fields. Raises CommerceError."""
    with shop.lock:
        at = at or moments.now()
        created = moments.parse(said["created_at"]) if said.get("created_at") else at
        who = Customer(shop.numbers.next("Customer"), created, at, None, None, None)
        _assign(shop, who, {name: value for name, value in said.items() if name != "created_at"}, at)
        who.tags.add(_listed(said.get("tags")), at)
        shop.customers[who.id] = who
        events: list[Event] = [
            ("customers/create", lambda: customer_body.customer(shop, who)),
            ("customers/update", lambda: customer_body.customer(shop, who)),
        ]
        if len(who.tags):
            events.append(("customer.tags_added", lambda: customer_body.tags(who, list(who.tags))))
        announcer.announce(shop, *events)
        return who


def change(announcer: Announcer, shop: Shop, who: Customer, wanted: Change) -> None:
    """The customer is changed; nothing is announced when nothing changed. Raises CommerceError, TagError."""
    with shop.lock:
        at = moments.now()
        consent_before = who.consent.state
        touched = bool(wanted.fields)
        _assign(shop, who, wanted.fields, at)
        gone = who.tags.remove(wanted.remove_tags)
        fresh = who.tags.add(wanted.add_tags, at)
        if not (touched or gone or fresh):
            return
        who.updated_at = at
        events: list[Event] = []
        if fresh:
            events.append(("customer.tags_added", lambda: customer_body.tags(who, fresh)))
        if gone:
            events.append(("customer.tags_removed", lambda: customer_body.tags(who, gone)))
        if who.consent.state != consent_before:
            topic = "customers_email_marketing_consent/update"
            events.append((topic, lambda: customer_body.consent(shop, who)))
        events.append(("customers/update", lambda: customer_body.customer(shop, who)))
        announcer.announce(shop, *events)


def tag(announcer: Announcer, shop: Shop, who: Customer, add: Iterable[str], remove: Iterable[str]) -> None:
    """The tags are added and removed, by whoever. Raises TagError."""
    change(announcer, shop, who, Change({}, tuple(add), tuple(remove)))


def part(announcer: Announcer, shop: Shop, who: Customer, *, force: bool = False) -> None:
    """The customer's record is gone. One with orders stays, unless forced. Raises CommerceError."""
    with shop.lock:
        if shop.orders_of.get(who.id) and not force:
            raise CommerceError("a customer with orders can't be deleted")
        del shop.customers[who.id]
        announcer.announce(shop, ("customers/delete", lambda: customer_body.deleted(who)))


def _assign(shop: Shop, who: Customer, said: dict[str, Any], at: datetime) -> None:
    unknown = set(said) - {*PLAIN, *POSTAL, "state", "email_consent", "tags"}
    if unknown:
        raise CommerceError(f"unknown fields: {', '.join(sorted(unknown))}")
    if "email_consent" in said:
        state = str(said["email_consent"]).upper()
        if state not in STATES:
            raise CommerceError(f"email_consent is one of {', '.join(sorted(STATES))}")
        level = "SINGLE_OPT_IN" if state == "SUBSCRIBED" else who.consent.level
        who.consent = Consent(state, level, at)
    for name in PLAIN:
        if name in said:
            setattr(who, name, said[name])
    if "state" in said:
        who.state = str(said["state"]).upper()
    if any(said.get(name) for name in POSTAL) or (who.address and any(name in said for name in POSTAL)):
        who.address = _moved(shop, who, said)


def _moved(shop: Shop, who: Customer, said: dict[str, Any]) -> Address:
    old = who.address
    new = {name: said.get(name, getattr(old, name) if old else None) for name in POSTAL}
    code = new["country_code"]
    if code and (code_changed := "country_code" in said) and not said.get("country"):
        new["country"] = NAMES.get(code, code) if code_changed else new["country"]
    number = shop.numbers.next("MailingAddress")
    return Address(id=number, first_name=who.first_name, last_name=who.last_name, **new)


def _listed(tags: object) -> list[str]:
    if tags is None:
        return []
    return [tags] if isinstance(tags, str) else [str(item) for item in tags]  # type: ignore[attr-defined]
