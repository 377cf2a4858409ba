"""Body of ``app_subscriptions/update``."""

from typing import Any

from sandbox import moments
from sandbox.ids import gid
from sandbox.store.agreement import Agreement
from sandbox.store.shop import Shop


def app_subscription(shop: Shop, what: Agreement) -> dict[str, Any]:
    """The agreement as it is now."""
    return {
        "app_subscription": {
            "admin_graphql_api_id": gid("AppSubscription", what.id),
            "name": what.name,
            "status": what.status,
            "admin_graphql_api_shop_id": gid("Shop", shop.number),
            "created_at": moments.local(what.started_at, shop.zone),
            "updated_at": moments.local(moments.now(), shop.zone),
            "currency": what.currency,
            "capped_amount": None,
            "price": f"{what.price:.2f}",
            "interval": what.interval.lower(),
            "plan_handle": what.handle,
        }
    }
