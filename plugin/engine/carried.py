"""Operands of one query in another, or under one more condition."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, cast

from plugin.engine.operands import Elapsed, Instant, Operand, Written, both

_CONSTANT = re.compile(r"[\d.]+(::numeric)?")


def carried(operand: Operand, name: Callable[[str], str]) -> Operand:
    """The same operand where each piece of its SQL goes by the name it was given."""
    found: dict[str, Any] = {}
    for part in fields(operand):
        piece = getattr(operand, part.name)
        if type(piece) is str and not _CONSTANT.fullmatch(piece):  # The members of enumerations are not SQL.
            found[part.name] = name(piece)
        elif isinstance(piece, Instant):
            found[part.name] = carried(piece, name)
    return cast(Operand, replace(cast(Any, operand), **found))


def knowing(operand: Operand, known: str | None) -> Operand:
    """The same operand where that is so, too; else unknown."""
    if known is None or isinstance(operand, (Elapsed, Written)):
        return operand
    return replace(operand, known=both(operand.known, known))


def known_of(operand: Operand) -> str | None:
    """SQL that says whether it can be known; None: always."""
    match operand:
        case Elapsed(since):
            return since.known
        case Written():
            return None
    return operand.known
