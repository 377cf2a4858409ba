"""The fields of ``Order``, its lines, refunds and transactions that are more than an attribute."""

from decimal import Decimal
from typing import Any

from sandbox.admin_api.asking import Asking, FieldFunction
from sandbox.admin_api.connection import Connection, page
from sandbox.admin_api.money_fields import Bag, Of, bag
from sandbox.ids import gid
from sandbox.money import CENT, ZERO
from sandbox.store import totals
from sandbox.store.order import Line, Order

APPS = {580111: "Online Store", 129785: "Point of Sale"}


def _part(parts: str) -> FieldFunction:
    def field(order: Order, asking: Asking, **arguments: Any) -> list[Of]:
        found = [Of(part, order) for part in getattr(order, parts)]
        return found[: arguments.get("first") or None]

    return field


def _lines(order: Order, asking: Asking, **arguments: Any) -> Connection:
    return page([Of(line, order) for line in order.lines], arguments, unbounded=asking.unbounded)


def _total(amount: Any) -> FieldFunction:
    def field(order: Order, asking: Asking) -> Bag:
        return bag(order, amount(order))

    return field


def _amount(amount: Any) -> FieldFunction:
    def field(of: Of, asking: Asking, **arguments: Any) -> Bag:
        return bag(of.order, amount(of.part))

    return field


def _refund_lines(of: Of, asking: Asking, **arguments: Any) -> Connection:
    return page([Of(line, of.order) for line in of.part.lines], arguments, unbounded=asking.unbounded)


def _refund_transactions(of: Of, asking: Asking, **arguments: Any) -> Connection:
    moved = [Of(of.part.transaction, of.order)] if of.part.transaction else []
    return page(moved, arguments, unbounded=asking.unbounded)


def _manual(of: Of, *, codes: bool) -> Decimal:
    """The discounts on a line that no code gave; with ``codes`` all of them."""
    kept = (part for at, part in of.part.allocations if codes or of.order.discounts[at].code is None)
    return sum(kept, ZERO)


def _discounted(of: Of, asking: Asking, with_code_discounts: bool | None = None) -> Bag:
    off = _manual(of, codes=bool(with_code_discounts))
    return bag(of.order, of.part.original_total - off)


def _allocations(of: Of, asking: Asking) -> list[dict[str, Any]]:
    return [
        {"allocated_amount_set": bag(of.order, amount), "discount_application": _application(of.order, at)}
        for at, amount in of.part.allocations
    ]


def _application(order: Order, at: int) -> dict[str, Any]:
    discount = order.discounts[at]
    if discount.code:
        return {"__typename": "DiscountCodeApplication", "index": at, "code": discount.code}
    return {"__typename": "AutomaticDiscountApplication", "index": at, "title": discount.title}


def _tax_lines(of: Of, asking: Asking, first: int | None = None) -> list[dict[str, Any]]:
    line: Line = of.part
    if not line.tax:
        return []
    return [{"price_set": bag(of.order, line.tax), "rate": float(line.tax_rate), "title": "VAT"}]


def _product(of: Of, asking: Asking) -> Any:
    return of.part.product


def _app(order: Order, asking: Asking) -> dict[str, Any] | None:
    if order.app_id is None:
        return None
    return {"id": gid("App", order.app_id), "name": APPS.get(order.app_id, "App")}


def _kept_discounts(order: Order) -> Decimal:
    parts = (line.discount * line.current_quantity / line.quantity for line in order.lines)
    return sum((part.quantize(CENT) for part in parts), ZERO)


def _customer(order: Order, asking: Asking) -> Any:
    return asking.shop.customers.get(order.customer_id) if order.customer_id is not None else None


