"""V3 answers to the store's own questions, of customers and of addresses."""

from typing import Any

from flask import Response

from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused, data, said_list, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.store.customer import FormValue

BATCH = 10


@api.get("/v3/customers/form-field-values")
def values() -> Response:
    """All answers, or of one customer or address."""
    asking.only("customer_id", "address_id", "field_name", "field_type")
    owner, address, name = asking.integer("customer_id"), asking.integer("address_id"), asking.text("field_name")
    with the_store().lock:
        rows = [
            {key: number, "name": question, "value": value}
            for key, number, said in _answers()
            for question, value in said.items()
            if name in {None, question}
            and (owner is None or (key, number) == ("customer_id", owner))
            and (address is None or (key, number) == ("address_id", address))
        ]
        found, meta = numbered(rows)
        return data(found, meta)


@api.put("/v3/customers/form-field-values")
def write() -> Response:
    """Answers are these."""
    said = said_list(BATCH)
    with the_store().lock:
        places: dict[tuple[str, Any], dict[str, FormValue]] = {(key, number): it for key, number, it in _answers()}
        for index, each in enumerate(said):
            if "name" not in each or "value" not in each or _place(each) not in places:
                raise Refused(422, "Update form field values failed.", {f"{index}.name": "missing, or of nobody"})
        for each in said:
            places[_place(each)][each["name"]] = each["value"]
    return data(said)


def _place(said: dict[str, Any]) -> tuple[str, Any]:
    key = "address_id" if "address_id" in said else "customer_id"
    return key, said.get(key)


def _answers() -> list[tuple[str, int, dict[str, FormValue]]]:
    found: list[tuple[str, int, dict[str, FormValue]]] = []
    for each in the_store().customers.values():
        found.append(("customer_id", each.id, each.form_fields))
        found.extend(("address_id", address.id, address.form_fields) for address in each.addresses)
    return found
