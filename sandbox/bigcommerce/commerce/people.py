"""Customers: coming, changing, moving house, moving between groups, wanting letters or not, going."""

from collections.abc import Iterable
from typing import Any

from sandbox import moments
from sandbox.bigcommerce.commerce.draft import CommerceError
from sandbox.bigcommerce.store.customer import Address, Customer
from sandbox.bigcommerce.store.extras import Subscriber
from sandbox.bigcommerce.store.store import Store
from sandbox.bigcommerce.webhooks.announce import Announcer

CHANGEABLE = (
    "email", "first_name", "last_name", "company", "phone", "notes", "tax_exempt_category", "group_id",
    "accepts_reviews", "form_fields", "store_credit", "channel_ids", "origin_channel_id", "force_password_reset",
)  # fmt: skip
NEWSLETTER = "marketing_newsletter"


def register(announcer: Announcer, store: Store, said: dict[str, Any]) -> Customer:
    """A new customer; without a group in what is said they get the default one. Raises CommerceError."""
    with store.lock:
        _free(store, str(said.get("email", "")), 0)
        at = said.get("created_at") or moments.now()
        first, last = str(said.get("first_name", "")), str(said.get("last_name", ""))
        customer = Customer(store.numbers.next("customer"), said["email"], first, last, at, at)
        customer.group_id = store.default_group_id or 0
        customer.channel_ids = [1]
        for name in CHANGEABLE:
            if name in said:
                setattr(customer, name, said[name])
        store.customers[customer.id] = customer
        announcer.announce(store, ("store/customer/created", _data(customer)))
        return customer


def change(announcer: Announcer, store: Store, customer: Customer, said: dict[str, Any]) -> None:
    """The customer's record says this. What changes nothing is saved and announced all the same."""
    with store.lock:
        if "email" in said:
            _free(store, str(said["email"]), customer.id)
        for name, value in said.items():
            if name not in CHANGEABLE:
                raise CommerceError(f"{name} cannot be changed")
            if name == "group_id" and value and value not in store.groups:
                raise CommerceError(f"no group {value}")
            setattr(customer, name, value)
        customer.updated_at = moments.now()
        announcer.announce(store, ("store/customer/updated", _data(customer)))


def remove(announcer: Announcer, store: Store, customer: Customer) -> None:
    """The customer is gone; their orders stay, and keep the number of nobody."""
    with store.lock:
        del store.customers[customer.id]
        for number in customer.metafields:
            del store.metafields[number]
        if customer.profile_id:
            store.profiles.pop(customer.profile_id, None)
            for segment in store.segments.values():
                segment.members.discard(customer.profile_id)
        announcer.announce(store, ("store/customer/deleted", _data(customer)))


def add_address(announcer: Announcer, store: Store, customer: Customer, address: Address) -> None:
    """The address is in the customer's book."""
    with store.lock:
        customer.addresses.append(address)
        _tell(announcer, store, customer, address, "created")


def change_address(
    announcer: Announcer, store: Store, customer: Customer, address: Address, said: dict[str, Any]
) -> None:
    """The address says this."""
    with store.lock:
        for name, value in said.items():
            setattr(address, name, value)
        _tell(announcer, store, customer, address, "updated")


def remove_address(announcer: Announcer, store: Store, customer: Customer, address: Address) -> None:
    """The address is gone."""
    with store.lock:
        customer.addresses.remove(address)
        _tell(announcer, store, customer, address, "deleted")


def subscribe(announcer: Announcer, store: Store, said: dict[str, Any]) -> Subscriber:
    """Somebody wants letters. Raises CommerceError when the address does already."""
    with store.lock:
        email = str(said["email"])
        if store.subscriber(email):
            raise CommerceError(f"{email} is a subscriber")
        at = said.get("created_at") or moments.now()
        made = Subscriber(
            store.numbers.next("subscriber"), email, str(said.get("first_name", "")), str(said.get("last_name", "")),
            str(said.get("source", "storefront")), said.get("order_id"), int(said.get("channel_id", 1)),
            tuple(said.get("consents", (NEWSLETTER,))), at, at,
        )  # fmt: skip
        store.subscribers[made.id] = made
        store.letters[email.casefold()] = made.id
        announcer.announce(store, ("store/subscriber/created", {"type": "subscriber", "id": made.id}))
        return made


def unsubscribe(announcer: Announcer, store: Store, found: Iterable[Subscriber]) -> None:
    """They want no more letters."""
    with store.lock:
        for each in list(found):
            del store.subscribers[each.id], store.letters[each.email.casefold()]
            announcer.announce(store, ("store/subscriber/deleted", {"type": "subscriber", "id": each.id}))


def _free(store: Store, email: str, owner: int) -> None:
    if "@" not in email:
        raise CommerceError(f"{email!r} is no e-mail address")
    wanted = email.casefold()
    if any(each.email.casefold() == wanted and each.id != owner for each in store.customers.values()):
        raise CommerceError(f"email {email} already in use")


def _data(customer: Customer) -> dict[str, Any]:
    return {"type": "customer", "id": customer.id}


def _tell(announcer: Announcer, store: Store, customer: Customer, address: Address, verb: str) -> None:
    data = {"type": "customer", "id": address.id, "address": {"customer_id": customer.id}}
    announcer.announce(store, (f"store/customer/address/{verb}", data))
