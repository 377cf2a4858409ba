"""The fields of the mutation root."""

from typing import Any

from sandbox import moments
from sandbox.admin_api import bulk, bulk_mutations, staged
from sandbox.admin_api.asking import ApiError, Asking, FieldFunction
from sandbox.commerce import people, trade
from sandbox.commerce.uninstall import uninstall
from sandbox.ids import gid, split
from sandbox.store.customer import Customer
from sandbox.store.order import Order
from sandbox.store.shop import Shop
from sandbox.store.subscription import Subscription
from sandbox.store.tags import TagError
from sandbox.webhooks.topics import BY_ENUM

NOT_FOUND = [{"field": ["id"], "message": "Resource not found"}]


def _taggable(asking: Asking, id: str) -> Customer | Order | None:  # noqa: A002 (the platform's name)
    parts = split(id)
    if parts is None:
        raise ApiError(f"Invalid global id '{id}'", "RESOURCE_NOT_FOUND")
    if parts[0] == "Customer":
        return asking.shop.customers.get(parts[1])
    return asking.shop.orders.get(parts[1]) if parts[0] == "Order" else None


def _tag(asking: Asking, id: str, add: list[str], remove: list[str]) -> dict[str, Any]:  # noqa: A002
    thing = _taggable(asking, id)
    if thing is None:
        return {"node": None, "user_errors": NOT_FOUND}
    try:
        if isinstance(thing, Customer):
            people.tag(asking.world.announcer, asking.shop, thing, add, remove)
        else:
            trade.label(asking.world.announcer, asking.shop, thing, add, remove)
    except TagError as error:
        return {"node": None, "user_errors": [{"field": ["tags"], "message": str(error)}]}
    return {"node": thing, "user_errors": []}


def _tags_add(root: None, asking: Asking, id: str, tags: list[str]) -> dict[str, Any]:  # noqa: A002
    return _tag(asking, id, tags, [])


def _tags_remove(root: None, asking: Asking, id: str, tags: list[str]) -> dict[str, Any]:  # noqa: A002
    return _tag(asking, id, [], tags)


def _refusal(shop: Shop, topic: str, uri: str) -> dict[str, Any] | None:
    """Why this topic can't go to this address."""
    message = None
    if not uri.startswith(("https://", "http://")):
        message = "Address is invalid"
    elif any(item.topic_enum == topic and item.uri == uri for item in shop.subscriptions.values()):
        message = "Address for this topic has already been taken"
    return None if message is None else {"field": ["webhookSubscription", "uri"], "message": message}


def _subscribe(root: None, asking: Asking, topic: str, webhook_subscription: dict[str, Any]) -> dict[str, Any]:
    shop, uri = asking.shop, webhook_subscription.get("uri") or ""
    if problem := _refusal(shop, topic, uri):
        return {"webhook_subscription": None, "user_errors": [problem]}
    made = Subscription(
        id=shop.numbers.next("WebhookSubscription"),
        topic=BY_ENUM[topic],
        topic_enum=topic,
        uri=uri,
        created_at=(now := moments.now()),
        updated_at=now,
        include_fields=tuple(webhook_subscription.get("include_fields") or ()),
        name=webhook_subscription.get("name"),
    )
    shop.subscriptions[made.id] = made
    return {"webhook_subscription": made, "user_errors": []}


def _resubscribe(root: None, asking: Asking, id: str, webhook_subscription: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
    parts = split(id)
    found = asking.shop.subscriptions.get(parts[1]) if parts else None
    problem: dict[str, Any] | None = {"field": ["id"], "message": "Webhook subscription does not exist"}
    if found is not None:
        uri = webhook_subscription.get("uri") or found.uri
        problem = None if uri == found.uri else _refusal(asking.shop, found.topic_enum, uri)
        if problem is None:
            found.uri, found.updated_at = uri, moments.now()
    return {"webhook_subscription": None if problem else found, "user_errors": [problem] if problem else []}


def _unsubscribe(root: None, asking: Asking, id: str) -> dict[str, Any]:  # noqa: A002 (the platform's name)
    parts = split(id)
    gone = asking.shop.subscriptions.pop(parts[1], None) if parts else None
    if gone is None:
        message = "Webhook subscription does not exist"
        problem = {"field": ["id"], "message": message}
        return {"deleted_webhook_subscription_id": None, "user_errors": [problem]}
    return {"deleted_webhook_subscription_id": gid("WebhookSubscription", gone.id), "user_errors": []}


def _app_uninstall(root: None, asking: Asking) -> dict[str, Any]:
    uninstall(asking.world.announcer, asking.shop)
    return {"app": None, "user_errors": []}


FIELDS: dict[tuple[str, str], FieldFunction] = {
    ("Mutation", "tagsAdd"): _tags_add,
    ("Mutation", "tagsRemove"): _tags_remove,
    ("Mutation", "webhookSubscriptionCreate"): _subscribe,
    ("Mutation", "webhookSubscriptionUpdate"): _resubscribe,
    ("Mutation", "webhookSubscriptionDelete"): _unsubscribe,
    ("Mutation", "bulkOperationRunQuery"): bulk.start,
    ("Mutation", "bulkOperationRunMutation"): bulk_mutations.start,
    ("Mutation", "bulkOperationCancel"): bulk.cancel,
    ("Mutation", "stagedUploadsCreate"): staged.create,
    ("Mutation", "appUninstall"): _app_uninstall,
}
