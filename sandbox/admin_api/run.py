"""Answers one GraphQL request: cost, bucket, execution, extensions."""

from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, GraphQLError, execute_sync, get_variable_values

from sandbox.admin_api.asking import Asking
from sandbox.admin_api.cost import MOST, Meter
from sandbox.admin_api.document import Document, InvalidDocument, label, read

DOCS = "https://shopify.dev/api/usage/limits"


@dataclass(slots=True)
class Reply:
    """The body of an answer with HTTP status 200, and what the log of calls keeps of it."""

    body: dict[str, Any]
    operation: str = "?"
    outcome: str = "ok"
    requested: int | None = None
    actual: int | None = None


def run(asking: Asking, request: dict[str, Any], *, throttle: bool = False) -> Reply:
    """The reply to ``{query, variables, operationName}``; ``throttle`` refuses it as if the bucket were empty."""
    text, given = request.get("query"), request.get("variables") or {}
    if not isinstance(text, str) or not isinstance(given, dict):
        return Reply({"errors": [{"message": "Parameter Missing or Invalid"}]}, outcome="errors")
    try:
        document = read(asking.schema, text)
        operation = document.operation(request.get("operationName") or None)
    except InvalidDocument as problem:
        return Reply({"errors": [error.formatted for error in problem.errors]}, outcome="errors")
    except GraphQLError as error:
        return Reply({"errors": [error.formatted]}, outcome="errors")
    variables = get_variable_values(asking.schema, operation.variable_definitions or (), given)
    if isinstance(variables, list):
        errors = [_bad_variable(error) for error in variables]
        return Reply({"errors": errors}, label(operation), "errors")
    meter = Meter(asking.schema, operation, document.fragments, variables)
    reply = Reply({}, label(operation), requested=meter.cost())
    return _admit(asking, document, meter, reply, request, throttle=throttle)


def _admit(asking: Asking, document: Document, meter: Meter, reply: Reply, request: dict[str, Any], *,
           throttle: bool) -> Reply:  # fmt: skip
    requested = reply.requested or 0
    if requested > MOST:
        reply.outcome, reply.body = "max_cost", {"errors": [_too_dear(requested)]}
        return reply
    if throttle or not asking.shop.bucket.take(requested):
        reply.outcome = "throttled"
        extensions = {"code": "THROTTLED", "documentation": DOCS}
        reply.body = {"errors": [{"message": "Throttled", "extensions": extensions}]}
        return _with_cost(asking, reply)
    with asking.shop.lock:
        result = execute_sync(
            asking.schema,
            document.node,
            context_value=asking,
            variable_values=request.get("variables") or {},
            operation_name=request.get("operationName") or None,
        )
    reply.actual = min(requested, meter.cost(result.data))
    asking.shop.bucket.give_back(requested - reply.actual)
    return _filled(asking, reply, result)


def _filled(asking: Asking, reply: Reply, result: ExecutionResult) -> Reply:
    reply.body = {"data": result.data}
    if result.errors:
        reply.outcome = "errors"
        reply.body["errors"] = [_formatted(error) for error in result.errors]
    _with_cost(asking, reply)
    if asking.warnings:
        reply.body["extensions"]["search"] = asking.warnings
    return reply


def _with_cost(asking: Asking, reply: Reply) -> Reply:
    reply.body["extensions"] = {
        "cost": {
            "requestedQueryCost": reply.requested,
            "actualQueryCost": reply.actual,
            "throttleStatus": asking.shop.bucket.status(),
        }
    }
    return reply


def _formatted(error: GraphQLError) -> dict[str, Any]:
    shown: dict[str, Any] = dict(error.formatted)
    known = getattr(error.original_error, "extensions", None)
    if error.original_error is not None:
        shown["extensions"] = known or {"code": "INTERNAL_SERVER_ERROR"}
    return shown


def _bad_variable(error: GraphQLError) -> dict[str, Any]:
    return dict(error.formatted) | {"extensions": {"code": "INVALID_VARIABLE"}}


def _too_dear(requested: int) -> dict[str, Any]:
    return {
        "message": f"Query cost is {requested}, which exceeds the single query max cost limit ({MOST}). "
        f"See {DOCS} for more information on how the cost of a query is calculated.",
        "extensions": {"code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": MOST, "documentation": DOCS},
    }
