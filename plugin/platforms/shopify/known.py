"""What Shopify's messages hold in the version of manifest.json, so that what is new is noticed.

Only the fields at the top of a body, and only of topics whose body is large enough to grow unnoticed.
A field that stands here is known, not necessarily read: `payloads` says what we read.
"""

from collections.abc import Mapping

from msgspec import MsgspecError, Raw
from msgspec.json import Decoder

from plugin.platforms.shopify.translate import TOPICS

_body = Decoder(dict[str, Raw])


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ORDER = _words(
    """
    admin_graphql_api_id app_id billing_address browser_ip buyer_accepts_marketing cancel_reason cancelled_at
    cart_token checkout_token client_details closed_at company confirmation_number confirmed contact_email
    created_at currency current_shipping_price_set current_subtotal_price current_subtotal_price_set
    current_total_additional_fees_set current_total_discounts current_total_discounts_set
    current_total_duties_set current_total_price current_total_price_set current_total_tax current_total_tax_set
    customer customer_locale device_id discount_applications discount_codes duties_included email
    estimated_taxes financial_status fulfillment_status fulfillments id landing_site landing_site_ref
    line_item_groups line_items location_id merchant_business_entity_id merchant_of_record_app_id name note
    note_attributes number order_number order_status_url original_total_additional_fees_set
    original_total_duties_set payment_gateway_names payment_terms phone po_number presentment_currency
    processed_at reference referring_site refunds returns shipping_address shipping_lines source_identifier
    source_name source_url subtotal_price subtotal_price_set tags tax_exempt tax_lines taxes_included test token
    total_cash_rounding_payment_adjustment_set total_cash_rounding_refund_adjustment_set total_discounts
    total_discounts_set total_line_items_price total_line_items_price_set total_outstanding total_price
    total_price_set total_shipping_price_set total_tax total_tax_set total_tip_received total_weight updated_at
    user_id
    """
)
_CUSTOMER = _words(
    """
    addresses admin_graphql_api_id created_at currency default_address email first_name id last_name
    multipass_identifier note phone state tax_exempt tax_exemptions updated_at verified_email
    """
)
_REFUND = _words(
    """
    admin_graphql_api_id created_at duties id note order_adjustments order_id processed_at refund_line_items
    refund_shipping_lines restock return total_duties_set transactions user_id
    """
)
_PRODUCT = _words(
    """
    admin_graphql_api_id body_html category created_at handle has_variants_that_requires_components id image images
    media options product_type published_at published_scope status tags template_suffix title updated_at
    variant_gids variants vendor
    """
)
_SHOP = _words(
    """
    address1 address2 auto_configure_tax_inclusivity checkout_api_supported city country country_code country_name
    county_taxes created_at currency customer_email domain eligible_for_payments email
    enabled_presentment_currencies finances google_apps_domain google_apps_login_enabled has_discounts
    has_gift_cards has_storefront iana_timezone id latitude longitude marketing_sms_consent_enabled_at_checkout
    money_format money_in_emails_format money_with_currency_format money_with_currency_in_emails_format
    multi_location_enabled myshopify_domain name password_enabled phone plan_display_name plan_name
    pre_launch_enabled primary_locale primary_location_id province province_code
    requires_extra_payments_agreement setup_required shop_owner source tax_shipping taxes_included timezone
    transactional_sms_disabled updated_at weight_unit zip
    """
)
KNOWN: Mapping[str, frozenset[str]] = {
    "orders/create": _ORDER,
    "orders/updated": _ORDER,
    "orders/paid": _ORDER,
    "orders/cancelled": _ORDER,
    "orders/fulfilled": _ORDER,
    "orders/edited": frozenset({"order_edit"}),
    "orders/delete": frozenset({"id"}),
    "refunds/create": _REFUND,
    "customers/create": _CUSTOMER,
    "customers/update": _CUSTOMER,
    "customers/enable": _CUSTOMER,
    "customers/disable": _CUSTOMER,
    "customers/delete": frozenset({"id", "tax_exemptions", "admin_graphql_api_id"}),
    "customers/purchasing_summary": frozenset(
        {"customerId", "numberOfOrders", "amountSpent", "lastOrderId", "occurredAt"}
    ),
    "customer.tags_added": frozenset({"customerId", "tags", "occurredAt"}),
    "customer.tags_removed": frozenset({"customerId", "tags", "occurredAt"}),
    "products/create": _PRODUCT,
    "products/update": _PRODUCT,
    "products/delete": frozenset({"id"}),
    "app/uninstalled": _SHOP,
    "shop/update": _SHOP,
}


def unknown(topic: str, body: bytes) -> tuple[str, ...] | None:
    """The fields at the top of this body that its version does not have; None for a topic nobody understands.

    Nothing for bytes that are no object: they will be set aside with their own reason.
    """
    if topic not in TOPICS:
        return None
    known = KNOWN.get(topic)
    if known is None:
        return ()
    try:
        fields = _body.decode(body)
    except (MsgspecError, ValueError, RecursionError):
        return ()
    return tuple(sorted(fields.keys() - known))
