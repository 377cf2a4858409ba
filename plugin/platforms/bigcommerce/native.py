"""BigCommerce's own segments: made, read, removed, where the plan has them (README §10).

Promotions look at them and nothing else does: no price and no category hangs on one.
"""

from collections.abc import Sequence
from typing import Any

from plugin.db.outputs import Output
from plugin.domain.errors import PlatformRefused
from plugin.platforms.base import Room, Shown
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.gather import AT_ONCE, NOT_FOR_US, Thing

SEGMENTS = "/segments"
MOST, NEAR = 1_000, 950
"""Segments of a store, and from how many on the merchant is told."""
LONGEST = 255
"""Characters of a name: how many there can be is not written down."""
NO_SEGMENTS = "The store's plan has no segments of its own: they come with Enterprise."
ABOUT = "Kept up to date by Regulars."
"""The description of those we made: by it we know one whose making nobody answered."""


def why_not(client: Client) -> str | None:
    """Why the store can have no segments of its own, in words for the merchant; None where it can."""
    told = client.run(Call("GET", Api.V3, SEGMENTS, {"limit": 1}), none_for=NOT_FOR_US)
    return NO_SEGMENTS if told is None else None


def room(client: Client) -> Room:
    """How many segments the store has."""
    return Room(len(client.rows(Api.V3, SEGMENTS, none_for=NOT_FOR_US)), MOST, NEAR)


def misfit(output: Output) -> str | None:
    """Why there can't be such a segment, in words for the merchant; None where nothing speaks against it."""
    return None if 1 <= len(output.name) <= LONGEST else f"The name of a segment has 1 to {LONGEST} characters."


def make(client: Client, output: Output) -> str:
    """The segment's id: of the known one, else of one we made, else of a new one. Raises PlatformRefused.

    No two have one name. One of this name with our description is the one we made before, when no answer came; any
    other is somebody else's, and promotions may look at it.
    """
    if output.remote_id is not None and read(client, [output.remote_id]) != [None]:
        return output.remote_id
    call = Call("POST", Api.V3, SEGMENTS, body=[{"name": output.name, "description": ABOUT}])
    try:
        made = client.run(call, none_for=NOT_FOR_US)
    except PlatformRefused as error:
        taken = find(client, output.name)
        if taken is None:
            raise
        if taken.query != ABOUT:
            reason = f"The store has a segment {output.name} already, which somebody else made."
            raise PlatformRefused(reason) from error
        return taken.remote_id
    if made is None:
        raise PlatformRefused(NO_SEGMENTS)
    return str(made["data"][0]["id"])


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
