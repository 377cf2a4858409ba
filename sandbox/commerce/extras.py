"""A customer's extras change: metafields, predictions, credit, companies; and carts are left behind."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox import moments
from sandbox.commerce.money_moves import CommerceError
from sandbox.ids import gid
from sandbox.store.customer import Customer
from sandbox.store.extras import Checkout, CreditAccount, CreditMove
from sandbox.store.metafield import Metafield
from sandbox.store.shop import Shop
from sandbox.webhooks import customer_body
from sandbox.webhooks.announce import Announcer, Event

SILENT = ("predicted_spend_tier", "rfm_group", "product_subscriber_status", "store_credit")
"""What the platform changes, or knows, without a word to anyone."""


def furnish(announcer: Announcer, shop: Shop, who: Customer, said: dict[str, Any]) -> None:
    """The customer has these extras. Raises CommerceError.

    ``metafields``: ``ns.key`` → ``{type, value}``, null to delete; ``store_credit``: a list of ``{currency, amount,
    remaining, created_at, expires_at}``; ``companies``: ids.
    """
    unknown = set(said) - {*SILENT, "metafields", "companies"}
    if unknown:
        raise CommerceError(f"unknown extras: {', '.join(sorted(unknown))}")
    with shop.lock:
        now, events = moments.now(), list[Event]()
        for name in SILENT[:3]:
            if name in said:
                setattr(who, name, said[name])
        if "store_credit" in said:
            who.credits = _accounts(shop, said["store_credit"])
        if "companies" in said:
            moved = {*who.companies} ^ {*map(int, said["companies"])}
            who.companies = sorted(map(int, said["companies"]))
            events += [_contact(who, number) for number in sorted(moved)]
        if "metafields" in said:
            for name, value in said["metafields"].items():
                _set(shop, who, name, value, now)
            events.append(("customers/update", lambda: customer_body.customer(shop, who)))
        if events:
            who.updated_at = now
            announcer.announce(shop, *events)


def _set(shop: Shop, who: Customer, name: str, value: dict[str, str] | None, now: datetime) -> None:
    namespace, _, key = name.rpartition(".")
    old = who.metafields.pop((namespace, key), None)
    if value is not None:
        number = old.id if old else shop.numbers.next("Metafield")
        created = old.created_at if old else now
        made = Metafield(number, namespace, key, value["type"], value["value"], created, now)
        who.metafields[namespace, key] = made


def _contact(who: Customer, number: int) -> Event:
    there = number in who.companies
    body = {
        "customer_admin_graphql_api_id": gid("Customer", who.id),
        "title": "Buyer",
        "locale": who.locale,
        "admin_graphql_api_id": gid("CompanyContact", number * 10 + 1),
        "company": {"name": f"Company {number}", "admin_graphql_api_id": gid("Company", number)},
    }
    return ("company_contacts/create" if there else "company_contacts/delete", lambda: body)


def _accounts(shop: Shop, said: list[dict[str, Any]]) -> list[CreditAccount]:
    found: dict[str, CreditAccount] = {}
    for each in said:
        currency = each.get("currency", shop.profile.currency)
        account = found.get(currency) or CreditAccount(shop.numbers.next("StoreCreditAccount"), currency)
        found[currency] = account
        amount = Decimal(str(each["amount"]))
        account.moves.append(
            CreditMove(
                shop.numbers.next("StoreCreditAccountTransaction"),
                moments.parse(each["created_at"]) if each.get("created_at") else moments.now(),
                amount,
                Decimal(str(each.get("remaining", amount))),
                moments.parse(each["expires_at"]) if each.get("expires_at") else None,
            )
        )
    return list(found.values())


def leave(announcer: Announcer, shop: Shop, who: Customer | None, total: Decimal, at: datetime | None) -> Checkout:
    """A checkout is begun."""
    with shop.lock:
        at = at or moments.now()
        made = Checkout(shop.numbers.next("AbandonedCheckout"), at, at, total, who)
        shop.checkouts[made.id] = made
        announcer.announce(shop, ("checkouts/create", lambda: checkout_body(shop, made)))
        return made


def complete(announcer: Announcer, shop: Shop, checkout: Checkout) -> None:
    """It became an order after all."""
    with shop.lock:
        checkout.completed_at = checkout.updated_at = moments.now()
        announcer.announce(shop, ("checkouts/update", lambda: checkout_body(shop, checkout)))


def drop(announcer: Announcer, shop: Shop, checkout: Checkout) -> None:
    """It is deleted."""
    with shop.lock:
        del shop.checkouts[checkout.id]
        announcer.announce(shop, ("checkouts/delete", lambda: {"id": checkout.id}))


def checkout_body(shop: Shop, what: Checkout) -> dict[str, Any]:
    """``checkouts/create`` and ``checkouts/update``."""
    return {
        "token": f"token{what.id}",
        "name": what.name,
        "email": what.customer.email if what.customer else None,
        "created_at": moments.local(what.created_at, shop.zone),
        "updated_at": moments.local(what.updated_at, shop.zone),
        "completed_at": moments.local(what.completed_at, shop.zone) if what.completed_at else None,
        "currency": shop.profile.currency,
        "total_price": f"{what.total:.2f}",
        "line_items": [],
        "customer": customer_body.nested(shop, what.customer) if what.customer else None,
    }


def grant(announcer: Announcer, shop: Shop, scopes: tuple[str, ...]) -> None:
    """The merchant grants the app these scopes and no others."""
    with shop.lock:
        before, shop.scopes = shop.scopes, scopes
        body = {
            "id": 1,
            "shop_id": gid("Shop", shop.number),
            "previous": list(before),
            "current": list(scopes),
            "updated_at": moments.zulu(moments.now()),
        }
        announcer.announce(shop, ("app/scopes_update", lambda: body))