FIELDS: dict[tuple[str, str], FieldFunction] = {
    ("Order", "id"): lambda order, asking: gid("Order", order.id),
    ("Order", "legacyResourceId"): lambda order, asking: order.id,
    ("Order", "app"): _app,
    ("Order", "customer"): _customer,
    ("Order", "purchasingEntity"): _customer,
    ("Order", "customAttributes"): lambda order, asking: [],
    ("Order", "shippingLine"): lambda order, asking: {"title": "Standard"} if order.shipping_address else None,
    ("Order", "customerLocale"): lambda order, asking: order.locale,
    ("Order", "closed"): lambda order, asking: order.cancelled_at is not None,
    ("Order", "closedAt"): lambda order, asking: order.cancelled_at,
    ("Order", "confirmed"): lambda order, asking: True,
    ("Order", "phone"): lambda order, asking: None,
    ("Order", "sourceIdentifier"): lambda order, asking: None,
    ("Order", "returnStatus"): lambda order, asking: "RETURNED" if totals.refunded_goods(order) else "NO_RETURN",
    ("Order", "currencyCode"): lambda order, asking: order.currency,
    ("Order", "presentmentCurrencyCode"): lambda order, asking: order.presentment_currency,
    ("Order", "paymentGatewayNames"): lambda order, asking: sorted({t.gateway for t in order.transactions}),
    ("Order", "tags"): lambda order, asking: sorted(order.tags, key=str.casefold),
    ("Order", "discountCode"): lambda order, asking: next((d.code for d in order.discounts if d.code), None),
    ("Order", "discountCodes"): lambda order, asking: [d.code for d in order.discounts if d.code],
    ("Order", "displayFinancialStatus"): lambda order, asking: totals.financial_status(order),
    ("Order", "displayFulfillmentStatus"): lambda order, asking: "UNFULFILLED",
    ("Order", "fullyPaid"): lambda order, asking: totals.received(order) >= totals.total(order),
    ("Order", "unpaid"): lambda order, asking: not totals.received(order),
    ("Order", "currentSubtotalLineItemsQuantity"): (
        lambda order, asking: sum(line.current_quantity for line in order.lines)
    ),
    ("Order", "lineItems"): _lines,
    ("Order", "refunds"): _part("refunds"),
    ("Order", "transactions"): _part("transactions"),
    ("Order", "currentSubtotalPriceSet"): _total(
        lambda o: totals.subtotal(o) - totals.refunded_goods(o) - totals.taken_out(o)
    ),
    ("Order", "currentTotalDiscountsSet"): _total(_kept_discounts),
    ("Order", "currentTotalPriceSet"): _total(lambda o: totals.total(o) - totals.refunded(o) - totals.taken_out(o)),
    ("Order", "currentTotalTaxSet"): _total(lambda o: totals.tax(o) - totals.refunded_tax(o)),
    ("Order", "netPaymentSet"): _total(lambda o: totals.received(o) - totals.refunded(o)),
    ("Order", "originalTotalPriceSet"): _total(totals.total),
    ("Order", "subtotalPriceSet"): _total(totals.subtotal),
    ("Order", "totalDiscountsSet"): _total(totals.discounts),
    ("Order", "totalOutstandingSet"): _total(totals.outstanding),
    ("Order", "totalPriceSet"): _total(totals.total),
    ("Order", "totalReceivedSet"): _total(totals.received),
    ("Order", "totalRefundedSet"): _total(totals.refunded),
    ("Order", "totalShippingPriceSet"): _total(lambda o: o.shipping),
    ("Order", "totalTaxSet"): _total(totals.tax),
    ("Order", "totalTipReceivedSet"): _total(lambda o: ZERO),
    ("LineItem", "id"): lambda of, asking: gid("LineItem", of.part.id),
    ("LineItem", "customAttributes"): lambda of, asking: [],
    ("LineItem", "sellingPlan"): lambda of, asking: None,
    ("LineItem", "name"): lambda of, asking: of.part.title,
    ("LineItem", "isGiftCard"): lambda of, asking: of.part.gift_card,
    ("LineItem", "requiresShipping"): lambda of, asking: not of.part.gift_card,
    ("LineItem", "taxable"): lambda of, asking: not of.part.gift_card,
    ("LineItem", "variantTitle"): lambda of, asking: of.part.variant_title,
    ("LineItem", "refundableQuantity"): lambda of, asking: of.part.current_quantity,
    ("LineItem", "product"): _product,
    ("LineItem", "variant"): _product,
    ("LineItem", "originalUnitPriceSet"): _amount(lambda line: line.price),
    ("LineItem", "originalTotalSet"): _amount(lambda line: line.original_total),
    ("LineItem", "discountedTotalSet"): _discounted,
    ("LineItem", "totalDiscountSet"): lambda of, asking: bag(of.order, _manual(of, codes=False)),
    ("LineItem", "discountAllocations"): _allocations,
    ("LineItem", "taxLines"): _tax_lines,
    ("Refund", "id"): lambda of, asking: gid("Refund", of.part.id),
    ("Refund", "legacyResourceId"): lambda of, asking: of.part.id,
    ("Refund", "processedAt"): lambda of, asking: of.part.created_at,
    ("Refund", "updatedAt"): lambda of, asking: of.part.created_at,
    ("Refund", "totalRefundedSet"): _amount(lambda refund: refund.total),
    ("Refund", "refundLineItems"): _refund_lines,
    ("Refund", "transactions"): _refund_transactions,
    ("RefundLineItem", "id"): lambda of, asking: gid("RefundLineItem", of.part.id),
    ("RefundLineItem", "lineItem"): lambda of, asking: Of(of.part.line, of.order),
    ("RefundLineItem", "priceSet"): _amount(lambda given: given.line.price),
    ("RefundLineItem", "subtotalSet"): _amount(lambda given: given.subtotal),
    ("RefundLineItem", "totalTaxSet"): _amount(lambda given: given.tax),
    ("RefundLineItem", "restockType"): lambda of, asking: "RETURN",
    ("RefundLineItem", "restocked"): lambda of, asking: True,
    ("OrderTransaction", "id"): lambda of, asking: gid("OrderTransaction", of.part.id),
    ("OrderTransaction", "amountSet"): _amount(lambda moved: moved.amount),
    ("OrderTransaction", "processedAt"): lambda of, asking: of.part.created_at,
    ("OrderTransaction", "test"): lambda of, asking: of.order.test,
}
