"""Which groups matter is found out from all that looks at groups, and said by name."""

import json
from typing import Any

import pytest

from plugin.platforms.base import Reason, Survey, Why
from plugin.platforms.bigcommerce import protected
from plugin.platforms.bigcommerce.client import Client
from tests.platforms.bigcommerce.doors import Pretended
from tests.platforms.bigcommerce.outputs import faults, people, sandbox, store
from tests.platforms.bigcommerce.reading import SCOPES, a_past, asked, calls
from tests.platforms.server import Reply, Server

__all__ = ("sandbox", "store")
MARKETING = "store_v2_marketing_read_only"


def theirs(store: Pretended, name: str, **more: Any) -> int:
    """A group of the merchant's."""
    return int(store.control("POST", "/groups", {"name": name, **more})["id"])


def look(store: Pretended) -> Survey:
    return protected.survey(calls(store, scopes=[*SCOPES, MARKETING]))


def why(found: Survey, group: int) -> tuple[Reason, ...]:
    return found.matters[group].reasons if group in found.matters else ()


def assigned(group: int, page: int) -> Reply:
    """One of two pages of price lists' assignments."""
    rows = [{"customer_group_id": group, "price_list_id": 1}]
    meta = {"pagination": {"current_page": page, "total_pages": 2}}
    return Reply(json.dumps({"data": rows, "meta": meta}).encode())


def test_a_group_that_nothing_looks_at_does_not_matter(store: Pretended) -> None:
    group = theirs(store, "Circle")
    found = look(store)

    assert group not in found.matters
    assert found.unseen == frozenset()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"default": True}, Reason(Why.DEFAULT)),
        ({"guests": True}, Reason(Why.GUESTS)),
        ({"discount_rules": [{"type": "all", "method": "percent", "amount": "5.0000"}]}, Reason(Why.DISCOUNTS)),
        ({"discount_rules": [{"type": "price_list", "price_list_id": 1}]}, Reason(Why.PRICE_LISTS)),
        ({"category_access": "specific", "categories": [3]}, Reason(Why.CATEGORIES)),
        ({"price_list": "Trade prices"}, Reason(Why.PRICE_LISTS, ("Trade prices",))),
    ],
    ids=["default", "guests", "discounts", "price list as discount", "categories", "price list"],
)
def test_what_makes_a_group_matter_is_said(store: Pretended, more: dict[str, Any], reason: Reason) -> None:
    group = theirs(store, "Circle", **more)
    found = look(store)

    assert why(found, group) == (reason,)
    assert found.matters[group].group.name == "Circle"


def test_promotions_are_named_unless_nobody_gets_them(store: Pretended) -> None:
    group, other = theirs(store, "Circle"), theirs(store, "Other")
    store.control("POST", "/promotions", {"name": "Tea week", "group_ids": [group], "excluded_group_ids": [other]})
    store.control("POST", "/promotions", {"name": "Autumn", "group_ids": [group]})
    store.control("POST", "/promotions", {"name": "Over", "group_ids": [other], "status": "DISABLED"})
    found = look(store)

    assert why(found, group) == (Reason(Why.PROMOTIONS, ("Autumn", "Tea week")),)
    assert why(found, other) == (Reason(Why.LEFT_OUT, ("Tea week",)),)


def test_a_group_called_as_the_company_of_its_members_is_taken_for_one_of_b2b_edition(store: Pretended) -> None:
    one, other, third, *_ = people(store)
    acme, comma, mixed = theirs(store, "Acme"), theirs(store, "Bolt, Nut & Co"), theirs(store, "Circle")
    store.control("PATCH", f"/customers/{one}", {"group_id": acme, "company": "ACME"})
    store.control("PATCH", f"/customers/{other}", {"group_id": comma, "company": "Bolt, Nut & Co"})
    store.control("PATCH", f"/customers/{third}", {"group_id": mixed, "company": "Acme"})
    found = look(store)

    assert why(found, comma) == (Reason(Why.COMPANY, ("Bolt, Nut & Co",)),)
    assert why(found, mixed) == ()
    assert why(found, acme) == (Reason(Why.COMPANY, ("Acme",)),)


def test_all_reasons_of_a_group_are_said_in_words(store: Pretended) -> None:
    group = theirs(store, "Circle", price_list="Trade prices", default=True)
    store.control("POST", "/promotions", {"name": "Tea week", "group_ids": [group]})

    assert [protected.words(each) for each in why(look(store), group)] == [
        "new customers are put into it",
        "it has prices of its own (Trade prices)",
        "promotions are for it (Tea week)",
    ]
    assert all(protected.words(Reason(each)) for each in Why)


def test_what_may_not_be_looked_at_is_said(store: Pretended) -> None:
    group = theirs(store, "Circle")
    store.control("POST", "/promotions", {"name": "Tea week", "group_ids": [group]})
    found = protected.survey(calls(store, scopes=["store_v2_customers"]))

    assert found.unseen == {Why.PRICE_LISTS, Why.PROMOTIONS, Why.LEFT_OUT}
    assert group not in found.matters


def test_a_store_without_groups_has_none_that_matter(sandbox: tuple[str, Server]) -> None:
    assert look(a_past(*sandbox, customers=1, years=0.1, plan="standard")).matters == {}


def test_each_storefront_is_asked_what_it_does_by_itself(sandbox: tuple[str, Server]) -> None:
    store = a_past(*sandbox, customers=1, years=0.1, channels=2)
    look(store)
    settings = [call for call in asked(store) if "/settings" in call]

    assert [call.rpartition("/settings")[2] for call in settings] == ["", "/channels/1", "/channels/2"]


def test_what_a_storefront_does_by_itself_is_said_with_its_name(server: Server, client: Client) -> None:
    answers = [
        b'[{"id": 5, "name": "Circle", "category_access": {"type": "all"}, "discount_rules": []}]',
        b'{"data": {"customer_group_settings": {"default_customer_group_id": 0, "guest_customer_group_id": 0}}}',
        b'{"data": [{"id": 2, "name": "Outlet"}, {"id": 3, "name": "Main"}]}',
        b'{"data": {"customer_group_settings": {"default_customer_group_id": 5, "guest_customer_group_id": null}}}',
        b'{"data": {"customer_group_settings": {"default_customer_group_id": 5, "guest_customer_group_id": 5}}}',
        *[b'{"data": []}'] * 4,
    ]
    server.replies += [Reply(each) for each in answers]
    found = protected.survey(client)

    assert why(found, 5) == (Reason(Why.DEFAULT, ("Main", "Outlet")), Reason(Why.GUESTS, ("Main",)))


def test_long_lists_are_read_to_their_end(server: Server, client: Client) -> None:
    group = Reply(b'[{"id": 5, "name": "Circle"}]')
    settings, nobody = Reply(b'{"data": {}}'), Reply(b'{"data": []}')
    first, last = (assigned(group, page) for page, group in ((1, 1), (2, 5)))
    server.replies += [group, settings, nobody]
    server.replies += [first, first, last, Reply(b'{"data": [{"id": 1, "name": "Trade"}]}')]
    server.replies += [nobody, nobody]

    assert why(protected.survey(client), 5) == (Reason(Why.PRICE_LISTS, ("Trade",)),)


def test_a_trouble_of_the_store_s_is_no_answer(store: Pretended) -> None:
    client = calls(store)
    faults(store, frozen=503)

    with pytest.raises(Exception, match="503"):
        protected.survey(client)
