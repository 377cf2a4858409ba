"""A line of an order, as order and refund bodies show it."""

from typing import Any

from sandbox.ids import gid
from sandbox.money import ZERO
from sandbox.store.order import Line, Order
from sandbox.webhooks.amounts import both, pair


def line_item(what: Order, line: Line) -> dict[str, Any]:
    """One line, in an order and in a refund. No product type, no product tags: those are read."""
    product = line.product
    manual = sum((amount for index, amount in line.allocations if what.discounts[index].code is None), ZERO)
    return {
        "id": line.id,
        "admin_graphql_api_id": gid("LineItem", line.id),
        "attributed_staffs": [],
        "current_quantity": line.current_quantity,
        "fulfillable_quantity": line.current_quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": None,
        "gift_card": line.gift_card,
        "grams": 250,
        "name": line.title,
        **pair(what, "price", line.price),
        "product_exists": product is not None,
        "product_id": product.id if product else None,
        "properties": [],
        "quantity": line.quantity,
        "requires_shipping": not line.gift_card,
        "sales_line_item_group_id": None,
        "sku": line.sku,
        "taxable": not line.gift_card,
        "title": line.title,
        **pair(what, "total_discount", manual),
        "variant_id": product.variant_id if product else None,
        "variant_inventory_management": None,
        "variant_title": line.variant_title,
        "vendor": line.vendor,
        "tax_lines": tax_lines(what, [line]),
        "duties": [],
        "discount_allocations": [
            {
                "amount": f"{amount:.2f}",
                "amount_set": both(what, amount),
                "discount_application_index": index,
            }
            for index, amount in line.allocations
        ],
    }


def tax_lines(what: Order, lines: list[Line]) -> list[dict[str, Any]]:
    """The tax of these lines as one entry; none when there is none."""
    amount = sum((line.tax for line in lines), ZERO)
    rate = max((line.tax_rate for line in lines), default=ZERO)
    if not amount:
        return []
    return [{"channel_liable": False, "rate": float(rate), "title": "VAT", **pair(what, "price", amount)}]
