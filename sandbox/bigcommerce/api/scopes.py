"""Which scope a call needs. What is not listed here needs none but the default one."""

import re

WRITES = frozenset({"POST", "PUT", "DELETE", "PATCH"})
CUSTOMERS, ORDERS, INFORMATION = "store_v2_customers", "store_v2_orders", "store_v2_information"
PRODUCTS, MARKETING, TRANSACTIONS = "store_v2_products", "store_v2_marketing", "store_v2_transactions"
CHANNELS, CARTS, EXTENSIONS = "store_channel_settings", "store_cart", "store_app_extensions"

PATHS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"/v3/orders/.*payment_actions/.*|/v3/orders/.*/transactions", (ORDERS, TRANSACTIONS)),
    (r"/v[23]/(orders|order_statuses)(/.*)?", (ORDERS,)),
    (r"/v3/(customers|segments|shopper-profiles)(/.*)?|/v2/customer_groups(/.*)?", (CUSTOMERS,)),
    (r"/v2/store", (INFORMATION,)),
    (r"/v3/(catalog|pricelists)(/.*)?", (PRODUCTS,)),
    (r"/v3/promotions(/.*)?", (MARKETING,)),
    (r"/v3/channels(/.*)?", (CHANNELS,)),
    (r"/v3/carts/.*", (CARTS,)),
    (r"/graphql", (EXTENSIONS,)),
)
MODIFY_EVEN_TO_READ = re.compile(r"/v3/segments/[^/]+/shopper-profiles")


def allowed(method: str, path: str, scopes: tuple[str, ...]) -> bool:
    """Whether a token with these scopes may make this call; ``path`` begins with the version."""
    families = next((families for pattern, families in PATHS if re.fullmatch(pattern, path)), None)
    if families is None:
        return True
    writes = method in WRITES or MODIFY_EVEN_TO_READ.fullmatch(path) is not None
    suffixes = ("", "_manage") if writes or families == (EXTENSIONS,) else ("", "_manage", "_read_only")
    return any(family + suffix in scopes for family in families for suffix in suffixes)
