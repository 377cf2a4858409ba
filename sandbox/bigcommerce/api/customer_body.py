"""A customer and their addresses as V3 tells them."""

from typing import Any

from sandbox import moments
from sandbox.bigcommerce import forms
from sandbox.bigcommerce.store.customer import Address, Customer, FormValue
from sandbox.bigcommerce.store.extras import AttributeValue
from sandbox.bigcommerce.store.store import Store

EMBEDDED = 10
"""Addresses and attributes beyond so many are not in a customer's row."""


def customer(store: Store, it: Customer, include: set[str]) -> dict[str, Any]:
    """The row, with what was asked to be included."""
    values = list(it.values.values())
    row: dict[str, Any] = {
        "id": it.id,
        "email": it.email,
        "first_name": it.first_name,
        "last_name": it.last_name,
        "company": it.company,
        "phone": it.phone,
        "notes": it.notes,
        "tax_exempt_category": it.tax_exempt_category,
        "customer_group_id": it.group_id,
        "registration_ip_address": it.registration_ip_address,
        "date_created": moments.zulu(it.created_at),
        "date_modified": moments.zulu(it.updated_at),
        "address_count": len(it.addresses),
        "attribute_count": len(values),
        "authentication": {"force_password_reset": it.force_password_reset},
        "accepts_product_review_abandoned_cart_emails": it.accepts_reviews,
        "origin_channel_id": it.origin_channel_id,
        "channel_ids": list(it.channel_ids) or None,
    }
    if row["channel_ids"] is None:
        del row["channel_ids"]
    if "addresses" in include:
        row["addresses"] = [address(it, each) for each in it.addresses[:EMBEDDED]]
    if "attributes" in include:
        row["attributes"] = [attribute_value(each) for each in values[:EMBEDDED]]
    if "storecredit" in include:
        row["store_credit_amounts"] = [{"amount": forms.number(it.store_credit)}]
    if "formfields" in include:
        row["form_fields"] = fields(it.form_fields, "customer_id", it.id)
    if "shopper_profile_id" in include:
        row["shopper_profile_id"] = it.profile_id
    if "segment_ids" in include:
        row["segment_ids"] = [each.id for each in store.segments.values() if it.profile_id in each.members]
    return row


def address(owner: Customer, it: Address) -> dict[str, Any]:
    """A row of the address book."""
    return {
        "id": it.id,
        "customer_id": owner.id,
        "first_name": it.first_name,
        "last_name": it.last_name,
        "company": it.company,
        "address1": it.address1,
        "address2": it.address2,
        "city": it.city,
        "state_or_province": it.state_or_province,
        "postal_code": it.postal_code,
        "country": it.country,
        "country_code": it.country_code,
        "phone": it.phone,
        "address_type": it.address_type,
    }


def fields(said: dict[str, FormValue], key: str, owner: int) -> list[dict[str, Any]]:
    """Answers to the store's own questions."""
    return [{"name": name, "value": value, key: owner} for name, value in said.items()]


def attribute_value(it: AttributeValue) -> dict[str, Any]:
    """A row of attribute values; what came in as ``value`` goes out as ``attribute_value``."""
    return {
        "id": it.id,
        "attribute_id": it.attribute_id,
        "attribute_value": it.value,
        "customer_id": it.customer_id,
        "date_created": moments.zulu(it.created_at),
        "date_modified": moments.zulu(it.updated_at),
    }
