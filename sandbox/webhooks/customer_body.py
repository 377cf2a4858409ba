"""Bodies of the customer topics. Since 2025-01 a customer comes without tags, consent, orders and spend."""

from typing import Any

from sandbox import moments
from sandbox.ids import gid
from sandbox.store.customer import Address, Customer
from sandbox.store.shop import Shop


def customer(shop: Shop, who: Customer) -> dict[str, Any]:
    """``customers/create`` and ``customers/update``."""
    body = nested(shop, who)
    home = body.pop("default_address", None)
    body["addresses"] = [home] if home else []
    return body | ({"default_address": home} if home else {})


def nested(shop: Shop, who: Customer) -> dict[str, Any]:
    """The customer within an order."""
    body: dict[str, Any] = {
        "id": who.id,
        "created_at": moments.local(who.created_at, shop.zone),
        "updated_at": moments.local(who.updated_at, shop.zone),
        "first_name": who.first_name,
        "last_name": who.last_name,
        "state": who.state.lower(),
        "note": who.note,
        "verified_email": who.verified_email,
        "multipass_identifier": None,
        "tax_exempt": who.tax_exempt,
        "email": who.email,
        "phone": who.phone,
        "currency": shop.profile.currency,
        "tax_exemptions": [],
        "admin_graphql_api_id": gid("Customer", who.id),
    }
    if who.address:
        body["default_address"] = _home(who, who.address)
    return body


def deleted(who: Customer) -> dict[str, Any]:
    """``customers/delete``."""
    return {"id": who.id, "tax_exemptions": [], "admin_graphql_api_id": gid("Customer", who.id)}


def tags(who: Customer, changed: list[str]) -> dict[str, Any]:
    """``customer.tags_added`` and ``customer.tags_removed``."""
    at = moments.zulu(who.updated_at).replace("Z", ".000Z")
    return {"customerId": gid("Customer", who.id), "tags": changed, "occurredAt": at}


def consent(shop: Shop, who: Customer) -> dict[str, Any]:
    """``customers_email_marketing_consent/update``."""
    return {
        "customer_id": who.id,
        "email_address": who.email,
        "email_marketing_consent": {
            "state": who.consent.state.lower(),
            "opt_in_level": who.consent.level.lower() if who.consent.level else None,
            "consent_updated_at": moments.local(who.consent.updated_at, shop.zone),
        },
    }


def purchasing_summary(shop: Shop, who: Customer) -> dict[str, Any]:
    """``customers/purchasing_summary``."""
    last = shop.last_order(who.id)
    return {
        "customerId": gid("Customer", who.id),
        "numberOfOrders": shop.number_of_orders(who.id),
        "amountSpent": {"amount": f"{shop.amount_spent(who.id):.2f}", "currencyCode": shop.profile.currency},
        "lastOrderId": gid("Order", last.id) if last else None,
        "occurredAt": moments.zulu(who.updated_at).replace("Z", ".000Z"),
    }


def postal(address: Address) -> dict[str, Any]:
    """An address on an order."""
    return {
        "first_name": address.first_name,
        "address1": address.address1,
        "phone": address.phone,
        "city": address.city,
        "zip": address.zip,
        "province": address.province,
        "country": address.country,
        "last_name": address.last_name,
        "address2": address.address2,
        "company": address.company,
        "latitude": None,
        "longitude": None,
        "name": address.name,
        "country_code": address.country_code,
        "province_code": address.province_code,
    }


def _home(who: Customer, address: Address) -> dict[str, Any]:
    body = postal(address)
    del body["latitude"], body["longitude"]
    return body | {
        "id": address.id,
        "customer_id": who.id,
        "country_name": address.country,
        "default": True,
    }
