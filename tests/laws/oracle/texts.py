"""Texts and lists: what is the same text, and what is part of one."""

import re
from dataclasses import dataclass
from enum import Enum

from plugin.domain.text import fold
from plugin.rules.tree import Affix, Comparison


class Manner(Enum):
    """When two texts are the same."""

    EXACT = "exact"
    FOLDED = "case is ignored"
    POSTCODE = "case and spaces are ignored"
    LANGUAGE = "case is ignored; a language without region is every region's"
    WRITTEN = "as the other side is compared"


@dataclass(frozen=True)
class Words:
    """A text in its comparable form."""

    text: str
    manner: Manner


@dataclass(frozen=True)
class Listed:
    """The elements of a list, each in its comparable form."""

    elements: tuple[str, ...]
    manner: Manner


def comparable(text: str, manner: Manner) -> str:
    """The form in which it is compared."""
    match manner:
        case Manner.FOLDED:
            return fold(text)
        case Manner.POSTCODE:
            return fold(text).replace(" ", "")
        case Manner.LANGUAGE:
            return fold(text).replace("_", "-")
    return text


def words(text: str, manner: Manner) -> Words:
    """A fact's text."""
    return Words(comparable(text, manner), manner)


def listed(texts: tuple[str, ...], manner: Manner) -> Listed:
    """A fact's list."""
    return Listed(tuple(comparable(text, manner) for text in texts), manner)


def text_compares(one: Words, op: Comparison, other: Words) -> bool:
    """Texts are only ever equal or not."""
    return equal(one, other) is (op is Comparison.EQ)


def equal(one: Words, other: Words) -> bool:
    """Whether it is the same text, in the manner of the side that is a fact."""
    if one.manner is Manner.WRITTEN:
        one, other = other, one
    if one.manner is Manner.LANGUAGE and other.manner is Manner.WRITTEN:
        wanted, found = comparable(other.text, one.manner), one.text
        return found == wanted or ("-" not in wanted and found.startswith(wanted + "-"))
    return one.text == (comparable(other.text, one.manner) if other.manner is Manner.WRITTEN else other.text)


def contains(value: Words | Listed, text: str) -> bool:
    """A list by a whole element, a text by any part of it."""
    wanted = comparable(text, value.manner)
    return wanted in (value.elements if isinstance(value, Listed) else value.text)


def affixed(value: Words | Listed, affix: Affix, text: str) -> bool:
    """Whether the text, or any element of the list, begins with, ends with or has it as a word."""
    wanted = comparable(text, value.manner)
    found = value.elements if isinstance(value, Listed) else (value.text,)
    return any(_affixed(each, affix, wanted) for each in found)


def _affixed(text: str, affix: Affix, wanted: str) -> bool:
    match affix:
        case Affix.STARTS:
            return text.startswith(wanted)
        case Affix.ENDS:
            return text.endswith(wanted)
        case Affix.WORD:
            return re.search(rf"(?<![^\W_]){re.escape(wanted)}(?![^\W_])", text) is not None
