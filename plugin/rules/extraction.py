"""What the catalogue says, for the extraction of messages: its nouns, its clauses, its choices."""

from collections.abc import Iterator
from typing import Any

from plugin.rules import fields
from plugin.rules.fields import Type
from plugin.rules.typed import GROUP


def catalogue(*_: Any, **__: Any) -> Iterator[tuple[int, str, str, list[str]]]:
    """An extractor as Babel wants it (``babel.cfg``): line, function, message, comments."""
    for message in sorted(frozenset(_said())):
        yield 1, "say", message, []


def _said() -> Iterator[str]:
    rows = [known for source in fields.ROWS.values() for known in source.fields.values()]
    for known in (*fields.ATTRIBUTES.values(), GROUP, *rows):
        yield known.label
        yield from known.clauses or ()
        if known.type is Type.CHOICE:
            yield from map(fields.choice, known.choices)
    for function in fields.FUNCTIONS.values():
        yield from (parameter.label for parameter in function.parameters.values())
