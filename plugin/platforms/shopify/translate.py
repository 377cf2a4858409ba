"""Shopify's messages become facts. The vendor's vocabulary ends in this package's translators.

Topics: https://shopify.dev/docs/api/webhooks; payloads by version 2026-10. The table is the whole
truth about what we understand; a topic that is not in it says nothing to us.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import MsgspecError
from msgspec.json import Decoder

from plugin.domain.errors import MessageUnreadable
from plugin.domain.facts import (
    CustomerErased,
    DataRequested,
    ExportEnded,
    Fact,
    Gone,
    Kind,
    OrderNamed,
    PlanChanged,
    ScopesChanged,
    StoreErased,
    StoreSeen,
    Uninstalled,
)
from plugin.domain.ids import CustomerId, OrderId
from plugin.platforms.shopify import (
    checkouts,
    disputes,
    listing,
    optional,
    payloads,
    people,
    products,
    purchases,
    reads,
    refunds,
    values,
)
from plugin.rules.fields import Facts

TELLS = frozenset(
    {
        Facts.CUSTOMER,
        Facts.TAGS,
        Facts.CONSENTS,
        Facts.ADDRESSES,
        Facts.ORDERS,
        Facts.LINES,
        Facts.REFUNDS,
        Facts.PRODUCTS,
    }
)
"""What a store's messages and our reads say without anybody's asking for more."""

_deleted = Decoder(payloads.Deleted)
_shop = Decoder(payloads.Shop)
_summary = Decoder(payloads.PurchasingSummary)
_scopes = Decoder(payloads.ScopesUpdate)
_app_subscription = Decoder(payloads.AppSubscriptionUpdate)
_bulk = Decoder(payloads.BulkFinished)
_data_request = Decoder(payloads.DataRequest)
_customer_redact = Decoder(payloads.CustomerRedact)
_shop_redact = Decoder(payloads.ShopRedact)


def translate(topic: str, body: bytes, seen_at: datetime) -> tuple[Fact, ...]:
    """What the message says; nothing for a topic we do not know.

    ``seen_at`` is when the platform sent it, or when our read began. Raises MessageUnreadable for
    bytes that do not say what the topic promises.
    """
    translator = TOPICS.get(topic)
    if translator is None:
        return ()
    try:
        return tuple(translator(body, seen_at))
    except (MsgspecError, ValueError, ArithmeticError, RecursionError) as error:
        raise MessageUnreadable(f"{topic}: {error}", topic=topic) from error


def _customer_gone(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    yield Gone(Kind.CUSTOMER, _deleted.decode(body).id, seen_at)


def _order_gone(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    yield Gone(Kind.ORDER, _deleted.decode(body).id, seen_at)


def _purchased(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """The one message that names an order whose own message was lost."""
    if last := _summary.decode(body).last_order_id:
        yield OrderNamed(OrderId(values.number(last)))


def _scopes_changed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    _scopes.decode(body)
    yield ScopesChanged()


def _plan_changed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    yield PlanChanged((values.text(_app_subscription.decode(body).app_subscription.status) or "").lower())


def _export_ended(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    yield ExportEnded(_bulk.decode(body).admin_graphql_api_id)


def _uninstalled(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    _shop.decode(body)
    yield Uninstalled(seen_at)


def _store(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    shop = _shop.decode(body)
    yield StoreSeen(
        name=values.text(shop.name),
        domain=values.text(shop.myshopify_domain),
        timezone=values.text(shop.iana_timezone),
        currency=values.text(shop.currency),
        at=seen_at,
    )


def _data_requested(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    asked = _data_request.decode(body)
    yield DataRequested(_person_id(asked.customer), str(asked.data_request.id))


def _customer_erased(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    asked = _customer_redact.decode(body)
    orders = tuple(OrderId(order) for order in asked.orders_to_redact or ())
    email = None if asked.customer is None else values.text(asked.customer.email)
    yield CustomerErased(_person_id(asked.customer), orders, seen_at, email)


def _store_erased(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    _shop_redact.decode(body)
    yield StoreErased(seen_at)


def _person_id(person: payloads.Person | None) -> CustomerId | None:
    return None if person is None or person.id is None else CustomerId(person.id)


TOPICS: Mapping[str, Callable[[bytes, datetime], Iterable[Fact]]] = {
    "orders/create": purchases.created,
    "orders/updated": purchases.changed,
    "orders/paid": purchases.changed,
    "orders/cancelled": purchases.changed,
    "orders/fulfilled": purchases.changed,
    "orders/edited": purchases.edited,  # A list of changes without the order.
    "orders/delete": _order_gone,
    "refunds/create": refunds.refunded,
    "disputes/create": disputes.changed,
    "disputes/update": disputes.changed,
    "customers/create": people.changed,
    "customers/update": people.changed,
    "customers/enable": people.changed,
    "customers/disable": people.changed,
    "customers/delete": _customer_gone,
    "customers/merge": people.merged,
    "customers/purchasing_summary": _purchased,
    "customer.tags_added": people.tags_added,  # With a dot, and camelCase inside.
    "customer.tags_removed": people.tags_removed,
    "customers_email_marketing_consent/update": people.email_consent,
    "customers_marketing_consent/update": people.sms_consent,
    "company_contacts/create": people.buys_for,
    "company_contacts/update": people.buys_for,
    "company_contacts/delete": people.buys_for,
    "checkouts/create": checkouts.changed,
    "checkouts/update": checkouts.changed,
    "checkouts/delete": checkouts.gone,
    "products/create": products.changed,
    "products/update": products.changed,
    "products/delete": products.gone,
    "bulk_operations/finish": _export_ended,
    "app/scopes_update": _scopes_changed,
    "app_subscriptions/update": _plan_changed,
    "app/uninstalled": _uninstalled,
    "shop/update": _store,
    "customers/data_request": _data_requested,
    "customers/redact": _customer_erased,
    "shop/redact": _store_erased,
    # Not Shopify's: what our own reads and exports bring through the inbox.
    "api/customers": reads.customers_read,
    "api/orders": reads.orders_read,
    "api/optional": optional.optional_read,
    "api/checkouts": checkouts.listed,
    "api/disputes": disputes.listed,
    "api/refunds": reads.refunds_read,
    "api/gone": listing.gone_read,
    "api/products": products.read,
    "export/customers": reads.customers_export,
    "export/orders": reads.orders_export,
    "export/products": products.exported,
}
