"""A customer attribute for a segment: it says yes, since when, or which label, of who is in (README §8).

Customer attributes are fifty a store, all apps' together, and the merchant sees and edits them.
"""

from collections.abc import Sequence

from plugin.db.outputs import Output, Says
from plugin.domain.errors import PlatformRefused
from plugin.domain.text import fold
from plugin.platforms.base import Room
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.gather import Thing
from plugin.platforms.bigcommerce.labels import ATTRIBUTES, LONGEST, MOST, NAME

VALUES = "/customers/attribute-values"
TYPES = {Says.YES: "string", Says.SINCE: "date", Says.LABEL: "string"}
NEAR = 45
"""From so many attributes on the merchant is told that there is little room."""


def why_not(client: Client) -> str | None:
    """Every store has customer attributes."""
    return None


def room(client: Client) -> Room:
    """How many customer attributes the store has."""
    return Room(len(client.rows(Api.V3, ATTRIBUTES)), MOST, NEAR)


def misfit(output: Output) -> str | None:
    """Why there can't be such an attribute, in words for the merchant; None where nothing speaks against it."""
    if not 1 <= len(output.name) <= LONGEST:
        return f"The name of a customer attribute has 1 to {LONGEST} characters."
    if fold(output.name) == fold(NAME):
        return f"The customer attribute {NAME} holds the list of all segments. Choose another name."
    return None


def make(client: Client, output: Output) -> str:
    """The attribute's id: of the known one, else of one with its name, else of a new one.

    One that was there before us has to be empty: what it says is the merchant's. Raises PlatformRefused with the
    reason in plain words.
    """
    found = _find(client, client.rows(Api.V3, ATTRIBUTES), output)
    if found is not None:
        return found
    if reason := misfit(output):
        raise PlatformRefused(reason)
    try:
        told = client.run(Call("POST", Api.V3, ATTRIBUTES, body=[{"name": output.name, "type": _type(output)}]))
    except PlatformRefused as error:
        now = client.rows(Api.V3, ATTRIBUTES)
        found = _find(client, now, output)  # Another worker's, a moment ago.
        if found is not None:
            return found
        if len(now) < MOST:
            raise
        reason = f"The store has {MOST} customer attributes, and there can be no more. Delete one for {output.name}."
        raise PlatformRefused(reason) from error
    return str(told["data"][0]["id"])


def remove(client: Client, remote_id: str) -> None:
    """The attribute is gone, and all it said of anybody; whether it was there does not matter."""
    client.delete(Api.V3, ATTRIBUTES, [int(remote_id)])


def is_there(client: Client, remote_id: str) -> bool:
    """Whether nobody deleted it."""
    return any(str(row["id"]) == remote_id for row in client.rows(Api.V3, ATTRIBUTES))


def _type(output: Output) -> str:
    return TYPES[output.says or Says.YES]


def _find(client: Client, rows: Sequence[Thing], output: Output) -> str | None:
    if any(str(row["id"]) == output.remote_id for row in rows):
        return output.remote_id
    row = next((row for row in rows if fold(row["name"]) == fold(output.name)), None)
    if row is None:
        return None
    if row["type"] != _type(output):
        raise PlatformRefused(f"The store has a customer attribute {output.name} of type {row['type']} already.")
    if _says_anything(client, row["id"]):
        raise PlatformRefused(f"The store has a customer attribute {output.name} already, with values of its own.")
    return str(row["id"])


def _says_anything(client: Client, attribute: int) -> bool:
    told = client.get(Api.V3, VALUES, {"attribute_id:in": (attribute,), "limit": 1}) or {}
    return bool(told.get("data"))
