"""V3 customers: reading by page or cursor, writing in batches of ten."""

from collections.abc import Callable
from typing import Any

from flask import Response, request

from sandbox.bigcommerce.api import asking, customer_body
from sandbox.bigcommerce.api.answers import Refused, data, nothing, said_list, the_store, the_world
from sandbox.bigcommerce.api.checking import checked
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import by_cursor
from sandbox.bigcommerce.commerce import people
from sandbox.bigcommerce.store.customer import Customer

BATCH = 10
INCLUDES = {"addresses", "storecredit", "attributes", "formfields", "shopper_profile_id", "segment_ids"}
FILTERS = (
    "id:in", "email:in", "name:in", "name:like", "company:in", "phone:in", "customer_group_id:in",
    "registration_ip_address:in", "date_created", "date_created:min", "date_created:max", "date_modified",
    "date_modified:min", "date_modified:max", "sort", "include",
)  # fmt: skip
SORTS: dict[str, Callable[[Customer], Any]] = {
    "date_created": lambda customer: (customer.created_at, customer.id),
    "date_modified": lambda customer: (customer.updated_at, customer.id),
    "last_name": lambda customer: (customer.last_name.casefold(), customer.id),
}


@api.get("/v3/customers")
def customers() -> Response:
    """A page of customers, by id unless sorted otherwise."""
    asking.only(*FILTERS)
    store, include = the_store(), _includes()
    with store.lock:
        rows, meta = by_cursor(_sorted(_found()), lambda customer: customer.id)
        return data([customer_body.customer(store, each, include) for each in rows], meta)


@api.post("/v3/customers")
def create() -> Response:
    """New customers; all of them or none."""
    store, said = the_store(), said_list(BATCH)
    with store.lock:
        wanted = [checked(store, each, "POST", index) for index, each in enumerate(said)]
        made = [people.register(the_world().announcer, store, each) for each in wanted]
        return data([customer_body.customer(store, each, _includes()) for each in made])


@api.put("/v3/customers")
def update() -> Response:
    """Customers say this; one that cannot be has the whole batch refused."""
    store, said = the_store(), said_list(BATCH)
    with store.lock:
        wanted = [(_named(each, index), checked(store, each, "PUT", index)) for index, each in enumerate(said)]
        for customer, change in wanted:
            people.change(the_world().announcer, store, customer, change)
        return data([customer_body.customer(store, each, _includes()) for each, _ in wanted])


@api.delete("/v3/customers")
def delete() -> Response:
    """They are gone; without naming them nobody is."""
    asking.only("id:in")
    store, ids = the_store(), asking.integers("id:in") or set()
    with store.lock:
        for each in [customer for customer in store.customers.values() if customer.id in ids]:
            people.remove(the_world().announcer, store, each)
    return nothing()


def _named(said: dict[str, Any], index: int) -> Customer:
    store, number = the_store(), said.get("id")
    if not isinstance(number, int):
        raise Refused(422, "Create/update customers failed.", {f"{index}.id": "id is required"})
    found = store.customers.get(number)
    if found is None or number in store.faults.api.batch_refuses:
        raise Refused(422, "Update customers failed.", {f"{index}.id": f"customer {number} does not exist"})
    return found


def _includes() -> set[str]:
    include = set(filter(None, request.args.get("include", "").split(",")))
    if include - INCLUDES:
        raise Refused(422, "The include is not valid.", {"include": "invalid"})
    return include


def _found() -> list[Customer]:
    ids, groups = asking.integers("id:in"), asking.integers("customer_group_id:in")
    emails, names, companies = asking.texts("email:in"), asking.texts("name:in"), asking.texts("company:in")
    phones, addresses, like = (
        asking.texts("phone:in"),
        asking.texts("registration_ip_address:in"),
        asking.text("name:like"),
    )
    created = asking.span("date_created")
    modified = asking.span("date_modified")
    days = (asking.moment("date_created"), asking.moment("date_modified"))
    rows = the_store().customers
    return [
        each
        for each in (rows.values() if ids is None else [rows[number] for number in sorted(ids) if number in rows])
        if (groups is None or each.group_id in groups)
        and (emails is None or each.email.casefold() in emails)
        and (names is None or each.name.casefold() in names)
        and (companies is None or each.company.casefold() in companies)
        and (phones is None or each.phone.casefold() in phones)
        and (addresses is None or each.registration_ip_address in addresses)
        and (like is None or any(word.casefold() in each.name.casefold() for word in like.split(",")))
        and asking.within(each.created_at, *created)
        and asking.within(each.updated_at, *modified)
        and (days[0] is None or each.created_at.date() == days[0].date())
        and (days[1] is None or each.updated_at.date() == days[1].date())
    ]


def _sorted(found: list[Customer]) -> list[Customer]:
    asked = request.args.get("sort")
    if asked is None:
        return sorted(found, key=lambda customer: customer.id)
    name, _, way = asked.partition(":")
    if name not in SORTS or way not in {"asc", "desc"}:
        raise Refused(422, "The sort is not valid.", {"sort": "invalid"})
    return sorted(found, key=SORTS[name], reverse=way == "desc")
