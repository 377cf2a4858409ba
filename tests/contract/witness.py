"""Hears whatever a test's own process, or a process that it starts, asks BigCommerce, and holds it against what
BigCommerce published: paths, queries and bodies against its OpenAPI files, GraphQL against the pretended schemas, for
it publishes none.

``tests/listening.py`` puts it beside every test: a request that is not allowed fails the test, or the module with
processes of its own, that made it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate
from graphql.execution.values import get_variable_values

import sandbox.bigcommerce
from plugin.platforms.recorder import HIDDEN
from tests.contract.openapi import published

PRETENDED = Path(sandbox.bigcommerce.__file__).parent
ACCOUNT, ADMIN = PRETENDED / "accounts" / "account.graphql", PRETENDED / "api" / "admin.graphql"
STORE = re.compile(r"/stores/[^/]+(/v[23](?:/.*)?|/graphql)$")
ACCOUNTS = re.compile(r"/accounts/[^/]+/graphql$")
TOKENS = re.compile(r"/oauth2/token$")
GRANT = {"client_id", "client_secret", "code", "scope", "context", "grant_type", "redirect_uri"}
"""Fields of the token exchange; its description is prose."""
NOT_DESCRIBED = {
    "/v3/catalog/": "we hold no file of the catalogue's; the sandbox knows what it answers",
    "/v3/channels": "no file of the channels', either",
    "/v3/promotions": "no file of the promotions', either",
}
ALLOWED_ALL_THE_SAME: dict[tuple[str, str], str] = {}
"""Method and path that the platform takes though its description forbids them: and why we know."""
OUR_OWN_INVENTIONS = {
    "test_a_call_carries_token_types_and_the_query_as_filters_want_it": "a filter of no meaning, of each type",
    "test_a_write_is_never_repeated_by_itself": "a body of no meaning: what it is does not matter",
}
"""Tests whose requests are not the adapter's: the test writes them itself."""

Entry = Mapping[str, Any]


class Witness:
    """What was asked, each different request judged once, and what was wrong."""

    def __init__(self, specs: Path) -> None:
        self._specs = specs
        self._known: dict[str, list[str]] = {}
        self.wrong: list[str] = []
        self.heard = 0

    def hear(self, entry: Entry, by: str = "") -> None:
        """A request of the test ``by``, as ``Http`` tells it or as a line of a recording has it."""
        url = urlsplit(entry["url"])
        if by.rpartition("::")[2].partition("[")[0] in OUR_OWN_INVENTIONS:
            return
        if not (STORE.search(url.path) or ACCOUNTS.search(url.path) or TOKENS.search(url.path)):
            return
        self.heard += 1
        place = re.sub(r"/\d+(?=/|$)", "/7", url.path.partition("/stores/")[2].partition("/")[2] or url.path)
        key = json.dumps([entry["method"], place, url.query, entry["body"]], sort_keys=True, default=str)
        if key not in self._known:
            self._known[key] = faults(self._specs, entry)
        self.wrong += [f"{entry['method']} {entry['url']}: {fault}" for fault in self._known[key]]

    def hear_all(self, lines: str, by: str = "") -> None:
        """The lines of a recording."""
        for line in lines.splitlines():
            self.hear(json.loads(line), by)

    def take(self) -> list[str]:
        """What was wrong since the last time, each once."""
        wrong, self.wrong = list(dict.fromkeys(self.wrong)), []
        return wrong


def faults(specs: Path, entry: Entry) -> list[str]:
    """What is wrong with a request."""
    url = urlsplit(entry["url"])
    if TOKENS.search(url.path):
        lacking = sorted(GRANT ^ set(entry["body"]))
        return [f"{name} is missing, or not asked for" for name in lacking]
    if url.path.endswith("/graphql"):
        return list(_asked_wrongly(ACCOUNT if ACCOUNTS.search(url.path) else ADMIN, entry["body"]))
    found = STORE.search(url.path)
    assert found is not None
    path = found[1]
    if path.startswith(tuple(NOT_DESCRIBED)) or (entry["method"], path) in ALLOWED_ALL_THE_SAME:
        return []
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    return published(specs).faults_of_request(entry["method"], path, query, entry["body"], untold=HIDDEN)


def _asked_wrongly(schema: Path, body: Mapping[str, Any]) -> Iterator[str]:
    document, described = parse(body["query"]), _schema(schema)
    yield from (error.message for error in validate(described, document))
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    values = get_variable_values(described, operation.variable_definitions or (), body.get("variables") or {})
    yield from (error.message for error in values) if isinstance(values, list) else ()


@cache
def _schema(path: Path) -> GraphQLSchema:
    return build_schema(path.read_text())
