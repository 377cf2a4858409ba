"""Two values side by side."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from plugin.rules import tree
from plugin.rules.tree import Comparison
from tests.laws.oracle.days import Days, Yearly, date_compares
from tests.laws.oracle.signs import compares as plainly
from tests.laws.oracle.texts import Words, text_compares
from tests.laws.oracle.truth import MISSING, UNKNOWN, Truth3

SHOPIFYS = frozenset(
    {
        "abandoned_checkout_date",
        "amount_spent",
        "companies",
        "created_by_app_id",
        "customer_account_status",
        "customer_added_date",
        "customer_email_domain",
        "customer_language",
        "email_subscription_status",
        "first_order_date",
        "last_order_date",
        "number_of_orders",
        "predicted_spend_tier",
        "product_subscription_status",
        "rfm_group",
        "sms_subscription_status",
    }
)
"""Shopify's own names: ``!=`` and NOT IN include customers without a value."""


def is_shopifys(node: tree.Value) -> bool:
    """Whether it is one of Shopify's names."""
    return isinstance(node, tree.Attribute) and (node.name in SHOPIFYS or node.name.startswith("metafields."))


def compares(one: object, op: Comparison, other: object, zone: str) -> Truth3:
    """``one op other``: nobody knows as soon as one is unknown; what is missing satisfies nothing."""
    if UNKNOWN in (one, other):
        return None
    if MISSING in (one, other):
        return False
    dates = date | Days | Yearly  # A datetime is a date too.
    if isinstance(one, dates) and isinstance(other, dates):
        return date_compares(one, op, other, zone)
    if isinstance(one, Words) and isinstance(other, Words):
        return text_compares(one, op, other)
    assert isinstance(one, Fraction | bool), one
    assert isinstance(other, Fraction | bool), other
    return plainly(one, op, other)


def in_options(found: object, options: Sequence[object], negated: bool, included: bool, zone: str) -> Truth3:
    """Whether the value is one of them; ``included``: who has none is not in it."""
    if found is UNKNOWN:
        return None
    if found is MISSING:
        return included
    among = any(compares(found, Comparison.EQ, option, zone) for option in options)
    return among is not negated
