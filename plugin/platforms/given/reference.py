"""What people and programs read about store files, made from the schemas: the JSON Schema and the tables of keys."""

from collections.abc import Iterator

from plugin.platforms.given.kinds import Kind, Part, Plain
from plugin.platforms.given.nested import ByName, Changing, Many, Of, nullable
from plugin.platforms.given.whole import StoreFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Plain:
    """The JSON Schema of a store file. A file may pass it and still name a customer that is not there."""
    parts = {part.__name__: _object(part) for part in schemas(StoreFile)}
    whole = parts.pop(StoreFile.__name__)
    return {"$schema": DIALECT, "title": "Regulars store file", **whole, "$defs": parts}


def tables() -> str:
    """For docs/store-file.md: one table for each object, every key with its kind and what its absence means."""
    return "\n\n".join(_table(part) for part in schemas(StoreFile))


def schemas(start: type[Part]) -> list[type[Part]]:
    """The schema and all it is made of, each once, in the order of reading."""
    found: dict[type[Part], None] = {start: None}
    for kind in _kinds(start):
        for below in _parts(kind):
            found.update(dict.fromkeys(schemas(below)))
    return list(found)


def _kinds(part: type[Part]) -> Iterator[Kind]:
    for kind in part().fields.values():
        assert isinstance(kind, Kind)
        yield kind


def _parts(kind: Kind) -> Iterator[type[Part]]:
    if isinstance(kind, Of):
        yield kind.schema
    elif isinstance(kind, (Many, ByName, Changing)):
        yield from _parts(kind.of)


def _object(part: type[Part]) -> Plain:
    fields: dict[str, Kind] = dict(zip(part().fields, _kinds(part), strict=True))
    required = [name for name, kind in fields.items() if kind.required]
    return {
        "type": "object",
        "description": _sentence(part),
        "properties": {name: {"description": _says(kind), **nullable(kind)} for name, kind in fields.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _says(kind: Kind) -> str:
    says: str = kind.metadata["says"]
    return says if kind.required else f"{says} Left out: {kind.metadata['absent']}."


def _sentence(part: type[Part]) -> str:
    return (part.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")


def _table(part: type[Part]) -> str:
    rows = [f"| `{name}` | {_word(kind)} | {_absent(kind)} | {kind.metadata['says']} |" for name, kind in _rows(part)]
    head = "| key | is | left out | |\n|---|---|---|---|"
    return f"### {part.__name__}\n\n{_sentence(part)}\n\n{head}\n" + "\n".join(rows)


def _rows(part: type[Part]) -> Iterator[tuple[str, Kind]]:
    yield from zip(part().fields, _kinds(part), strict=True)


def _word(kind: Kind) -> str:
    if isinstance(kind, Changing):
        return f"{_word(kind.of)} ⏱"
    if isinstance(kind, Many):
        return f"list of {_word(kind.of)}"
    if isinstance(kind, ByName):
        return f"name → {_word(kind.of)}"
    if isinstance(kind, Of):
        return f"[{kind.schema.__name__}](#{kind.schema.__name__.lower()})"
    choices = getattr(kind, "choices", ())
    return ", ".join(f"`{choice}`" for choice in choices) if choices else kind.word


def _absent(kind: Kind) -> str:
    if kind.required:
        return "**must be given**"
    absent: str = kind.metadata["absent"]
    return f"*{absent}*" if absent.startswith("unknown") else absent
