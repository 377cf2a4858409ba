"""Requests and answers held against a platform's own description of its REST API (OpenAPI 3.0)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft4Validator  # The draft that OpenAPI 3.0 is made of.
from ruamel.yaml import YAML


class Operation(NamedTuple):
    """What may be asked at a path with a method."""

    told: Mapping[str, Any]
    parameters: Sequence[Mapping[str, Any]]


class Description:
    """One description. Paths begin at the resource, without what stands before it in an address."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = _nullable(document)

    def request_mistakes(self, method: str, path: str, query: Mapping[str, str], body: Any) -> list[str]:
        """What of the request is not as described; nothing where it is."""
        found = self._operation(method, path)
        if found is None:
            return [f"{method} {path} is not described"]
        return [*self._of_query(found, query), *self._of_body(found.told.get("requestBody"), body)]

    def answer_mistakes(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What of the answer is not as described; a status that is not described is a mistake."""
        found = self._operation(method, path)
        if found is None:
            return [f"{method} {path} is not described"]
        answer = found.told["responses"].get(str(status))
        if answer is None:
            return [f"{method} {path} is not described to answer {status}"]
        content = self._there(answer).get("content")
        return [] if content is None and body is None else list(self._of_body({"content": content or {}}, body))

    def _operation(self, method: str, path: str) -> Operation | None:
        """The operation, if there is one; a path that is spelled out comes before one with a place in it."""
        templates = sorted(self._document["paths"], key=lambda template: template.count("{"))
        for template in templates:
            told = self._document["paths"][template]
            if method.lower() in told and _pattern(template).fullmatch(path):
                operation = told[method.lower()]
                listed = [*told.get("parameters", ()), *operation.get("parameters", ())]
                return Operation(operation, [self._there(each) for each in listed])
        return None

    def _of_query(self, operation: Operation, query: Mapping[str, str]) -> Iterator[str]:
        known = {each["name"]: each for each in operation.parameters if each["in"] == "query"}
        yield from (f"?{name} is not described" for name in query if name not in known)
        yield from (f"?{name} is missing" for name, each in known.items() if each.get("required") and name not in query)
        for name in known.keys() & query.keys():
            schema = self._there(known[name].get("schema", {}))
            yield from self._against(schema, _typed(query[name], schema), f"?{name}")

    def _of_body(self, described: Any, body: Any) -> Iterator[str]:
        if described is None or body is None:
            if body is not None:
                yield "a body is not described"
            elif described is not None and self._there(described).get("required"):
                yield "the body is missing"
            return
        content = self._there(described).get("content", {})
        if "application/json" not in content:
            yield "a JSON body is not described"
            return
        yield from self._against(content["application/json"].get("schema", {}), body, "body")

    def _against(self, schema: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
        """References lead into the whole document, which is why the schema is looked at inside it."""
        for error in Draft4Validator({**self._document, "allOf": [schema]}).iter_errors(value):
            place = "".join(f"[{step!r}]" for step in error.absolute_path)
            yield f"{where}{place}: {error.message[:200]}"

    def _there(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference leads to."""
        while "$ref" in told:
            found: Any = self._document
            for step in told["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            told = found
        return told


@cache
def description(path: Path) -> Description:
    """The description in this file, read once."""
    return Description(YAML(typ="safe").load(path.read_text("utf-8")))


def _pattern(template: str) -> re.Pattern[str]:
    """What a path of this template looks like."""
    return re.compile(re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(template)))


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    """A value of the query as what it is described to be; the text where it is none."""
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return [_typed(each, schema.get("items", {})) for each in text.split(",")]
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    try:
        return {"integer": int, "number": float}.get(str(kind), str)(text)
    except ValueError:
        return text


def _nullable(told: Any) -> Any:
    """The description with ``nullable`` said in the schema's own words, and without what only people read."""
    if isinstance(told, list):
        return [_nullable(each) for each in told]
    if not isinstance(told, dict):
        return told
    made = {str(name): _nullable(each) for name, each in told.items() if name not in ("example", "examples")}
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made
