"""Reads text into lark's tree, or says at which place it stops making sense.

Hostile text is harmless: its length and its brackets are bounded before the parser sees it, the
parser itself keeps its own stack, and a row of NOTs is flat in the grammar.
"""

import functools
import re
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from plugin.rules import limits, words
from plugin.rules.problems import Problem, RuleError
from plugin.rules.tree import Span

Branch = Tree[Token]

_VALUE = frozenset({"NAME", "OWN", "STRING", "NUMBER", "RELATIVE", "AGO", "DAY", "MOMENT", "DURATION", "AGGREGATE"})
_WORDS = {
    "_AND": "AND",
    "_OR": "OR",
    "_OF": "OF",
    "_WHERE": "WHERE",
    "_HAVING": "HAVING",
    "_AMONG": "AMONG",
    "_BY": "BY",
    "PERCENT": "%",
    "AT_LEAST": "AT LEAST",
    "QUANTIFIER": "any(…), every(…), none(…)",
    "PLACE": "TOP, BOTTOM",
    "AFFIX": "STARTS WITH, ENDS WITH, CONTAINS WORD",
    "NOT": "NOT",
    "IN": "IN",
    "NOT_IN": "NOT IN",
    "IN_SEGMENT": "IN SEGMENT",
    "NOT_IN_SEGMENT": "NOT IN SEGMENT",
    "IS_NULL": "IS NULL",
    "IS_NOT_NULL": "IS NOT NULL",
    "CONTAINS": "CONTAINS",
    "NOT_CONTAINS": "NOT CONTAINS",
    "MATCHES": "MATCHES",
    "NOT_MATCHES": "NOT MATCHES",
    "BETWEEN": "BETWEEN",
    "COMPARISON": "a comparison (=, !=, >, >=, <, <=)",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "COLON": ":",
    "$END": "the end of the rule",
}
_MATH = frozenset({"PLUS", "MINUS", "STAR", "SLASH"})

# What people of other languages write, and how it is written here.
_HABITS = (
    ("==", "="),
    ("<>", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("&&", "AND"),
    ("||", "OR"),
)
_FOREIGN_QUOTES = {'"': '"', "`": "`", "‘": "’", "’": "’", "“": "”", "”": "”", "„": "“”"}
"""Quotes of other languages, and what may close them."""
_BRACKETS = re.compile(r"'(?:\\.|[^'\\])*(?:'|\\?\Z)|[()]", re.DOTALL)


@functools.cache
def _parser() -> Lark:
    """The parser, built once per process at its first use (about 50 ms)."""
    text = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer="contextual", propagate_positions=True, maybe_placeholders=False)


def read(text: str) -> Branch:
    """The text as lark's tree.

    Raises RuleError with one problem: where the text can't be read, and what could have stood there.
    """
    _guard(text)
    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        raise RuleError([_problem(text, error)]) from error


def span_at(text: str, start: int, end: int) -> Span:
    """The place of an offset in the text."""
    line = text.count("\n", 0, start) + 1
    return Span(start, end, line, start - text.rfind("\n", 0, start))


def _guard(text: str) -> None:
    """Returns if the text may be shown to the parser; raises RuleError otherwise."""
    if not text.strip():
        raise RuleError([Problem("A rule can't be empty: it would not say who is meant.", Span(0, 0, 1, 1))])
    if len(text) > limits.TEXT_LENGTH:
        message = f"This rule has {len(text):,} characters; {limits.TEXT_LENGTH:,} is the most."
        raise RuleError([Problem(message, span_at(text, limits.TEXT_LENGTH, len(text)))])
    level = 0
    for match in _BRACKETS.finditer(text):
        level += {"(": 1, ")": -1}.get(match.group(), 0)
        if level > limits.BRACKETS:
            message = f"Brackets stand more than {limits.BRACKETS} deep here."
            raise RuleError([Problem(message, span_at(text, match.start(), match.end()))])


def _problem(text: str, error: UnexpectedInput) -> Problem:
    """What lark stumbled over, in words."""
    if isinstance(error, UnexpectedToken):
        token, accepted = error.token, frozenset(error.accepts or error.expected)
        start = len(text) if token.type == "$END" else token.start_pos or 0
        return _unexpected(text, start, start + len(token), accepted)
    assert isinstance(error, UnexpectedCharacters)  # The only other kind.
    start = error.pos_in_stream or 0
    return _unexpected(text, start, start + 1, frozenset(error.allowed or ()))


def _unexpected(text: str, start: int, end: int, accepted: frozenset[str]) -> Problem:
    expected = _in_words(accepted)
    stranger = words.unknown_function(text, start)
    if stranger is not None:
        return words.no_function(stranger[0], span_at(text, stranger[1], stranger[1] + len(stranger[0])))
    rest = text[start:]
    if not rest.strip():
        end_of_text = len(text.rstrip())
        message = "The rule ends too early."
        return Problem(message, span_at(text, end_of_text, len(text)), expected)
    around = text[max(start - 1, 0) :]
    for habit, ours in _HABITS:
        for piece, offset in ((rest, start), (around, max(start - 1, 0))):
            if piece.startswith(habit):
                span = span_at(text, offset, offset + len(habit))
                return Problem(f"`{habit}` is written `{ours}` here.", span, expected, ours)
    span = span_at(text, start, end)
    if rest[0] in _FOREIGN_QUOTES:
        return _foreign_quote(text, start, expected)
    if rest[0] == "'":
        message = "This text has no closing quote, or stands where no text can stand."
        return Problem(message, span, expected)
    if rest[0] == "," and re.match(r",\d{3}", rest) and text[start - 1 : start].isdigit():
        return Problem("Numbers are written without thousands separators.", span, expected)
    return Problem(f"`{text[start:end]}` can't stand here.", span, expected)


def _foreign_quote(text: str, start: int, expected: tuple[str, ...]) -> Problem:
    closing = re.compile(f"[{_FOREIGN_QUOTES[text[start]]}]").search(text, start + 1)
    message = "Texts stand in single quotes: 'like this'."
    if closing is None:
        return Problem(message, span_at(text, start, start + 1), expected)
    inner = text[start + 1 : closing.start()].replace("\\", "\\\\").replace("'", "\\'")
    return Problem(message, span_at(text, start, closing.end()), expected, f"'{inner}'")


def _in_words(accepted: frozenset[str]) -> tuple[str, ...]:
    """The terminals in words; the many kinds of a value become one."""
    words = [_WORDS[name] for name in _WORDS if name in accepted]
    if accepted & _MATH:
        words.append("+ - * /")
    if len(accepted & _VALUE) > 1:
        words.insert(0, "a name or a value")
    elif "NAME" in accepted:
        words.insert(0, "a name")
    elif "STRING" in accepted:
        words.insert(0, "a text in single quotes")
    elif "NUMBER" in accepted:
        words.insert(0, "a number")
    return tuple(words)
