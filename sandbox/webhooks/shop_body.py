"""Bodies about the shop itself: uninstalling, changing, the privacy topics, finished bulk queries."""

from typing import Any

from sandbox import moments
from sandbox.ids import gid
from sandbox.store.bulk import BulkOperation
from sandbox.store.customer import Customer
from sandbox.store.shop import Shop

PLAN_NAMES = {
    "standard": ("basic", "Basic"), "advanced": ("unlimited", "Advanced"),
    "plus": ("shopify_plus", "Shopify Plus"), "enterprise": ("enterprise", "Enterprise"),
}  # fmt: skip


def shop(what: Shop) -> dict[str, Any]:
    """``app/uninstalled`` and ``shop/update``: the old REST form of a shop."""
    plan_name, plan_display_name = PLAN_NAMES[what.profile.plan]
    return {
        "id": what.number,
        "name": what.profile.name,
        "email": f"owner@{what.handle}.example",
        "domain": what.domain,
        "myshopify_domain": what.domain,
        "country": what.profile.country,
        "country_code": what.profile.country,
        "currency": what.profile.currency,
        "iana_timezone": what.profile.timezone,
        "created_at": moments.local(what.created_at, what.zone),
        "updated_at": moments.local(moments.now(), what.zone),
        "primary_locale": "en",
        "plan_name": plan_name,
        "plan_display_name": plan_display_name,
        "taxes_included": what.taxes_included,
        "shop_owner": "Robin Meier",
        "enabled_presentment_currencies": [what.profile.currency],
        "has_storefront": True,
        "setup_required": False,
    }


def bulk_finished(what: Shop, operation: BulkOperation) -> dict[str, Any]:
    """``bulk_operations/finish``: the status is lower case here."""
    return {
        "admin_graphql_api_id": gid("BulkOperation", operation.id),
        "completed_at": moments.local(operation.completed_at, what.zone),
        "created_at": moments.local(operation.created_at, what.zone),
        "error_code": operation.error_code.lower() if operation.error_code else None,
        "status": operation.status.lower(),
        "type": operation.type.lower(),
    }


def data_request(what: Shop, who: Customer) -> dict[str, Any]:
    """``customers/data_request``."""
    return _about(what, who) | {
        "orders_requested": [order.id for order in what.orders_of.get(who.id, ())],
        "data_request": {"id": what.numbers.next("DataRequest")},
    }


def customer_redact(what: Shop, who: Customer) -> dict[str, Any]:
    """``customers/redact``."""
    orders = [order.id for order in what.orders_of.get(who.id, ())]
    return _about(what, who) | {"orders_to_redact": orders}


def shop_redact(what: Shop) -> dict[str, Any]:
    """``shop/redact``."""
    return {"shop_id": what.number, "shop_domain": what.domain}


def _about(what: Shop, who: Customer) -> dict[str, Any]:
    return shop_redact(what) | {"customer": {"id": who.id, "email": who.email, "phone": who.phone}}
