"""Two records of one person become one."""

from typing import Any

from sandbox import moments
from sandbox.commerce.money_moves import CommerceError
from sandbox.ids import gid
from sandbox.store.customer import Customer
from sandbox.store.shop import Shop
from sandbox.store.tags import LIMIT
from sandbox.webhooks import customer_body
from sandbox.webhooks.announce import Announcer, Event


def merge(announcer: Announcer, shop: Shop, lost: Customer, kept: Customer) -> None:
    """Orders and tags of one record are the other's, and its id leads nowhere any more. Raises CommerceError."""
    with shop.lock:
        if lost is kept or len({tag.casefold() for tag in (*lost.tags, *kept.tags)}) > LIMIT:
            raise CommerceError("a customer is merged into another one, and both together have at most 250 tags")
        at = moments.now()
        for order in shop.orders_of.pop(lost.id, []):
            order.customer_id = kept.id
            shop.orders_of[kept.id].append(order)
        fresh = kept.tags.add(lost.tags, at)
        kept.updated_at = at
        del shop.customers[lost.id]
        told = _merged(shop, lost, kept)
        events: list[Event] = [
            ("customers/merge", lambda: told),
            ("customers/update", lambda: customer_body.customer(shop, kept)),
        ]
        if fresh:
            events.append(("customer.tags_added", lambda: customer_body.tags(kept, fresh)))
        announcer.announce(shop, *events)


def _merged(shop: Shop, lost: Customer, kept: Customer) -> dict[str, Any]:
    """``customers/merge``."""
    return {
        "admin_graphql_api_customer_kept_id": gid("Customer", kept.id),
        "admin_graphql_api_customer_deleted_id": gid("Customer", lost.id),
        "admin_graphql_api_job_id": gid("CustomerMergeJob", shop.numbers.next("CustomerMergeJob")),
        "status": "completed",
        "errors": [],
    }
