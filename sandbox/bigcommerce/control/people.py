"""Control of customers: who comes, what changes about them, who wants letters."""

from decimal import Decimal
from typing import Any

from flask import Response, jsonify, request

from sandbox import moments
from sandbox.bigcommerce.commerce import attributes, people
from sandbox.bigcommerce.control import shown
from sandbox.bigcommerce.control.answers import control, the_customer, the_store, the_world
from sandbox.bigcommerce.store.customer import Address
from sandbox.bigcommerce.store.store import Store
from sandbox.control.answers import said

ADDRESS = (
    "first_name", "last_name", "company", "address1", "address2", "city", "state_or_province", "postal_code",
    "country", "country_code", "phone", "address_type",
)  # fmt: skip
CUSTOMERS = "/stores/<store>/customers"


@control.get(CUSTOMERS)
def customers(store: str) -> Response:
    """Customers. ``?group= &attribute= &limit=``; an attribute is ``name:value``."""
    found = the_store(store)
    group, (name, _, value) = request.args.get("group"), request.args.get("attribute", "").partition(":")
    with found.lock:
        rows = [shown.customer(found, each) for each in found.customers.values()]
    rows = [row for row in rows if group in {None, row["group"]} and (not name or row["attributes"].get(name) == value)]
    return jsonify(rows[: request.args.get("limit", type=int)])


@control.post(CUSTOMERS)
def create(store: str) -> tuple[Response, int]:
    """Somebody registers."""
    found, body = the_store(store), said()
    with found.lock:
        number = found.numbers.next("user") + 1000
        usual = {"first_name": "Ada", "last_name": "Ember", "email": f"person{number}@example.com"}
        customer = people.register(the_world().announcer, found, usual | _record(body))
        if any(name in body for name in ("address1", "city", "country_code")):
            customer.addresses.append(address_of(found, body, customer.first_name, customer.last_name))
        return jsonify(shown.customer(found, customer)), 201


@control.get(f"{CUSTOMERS}/<int:number>")
def customer(store: str, number: int) -> Response:
    """One customer."""
    found = the_store(store)
    with found.lock:
        return jsonify(shown.customer(found, the_customer(found, number)))


@control.patch(f"{CUSTOMERS}/<int:number>")
def change(store: str, number: int) -> Response:
    """The merchant changes a customer: fields, ``group_id`` (0 is none), ``attributes`` by name."""
    found, body = the_store(store), said()
    with found.lock:
        customer = the_customer(found, number)
        for name, value in (body.pop("attributes", None) or {}).items():
            attributes.edit(found, customer.id, name, value)
        people.change(the_world().announcer, found, customer, _record(body))
        return jsonify(shown.customer(found, customer))


@control.delete(f"{CUSTOMERS}/<int:number>")
def delete(store: str, number: int) -> Response:
    """The customer is gone; their orders stay."""
    found = the_store(store)
    people.remove(the_world().announcer, found, the_customer(found, number))
    return jsonify(deleted=number)


@control.post(f"{CUSTOMERS}/<int:number>/addresses")
def add_address(store: str, number: int) -> tuple[Response, int]:
    """One more address."""
    found, body = the_store(store), said()
    with found.lock:
        customer = the_customer(found, number)
        address = address_of(found, body, customer.first_name, customer.last_name)
        people.add_address(the_world().announcer, found, customer, address)
        return jsonify(shown.customer(found, customer) | {"address_id": address.id}), 201


@control.patch(f"{CUSTOMERS}/<int:number>/addresses/<int:which>")
def move_house(store: str, number: int, which: int) -> Response:
    """The address is this now."""
    found, body = the_store(store), said()
    with found.lock:
        customer = the_customer(found, number)
        address = next(each for each in customer.addresses if each.id == which)
        wanted = {name: str(body[name]) for name in ADDRESS if name in body}
        people.change_address(the_world().announcer, found, customer, address, wanted)
        return jsonify(shown.customer(found, customer))


@control.delete(f"{CUSTOMERS}/<int:number>/addresses/<int:which>")
def leave_house(store: str, number: int, which: int) -> Response:
    """The address is gone."""
    found = the_store(store)
    with found.lock:
        customer = the_customer(found, number)
        address = next(each for each in customer.addresses if each.id == which)
        people.remove_address(the_world().announcer, found, customer, address)
        return jsonify(shown.customer(found, customer))


@control.put("/stores/<store>/subscribers/<email>")
def subscribe(store: str, email: str) -> Response:
    """This address wants letters: a customer's, or anybody's."""
    made = people.subscribe(the_world().announcer, the_store(store), said() | {"email": email})
    return jsonify(id=made.id, email=made.email)


@control.delete("/stores/<store>/subscribers/<email>")
def unsubscribe(store: str, email: str) -> Response:
    """This address wants no more letters."""
    found = the_store(store)
    rows = [row] if (row := found.subscriber(email)) else []
    people.unsubscribe(the_world().announcer, found, rows)
    return jsonify(deleted=len(rows))


def _record(body: dict[str, Any]) -> dict[str, Any]:
    names = ("email", "first_name", "last_name", "company", "phone", "notes", "group_id", "form_fields", "channel_ids")
    made = {name: body[name] for name in names if name in body}
    if "store_credit" in body:
        made["store_credit"] = Decimal(str(body["store_credit"]))
    if body.get("created_at"):
        made["created_at"] = moments.parse(body["created_at"])
    return made


def address_of(store: Store, body: dict[str, Any], first: str, last: str) -> Address:
    """A new address of somebody of this name; what is not said is somewhere in Berlin."""
    country = str(body.get("country_code", store.details.country))
    usual: dict[str, Any] = {"first_name": first, "last_name": last, "address1": "Lindenstraße 1", "city": "Berlin",
             "state_or_province": "", "postal_code": "10115", "country": country, "country_code": country}  # fmt: skip
    return Address(store.numbers.next("address"), **(usual | {n: str(body[n]) for n in ADDRESS if n in body}))
