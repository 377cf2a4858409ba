"""Reads the inside of an aggregate: ``latest 3 paid orders.net``, ``its lines``, ``nth -1 orders.date``."""

from collections.abc import Iterable
from dataclasses import dataclass

from plugin.rules import fields, limits
from plugin.rules.fields import Rows
from plugin.rules.problems import Problem, Refused, nearest
from plugin.rules.scope import RowScope, Scope
from plugin.rules.tree import End, Function, Relation, Slice, Source, Span, State

_ITS: dict[Source, frozenset[Source]] = {
    Source.ORDERS: frozenset({Source.LINES, Source.REFUNDS}),
    Source.LINES: frozenset({Source.REFUNDS}),
}
"""Which rows belong to a row."""


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
    slice: Slice | None
    relation: Relation | None


def read_selection(function: Function, words: list[Word], scope: Scope) -> Selection:
    """The rows and the measure. Raises Refused at the word that makes no sense."""
    *adjectives, path = words
    name, _, measure = path.text.partition(".")
    rows = _rows(name, path.span)
    found = _Adjectives(rows)
    left = list(adjectives)
    while left:
        found.take(left)
    relation = _relation(found.relation, rows, scope, path)
    if relation is Relation.ITS and found.said is not None:
        message = f"`its {rows.source}` are those of this row: leave `{found.said.text}` out."
        raise Refused(Problem(message, found.said.span))
    state = State.ANY if relation is Relation.ITS else found.state or rows.default
    ordered = function in (Function.FIRST, Function.LAST) or found.slice is not None
    if ordered and not rows.dated:
        message = f"{rows.source.capitalize()} have no date, and so no first and no latest."
        raise Refused(Problem(message, path.span, ("any(…)", "min", "max")))
    return Selection(rows, state, _measure(function, rows, measure, path.span), found.slice, relation)


class _Adjectives:
    """The words before the name of the rows, in any order."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.state: State | None = None
        self.said: Word | None = None
        self.slice: Slice | None = None
        self.relation: Word | None = None

    def take(self, left: list[Word]) -> None:
        """Takes one adjective off the words. Raises Refused."""
        word = left.pop(0)
        if word.text in frozenset(Relation):
            self._once(self.relation, word)
            self.relation = word
        elif word.text in (*End, "last"):
            self._once(self.slice, word)
            self.slice = _slice(word, left)
        else:
            self._once(self.state, word)
            self.state = _state(word, self._rows)
            self.said = word

    def _once(self, before: object, word: Word) -> None:
        if before is not None:
            message = f"`{word.text}` can't stand here: one such word before `{self._rows.source}` is enough."
            raise Refused(Problem(message, word.span, _sorted(self._rows.states)))


def _slice(word: Word, left: list[Word]) -> Slice:
    end = End.LATEST if word.text == "last" else End(word.text)
    if not left or not left[0].text.lstrip("+-").isdigit():
        if end is End.NTH:
            message = "`nth` is followed by a number: nth 2, or nth -1 for the latest."
            raise Refused(Problem(message, word.span, ("a number",)))
        return Slice(end, 1)
    return numbered(end, left.pop(0))


def numbered(end: End, word: Word) -> Slice:
    """The slice of so many rows. Raises Refused."""
    rows = int(word.text) if len(word.text) < 9 and word.text.lstrip("+-").isdigit() else limits.ROWS + 1
    fine = 1 <= abs(rows) <= limits.ROWS if end is End.NTH else 1 <= rows <= limits.ROWS
    if not fine:
        message = f"This is a whole number from 1 to {limits.ROWS:,}."
        raise Refused(Problem(message, word.span, ("a number",)))
    return Slice(end, rows)


def _relation(word: Word | None, rows: Rows, scope: Scope, path: Word) -> Relation | None:
    if word is None:
        return None
    relation = Relation(word.text)
    if not isinstance(scope, RowScope):
        message = f"`{word.text}` belongs inside a filter, where there is a row it can speak of."
        raise Refused(Problem(message, word.span, (), None))
    around = scope.rows
    if relation is Relation.ITS and rows.source not in _ITS.get(around.source, frozenset()):
        message = f"A row of {around.source} has no {rows.source} of its own."
        raise Refused(Problem(message, path.span, _sorted(_ITS.get(around.source, frozenset()))))
    if relation is not Relation.ITS and not (rows.dated and around.dated):
        message = f"`{word.text}` needs dates on both sides, and one of {around.source} and {rows.source} has none."
        raise Refused(Problem(message, word.span))
    return relation


def _rows(name: str, span: Span) -> Rows:
    if name in frozenset(Source):
        return fields.ROWS[Source(name)]
    if name == "disputes":
        message = "Disputes belong to orders: ask for `disputed orders`, or for their `dispute_state`."
        raise Refused(Problem(message, span, (), "disputed orders"))
    message = f"There is no set of rows called `{name}`."
    raise Refused(Problem(message, span, _sorted(frozenset(Source)), nearest(name, frozenset(Source))))


def _state(word: Word, rows: Rows) -> State:
    if word.text in rows.states:
        return State(word.text)
    if word.text in frozenset(State):
        message = f"`{rows.source}` takes no state: leave `{word.text}` out."
        raise Refused(Problem(message, word.span))
    words = frozenset({*rows.states, *Relation, *End})
    message = f"There is no order state `{word.text}`."
    raise Refused(Problem(message, word.span, _sorted(words), nearest(word.text, words)))


def _measure(function: Function, rows: Rows, name: str, span: Span) -> str | None:
    name = rows.older.get(name, name)
    known = tuple(f"{rows.source}.{measure}" for measure in rows.measures(function))
    if function is Function.COUNT:
        if name:
            message = f"count counts {rows.source}, not their `{name}`."
            raise Refused(Problem(message, span, ("count_distinct",), str(rows.source)))
        return None
    if not name:
        example = next((known for known in ("net", "total", "value") if known in rows.fields), "date")
        message = f"{function} needs to know of what: {rows.source}.{example}, for example."
        raise Refused(Problem(message, span, known))
    measured = rows.find(name)
    if measured is None:
        message = f"`{name}` is not a measure of {rows.source}."
        raise Refused(Problem(message, span, known, nearest(f"{rows.source}.{name}", known)))
    if fields.takes(function, measured):
        return name
    raise Refused(_not_taken(function, rows, measured, name, span))


def _not_taken(function: Function, rows: Rows, measured: fields.Field, name: str, span: Span) -> Problem:
    if measured.keyed:
        message = f"`{name}` needs a key and is only asked in a filter: WHERE {name}('…') = '…'."
        return Problem(message, span)
    if measured.type is fields.Type.DATE:
        message = f"Dates can't be summed or averaged: `{function}` takes amounts and numbers."
        return Problem(message, span, ("min", "max", "first", "last"))
    message = f"`{function}` can't be made of `{name}`."
    cures = tuple(str(other) for other in Function if fields.takes(other, measured))
    return Problem(message, span, cures)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(str(name) for name in names))
