"""A file's text as plain objects: YAML 1.2 or JSON, amounts exact, moments as they were written."""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from plugin.platforms.given.mistakes import FileUnusable, Mistake

DEEPEST = 50
"""Lists and objects inside one another: more than any store needs, few enough for the stack."""
TAGS = "tag:yaml.org,2002:"


class _Constructor(SafeConstructor):
    """Dates stay the text they are; numbers with a point are exact."""

    def exact(self, node: ScalarNode) -> Decimal:
        """The number as it is written; one that is no amount is refused where it stands."""
        try:
            found = Decimal(node.value.replace("_", ""))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            raise MarkedYAMLError(problem=f"{node.value} is not a number here", problem_mark=node.start_mark)
        return found


_Constructor.add_constructor(f"{TAGS}timestamp", SafeConstructor.construct_yaml_str)
_Constructor.add_constructor(f"{TAGS}float", _Constructor.exact)


def read(text: str) -> Any:
    """The plain objects: str, int, Decimal, bool, None, list and dict with text keys. Raises FileUnusable."""
    reads: Callable[[str], Any] = _json if text.lstrip().startswith("{") else _yaml
    try:
        found = reads(text)
    except RecursionError:
        raise FileUnusable([Mistake("", "Lists and objects stand too deep inside one another here.")]) from None
    return _plain(found, "", 0)


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        if error.pos and text.lstrip()[:1] == "{":  # A YAML file may begin with a brace too.
            return _yaml(text)
        raise FileUnusable([Mistake("", f"line {error.lineno}, column {error.colno}: {error.msg}")]) from error


def _no_number(word: str) -> Any:
    raise FileUnusable([Mistake("", f"{word} is not a number.")])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise FileUnusable([Mistake("", f"The key {key} stands twice in one object.")])
        found[key] = value
    return found


def _yaml(text: str) -> Any:
    yaml = YAML(typ="safe", pure=True)  # Pure: the other one reads YAML 1.1, where the country NO is false.
    yaml.Constructor = _Constructor
    try:
        return yaml.load(text)
    except DuplicateKeyError as error:
        where = _line(error)
        raise FileUnusable([Mistake("", f"{where}{str(error.problem).splitlines()[0]}")]) from error
    except YAMLError as error:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise FileUnusable([Mistake("", f"{_line(error)}{problem}")]) from error


def _line(error: YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return "" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}: "


def _plain(value: Any, path: str, depth: int) -> Any:
    """The value with plain containers; a key that is no text becomes one, as JSON would have it."""
    if depth > DEEPEST:
        raise FileUnusable([Mistake(path[:60], "Lists and objects stand too deep inside one another here.")])
    if isinstance(value, dict):
        found = {}
        for key, below in value.items():
            name = _key(key, path)
            found[name] = _plain(below, f"{path}.{name}" if path else name, depth + 1)
        return found
    if isinstance(value, (list, tuple)):
        return [_plain(below, f"{path}[{number}]", depth + 1) for number, below in enumerate(value)]
    if value is None or isinstance(value, (str, bool, int, Decimal)):
        return value
    raise FileUnusable([Mistake(path, f"There is no use for a {type(value).__name__} here.")])


def _key(key: object, path: str) -> str:
    if isinstance(key, bool) or not isinstance(key, (str, int, Decimal)):
        raise FileUnusable([Mistake(path, f"{key!r} can't be a key: put it in quotes.")])
    return str(key)
