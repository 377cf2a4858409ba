"""What changes at customers without moving a moment of theirs or a message: values of attributes, and consent.

Lists of these come by page numbers. Who is shifted to another page meanwhile is seen an hour later, for looks overlap.
"""

from typing import Any

from plugin.platforms.base import Listing
from plugin.platforms.bigcommerce import gather, labels
from plugin.platforms.bigcommerce.client import PAGE, Api, Client, goes_on

VALUES, SUBSCRIBERS = "values:", "subscribers:"
"""How cursors among the attributes' values and among the subscribers begin; a page's number follows."""
FIRST = f"{VALUES}1"


def begins(cursor: str | None) -> bool:
    """Whether the cursor is one of these lists'."""
    return (cursor or "").startswith((VALUES, SUBSCRIBERS))


def page(client: Client, since: str, cursor: str) -> Listing:
    """A page of what changed since. What our own attribute says is told, for whoever knows better."""
    name, _, number = cursor.partition(":")
    told = _rows(
        client, "/customers/attribute-values" if f"{name}:" == VALUES else "/customers/subscribers", since, number
    )
    rows: list[Any] = told.get("data") or []
    more = f"{name}:{int(number) + 1}" if goes_on(told, len(rows)) else None
    if f"{name}:" == SUBSCRIBERS:
        nodes = gather.subscriptions(client, rows)
        return Listing((), more, tuple(sorted({each["subscription"]["customer_id"] for each in nodes})))
    ours = _ours(client) if rows else set()
    others: dict[int, set[str]] = {}
    for row in rows:
        if row["attribute_id"] not in ours:
            others.setdefault(row["customer_id"], set()).add(str(row["attribute_id"]))
    said = {row["customer_id"]: labels.entries(row["attribute_value"]) for row in rows if row["attribute_id"] in ours}
    through = {customer: frozenset(attributes) for customer, attributes in others.items()}
    return Listing((), more or f"{SUBSCRIBERS}1", tuple(sorted(others)), said, through)


def _rows(client: Client, path: str, since: str, number: str) -> dict[str, Any]:
    told = client.page(Api.V3, path, {"date_modified:min": since, "limit": PAGE, "page": int(number)})
    return told or {}


def _ours(client: Client) -> set[int]:
    known = gather.definitions(client).items()
    return {number for number, each in known if labels.is_ours(each["name"], each["type"])}
