"""What belongs to orders and is not in them: refunds, coupons, lines no consignment holds, the channel's name."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import convert

from plugin.platforms.bigcommerce import goods, sales, values
from plugin.platforms.bigcommerce.client import Api, Client
from plugin.platforms.bigcommerce.gather import GONE, NOT_FOR_US, Thing, by_ids
from plugin.platforms.bigcommerce.statuses import WITH_REFUNDS

CHANNELS = "store_channel_settings_read_only"
"""The scope without which channels have numbers and no names."""


def purchases(client: Client, orders: Sequence[Thing], *, live: bool) -> list[Thing]:
    """A node for each order. ``live``: refunds are asked for whatever the orders look like."""
    typed = [convert(each, sales.Order, strict=False) for each in orders]
    refunds = _refunds(client, [each.id for each in typed if live or _may_be_refunded(each)])
    names = _channels(client)
    return [
        {"order": raw, "refunds": refunds.get(order.id, []), "counted": list(client.counted)}
        | _parts(client, order)
        | ({"storefront": names[order.channel_id]} if order.channel_id in names else {})
        for raw, order in zip(orders, typed, strict=True)
    ]


def _parts(client: Client, order: sales.Order) -> Thing:
    """The lines, where the order came without some of them; the coupons, where no line says which they were.

    A coupon that lowers lines stands on them; one that lowers the shipping stands nowhere else.
    """
    found: Thing = {}
    lines = goods.shipped(order)
    if not lines or sum(line.quantity for line in lines) < order.items_total:
        found["products"] = client.rows(Api.V2, f"/orders/{order.id}/products", none_for=GONE)
        lines = convert(found["products"], list[sales.Line], strict=False)
    if values.amount(order.coupon_discount) and not _any_code(lines):
        found["coupons"] = client.rows(Api.V2, f"/orders/{order.id}/coupons", none_for=GONE)
    return found


def _any_code(lines: Iterable[sales.Line]) -> bool:
    return any(each.code for line in lines for each in line.applied_discounts or ())


def _may_be_refunded(order: sales.Order) -> bool:
    """Money by hand leaves no payment status, and an order may go on to another status: then its lines tell."""
    told = order.status_id in WITH_REFUNDS or "refunded" in (order.payment_status or "")
    return told or any(line.quantity_refunded for line in goods.shipped(order))


def _refunds(client: Client, ids: Sequence[int]) -> dict[int, list[Thing]]:
    """The refunds of these orders, by order."""
    found: dict[int, list[Thing]] = {}
    for row in by_ids(client, "/orders/payment_actions/refunds", "order_id:in", ids):
        found.setdefault(row["order_id"], []).append(row)
    return found


def _channels(client: Client) -> dict[Any, str]:
    """The names of the store's channels, if we may see them."""
    if CHANNELS not in client.scopes:
        return {}
    rows = client.once("channels", lambda: client.rows(Api.V3, "/channels", none_for=NOT_FOR_US))
    return {each["id"]: each["name"] for each in rows}
