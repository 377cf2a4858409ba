"""The fields of ``Customer`` that are more than an attribute."""

from typing import Any

from sandbox.admin_api.asking import Asking, FieldFunction
from sandbox.admin_api.connection import Connection, page
from sandbox.admin_api.listing import ORDER_FIELDS, SORT_KEYS, sorted_page
from sandbox.admin_api.money_fields import Money
from sandbox.admin_api.search import compile_query
from sandbox.ids import gid
from sandbox.store.customer import Address, Customer


def _orders(who: Customer, asking: Asking, **arguments: Any) -> Connection:
    found = [order for order in asking.shop.orders_of.get(who.id, ()) if asking.shop.readable(order)]
    if arguments.get("query"):
        test = compile_query(arguments["query"], ORDER_FIELDS, asking.warnings)
        found = [order for order in found if test(order)]
    return sorted_page(asking, found, arguments)


def _last_order(who: Customer, asking: Asking) -> Any:
    found = [order for order in asking.shop.counted(who.id) if asking.shop.readable(order)]
    return max(found, key=SORT_KEYS["PROCESSED_AT"], default=None)


def _addresses(who: Customer, asking: Asking, **arguments: Any) -> Connection:
    kept: list[Address] = [who.address] if who.address else []
    return page(kept, arguments, unbounded=asking.unbounded)


def _email(who: Customer, asking: Asking) -> dict[str, Any] | None:
    if who.email is None:
        return None
    return {
        "email_address": who.email,
        "marketing_state": who.consent.state,
        "marketing_opt_in_level": who.consent.level,
        "marketing_updated_at": who.consent.updated_at,
        "valid_format": "@" in who.email,
    }


def _phone(who: Customer, asking: Asking) -> dict[str, Any] | None:
    """Nobody was ever asked for leave to write to their phone."""
    if who.phone is None:
        return None
    return {
        "phone_number": who.phone,
        "marketing_state": "NOT_SUBSCRIBED",
        "marketing_opt_in_level": None,
        "marketing_updated_at": None,
    }


def _spent(who: Customer, asking: Asking) -> Money:
    return Money(asking.shop.amount_spent(who.id), asking.shop.profile.currency)


FIELDS: dict[tuple[str, str], FieldFunction] = {
    ("Customer", "id"): lambda who, asking: gid("Customer", who.id),
    ("Customer", "legacyResourceId"): lambda who, asking: who.id,
    ("Customer", "tags"): lambda who, asking: sorted(who.tags, key=str.casefold),
    ("Customer", "numberOfOrders"): lambda who, asking: asking.shop.number_of_orders(who.id),
    ("Customer", "amountSpent"): _spent,
    ("Customer", "lastOrder"): _last_order,
    ("Customer", "orders"): _orders,
    ("Customer", "addressesV2"): _addresses,
    ("Customer", "defaultAddress"): lambda who, asking: who.address,
    ("Customer", "defaultEmailAddress"): _email,
    ("Customer", "defaultPhoneNumber"): _phone,
    ("Customer", "mergeable"): lambda who, asking: {"is_mergeable": True, "reason": None},
    ("Customer", "canDelete"): lambda who, asking: not asking.shop.orders_of.get(who.id),
    ("Customer", "dataSaleOptOut"): lambda who, asking: False,
    ("Customer", "multipassIdentifier"): lambda who, asking: None,
    ("MailingAddress", "id"): lambda address, asking: gid("MailingAddress", address.id),
    ("MailingAddress", "latitude"): lambda address, asking: None,
    ("MailingAddress", "longitude"): lambda address, asking: None,
}
