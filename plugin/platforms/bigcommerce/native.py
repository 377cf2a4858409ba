"""BigCommerce's own segments: made, read, changed, removed, where the plan has them (README §10).

Promotions look at them and nothing else does: no price and no category hangs on one.
"""

from collections.abc import Sequence
from typing import Any

from plugin.domain.errors import PlatformRefused
from plugin.platforms.base import Shown, TwinRefused
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.gather import AT_ONCE, NOT_FOR_US, Thing

SEGMENTS = "/segments"
MOST = 1_000
"""Segments of a store."""
NO_SEGMENTS = "The store's plan has no segments of its own: they come with Enterprise."
ABOUT = "Kept up to date by Regulars."
"""The description of those we made: by it we know one whose making nobody answered."""


def why_not(client: Client) -> str | None:
    """Why the store can have no segments of its own, in words for the merchant; None where it can."""
    told = client.run(Call("GET", Api.V3, SEGMENTS, {"limit": 1}), none_for=NOT_FOR_US)
    return NO_SEGMENTS if told is None else None


def make(client: Client, name: str, about: str = ABOUT) -> Shown:
    """The store has a segment of this name and description. Raises TwinRefused with the reason.

    No two have one name. A segment of this name with this description is the one we made before, when no answer
    came; any other is somebody else's, and promotions may look at it.
    """
    try:
        made = client.run(Call("POST", Api.V3, SEGMENTS, body=[{"name": name, "description": about}]))
    except PlatformRefused as error:
        taken = find(client, name)
        if taken is None:
            raise TwinRefused(error.message) from error
        if taken.query != about:
            raise TwinRefused(f"The store has a segment {name} already, which somebody else made.") from error
        return taken
    return _shown(made["data"][0])


def change(client: Client, remote_id: str, name: str, about: str = ABOUT) -> Shown:
    """The segment has this name and description. Raises TwinRefused."""
    body = [{"id": remote_id, "name": name, "description": about}]
    try:
        told = client.run(Call("PUT", Api.V3, SEGMENTS, body=body), none_for=(404,))
    except PlatformRefused as error:
        raise TwinRefused(error.message) from error
    if told is None:
        raise TwinRefused("it was deleted")
    return _shown(told["data"][0])


def remove(client: Client, remote_id: str) -> None:
    """The segment is not there; whether it was does not matter.

    One id a call: whether a list of them is read as one nobody tried, and a filter that is not understood deletes all.
    """
    if not remote_id or "," in remote_id:
        raise ValueError(f"{remote_id!r} is not one segment")
    client.run(Call("DELETE", Api.V3, SEGMENTS, {"id:in": (remote_id,)}), none_for=(404,))


def read(client: Client, remote_ids: Sequence[str]) -> list[Shown | None]:
    """How each stands now; None for one that is not there."""
    found: dict[str, Shown] = {}
    for start in range(0, len(remote_ids), AT_ONCE):
        some = remote_ids[start : start + AT_ONCE]
        found |= {row["id"]: _shown(row) for row in client.rows(Api.V3, SEGMENTS, {"id:in": some})}
    return [found.get(each) for each in remote_ids]


def find(client: Client, name: str) -> Shown | None:
    """The segment of this name, if there is one. There is no filter for it: all are read."""
    rows: list[Thing] = client.rows(Api.V3, SEGMENTS, none_for=NOT_FOR_US)
    return next((_shown(row) for row in rows if row["name"] == name), None)


def _shown(row: Any) -> Shown:
    return Shown(str(row["id"]), str(row["name"]), str(row.get("description") or ""))
