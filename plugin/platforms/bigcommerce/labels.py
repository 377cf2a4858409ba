"""Labels are entries of one customer attribute, beside whatever else the merchant put there (README §8)."""

from collections.abc import Iterable

from plugin.domain.errors import PlatformRefused
from plugin.domain.text import fold
from plugin.platforms.base import TagDelta
from plugin.platforms.bigcommerce.client import Api, Call, Client

NAME, KIND = "Segments", "string"
LONGEST = 255
"""Characters of a value."""
MOST = 50
"""Customer attributes of a store, all apps' together."""
ATTRIBUTES = "/customers/attributes"


def is_ours(name: str, kind: str) -> bool:
    """Whether this is the attribute whose entries are labels."""
    return fold(name) == fold(NAME) and kind == KIND


def entries(value: str | None) -> tuple[str, ...]:
    """What stands in the attribute, in its order, each once."""
    found: dict[str, str] = {}
    for each in (value or "").split(","):
        if said := each.strip():
            found.setdefault(fold(said), said)
    return tuple(found.values())


def changed(present: Iterable[str], delta: TagDelta) -> tuple[str, ...]:
    """The entries after the change: the merchant's stay where they are, ours come behind."""
    less = {fold(tag) for tag in delta.remove}
    kept = [each for each in present if fold(each) not in less]
    there = {fold(each) for each in kept}
    return (*kept, *(tag for tag in delta.add if fold(tag) not in there))


def written(labels: Iterable[str]) -> str:
    """The value with these entries. No label has a comma in it (see ``misfit``)."""
    return ", ".join(labels)


def misfit(labels: tuple[str, ...], delta: TagDelta) -> str | None:
    """Why what is added can't stand there, in words for the merchant; None where it can. Nothing is ever cut."""
    if any("," in tag for tag in delta.add):
        return f"An entry of the customer attribute {NAME} can't contain a comma."
    if delta.add and len(written(labels)) > LONGEST:
        added = written(delta.add)
        return f"The customer attribute {NAME} holds {LONGEST} characters, and there is no room left for {added}."
    return None


def find(client: Client) -> int | None:
    """The attribute's id; None where there is none. Raises PlatformRefused where its name is taken by another kind."""
    rows = client.rows(Api.V3, ATTRIBUTES, {"name": NAME})
    ours = [each["id"] for each in rows if is_ours(each["name"], each["type"])]
    if rows and not ours:
        kind = rows[0]["type"]
        raise PlatformRefused(
            f"The store has a customer attribute {NAME} of type {kind}. Ours, a text, needs the name."
        )
    return min(ours, default=None)


def make(client: Client) -> int:
    """The attribute's id; it is made where there is none. Raises PlatformRefused with the reason in plain words."""
    found = find(client)
    if found is not None:
        return found
    try:
        told = client.run(Call("POST", Api.V3, ATTRIBUTES, body=[{"name": NAME, "type": KIND}]))
    except PlatformRefused as error:
        found = find(client)  # Another worker's, a moment ago.
        if found is not None:
            return found
        if len(client.rows(Api.V3, ATTRIBUTES)) < MOST:
            raise
        reason = (
            f"The store has {MOST} customer attributes, and there can be no more. Delete one for {NAME} to be made."
        )
        raise PlatformRefused(reason) from error
    return int(told["data"][0]["id"])
