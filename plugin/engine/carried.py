"""Operands of one query in another, or under one more condition."""

from collections.abc import Callable
from dataclasses import fields, replace

from plugin.engine.operands import Elapsed, Instant, Operand, Written, both

_SQL = frozenset({"sql", "top", "bottom", "known"})


def carried(operand: Operand, name: Callable[[str], str]) -> Operand:
    """The same operand where each piece of its SQL goes by the name it was given."""
    found: dict[str, object] = {}
    for part in fields(operand):
        piece = getattr(operand, part.name)
        if part.name in _SQL and isinstance(piece, str) and not piece.isdigit():
            found[part.name] = name(piece)
        elif isinstance(piece, Instant):
            found[part.name] = carried(piece, name)
    return replace(operand, **found)  # type: ignore[arg-type] - the types of the parts are kept


def knowing(operand: Operand, known: str | None) -> Operand:
    """The same operand where that is so, too; else unknown."""
    if known is None or isinstance(operand, (Elapsed, Written)):
        return operand
    return replace(operand, known=both(operand.known, known))
