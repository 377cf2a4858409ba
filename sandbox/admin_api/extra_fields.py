"""The fields of what a customer may have beside a record and orders."""

from typing import Any

from sandbox import moments
from sandbox.admin_api.asking import ApiError, Asking, FieldFunction
from sandbox.admin_api.connection import Connection, page
from sandbox.admin_api.money_fields import Money
from sandbox.admin_api.search import compile_query
from sandbox.ids import gid
from sandbox.store.customer import Customer
from sandbox.store.extras import Checkout, CreditAccount, CreditMove

CHECKOUT_FIELDS = {
    "id": lambda checkout: checkout.id,
    "created_at": lambda checkout: checkout.created_at,
    "updated_at": lambda checkout: checkout.updated_at,
    "recovery_state": lambda checkout: "recovered" if checkout.completed_at else "not_recovered",
}
DISPUTE_FIELDS = {
    "id": lambda dispute: dispute.id,
    "initiated_at": lambda dispute: dispute.initiated_at,
    "status": lambda dispute: dispute.status.lower(),
}
CREDIT_FIELDS = {"type": lambda move: "credit", "expires_at": lambda move: move.expires_at}
SCOPES = {
    "storeCreditAccounts": "read_store_credit_accounts",
    "transactions": "read_store_credit_account_transactions",
    "productSubscriberStatus": "read_own_subscription_contracts",
}


def _must(asking: Asking, field: str) -> None:
    scope = SCOPES[field]
    if not {scope, scope.replace("read_", "write_", 1)} & set(asking.shop.scopes):
        raise ApiError(f"Access denied for {field} field. Required access: `{scope}` access scope.", "ACCESS_DENIED")


def _metafields(
    who: Customer, asking: Asking, keys: list[str] | None = None, namespace: str | None = None, **arguments: Any
) -> Connection:
    """With ``keys`` each comes back under the key it was asked by, namespace and all."""
    found = [
        each
        for each in who.metafields.values()
        if (keys is None or f"{each.namespace}.{each.key}" in keys) and namespace in (None, each.namespace)
    ]
    shown = [_Named(each, f"{each.namespace}.{each.key}" if keys is not None else each.key) for each in found]
    return page(shown, arguments)


class _Named:
    """A metafield under another key."""

    def __init__(self, metafield: Any, key: str) -> None:
        self._metafield = metafield
        self.key = key

    def __getattr__(self, name: str) -> Any:
        return getattr(self._metafield, name)


def _credits(who: Customer, asking: Asking, query: str | None = None, **arguments: Any) -> Connection:
    _must(asking, "storeCreditAccounts")
    return page(who.credits, arguments)


def _moves(
    account: CreditAccount, asking: Asking, query: str | None = None, sort_key: str = "CREATED_AT", **arguments: Any
) -> Connection:
    _must(asking, "transactions")
    found = list(account.moves)
    if query:
        test = compile_query(query, CREDIT_FIELDS, asking.warnings)
        found = [move for move in found if test(move)]
    never = moments.parse("9999-12-31T00:00:00Z")
    if sort_key == "EXPIRES_AT":
        return page(found, arguments, lambda move: (move.expires_at or never, move.id))
    return page(found, arguments, lambda move: (move.created_at, move.id))


def _subscriber(who: Customer, asking: Asking) -> str:
    _must(asking, "productSubscriberStatus")
    return who.product_subscriber_status


def _checkouts(root: None, asking: Asking, query: str | None = None, **arguments: Any) -> Connection:
    found = list(asking.shop.checkouts.values())
    if query:
        test = compile_query(query, CHECKOUT_FIELDS, asking.warnings)
        found = [checkout for checkout in found if test(checkout)]
    return page(found, arguments)


def _disputes(root: None, asking: Asking, query: str | None = None, **arguments: Any) -> Connection:
    found = list(asking.shop.disputes.values())
    if query:
        test = compile_query(query, DISPUTE_FIELDS, asking.warnings)
        found = [dispute for dispute in found if test(dispute)]
    return page(found, arguments)


def _total(checkout: Checkout, asking: Asking) -> dict[str, Any]:
    money = Money(checkout.total, asking.shop.profile.currency)
    return {"shop_money": money, "presentment_money": money}


FIELDS: dict[tuple[str, str], FieldFunction] = {
    ("QueryRoot", "abandonedCheckouts"): _checkouts,
    ("QueryRoot", "disputes"): _disputes,
    ("Customer", "metafields"): _metafields,
    ("Customer", "statistics"): lambda who, asking: {
        "predicted_spend_tier": who.predicted_spend_tier,
        "rfm_group": who.rfm_group,
    },
    ("Customer", "productSubscriberStatus"): _subscriber,
    ("Customer", "storeCreditAccounts"): _credits,
    ("Customer", "companyContactProfiles"): lambda who, asking: [
        {
            "id": gid("CompanyContact", number * 10 + 1),
            "company": {"id": gid("Company", number), "name": f"Company {number}"},
        }
        for number in who.companies
    ],
    ("StoreCreditAccount", "id"): lambda account, asking: gid("StoreCreditAccount", account.id),
    ("StoreCreditAccount", "balance"): lambda account, asking: Money(account.balance, account.currency),
    ("StoreCreditAccount", "transactions"): _moves,
    ("StoreCreditAccountCreditTransaction", "id"): lambda move, asking: gid(
        "StoreCreditAccountCreditTransaction", move.id
    ),
    ("StoreCreditAccountCreditTransaction", "amount"): lambda move, asking: _money(move, asking, move.amount),
    ("StoreCreditAccountCreditTransaction", "remainingAmount"): lambda move, asking: _money(
        move, asking, move.remaining
    ),
    ("AbandonedCheckout", "id"): lambda checkout, asking: gid("AbandonedCheckout", checkout.id),
    ("AbandonedCheckout", "totalPriceSet"): _total,
    ("ShopifyPaymentsDispute", "id"): lambda dispute, asking: gid("ShopifyPaymentsDispute", dispute.id),
    ("ShopifyPaymentsDispute", "legacyResourceId"): lambda dispute, asking: dispute.id,
    ("ShopifyPaymentsDispute", "amount"): lambda dispute, asking: Money(dispute.amount, asking.shop.profile.currency),
    ("ShopifyPaymentsDispute", "order"): lambda dispute, asking: (
        dispute.order if asking.shop.orders.get(dispute.order.id) is dispute.order else None
    ),
}


def _money(move: CreditMove, asking: Asking, amount: Any) -> Money:
    return Money(amount, asking.shop.profile.currency)
