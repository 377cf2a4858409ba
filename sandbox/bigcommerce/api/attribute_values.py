"""V3 values of customer attributes: ``value`` in, ``attribute_value`` out, always a text."""

from datetime import date
from typing import Any

from flask import Response

from sandbox.bigcommerce.api import asking, customer_body
from sandbox.bigcommerce.api.answers import Refused, data, nothing, said_list, the_store
from sandbox.bigcommerce.api.attributes import BATCH, DATES, LONGEST, spans
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.commerce.attributes import write
from sandbox.bigcommerce.store.customer import Customer


@api.get("/v3/customers/attribute-values")
def values() -> Response:
    """What attributes say."""
    asking.only("customer_id:in", "attribute_id:in", "name", *DATES)
    store, owners, which = the_store(), asking.integers("customer_id:in"), asking.integers("attribute_id:in")
    name, (created, modified) = asking.text("name"), spans()
    with store.lock:
        found = [
            each
            for customer in _customers(owners)
            for each in customer.values.values()
            if (which is None or each.attribute_id in which)
            and name in {None, store.attributes[each.attribute_id].name}
            and asking.within(each.created_at, *created)
            and asking.within(each.updated_at, *modified)
        ]
        rows, meta = numbered(sorted(found, key=lambda each: each.id))
        return data([customer_body.attribute_value(each) for each in rows], meta)


@api.put("/v3/customers/attribute-values")
def upsert() -> Response:
    """Customers' attributes say this; of ten customers at most. Nothing is announced."""
    store, said = the_store(), said_list()
    if len({each.get("customer_id") for each in said}) > BATCH:
        raise Refused(413, f"Values of more than {BATCH} customers in one call.")
    with store.lock:
        wrong: dict[str, str] = {}
        for index, each in enumerate(said):
            wrong |= _wrong(each, index)
        if wrong:
            raise Refused(422, "Upsert attribute values failed.", wrong)
        rows = [write(store, each["customer_id"], each["attribute_id"], each["value"]) for each in said]
        return data([customer_body.attribute_value(each) for each in rows])


@api.delete("/v3/customers/attribute-values")
def empty() -> Response:
    """These values, by their own ids, are gone."""
    store, ids = the_store(), asking.integers("id:in") or set()
    with store.lock:
        for customer in store.customers.values():
            for each in [each for each in customer.values.values() if each.id in ids]:
                del customer.values[each.attribute_id]
    return nothing()


def _customers(numbers: set[int] | None) -> list[Customer]:
    known = the_store().customers
    return list(known.values()) if numbers is None else [known[each] for each in numbers if each in known]


def _wrong(said: dict[str, Any], index: int) -> dict[str, str]:
    store, value = the_store(), said.get("value")
    attribute = store.attributes.get(said.get("attribute_id", 0))
    number = said.get("customer_id")
    if attribute is None:
        return {f"{index}.attribute_id": "attribute does not exist"}
    if number not in store.customers or number in store.faults.api.batch_refuses:
        return {f"{index}.customer_id": "customer does not exist"}
    if not isinstance(value, str) or len(value) > LONGEST or not _fits(attribute.kind, value):
        return {f"{index}.value": f"value must be a {attribute.kind}, as a text of {LONGEST} characters at most"}
    return {}


def _fits(kind: str, value: str) -> bool:
    try:
        if kind == "number":
            float(value)
        elif kind == "date":
            date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True
