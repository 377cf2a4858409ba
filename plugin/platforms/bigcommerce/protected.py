"""Which of the store's groups matter, and why: a customer who is moved into or out of them notices (README §9)."""

from collections.abc import Sequence
from typing import NamedTuple

from plugin.domain.text import fold
from plugin.platforms.base import Matters, Reason, Survey, Why
from plugin.platforms.bigcommerce.client import PAGE, Api, Call, Client, Query, goes_on
from plugin.platforms.bigcommerce.gather import AT_ONCE, NOT_FOR_US, Thing
from plugin.platforms.bigcommerce.groups import GROUPS, group

SETTINGS = "/customers/settings"
ENDED = ("DISABLED", "INVALID")
"""Promotions that nobody gets."""


WORDS = {
    Why.DEFAULT: "new customers are put into it",
    Why.GUESTS: "visitors who are not signed in count as its members",
    Why.DISCOUNTS: "it has discounts",
    Why.CATEGORIES: "it doesn't show all categories",
    Why.PRICE_LISTS: "it has prices of its own",
    Why.PROMOTIONS: "promotions are for it",
    Why.LEFT_OUT: "promotions leave it out",
    Why.COMPANY: "it seems to be a company of B2B Edition",
}


ASKED = ((Why.DEFAULT, Why.GUESTS), (Why.PRICE_LISTS,), (Why.PROMOTIONS, Why.LEFT_OUT))
"""What three of the looks are after: settings, price lists, promotions."""


def words(reason: Reason) -> str:
    """The reason as a page can say it behind the group's name."""
    return WORDS[reason.why] + (f" ({', '.join(reason.names)})" if reason.names else "")


class _Note(NamedTuple):
    group: int | None
    why: Why
    name: str = ""


def survey(client: Client) -> Survey:
    """Which groups matter, by all that the store lets us see."""
    rows = client.rows(Api.V2, GROUPS, none_for=NOT_FOR_US)
    parts = (_settings(client), _price_lists(client), _promotions(client))
    notes = [*_own(rows), *_companies(client, rows), *(note for part in parts for note in part or ())]
    unseen = {why for part, whys in zip(parts, ASKED, strict=True) if part is None for why in whys}
    reasons = {row["id"]: _reasons([note for note in notes if note.group == row["id"]]) for row in rows}
    matters = {row["id"]: Matters(group(row), reasons[row["id"]]) for row in rows if reasons[row["id"]]}
    return Survey(matters, frozenset(unseen))


def _reasons(notes: Sequence[_Note]) -> tuple[Reason, ...]:
    """One for each way in which a group matters, with the names once and in order."""
    names: dict[Why, set[str]] = {}
    for note in notes:
        names.setdefault(note.why, set()).update({note.name} - {""})
    return tuple(Reason(why, tuple(sorted(names[why]))) for why in Why if why in names)


def _own(rows: Sequence[Thing]) -> list[_Note]:
    """What groups say of themselves."""
    signs = (
        (Why.DEFAULT, lambda row: row.get("is_default")),
        (Why.GUESTS, lambda row: row.get("is_group_for_guests")),
        (Why.DISCOUNTS, lambda row: any(each.get("type") != "price_list" for each in row.get("discount_rules") or ())),
        (
            Why.PRICE_LISTS,
            lambda row: any(each.get("type") == "price_list" for each in row.get("discount_rules") or ()),
        ),
        (Why.CATEGORIES, lambda row: (row.get("category_access") or {}).get("type", "all") != "all"),
    )
    return [_Note(row["id"], why) for row in rows for why, holds in signs if holds(row)]


def _settings(client: Client) -> list[_Note] | None:
    """Whom the store and each of its storefronts put where; a storefront that says nothing does as the store."""
    whole = client.run(Call("GET", Api.V3, SETTINGS), none_for=NOT_FOR_US)
    if whole is None:
        return None
    notes = _given(whole, "")
    for channel in client.once("channels", lambda: client.rows(Api.V3, "/channels", none_for=NOT_FOR_US)):
        own = client.run(Call("GET", Api.V3, f"{SETTINGS}/channels/{channel['id']}"), none_for=NOT_FOR_US)
        notes += _given(own, str(channel["name"])) if own is not None else []
    return notes


def _given(told: Thing, name: str) -> list[_Note]:
    chosen = (told.get("data") or {}).get("customer_group_settings") or {}
    default, guests = chosen.get("default_customer_group_id"), chosen.get("guest_customer_group_id")
    return [_Note(default, Why.DEFAULT, name), _Note(guests, Why.GUESTS, name)]


def _price_lists(client: Client) -> list[_Note] | None:
    """Which groups have a price list, at whatever storefront."""
    assigned = _seen(client, "/pricelists/assignments")
    lists = _seen(client, "/pricelists")
    if assigned is None or lists is None:
        return None
    names = {row["id"]: str(row["name"]) for row in lists}
    return [
        _Note(row.get("customer_group_id"), Why.PRICE_LISTS, names.get(row["price_list_id"], "")) for row in assigned
    ]


def _promotions(client: Client) -> list[_Note] | None:
    """Which groups promotions name, for them or against them."""
    rows = _seen(client, "/promotions")
    if rows is None:
        return None
    notes = []
    for row in rows:
        wanted = {} if row.get("status") in ENDED else row.get("customer") or {}
        notes += [_Note(each, Why.PROMOTIONS, row["name"]) for each in wanted.get("group_ids") or ()]
        notes += [_Note(each, Why.LEFT_OUT, row["name"]) for each in wanted.get("excluded_group_ids") or ()]
    return notes


def _companies(client: Client, rows: Sequence[Thing]) -> list[_Note]:
    """Groups called as the company of somebody in them. No call tells B2B Edition's groups from others."""
    names = {row["id"]: str(row["name"]) for row in rows}
    asking = [number for number, name in names.items() if "," not in name]  # A comma would ask for two companies.
    asked: list[Query] = []
    for start in range(0, len(asking), AT_ONCE):
        some = asking[start : start + AT_ONCE]
        asked.append({"customer_group_id:in": some, "company:in": [names[each] for each in some]})
    asked += [{"customer_group_id:in": (each,)} for each in names if each not in asking]
    people = [person for query in asked for person in client.rows(Api.V3, "/customers", query)]
    return [
        _Note(person["customer_group_id"], Why.COMPANY, names[person["customer_group_id"]])
        for person in people
        if fold(str(person.get("company") or "")) == fold(names.get(person.get("customer_group_id"), "?"))
    ]


def _seen(client: Client, path: str) -> list[Thing] | None:
    """All rows of a V3 list; None where we may not see it, or the plan has none."""
    told = client.run(Call("GET", Api.V3, path, {"limit": PAGE, "page": 1}), none_for=NOT_FOR_US)
    if told is None:
        return None
    first: list[Thing] = told.get("data") or []
    return client.rows(Api.V3, path) if goes_on(told, len(first)) else first
