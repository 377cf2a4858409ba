"""One customer attribute for each segment: it says yes, or since when, of who is in (README §8).

Customer attributes are fifty a store, all apps' together, and the merchant sees and edits them.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

from plugin.domain.errors import PlatformRefused
from plugin.domain.text import fold
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.gather import Thing
from plugin.platforms.bigcommerce.labels import ATTRIBUTES, LONGEST, MOST, NAME

VALUES = "/customers/attribute-values"
YES = "yes"
NEAR = 45
"""From so many attributes on the merchant is told that there is little room."""


class Kind(StrEnum):
    """What an attribute says."""

    YES = "string"
    """That the customer is in the segment."""
    SINCE = "date"
    """The day the customer entered it, as 2026-03-05."""


class Mark(NamedTuple):
    """The attribute of a segment. ``known``: its id, if it was made before."""

    name: str
    kind: Kind
    known: int | None = None


class Budget(NamedTuple):
    """How many customer attributes the store has, whoever made them."""

    used: int
    most: int = MOST

    @property
    def left(self) -> int:
        """How many more there can be."""
        return max(0, self.most - self.used)

    @property
    def scarce(self) -> bool:
        """Whether the merchant should be told."""
        return self.used >= NEAR


def budget(client: Client) -> Budget:
    """How many customer attributes the store has."""
    return Budget(len(client.rows(Api.V3, ATTRIBUTES)))


def misfit(mark: Mark) -> str | None:
    """Why there can't be such an attribute, in words for the merchant; None where nothing speaks against it."""
    if not 1 <= len(mark.name) <= LONGEST:
        return f"The name of a customer attribute has 1 to {LONGEST} characters."
    if fold(mark.name) == fold(NAME):
        return f"The customer attribute {NAME} holds the list of all segments. Choose another name."
    return None


def make(client: Client, mark: Mark) -> int:
    """The attribute's id: of the known one, else of one with its name, else of a new one.

    One that was there before us has to be empty: what it says is the merchant's. Raises PlatformRefused with the
    reason in plain words.
    """
    return _made(client, client.rows(Api.V3, ATTRIBUTES), mark)


def remove(client: Client, attribute: int) -> None:
    """The attribute is gone, and all it said of anybody; whether it was there does not matter."""
    client.delete(Api.V3, ATTRIBUTES, [attribute])


def resolve(client: Client, marks: Sequence[Mark], needed: Collection[str]) -> tuple[dict[str, int], dict[str, str]]:
    """The attributes' ids by their names, and the reasons why some can't be. Those not ``needed`` are not made."""
    rows = client.rows(Api.V3, ATTRIBUTES)
    ids: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for mark in marks:
        try:
            found = _made(client, rows, mark) if mark.name in needed else _find(client, rows, mark)
        except PlatformRefused as error:
            if mark.name in needed:
                reasons[mark.name] = error.message
        else:
            ids |= {} if found is None else {mark.name: found}
    return ids, reasons


def _made(client: Client, rows: Sequence[Thing], mark: Mark) -> int:
    found = _find(client, rows, mark)
    if found is not None:
        return found
    if reason := misfit(mark):
        raise PlatformRefused(reason)
    try:
        told = client.run(Call("POST", Api.V3, ATTRIBUTES, body=[{"name": mark.name, "type": mark.kind.value}]))
    except PlatformRefused as error:
        now = client.rows(Api.V3, ATTRIBUTES)
        found = _find(client, now, mark)  # Another worker's, a moment ago.
        if found is not None:
            return found
        if len(now) < MOST:
            raise
        reason = f"The store has {MOST} customer attributes, and there can be no more. Delete one for {mark.name}."
        raise PlatformRefused(reason) from error
    return int(told["data"][0]["id"])


def _find(client: Client, rows: Sequence[Thing], mark: Mark) -> int | None:
    if any(row["id"] == mark.known for row in rows):
        return mark.known
    row = next((row for row in rows if fold(row["name"]) == fold(mark.name)), None)
    if row is None:
        return None
    if row["type"] != mark.kind:
        raise PlatformRefused(f"The store has a customer attribute {mark.name} of type {row['type']} already.")
    if mark.known is None and _says_anything(client, row["id"]):
        raise PlatformRefused(f"The store has a customer attribute {mark.name} already, with values of its own.")
    return int(row["id"])


def _says_anything(client: Client, attribute: int) -> bool:
    told = client.get(Api.V3, VALUES, {"attribute_id:in": (attribute,), "limit": 1}) or {}
    return bool(told.get("data"))
