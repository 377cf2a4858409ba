"""Customer groups: one of ours for a segment, and customers moved into it and back (README §9).

A group prices and hides. A customer is moved only out of none, or out of a group we were told may be left; who is
anywhere else stays, and it is said where.
"""

from collections.abc import Mapping, Sequence

from plugin.domain.errors import AccessDenied, PlatformError, PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.domain.text import fold
from plugin.platforms.base import NO_GROUP, Group, Move, Moved
from plugin.platforms.bigcommerce.batches import in_batches, was_sent
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.gather import NOT_FOR_US, Thing

AT_ONCE = 10
"""Customers in one call: BigCommerce takes no more (413)."""
GROUPS, CUSTOMERS = "/customer_groups", "/customers"
NO_GROUPS = "The store's plan has no customer groups."


def why_not(client: Client) -> str | None:
    """Why the store can have no groups of ours, in words for the merchant; None where nothing speaks against it."""
    return NO_GROUPS if client.run(Call("GET", Api.V2, f"{GROUPS}/count"), none_for=NOT_FOR_US) is None else None


def every(client: Client) -> list[Group]:
    """All groups of the store; none on a plan without them."""
    rows = client.rows(Api.V2, GROUPS, none_for=NOT_FOR_US)
    return [group(row) for row in rows]


def find(client: Client, name: str, known: int | None = None) -> Group | None:
    """The group with this id, whatever it is called by now, else one of this name; None where there is neither."""
    row = None if known is None else client.run(Call("GET", Api.V2, f"{GROUPS}/{known}"), none_for=NOT_FOR_US)
    if row is not None:
        return group(row)
    rows = client.rows(Api.V2, GROUPS, {"name": name}, none_for=NOT_FOR_US)
    return next((group(each) for each in rows if fold(each["name"]) == fold(name)), None)


def make(client: Client, name: str, known: int | None = None) -> Group:
    """The store has a group of ours: the known one, or one of this name that is empty and has no effect, or a new one.

    Whether a group that we have not ``known`` is ours or was the merchant's nobody can see, and while nobody is in it
    and it is plain it makes no difference. Raises PlatformRefused with the reason in plain words.
    """
    found = find(client, name, known)
    if found is None:
        try:
            made = client.run(Call("POST", Api.V2, GROUPS, body={"name": name}), may_deny=True)
            return group(made)
        except AccessDenied as error:
            raise PlatformRefused(NO_GROUPS) from error
        except PlatformRefused:  # 409: somebody was faster. 207: it was made, and something about it was not.
            found = find(client, name)
            if found is None:
                raise
    if found.id != known and not found.plain:
        raise PlatformRefused(f"The store has a group {found.name} with prices, categories or visitors of its own.")
    if found.id != known and not is_empty(client, found.id):
        raise PlatformRefused(f"The store has a group {found.name} with customers in it.")
    return found


def is_empty(client: Client, number: int) -> bool:
    """Whether nobody is in the group."""
    told = client.run(Call("GET", Api.V3, CUSTOMERS, {"customer_group_id:in": (number,), "limit": 1})) or {}
    return not told.get("data")


def rename(client: Client, known: int, name: str) -> bool:
    """The group has this name, and everything else of it is as it was; False: there is no such group."""
    call = Call("PUT", Api.V2, f"{GROUPS}/{known}", body={"name": name})
    return client.run(call, none_for=NOT_FOR_US) is not None


def move(client: Client, moves: Sequence[Move]) -> list[Moved]:
    """Each customer who is in a group that may be left is in the group asked for; results as of ``in_batches``.

    Where a customer is, is read right before the write. Who is there already is not written.
    """
    return in_batches(moves, AT_ONCE, lambda batch: _move(client, batch), _failed)


def _move(client: Client, batch: Sequence[Move]) -> list[Moved]:
    there = where(client, [each.customer_id for each in batch])
    held = {each.customer_id for each in batch if _is_held(each, there.get(each.customer_id))}
    names = _names(client) if held else {}  # Read before the write: nothing may fail behind it.
    due = [
        each for each in batch if each.customer_id not in held and there.get(each.customer_id, each.group) != each.group
    ]
    now = there | (_put(client, due) if due else {})
    return [_said(each, there.get(each.customer_id), now.get(each.customer_id), names) for each in batch]


def _is_held(wanted: Move, now: int | None) -> bool:
    return now is not None and now != wanted.group and now not in wanted.may_leave


def _put(client: Client, moves: Sequence[Move]) -> dict[int, int]:
    """Where these customers are now, by the store's answer."""
    body = [{"id": each.customer_id, "customer_group_id": each.group} for each in moves]
    told = client.run(Call("PUT", Api.V3, CUSTOMERS, body=body)) or {}
    return {each.customer_id: each.group for each in moves} | _stand(told.get("data") or ())


def _said(wanted: Move, before: int | None, after: int | None, names: Mapping[int, Group]) -> Moved:
    """What came of a move of somebody who was and is in these groups; None: there is no such customer."""
    if before is None or after is None:
        return Moved(wanted.customer_id, ok=False, gone=True, error="no such customer")
    if after == wanted.group:
        return Moved(wanted.customer_id, ok=True, before=before, after=after)
    held = names.get(after) or Group(after, str(after), plain=False)
    reason = "in no group any more" if after == NO_GROUP else f"held by group {held.name}"
    stays = None if after == NO_GROUP else held
    return Moved(wanted.customer_id, ok=False, before=before, after=after, held=stays, error=reason)


def where(client: Client, ids: Sequence[CustomerId]) -> dict[int, int]:
    """The group that each of these is in now, of those that the store knows. At most a page of them."""
    return _stand(client.rows(Api.V3, CUSTOMERS, {"id:in": ids}))


def _stand(rows: Sequence[Thing]) -> dict[int, int]:
    return {row["id"]: row.get("customer_group_id") or NO_GROUP for row in rows}


def _names(client: Client) -> Mapping[int, Group]:
    """The store's groups by their ids."""
    known: Mapping[int, Group] = client.once("group names", lambda: {each.id: each for each in every(client)})
    return known


def group(row: Thing) -> Group:
    """A group as the API tells it."""
    shows_all = (row.get("category_access") or {}).get("type", "all") == "all"
    special = row.get("discount_rules") or row.get("is_default") or row.get("is_group_for_guests")
    return Group(int(row["id"]), str(row["name"]), plain=shows_all and not special)


def _failed(wanted: Move, error: PlatformError) -> Moved:
    return Moved(wanted.customer_id, ok=False, error=error.message, unsure=was_sent(error))
