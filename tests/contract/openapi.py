"""Holds a request or an answer against BigCommerce's published OpenAPI files.

jsonschema is enough: an OpenAPI 3.0 schema is one of draft 4 with ``nullable`` and references into its own file. Where
the description is known to be wrong about the platform, QUIRKS says so and why.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft4Validator, FormatChecker
from ruamel.yaml import YAML

FILES = (
    "customers.v2", "customers.v3", "orders.v2", "orders.v3", "price_lists.v3", "segments.v3", "store_information.v2",
    "subscribers.v3", "webhooks.v3",
)  # fmt: skip
METHODS = ("get", "post", "put", "delete")
ANYWHERE = {401, 403, 404, 409, 413, 423, 429, 499, 500, 502, 503, 504, 507}
"""Answers that any call may get, described or not."""
QUIRKS = {
    "sort of V2 orders": "the prose asks for :asc or :desc, the enumeration has the bare names",
    "oneOf": "its alternatives overlap (discount rules, consignments): read as anyOf, or its own examples fail",
    "id of subscribers": "a filter, marked as required",
    "empty hooks": "minItems 1 of a list that is empty at every installation",
    "channel settings": "null is how a channel inherits, and no type allows it",
    "V2 204": "an empty list has no body, which is not described",
}
formats = FormatChecker()


@formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value) is not None


@dataclass(frozen=True)
class Operation:
    """One method of one path, in the file that describes it."""

    document: dict[str, Any]
    version: str
    path: str
    method: str

    @property
    def said(self) -> dict[str, Any]:
        """What the file says about it."""
        found: dict[str, Any] = self.document["paths"][self.path][self.method]
        return found

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Its own parameters and those of its path."""
        both = [*self.said.get("parameters", ()), *self.document["paths"][self.path].get("parameters", ())]
        return [self.resolved(each) for each in both]

    def resolved(self, said: dict[str, Any]) -> dict[str, Any]:
        """What a reference leads to."""
        while "$ref" in said:
            found: Any = self.document
            for part in said["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/")]
            said = found
        return said

    def faults(self, schema: dict[str, Any], value: Any) -> list[str]:
        """What a schema of this file has against a value."""
        whole = {"allOf": [schema], "components": self.document["components"]}
        found = Draft4Validator(whole, format_checker=formats).iter_errors(value)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in found]

    def unknown(self, schema: dict[str, Any], value: Any, where: str = "") -> list[str]:
        """Keys of a value that a schema of this file has no word of; a schema without properties has none of any."""
        schema = self.resolved(schema)
        if isinstance(value, list):
            inner = [each["items"] for each in self._alternatives(schema) if "items" in each]
            return sorted({key for one in value for key in self.unknown({"allOf": inner}, one, where)}) if inner else []
        if not isinstance(value, dict):
            return []
        known: dict[str, list[dict[str, Any]]] = {}
        for each in self._alternatives(schema):
            if each.get("additionalProperties") is True:
                return []
            for name, inside in each.get("properties", {}).items():
                known.setdefault(name, []).append(inside)
        if not known:
            return []
        found = [f"{where}{name}" for name in value if name not in known]
        for name in set(value) & set(known):
            found += self.unknown({"allOf": known[name]}, value[name], f"{where}{name}.")
        return sorted(found)

    def _alternatives(self, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        schema = self.resolved(schema)
        yield schema
        for word in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(word, ()):
                yield from self._alternatives(each)


class Published:
    """All files together."""

    def __init__(self, folder: Path) -> None:
        self.operations = [
            Operation(document, name.rpartition(".")[2], path, method)
            for name in FILES
            for document in [_load(folder / f"{name}.yml")]
            for path in document["paths"]
            for method in METHODS
            if method in document["paths"][path]
        ]

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of ``/v3/customers`` and the like; a path with fewer parameters goes first."""
        fitting = [
            each
            for each in self.operations
            if each.method == method.lower() and re.fullmatch(f"/{each.version}{_pattern(each.path)}", path)
        ]
        return min(fitting, key=lambda each: each.path.count("{"), default=None)

    def faults_of_answer(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer; ``body`` is None where there is none."""
        operation = self.find(method, path)
        if operation is None:
            return [f"{method} {path} is not described"]
        described = {int(code): each for code, each in operation.said["responses"].items()}
        if status not in described:
            empty_list = status == 204 and operation.version == "v2" and method == "GET"
            fine = status in ANYWHERE or (empty_list and body is None) or (status == 400 and operation.version == "v2")
            return [] if fine else [f"{status} is not described for {method} {path}"]
        content = operation.resolved(described[status]).get("content", {})
        if not content:
            return [] if body is None or status >= 400 else [f"{status} of {method} {path} has a body"]
        schema = content.get("application/json", {}).get("schema")
        return [] if schema is None else operation.faults(schema, body)

    def inventions(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """Keys of an answer that the description has no word of."""
        operation = self.find(method, path)
        said = operation.said["responses"].get(str(status)) if operation else None
        if operation is None or said is None:
            return []
        schema = operation.resolved(said).get("content", {}).get("application/json", {}).get("schema")
        return [] if schema is None else operation.unknown(schema, body)

    def faults_of_call(self, call: dict[str, Any]) -> list[str]:
        """What is wrong with a request, as the sandbox wrote it down."""
        return self.faults_of_request(call["method"], call["path"], dict(parse_qsl(call["query"])), call["body"])

    def faults_of_entry(self, entry: Mapping[str, Any]) -> list[str]:
        """What is wrong with a request, as the app wrote it down; its ``url`` is described from the store's hash on."""
        url = urlsplit(entry["url"])
        path = "/" + url.path.partition("/stores/")[2].partition("/")[2]
        return self.faults_of_request(entry["method"], path, dict(parse_qsl(url.query)), entry["body"])

    def faults_of_request(
        self, method: str, path: str, query: dict[str, str], body: Any, untold: str = ""
    ) -> list[str]:
        """What is wrong with a request. ``untold`` stands for a value of the query that nobody wrote down."""
        operation = self.find(method, path)
        if operation is None:
            return [f"{method} {path} is not described"]
        found = list(_faults_of_query(operation, query, untold))
        wanted = operation.resolved(operation.said.get("requestBody", {})).get("content", {}).get("application/json")
        if wanted is None and body is not None:
            found.append(f"{method} {path} takes no body")
        elif wanted is not None and "schema" in wanted:
            found += operation.faults(wanted["schema"], body)
        return found


@cache
def published(folder: Path) -> Published:
    """The files in ``bigcommerce`` of this folder, read once; about three seconds."""
    return Published(folder / "bigcommerce")


def _faults_of_query(operation: Operation, query: dict[str, str], untold: str) -> Iterator[str]:
    known = {each["name"]: each for each in operation.parameters if each["in"] == "query"}
    for name, value in query.items():
        if name not in known:
            yield f"{name} is no parameter of {operation.path}"
        if name not in known or (untold and value == untold):
            continue
        schema = operation.resolved(known[name].get("schema", {}))
        if name == "sort" and operation.version == "v2":
            value = value.partition(":")[0]
        yield from (f"{name}: {fault}" for fault in operation.faults(schema, _cast(operation, schema, value)))
    for name, said in known.items():
        if said.get("required") and name not in query and not (name == "id" and "subscribers" in operation.path):
            yield f"{name} is missing for {operation.path}"


def _cast(operation: Operation, schema: dict[str, Any], value: str) -> Any:
    """The value a text in a query stands for; the text itself where it stands for none."""
    if schema.get("type") == "array":
        inner = operation.resolved(schema.get("items", {}))
        return [_cast(operation, inner, each) for each in value.split(",")]
    try:
        if schema.get("type") in {"integer", "number"}:
            return int(value) if schema["type"] == "integer" or value.isdigit() else float(value)
    except ValueError:
        return value
    return {"true": True, "false": False}.get(value, value) if schema.get("type") == "boolean" else value


def _pattern(path: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))


def _load(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load(file)
    _mend(document)
    return document


def _mend(it: Any, name: str = "") -> None:
    """``nullable`` is said as draft 4 says it, and the QUIRKS of schemas are mended."""
    if isinstance(it, list):
        for each in it:
            _mend(each, name)
    if not isinstance(it, dict):
        return
    if it.get("nullable") is True and isinstance(it.get("type"), str):
        it["type"] = [it["type"], "null"]
        if isinstance(it.get("enum"), list):
            it["enum"].append(None)
    if "oneOf" in it:
        it["anyOf"] = it.pop("oneOf")
    if name in {"guest_customer_group_id", "default_customer_group_id"} and it.get("type") == "integer":
        it["type"] = ["integer", "null"]
    if name == "data" and it.get("minItems") == 1 and "destination" in str(it):
        del it["minItems"]
    for key, each in list(it.items()):
        _mend(each, name if key == "items" else key)
