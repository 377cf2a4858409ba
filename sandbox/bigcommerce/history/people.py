"""The neighbour's people: with an address book, a group where they had such a tag, and letters if they wanted any."""

import random

from sandbox.bigcommerce.store.customer import Address, Customer
from sandbox.bigcommerce.store.extras import Attribute, AttributeValue, Subscriber
from sandbox.bigcommerce.store.group import Assignment, Group, PriceList
from sandbox.bigcommerce.store.store import Store
from sandbox.store.customer import Address as ToldAddress
from sandbox.store.customer import Customer as Told

GROUPS = {"wholesale": "Wholesale", "VIP": "VIP", "staff": "Staff"}
HEARD = ("A friend", "An advertisement", "At a race", "Searching")
QUESTION = "How did you hear about us?"
SIZES = ("38", "40", "42", "44", "46")


def settle(store: Store, told: list[Told], rng: random.Random) -> dict[int, Customer]:
    """The store has these customers; by the neighbour's ids."""
    groups = _groups(store)
    size = _shoe_size(store)
    made = {}
    for each in sorted(told, key=lambda each: (each.created_at, each.id)):
        customer = _customer(store, each)
        tag = next((tag for tag in GROUPS if tag in each.tags), None)
        customer.group_id = groups[tag] if tag else 0
        if rng.random() < 0.3:
            customer.form_fields[QUESTION] = rng.choice(HEARD)
        if rng.random() < 0.2:
            at = customer.created_at
            number = store.numbers.next("attribute_value")
            customer.values[size.id] = AttributeValue(number, size.id, customer.id, rng.choice(SIZES), at, at)
        if each.consent.state == "SUBSCRIBED":
            _subscribe(store, customer)
        store.customers[customer.id] = made[each.id] = customer
    return made


def address(store: Store, told: ToldAddress, kind: str = "address") -> Address:
    """The same address, as this platform writes it."""
    return Address(
        id=store.numbers.next(kind),
        first_name=told.first_name or "",
        last_name=told.last_name or "",
        address1=told.address1 or "",
        city=told.city or "",
        state_or_province=told.province or "",
        postal_code=told.zip or "",
        country=told.country or "",
        country_code=told.country_code or "",
    )


def _customer(store: Store, told: Told) -> Customer:
    number = store.numbers.next("customer")
    return Customer(
        id=number,
        email=told.email or f"customer{number}@example.net",
        first_name=told.first_name or "Unknown",
        last_name=told.last_name or "Unknown",
        created_at=told.created_at,
        updated_at=told.created_at,
        notes=told.note or "",
        registration_ip_address="203.0.113.7",
        channel_ids=[1],
        addresses=[address(store, told.address)] if told.address else [],
    )


def _groups(store: Store) -> dict[str, int]:
    """A merchant's usual groups; wholesale has prices of its own."""
    made, at = {}, store.created_at
    for tag, name in GROUPS.items():
        group = Group(store.numbers.next("group"), name, at, at)
        store.groups[group.id] = group
        made[tag] = group.id
    prices = PriceList(store.numbers.next("price_list"), "Wholesale prices", True, at)
    store.price_lists[prices.id] = prices
    assigned = Assignment(store.numbers.next("assignment"), prices.id, made["wholesale"], 1)
    store.assignments[assigned.id] = assigned
    staff = store.groups[made["staff"]]
    staff.discount_rules = [{"type": "all", "method": "percent", "amount": "20.0000"}]
    return made


def _shoe_size(store: Store) -> Attribute:
    made = Attribute(store.numbers.next("attribute"), "Shoe size", "string", store.created_at, store.created_at)
    store.attributes[made.id] = made
    return made


def _subscribe(store: Store, customer: Customer) -> None:
    made = Subscriber(
        store.numbers.next("subscriber"), customer.email, customer.first_name, customer.last_name, "storefront",
        None, 1, ("marketing_newsletter",), customer.created_at, customer.created_at,
    )  # fmt: skip
    store.subscribers[made.id] = made
    store.letters[made.email.casefold()] = made.id
