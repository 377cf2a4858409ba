"""Words of the wider language that are known but can't be answered yet.

A rule that uses one is refused with a sentence that says so: it never silently does something else.
When the facts behind a word arrive, the word moves from here to ``fields``.
"""

_NO_SOURCE = "is one of Shopify's, but Regulars has no facts to answer it from"
_NOT_YET = "can't be answered exactly yet"

ATTRIBUTES: dict[str, str] = {
    **dict.fromkeys(
        (
            "abandoned_checkout_date",
            "anniversary",
            "companies",
            "created_by_app_id",
            "customer_account_status",
            "customer_cities",
            "customer_email_domain",
            "customer_language",
            "customer_regions",
            "customer_within_distance",
            "predicted_spend_tier",
            "product_subscription_status",
            "rfm_group",
            "sms_subscription_status",
            "store_credit_accounts",
        ),
        _NO_SOURCE,
    ),
}

PREFIXES = ("metafields.", "shopify_email.", "storefront_event.", "storefront.")
"""Families of Shopify names."""

SOURCES = frozenset({"disputes", "answers", "events"})
MEASURES = frozenset({"profit"})
PARAMETERS = frozenset({"category"})
FUNCTIONS = frozenset({"first", "last", "nth", "share", "count_distinct", "median"})
SLICES = frozenset({"first", "last", "latest"})


def reason(name: str) -> str | None:
    """Why the attribute or function can't be answered, or None when it is not a reserved word."""
    if name in ATTRIBUTES:
        return f"`{name}` {ATTRIBUTES[name]}."
    if name.startswith(PREFIXES):
        return f"`{name}` {_NO_SOURCE}."
    return None


def not_yet(what: str) -> str:
    """The sentence for a construct of our own that is still closed."""
    return f"{what} {_NOT_YET}."


def unknown_cost(name: str) -> str:
    """Why no rule may use profit."""
    return f"`{name}` needs the unit costs of the products, which Regulars does not know yet."
