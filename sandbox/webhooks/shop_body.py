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

MONEY_FORMATS = (
    "money_format", "money_with_currency_format", "money_in_emails_format", "money_with_currency_in_emails_format",
)  # fmt: skip
UNSAID = (
    "address1", "address2", "auto_configure_tax_inclusivity", "city", "county_taxes", "google_apps_domain",
    "google_apps_login_enabled", "latitude", "longitude", "password_enabled", "phone", "province",
    "province_code", "source", "tax_shipping", "zip",
)  # fmt: skip
NO = (
    "has_discounts", "marketing_sms_consent_enabled_at_checkout", "pre_launch_enabled",
    "requires_extra_payments_agreement", "setup_required", "transactional_sms_disabled",
)  # fmt: skip
YES = (
    "checkout_api_supported", "eligible_for_payments", "finances", "has_gift_cards", "has_storefront",
    "multi_location_enabled",
)  # fmt: skip


def shop(what: Shop) -> dict[str, Any]:
    """``app/uninstalled`` and ``shop/update``: the old REST form of a shop."""
    profile = what.profile
    plan_name, plan_display_name = PLAN_NAMES[profile.plan]
    return {
        "id": what.number,
        "name": profile.name,
        "email": f"owner@{what.handle}.example",
        "customer_email": f"hello@{what.handle}.example",
        "domain": what.domain,
        "myshopify_domain": what.domain,
        "country": profile.country,
        "country_code": profile.country,
        "country_name": profile.country,
        "currency": profile.currency,
        "enabled_presentment_currencies": [profile.currency],
        "iana_timezone": profile.timezone,
        "timezone": profile.timezone,
        "created_at": moments.local(what.created_at, what.zone),
        "updated_at": moments.local(moments.now(), what.zone),
        "plan_name": plan_name,
        "plan_display_name": plan_display_name,
        "taxes_included": what.taxes_included,
        **dict.fromkeys(MONEY_FORMATS, f"{{{{amount}}}} {profile.currency}"),
        **dict.fromkeys(UNSAID),
        **dict.fromkeys(NO, False),
        **dict.fromkeys(YES, True),
        "shop_owner": "Robin Meier",
        "primary_locale": "en",
        "primary_location_id": 60_111,
        "weight_unit": "kg",
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
