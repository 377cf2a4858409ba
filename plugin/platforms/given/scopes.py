"""Which facts a store has a source for, by what its merchant granted."""

from collections.abc import Iterable, Mapping

from plugin.rules.fields import Facts

ORDERS = frozenset({Facts.ORDERS, Facts.LINES, Facts.REFUNDS, Facts.CHECKOUTS})
SCOPES: Mapping[str, frozenset[Facts]] = {
    "read_customers": frozenset(
        {Facts.CUSTOMER, Facts.ORIGIN, Facts.TAGS, Facts.CONSENTS, Facts.ADDRESSES, Facts.METAFIELDS, Facts.COMPANIES}
    ),
    "read_orders": ORDERS,
    "read_all_orders": ORDERS,
    "read_products": frozenset({Facts.PRODUCTS}),
    "read_inventory": frozenset({Facts.COSTS}),
    "read_store_credit_accounts": frozenset({Facts.CREDITS}),
    "read_shopify_payments_disputes": frozenset({Facts.DISPUTES}),
    "read_own_subscription_contracts": frozenset({Facts.SUBSCRIPTIONS}),
}
"""By the platform's name of the scope: https://shopify.dev/docs/api/usage/access-scopes."""
GIVEN = frozenset(
    {
        Facts.GROUPS,
        Facts.ATTRIBUTES,
        Facts.DEMOGRAPHICS,
        Facts.PREDICTIONS,
        Facts.FORECASTS,
        Facts.ANSWERS,
        Facts.EVENTS,
    }
)
"""What comes from the merchant and their other tools: no scope is asked for it."""


def granted(scopes: Iterable[str] | None) -> frozenset[Facts] | None:
    """The facts behind these scopes; None: all of them. A scope to write brings the right to read."""
    if scopes is None:
        return None
    found = GIVEN
    for scope in scopes:
        found |= SCOPES.get(scope.replace("write_", "read_", 1), frozenset())
    return found
