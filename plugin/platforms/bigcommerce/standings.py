"""What the store's people call the statuses of orders, and in which of them an order may count as a purchase."""

from collections.abc import Mapping
from typing import Any

from plugin.platforms.base import OrderStatus
from plugin.platforms.bigcommerce.client import Api, Client
from plugin.platforms.bigcommerce.statuses import CHOOSABLE, COUNTED

USUAL: Mapping[str, bool] = {str(status): status in COUNTED for status in sorted(CHOOSABLE)}
"""Whether an order in this status counts unless the store's people say otherwise."""


def listed(client: Client) -> list[OrderStatus]:
    """The statuses that can be chosen, as the store shows them: in its order, with its labels. Raises as ``run``."""
    told = client.page(Api.V2, "/orders/count") or {}
    rows = sorted(told.get("statuses") or (), key=lambda row: int(row.get("sort_order") or 0))
    return [_status(row) for row in rows if row["id"] in CHOOSABLE]


def _status(row: Mapping[str, Any]) -> OrderStatus:
    name = row.get("custom_label") or row.get("name") or row["id"]
    return OrderStatus(str(row["id"]), str(name), row.get("count"))
