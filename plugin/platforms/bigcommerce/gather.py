"""What belongs to things but is not in them, asked for together and laid beside each: one node a thing.

A node says by itself all we read of its thing, so that it can wait in the inbox, be taken out of a page, or be read
again later without the store.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from plugin.domain.text import fold
from plugin.platforms.bigcommerce import labels, values
from plugin.platforms.bigcommerce.client import PAGE, Api, Call, Client

FEW = 3
"""Groups that are asked for one by one; for more the whole list is read."""
AT_ONCE = 50
"""Ids in one filter: the address must not grow too long."""
GONE = (404,)
"""What it answers of the parts of something that was deleted a moment ago."""
NOT_FOR_US = (403, 404)
"""What a store answers of things its plan does not have, or that we may not see."""

Thing = dict[str, Any]


def people(client: Client, customers: Sequence[Thing], *, live: bool) -> list[Thing]:
    """A node for each customer. ``live``: with what of the store's attributes it lacks, and its consent."""
    known = definitions(client) if live or any(each.get("attributes") for each in customers) else {}
    groups = _groups(client, {each.get("customer_group_id") or 0 for each in customers} - {0})
    addresses = _beyond(client, customers, "addresses", "address_count", "/customers/addresses")
    given = _beyond(client, customers, "attributes", "attribute_count", "/customers/attribute-values")
    nodes = []
    for customer in customers:
        number, group = customer["id"], customer.get("customer_group_id") or 0
        found = [_given(each, known) for each in given.get(number, customer.get("attributes") or ())]
        has = {each["name"] for each in found if each is not None}
        node: Thing = {
            "customer": {**customer, "addresses": addresses.get(number, customer.get("addresses") or [])},
            "group": groups.get(group),
            "groups_known": group == 0 or group in groups,
            "attributes": [each for each in found if each is not None],
        }
        if live:
            others = {each["name"] for each in known.values() if not labels.is_ours(each["name"], each["type"])}
            node["lacking"] = sorted(others - has)
            node["subscriber"] = subscriber(client, customer.get("email"))
        nodes.append(node)
    return nodes


def labelled(client: Client, customers: Sequence[Thing]) -> list[Thing]:
    """A node for each customer with its id, its moment and its labels, and no more."""
    ours = {number for number, each in definitions(client).items() if labels.is_ours(each["name"], each["type"])}
    given = _beyond(client, customers, "attributes", "attribute_count", "/customers/attribute-values") if ours else {}
    nodes = []
    for customer in customers:
        number = customer["id"]
        rows = given.get(number, customer.get("attributes") or ())
        said = [str(row.get("attribute_value") or "") for row in rows if row["attribute_id"] in ours]
        thing = {"id": number, "date_modified": customer["date_modified"]}
        nodes.append({"customer": thing, "tags": labels.entries(",".join(said))})
    return nodes


def subscriber(client: Client, email: str | None) -> Thing | None:
    """Who agreed to hear from the store under this address, if anyone did. The list takes one address a call."""
    if not values.text(email):
        return None
    found = client.page(Api.V3, "/customers/subscribers", {"email": str(email), "limit": PAGE})
    rows: list[Thing] = (found or {}).get("data") or []
    return max(rows, key=lambda each: str(each.get("date_modified") or ""), default=None)


def subscriptions(client: Client, subscribers: Sequence[Thing]) -> list[Thing]:
    """A node for each subscriber whose address is a customer's, with the customer's id."""
    return [each for each in addressed(client, subscribers) if each["subscription"]["customer_id"]]


def addressed(client: Client, subscribers: Sequence[Thing]) -> list[Thing]:
    """A node for each subscriber with the id of the customer who has the address; 0 where nobody has."""
    owners: dict[str, int] = {}
    emails = sorted({str(each["email"]) for each in subscribers if values.text(each.get("email"))})
    for row in by_ids(client, "/customers", "email:in", emails, none_for=()):
        owners[fold(row["email"])] = row["id"]
    found = [(owners.get(fold(str(each.get("email") or "")), 0), each) for each in subscribers]
    return [{"subscription": {"customer_id": who, "subscriber": each}} for who, each in found]


def articles(client: Client, products: Sequence[Thing]) -> list[Thing]:
    """A node for each product."""
    brands = _named(client, "/catalog/brands", "id:in", {each.get("brand_id") or 0 for each in products} - {0})
    inside = {number for each in products for number in each.get("categories") or ()}
    categories = _named(client, "/catalog/trees/categories", "category_id:in", inside)
    nodes = []
    for product in products:
        stands = [categories.get(number) for number in product.get("categories") or ()]
        brand, known = brands.get(product.get("brand_id") or 0), None not in stands
        nodes.append({"product": product, "brand": brand, "categories": stands if known else None})
    return nodes


def by_ids(
    client: Client, path: str, name: str, ids: Collection[int] | Collection[str], *, none_for: Collection[int] = GONE
) -> list[Thing]:
    """The rows of a V3 list that a filter for these finds; of a list that every store has, ``none_for`` is nothing."""
    wanted: Sequence[int | str] = sorted(ids)
    found: list[Thing] = []
    for start in range(0, len(wanted), AT_ONCE):
        found += client.rows(Api.V3, path, {name: wanted[start : start + AT_ONCE]}, none_for=none_for)
    return found


def _named(client: Client, path: str, name: str, ids: Collection[int]) -> dict[int, str]:
    """Id → name; of a category the id is called ``category_id``."""
    return {each.get("category_id") or each["id"]: each["name"] for each in by_ids(client, path, name, ids)}


def definitions(client: Client) -> Mapping[int, Thing]:
    """The store's customer attributes, by their ids."""
    rows = client.once("attributes", lambda: client.rows(Api.V3, "/customers/attributes"))
    return {each["id"]: each for each in rows}


def _given(value: Thing, attributes: Mapping[int, Thing]) -> Thing | None:
    """The value with its attribute's name; None for one whose attribute is gone, and the value with it."""
    known = attributes.get(value["attribute_id"])
    if known is None:
        return None
    said = {"value": value.get("attribute_value"), "date_modified": value.get("date_modified")}
    return {"name": known["name"], "type": known["type"], **said}


def _groups(client: Client, ids: Collection[int]) -> dict[int, Thing]:
    """Those of the customers' groups that we may see, by their ids."""
    if len(ids) <= FEW:
        each_one = (_group(client, number) for number in ids)
        return {found["id"]: found for found in each_one if found is not None}
    rows = client.once("groups", lambda: client.rows(Api.V2, "/customer_groups", none_for=NOT_FOR_US))
    return {each["id"]: each for each in rows}


def _group(client: Client, number: int) -> Thing | None:
    call = Call("GET", Api.V2, f"/customer_groups/{number}")
    found: Thing | None = client.once(call.path, lambda: client.run(call, none_for=NOT_FOR_US))
    return found


def _beyond(client: Client, customers: Sequence[Thing], part: str, count: str, path: str) -> dict[int, list[Thing]]:
    """Of customers who have more of these than are embedded (ten), all of them."""
    more = [each["id"] for each in customers if (each.get(count) or 0) > len(each.get(part) or ())]
    found: dict[int, list[Thing]] = {number: [] for number in more}
    for row in by_ids(client, path, "customer_id:in", more):
        found.setdefault(row["customer_id"], []).append(row)
    return found
