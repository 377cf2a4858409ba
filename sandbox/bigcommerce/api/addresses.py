"""V3 address books: the truth beyond the ten that a customer's row carries."""

from typing import Any

from flask import Response

from sandbox.bigcommerce.api import asking, customer_body
from sandbox.bigcommerce.api.answers import Refused, data, nothing, said_list, the_store, the_world
from sandbox.bigcommerce.api.checking import ADDRESS_TEXTS, texts
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.commerce import people
from sandbox.bigcommerce.store.customer import Address, Customer

NEEDED = (
    "customer_id",
    "first_name",
    "last_name",
    "address1",
    "city",
    "state_or_province",
    "postal_code",
    "country_code",
)


@api.get("/v3/customers/addresses")
def addresses() -> Response:
    """Addresses, of some customers or all."""
    asking.only("company:in", "name:in", "customer_id:in", "include", "id:in")
    owners, ids = asking.integers("customer_id:in"), asking.integers("id:in")
    names, companies = asking.texts("name:in"), asking.texts("company:in")
    with the_store().lock:
        found = [
            (owner, each)
            for owner, each in _all()
            if (owners is None or owner.id in owners)
            and (ids is None or each.id in ids)
            and (names is None or f"{each.first_name} {each.last_name}".casefold() in names)
            and (companies is None or each.company.casefold() in companies)
        ]
        rows, meta = numbered(sorted(found, key=lambda pair: pair[1].id))
        return data([_shown(*pair) for pair in rows], meta)


@api.post("/v3/customers/addresses")
def create() -> Response:
    """New addresses. One that is there already is left out of the answer, as the platform does."""
    store, said, made = the_store(), said_list(), []
    with store.lock:
        for index, each in enumerate(said):
            _check(each, index, NEEDED)
        for each in said:
            owner = store.customers[each["customer_id"]]
            fields = {name: each[name] for name in ADDRESS_TEXTS if name in each}
            if any(all(getattr(known, name) == value for name, value in fields.items()) for known in owner.addresses):
                continue
            address = Address(store.numbers.next("address"), country=each["country_code"], **fields)
            people.add_address(the_world().announcer, store, owner, address)
            made.append((owner, address))
    return data([_shown(*pair) for pair in made])


@api.put("/v3/customers/addresses")
def update() -> Response:
    """Addresses say this."""
    store, said, done = the_store(), said_list(), []
    with store.lock:
        known = {address.id: (owner, address) for owner, address in _all()}
        for index, each in enumerate(said):
            if each.get("id") not in known:
                raise Refused(422, "Update addresses failed.", {f"{index}.id": "address does not exist"})
            _check(each, index, ())
        for each in said:
            owner, address = known[each["id"]]
            fields = {name: each[name] for name in ADDRESS_TEXTS if name in each}
            people.change_address(the_world().announcer, store, owner, address, fields)
            done.append((owner, address))
    return data([_shown(*pair) for pair in done])


@api.delete("/v3/customers/addresses")
def delete() -> Response:
    """They are gone; without naming them nothing is."""
    store, ids = the_store(), asking.integers("id:in") or set()
    with store.lock:
        for owner, address in [pair for pair in _all() if pair[1].id in ids]:
            people.remove_address(the_world().announcer, store, owner, address)
    return nothing()


def _all() -> list[tuple[Customer, Address]]:
    return [(owner, each) for owner in the_store().customers.values() for each in owner.addresses]


def _shown(owner: Customer, it: Address) -> dict[str, Any]:
    row = customer_body.address(owner, it)
    if "formfields" in (asking.text("include") or ""):
        row["form_fields"] = customer_body.fields(it.form_fields, "address_id", it.id)
    return row


def _check(said: dict[str, Any], index: int, needed: tuple[str, ...]) -> None:
    wrong = {f"{index}.{name}": f"{name} is required" for name in needed if name not in said}
    wrong |= texts(said, ADDRESS_TEXTS, index)
    if "customer_id" in said and said["customer_id"] not in the_store().customers:
        wrong[f"{index}.customer_id"] = "customer does not exist"
    if wrong:
        raise Refused(422, "Create/update addresses failed.", wrong)
