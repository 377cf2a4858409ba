"""A question in GraphQL, answered by a tree of values and functions."""

from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, jsonify, request
from graphql import GraphQLSchema, build_schema, graphql_sync


@cache
def schema(path: Path) -> GraphQLSchema:
    """The schema of this file, read once."""
    return build_schema(path.read_text(encoding="utf-8"))


def answered(path: Path, root: dict[str, Any]) -> Response:
    """The answer to the request's query: a function in the tree is called with the field's arguments."""
    said = request.get_json(silent=True)
    if not isinstance(said, dict) or not isinstance(said.get("query"), str):
        response = jsonify(errors=[{"message": "A query is required."}])
        response.status_code = 400
        return response
    result = graphql_sync(schema(path), said["query"], root, variable_values=said.get("variables") or {})
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    return jsonify(body)


def connection(rows: list[dict[str, Any]], first: int, after: str | None) -> dict[str, Any]:
    """The first rows after a cursor, which is the id of a row."""
    ids = [row["id"] for row in rows]
    start = ids.index(after) + 1 if after in ids else 0
    page = rows[start : start + first]
    return {
        "pageInfo": {
            "hasNextPage": start + first < len(rows),
            "hasPreviousPage": start > 0,
            "startCursor": page[0]["id"] if page else None,
            "endCursor": page[-1]["id"] if page else None,
        },
        "edges": [{"cursor": row["id"], "node": row} for row in page],
    }
