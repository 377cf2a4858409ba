"""What customers' attributes say, by whomever it is written."""

from sandbox import moments
from sandbox.bigcommerce.commerce.draft import CommerceError
from sandbox.bigcommerce.store.extras import AttributeValue
from sandbox.bigcommerce.store.store import Store


def write(store: Store, customer_id: int, attribute_id: int, value: str) -> AttributeValue:
    """The customer's attribute says this. Raises CommerceError."""
    if attribute_id not in store.attributes:
        raise CommerceError(f"attribute {attribute_id} does not exist")
    customer = store.customers.get(customer_id)
    if customer is None:
        raise CommerceError(f"customer {customer_id} does not exist")
    at, known = moments.now(), customer.values.get(attribute_id)
    if known is None:
        known = AttributeValue(store.numbers.next("attribute_value"), attribute_id, customer_id, value, at, at)
        customer.values[attribute_id] = known
    known.value, known.updated_at = value, at
    return known


def edit(store: Store, customer_id: int, name: str, value: str | None) -> None:
    """The merchant edits an attribute on the customer's page; None empties it. Raises CommerceError."""
    found = next((each.id for each in store.attributes.values() if each.name == name), None)
    if found is None:
        raise CommerceError(f"no attribute {name}")
    if value is None:
        store.customers[customer_id].values.pop(found, None)
    else:
        write(store, customer_id, found, value)
