"""The fields of ``Shop``, products, the installation, subscriptions and bulk operations."""

from typing import Any

from sandbox.admin_api.asking import Asking, FieldFunction
from sandbox.admin_api.connection import Connection, page
from sandbox.ids import gid
from sandbox.store.product import Product
from sandbox.store.shop import Shop

PLANS = {"standard": "Basic", "advanced": "Advanced", "plus": "Plus", "enterprise": "Enterprise"}


def _plan(shop: Shop, asking: Asking) -> dict[str, Any]:
    plan = shop.profile.plan
    return {
        "public_display_name": PLANS[plan],
        "shopify_plus": plan in {"plus", "enterprise"},
        "partner_development": False,
    }


def _domain(shop: Shop, asking: Asking) -> dict[str, Any]:
    return {
        "id": gid("Domain", shop.number),
        "host": shop.domain,
        "url": f"https://{shop.domain}",
        "ssl_enabled": True,
    }


def _installation(shop: Shop, asking: Asking) -> list[dict[str, Any]]:
    return [{"handle": scope, "description": scope.replace("_", " ")} for scope in shop.scopes]


def _app(shop: Shop, asking: Asking) -> dict[str, Any]:
    return {
        "id": gid("App", 77_001),
        "api_key": asking.world.config.client_id,
        "title": "App under test",
        "handle": "app-under-test",
        "embedded": True,
    }


def _variants(product: Product, asking: Asking, **arguments: Any) -> Connection:
    return page([product], arguments, unbounded=asking.unbounded)


def _collections(product: Product, asking: Asking, **arguments: Any) -> Connection:
    return page(product.collections, arguments, unbounded=asking.unbounded)


def _options(product: Product, asking: Asking) -> list[dict[str, str]]:
    told = product.options or {"Title": "Default Title"}
    return [{"name": name, "value": value} for name, value in told.items()]


def _version(subscription: Any, asking: Asking) -> dict[str, Any]:
    handle = asking.world.config.asked.api_version
    return {"handle": handle, "display_name": handle, "supported": True}


FIELDS: dict[tuple[str, str], FieldFunction] = {
    ("Shop", "id"): lambda shop, asking: gid("Shop", shop.number),
    ("Shop", "name"): lambda shop, asking: shop.profile.name,
    ("Shop", "email"): lambda shop, asking: f"owner@{shop.handle}.example",
    ("Shop", "contactEmail"): lambda shop, asking: f"hello@{shop.handle}.example",
    ("Shop", "myshopifyDomain"): lambda shop, asking: shop.domain,
    ("Shop", "ianaTimezone"): lambda shop, asking: shop.profile.timezone,
    ("Shop", "currencyCode"): lambda shop, asking: shop.profile.currency,
    ("Shop", "enabledPresentmentCurrencies"): lambda shop, asking: [shop.profile.currency],
    ("Shop", "plan"): _plan,
    ("Shop", "primaryDomain"): _domain,
    ("Shop", "updatedAt"): lambda shop, asking: shop.created_at,
    ("AppInstallation", "id"): lambda shop, asking: gid("AppInstallation", shop.number),
    ("AppInstallation", "accessScopes"): _installation,
    ("AppInstallation", "activeSubscriptions"): lambda shop, asking: [],
    ("AppInstallation", "app"): _app,
    ("Product", "id"): lambda product, asking: gid("Product", product.id),
    ("Product", "legacyResourceId"): lambda product, asking: product.id,
    ("Product", "status"): lambda product, asking: "ACTIVE",
    ("Product", "totalInventory"): lambda product, asking: 100,
    ("Product", "publishedAt"): lambda product, asking: product.created_at,
    ("Product", "variants"): _variants,
    ("Product", "collections"): _collections,
    ("Collection", "id"): lambda found, asking: gid("Collection", found.id),
    ("Collection", "handle"): lambda found, asking: found.title.lower().replace(" ", "-"),
    ("ProductVariant", "title"): lambda product, asking: product.variant_title or "Default Title",
    ("ProductVariant", "compareAtPrice"): lambda product, asking: product.compare_at,
    ("ProductVariant", "selectedOptions"): _options,
    ("ProductVariant", "id"): lambda product, asking: gid("ProductVariant", product.variant_id),
    ("ProductVariant", "legacyResourceId"): lambda product, asking: product.variant_id,
    ("ProductVariant", "displayName"): lambda product, asking: product.title,
    ("ProductVariant", "product"): lambda product, asking: product,
    ("ProductVariant", "taxable"): lambda product, asking: not product.is_gift_card,
    ("WebhookSubscription", "id"): lambda item, asking: gid("WebhookSubscription", item.id),
    ("WebhookSubscription", "legacyResourceId"): lambda item, asking: item.id,
    ("WebhookSubscription", "topic"): lambda item, asking: item.topic_enum,
    ("WebhookSubscription", "format"): lambda item, asking: "JSON",
    ("WebhookSubscription", "apiVersion"): _version,
    ("WebhookSubscription", "includeFields"): lambda item, asking: list(item.include_fields),
    ("BulkOperation", "id"): lambda item, asking: gid("BulkOperation", item.id),
}
