"""One order, told as each of Shopify's messages would tell it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.json import encode

from plugin.domain.facts import Fact, OrderSeen, ReadWanted, RefundSeen
from plugin.platforms.shopify.translate import translate

PLACED = datetime(2026, 11, 21, 18, tzinfo=UTC)
LATER = PLACED + timedelta(days=2)
SEEN = LATER + timedelta(minutes=1)


@dataclass(frozen=True)
class Item:
    """A line; ``left``: units that are neither refunded nor taken out."""

    id: int
    price: str
    quantity: int = 1
    left: int | None = None
    product: int | None = 7
    gift_card: bool = False
    off: str = "0.00"
    ships: bool = True

    @property
    def current(self) -> int:
        return self.quantity if self.left is None else self.left


@dataclass(frozen=True)
class Back:
    """A refund: (line, units, worth) of what came back, and the money that went."""

    id: int
    lines: tuple[tuple[int, int, str], ...] = ()
    money: str | None = None


@dataclass(frozen=True)
class Purchase:
    """An order in the shop's euros; ``abroad``: a buyer paid in a currency of which a euro buys so much."""

    items: tuple[Item, ...]
    backs: tuple[Back, ...] = ()
    customer: int | None = 7
    test: bool = False
    cancelled: bool = False
    edited: bool = False
    tip: str = "0.00"
    status: str = "paid"
    placed: datetime = PLACED
    abroad: Decimal = Decimal(1)
    returned: bool = False
    total: str = "100.00"

    def bag(self, amount: str) -> tuple[dict[str, str], dict[str, str]]:
        """The amount in the shop's currency and in the buyer's."""
        own = {"amount": amount, "currency": "EUR"}
        theirs = {"amount": f"{Decimal(amount) * self.abroad:.2f}", "currency": "EUR" if self.abroad == 1 else "SEK"}
        return own, theirs

    # --- as webhooks tell it --------------------------------------------------------------------

    def snake(self, amount: str) -> dict[str, Any]:
        own, theirs = self.bag(amount)
        return {
            f"{name}_money": {"amount": one["amount"], "currency_code": one["currency"]}
            for name, one in (("shop", own), ("presentment", theirs))
        }

    def webhook(self) -> bytes:
        """``orders/updated``."""
        return encode(
            {
                "id": 1,
                "created_at": PLACED,
                "processed_at": self.placed,
                "updated_at": LATER,
                "cancelled_at": LATER if self.cancelled else None,
                "test": self.test,
                "currency": "EUR",
                "presentment_currency": self.bag("1")[1]["currency"],
                "total_price": self.total,
                "total_price_set": self.snake(self.total),
                "total_tax": "0.00",
                "total_tip_received": self.tip,
                "financial_status": self.status,
                "taxes_included": False,
                "customer": None if self.customer is None else {"id": self.customer},
                "line_items": [self._line(each) for each in self.items],
                "refunds": [self._refund(each) for each in self.backs],
                "returns": [{"id": 5, "status": "open"}] if self.returned else [],
            }
        )

    def _line(self, item: Item) -> dict[str, Any]:
        return {
            "id": item.id,
            "price": item.price,
            "price_set": self.snake(item.price),
            "quantity": item.quantity,
            "current_quantity": item.current,
            "product_id": item.product,
            "variant_id": item.product,
            "gift_card": item.gift_card,
            "requires_shipping": item.ships,
            "discount_allocations": [{"amount": item.off, "amount_set": self.snake(item.off)}],
            "tax_lines": [],
        }

    def _refund(self, back: Back) -> dict[str, Any]:
        lines = [
            {"line_item_id": line, "quantity": units, "subtotal": float(worth), "subtotal_set": self.snake(worth)}
            for line, units, worth in back.lines
        ]
        moved = [] if back.money is None else [{"kind": "refund", "status": "success", **self.bag(back.money)[0]}]
        made = {"id": back.id, "order_id": 1, "created_at": LATER, "processed_at": LATER}
        return made | {"refund_line_items": lines, "transactions": moved}

    # --- as our reads and exports tell it -------------------------------------------------------

    def camel(self, amount: str) -> dict[str, Any]:
        own, theirs = self.bag(amount)
        return {"shopMoney": {"amount": own["amount"]}, "presentmentMoney": {"amount": theirs["amount"]}}

    def node(self) -> dict[str, Any]:
        """The order without lines and refunds."""
        return {
            "id": "gid://shopify/Order/1",
            "createdAt": PLACED,
            "processedAt": self.placed,
            "updatedAt": LATER,
            "cancelledAt": LATER if self.cancelled else None,
            "test": self.test,
            "edited": self.edited,
            "displayFinancialStatus": self.status.upper(),
            "taxesIncluded": False,
            "currencyCode": "EUR",
            "presentmentCurrencyCode": self.bag("1")[1]["currency"],
            "note": None,
            "customer": None if self.customer is None else {"id": f"gid://shopify/Customer/{self.customer}"},
            "totalPriceSet": self.camel(self.total),
            "totalTipReceivedSet": self.camel(self.tip),
            "transactions": [],
        }

    def line_node(self, item: Item) -> dict[str, Any]:
        thing = None if item.product is None else item.product
        return {
            "id": f"gid://shopify/LineItem/{item.id}",
            "quantity": item.quantity,
            "currentQuantity": item.current,
            "isGiftCard": item.gift_card,
            "requiresShipping": item.ships,
            "product": thing and {"id": f"gid://shopify/Product/{thing}"},
            "variant": thing and {"id": f"gid://shopify/ProductVariant/{thing}"},
            "variantTitle": None,
            "originalUnitPriceSet": self.camel(item.price),
            "discountAllocations": [{"allocatedAmountSet": self.camel(item.off)}],
            "taxLines": [],
        }

    def refund_node(self, back: Back) -> dict[str, Any]:
        nodes = [
            {
                "quantity": units,
                "lineItem": {"id": f"gid://shopify/LineItem/{line}"},
                "subtotalSet": self.camel(worth),
                "totalTaxSet": self.camel("0.00"),
            }
            for line, units, worth in back.lines
        ]
        return {
            "id": f"gid://shopify/Refund/{back.id}",
            "createdAt": LATER,
            "processedAt": LATER,
            "totalRefundedSet": self.camel(back.money or "0.00"),
            "refundLineItems": {"nodes": nodes},
        }

    def answer(self, node: dict[str, Any]) -> bytes:
        """What a read of the order, or of its refunds, puts into the inbox."""
        return encode({"read_began": SEEN, "counters": {"gid://shopify/Order/1": 1}, "nodes": [node]})

    def whole(self) -> dict[str, Any]:
        """The order as a read has it."""
        lines = {"nodes": [self.line_node(each) for each in self.items]}
        return self.node() | {"lineItems": lines, "refunds": [self.refund_node(each) for each in self.backs]}

    def export(self) -> bytes:
        """The lines of a bulk file: refunds show their id and no more."""
        refunds = [{"id": f"gid://shopify/Refund/{each.id}"} for each in self.backs]
        lines = [
            self.line_node(each) | {"__typename": "LineItem", "__parentId": "gid://shopify/Order/1"}
            for each in self.items
        ]
        return b"\n".join(encode(each) for each in (self.node() | {"__typename": "Order", "refunds": refunds}, *lines))

    # --- the facts ------------------------------------------------------------------------------

    def heard(self) -> tuple[Fact, ...]:
        """What the webhook says."""
        return translate("orders/updated", self.webhook(), SEEN)

    def read(self) -> tuple[Fact, ...]:
        """What a read says."""
        return translate("api/orders", self.answer(self.whole()), SEEN)

    def exported(self) -> tuple[Fact, ...]:
        """What an export says, with the reads it asks for."""
        first = translate("export/orders", self.export(), SEEN)
        wanted = {fact.kind.value for fact in first if isinstance(fact, ReadWanted)}
        refunds = self.node() | {"refunds": [self.refund_node(each) for each in self.backs]}
        if "refund" in wanted:
            return (*first, *translate("api/refunds", self.answer(refunds), SEEN))
        return self.read() if "order" in wanted else first


@dataclass(frozen=True)
class Shown:
    """What of the facts a case speaks of."""

    customer: int | None
    placed: datetime
    test: bool
    cancelled: bool
    paid: bool
    lines: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    """Units, gross and discount by line."""
    refunds: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Goods and money by refund."""


def shown(facts: tuple[Fact, ...]) -> Shown:
    """The one order of the facts with its refunds."""
    (order,) = (fact for fact in facts if isinstance(fact, OrderSeen))
    refunds = {fact.id: (f"{fact.goods:.2f}", f"{fact.total:.2f}") for fact in facts if isinstance(fact, RefundSeen)}
    assert order.gross == sum(line.gross for line in order.lines)
    assert order.discount == sum(line.discount for line in order.lines)
    return Shown(
        order.customer_id,
        order.placed_at,
        order.test,
        order.cancelled_at is not None,
        order.paid_at is not None,
        {int(line.id): (line.quantity, f"{line.gross:.2f}", f"{line.discount:.2f}") for line in order.lines},
        {int(number): amounts for number, amounts in refunds.items()},
    )
