"""The search syntax of list queries: terms of a field, joined by AND, OR, NOT and brackets.

It misreads what the real one misreads: a timestamp with colons that is not quoted makes its term
meaningless, an unknown field is left out with a warning in ``extensions.search``; both find more
than was meant, without an error.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sandbox import moments

SIGNS = {"=": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
Test = Callable[[Any], bool]
Getter = Callable[[Any], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<bracket>[()])|(?P<join>AND|OR|NOT)\b|(?P<minus>-)?(?P<field>[a-z_]+):\s?(?P<sign>>=|<=|>|<)?"""
    r"""(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<bare>[^\s()]+))|(?P<word>[^\s()]+))"""
)


@dataclass(frozen=True, slots=True)
class Days:
    """A moment that this field compares by its whole day in UTC."""

    moment: datetime


def compile_query(text: str, fields: Mapping[str, Getter], warnings: list[dict[str, Any]]) -> Test:
    """A test for one thing: whether the query finds it. Warnings are appended."""
    tokens = [match for match in _TOKEN.finditer(text) if match.group().strip()]
    parser = _Parser(tokens, fields)
    found = parser.either() if tokens else _everything
    if parser.unknown:
        warnings.append(
            {
                "path": ["query"],
                "query": text,
                "parsed": {},
                "warnings": [
                    {"field": name, "message": "Invalid search field for this query.", "code": "invalid_field"}
                    for name in parser.unknown
                ],
            }
        )
    return found


class _Parser:
    """Recursive descent: OR of ANDs of terms."""

    def __init__(self, tokens: list[re.Match[str]], fields: Mapping[str, Getter]) -> None:
        self._tokens = tokens
        self._at = 0
        self._fields = fields
        self.unknown: list[str] = []

    def either(self) -> Test:
        tests = [self._every()]
        while self._take("join", "OR"):
            tests.append(self._every())
        return tests[0] if len(tests) == 1 else lambda item: any(test(item) for test in tests)

    def _every(self) -> Test:
        tests = [self._term()]
        while self._at < len(self._tokens) and not self._is("join", "OR") and not self._is("bracket", ")"):
            self._take("join", "AND")
            if self._at < len(self._tokens):
                tests.append(self._term())
        return lambda item: all(test(item) for test in tests)

    def _term(self) -> Test:
        if self._take("join", "NOT"):
            inner = self._term()
            return lambda item: not inner(item)
        if self._take("bracket", "("):
            within = self.either()
            self._take("bracket", ")")
            return within
        token = self._tokens[self._at]
        self._at += 1
        if not token["field"]:
            return _everything
        test = self._compare(token)
        return (lambda item: not test(item)) if token["minus"] else test

    def _compare(self, token: re.Match[str]) -> Test:
        name = token["field"]
        getter = self._fields.get(name)
        if getter is None:
            self.unknown.append(name)
            return _everything
        if token["bare"] is not None and ":" in token["bare"]:
            return _everything
        value = next(token[name] for name in ("single", "double", "bare") if token[name] is not None)
        return lambda item: _holds(getter(item), token["sign"] or "=", value)

    def _is(self, group: str, text: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at][group] == text

    def _take(self, group: str, text: str) -> bool:
        if not self._is(group, text):
            return False
        self._at += 1
        return True


def _everything(item: Any) -> bool:
    return True


def _holds(found: Any, sign: str, wanted: str) -> bool:
    if isinstance(found, list | tuple | set):
        return any(_holds(each, sign, wanted) for each in found)
    if found is None:
        return False
    if wanted == "*":
        return True
    try:
        return _compare(*_alike(found, wanted), sign)
    except ValueError:
        return False


def _alike(found: Any, wanted: str) -> tuple[Any, Any]:
    if isinstance(found, Days):
        return found.moment.astimezone(UTC).date(), _moment(wanted).date()
    if isinstance(found, datetime):
        if len(wanted) == len("2026-10-01"):
            return found.astimezone(UTC).date(), date.fromisoformat(wanted)
        return found, _moment(wanted)
    if isinstance(found, bool):
        return found, wanted.lower() == "true"
    if isinstance(found, int):
        return found, int(wanted)
    return str(found).casefold(), wanted.casefold()


def _moment(text: str) -> datetime:
    return moments.parse(text)


def _compare(left: Any, right: Any, sign: str) -> bool:
    return bool(SIGNS[sign](left, right))
