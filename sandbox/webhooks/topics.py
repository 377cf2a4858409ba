"""Topics: the word of the header, and the word of the API for the same."""

TOPICS = (
    "app/scopes_update", "app/uninstalled", "app_subscriptions/update", "bulk_operations/finish",
    "checkouts/create", "checkouts/delete", "checkouts/update",
    "companies/create", "companies/delete", "companies/update",
    "company_contacts/create", "company_contacts/delete", "company_contacts/update",
    "customer.joined_segment", "customer.left_segment", "customer.tags_added", "customer.tags_removed",
    "customers/create", "customers/delete", "customers/disable", "customers/enable", "customers/merge",
    "customers/purchasing_summary", "customers/update", "customers_email_marketing_consent/update",
    "customers_marketing_consent/update", "customers_whats_app_marketing_consent/update",
    "disputes/create", "disputes/update",
    "order_transactions/create", "orders/cancelled", "orders/create", "orders/delete", "orders/edited",
    "orders/fulfilled", "orders/paid", "orders/partially_fulfilled", "orders/updated",
    "products/create", "products/delete", "products/update", "refunds/create",
    "returns/approve", "returns/cancel", "returns/close", "returns/decline", "returns/process",
    "returns/reopen", "returns/request", "returns/update",
    "segments/create", "segments/delete", "segments/update", "shop/update",
)  # fmt: skip
COMPLIANCE = ("customers/data_request", "customers/redact", "shop/redact")
"""Not to be had by the API: every app has them."""


def enum_of(topic: str) -> str:
    """``orders/create`` as the API writes it: ``ORDERS_CREATE``."""
    return topic.replace("/", "_").replace(".", "_").upper()


BY_ENUM = {enum_of(topic): topic for topic in TOPICS}
