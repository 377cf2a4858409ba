"""Reads the inside of an aggregate: ``placed orders.net``, ``latest 3 orders``."""

from collections.abc import Iterable
from dataclasses import dataclass

from plugin.rules import fields, reserved
from plugin.rules.fields import Rows
from plugin.rules.problems import Problem, Refused, nearest
from plugin.rules.tree import Function, Source, Span, State

FUNCTIONS = frozenset(Function) - {Function.COUNT_DISTINCT}
"""Those a rule may write."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text and its place."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows, and what of them."""

    rows: Rows
    state: State
    measure: str | None


def read_function(word: Word) -> Function:
    """The aggregate's function. Raises Refused for any other name."""
    if word.text in FUNCTIONS:
        return Function(word.text)
    if word.text in fields.FUNCTIONS:
        message = f"`{word.text}` asks with MATCHES and its parameters."
        raise Refused(Problem(message, word.span, (), f"{word.text} MATCHES"))
    if word.text in reserved.FUNCTIONS:
        raise Refused(Problem(reserved.not_yet(f"`{word.text}(…)`"), word.span, _sorted(FUNCTIONS)))
    closed = reserved.reason(word.text)
    message = closed or f"There is no function `{word.text}`."
    suggestion = None if closed else nearest(word.text, FUNCTIONS)
    raise Refused(Problem(message, word.span, _sorted(FUNCTIONS), suggestion))


def read_selection(function: Function, words: list[Word]) -> Selection:
    """The rows and the measure. Raises Refused at the word that makes no sense."""
    *adjectives, path = words
    if words[0].text in reserved.SLICES and len(words) > 1:
        message = reserved.not_yet("An aggregate over only the first or latest rows")
        raise Refused(Problem(message, words[0].span))
    name, _, measure = path.text.partition(".")
    rows = _rows(name, path.span)
    if len(adjectives) > 1:
        message = f"`{adjectives[0].text}` can't stand here: only one word may stand before `{name}`."
        raise Refused(Problem(message, adjectives[0].span, _sorted(rows.states)))
    state = _state(adjectives[0], rows) if adjectives else rows.default
    return Selection(rows, state, _measure(function, rows, measure, path.span))


def _rows(name: str, span: Span) -> Rows:
    if name in frozenset(Source):
        return fields.ROWS[Source(name)]
    if name in reserved.SOURCES:
        raise Refused(Problem(reserved.not_yet(f"A question about `{name}`"), span, _sorted(frozenset(Source))))
    message = f"There is no set of rows called `{name}`."
    raise Refused(Problem(message, span, _sorted(frozenset(Source)), nearest(name, frozenset(Source))))


def _state(word: Word, rows: Rows) -> State:
    if word.text in rows.states:
        return State(word.text)
    if word.text in frozenset(State):
        message = f"`{rows.source}` includes those of every order: leave `{word.text}` out."
        raise Refused(Problem(message, word.span))
    if word.text == "disputed":
        raise Refused(Problem(reserved.not_yet("A question about disputed orders"), word.span))
    message = f"There is no order state `{word.text}`."
    raise Refused(Problem(message, word.span, _sorted(rows.states), nearest(word.text, rows.states)))


def _measure(function: Function, rows: Rows, name: str, span: Span) -> str | None:
    name = rows.older.get(name, name)
    if function is Function.COUNT:
        if name:
            message = f"count counts {rows.source}, not their `{name}`."
            raise Refused(Problem(message, span, (), str(rows.source)))
        return None
    if not name:
        example = "net" if "net" in rows.measures(function) else "total"
        message = f"{function} needs to know of what: {rows.source}.{example}, for example."
        raise Refused(Problem(message, span, tuple(f"{rows.source}.{m}" for m in sorted(rows.measures(function)))))
    if name in rows.measures(function):
        return name
    if name in reserved.MEASURES:
        raise Refused(Problem(reserved.unknown_cost(name), span))
    known = {f"{rows.source}.{m}" for m in rows.measures(function)}
    message = f"`{name}` is not a measure of {rows.source}."
    raise Refused(Problem(message, span, _sorted(frozenset(known)), nearest(f"{rows.source}.{name}", known)))


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(str(name) for name in names))
