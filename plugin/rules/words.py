"""The words that may stand before a bracket, and what to say of one that may not."""

import re

from plugin.rules import fields
from plugin.rules.problems import Problem, nearest
from plugin.rules.tree import Calendar, Function, Length, Passage, Quantifier, Score, Span

AGGREGATES = (*Function, "nth", "share")
CALLS = (
    "previous",
    "changed",
    "days_since",
    "anniversary",
    "tag_date",
    "label",
    "score",
    "store_average",
    "average_gap",
    "store_average_gap",
    "property",
    "option",
    "attribute",
    *Passage,
    *(f"distance_{unit}" for unit in Length),
    *Score,
    *Calendar,
)
"""Functions that give one value."""
BARE = ("average_gap", "store_average_gap")
"""Those of them that take nothing."""
KNOWN = frozenset({*AGGREGATES, *CALLS, *Quantifier, *fields.FUNCTIONS, *fields.OLDER_FUNCTIONS})

_KEYWORDS = frozenset(
    ("and", "or", "not", "in", "of", "by", "matches", "among", "where", "having", "between", "contains", "with", "word")
)
_BEFORE_BRACKET = re.compile(r"'(?:\\.|[^'\\])*'?|([A-Za-z_][\w.]*)\s*\(", re.DOTALL)


def unknown_function(text: str, end: int) -> tuple[str, int] | None:
    """The last word before a bracket that is no function, and its place; None if all before ``end`` are."""
    found = None
    for match in _BEFORE_BRACKET.finditer(text, 0, min(len(text), end + 1)):
        word = (match[1] or "").lower()
        name = word.rpartition(".")[2] if word.startswith(("order.", "outer.")) else word
        if name and name not in KNOWN and name not in _KEYWORDS:
            found = match[1], match.start(1)
    return found


def no_function(word: str, span: Span) -> Problem:
    """What to say of a word before a bracket that is no function."""
    known = tuple(sorted(str(name) for name in KNOWN))
    return Problem(f"There is no function `{word}`.", span, known, nearest(word, known))
