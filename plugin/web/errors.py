"""What went wrong, in one form: ``{"error": {code, message, field?, problems?, reference?}}``.

Pages get the same sentence as a small page. What nobody expected gets an apology and a reference
number that is in the log.
"""

import secrets
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from plugin.domain.errors import Invalid, RegularsError
from plugin.platforms.given.mistakes import FileUnusable, Mistake
from plugin.platforms.shopify.connect import NAME as SHOPIFY
from plugin.rules.problems import Problem, RuleError
from plugin.rules.schema import flat
from plugin.web import here, words

log = structlog.get_logger()
RETRY_SESSION = "X-Shopify-Retry-Invalid-Session-Request"
LEAVE = "X-Shopify-API-Request-Failure-Reauthorize-Url"
"""App Bridge leaves the frame for this address when a fetch is answered with it; other admins know neither."""

STATUS = {
    "not_genuine": HTTPStatus.UNAUTHORIZED,
    "store_unknown": HTTPStatus.CONFLICT,
    "not_found": HTTPStatus.NOT_FOUND,
    "file_unusable": HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
    "needs_confirming": HTTPStatus.UNPROCESSABLE_ENTITY,
    "rule": HTTPStatus.UNPROCESSABLE_ENTITY,
    "too_slow": HTTPStatus.UNPROCESSABLE_ENTITY,
    "database_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "platform": HTTPStatus.BAD_GATEWAY,
    "platform_refused": HTTPStatus.BAD_GATEWAY,
    "throttled": HTTPStatus.SERVICE_UNAVAILABLE,
    "choosing_busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "choosing_refused": HTTPStatus.BAD_GATEWAY,
    "in_trial": HTTPStatus.CONFLICT,
    "needs_reauthorisation": HTTPStatus.CONFLICT,
    "access_denied": HTTPStatus.CONFLICT,
    "grant_wanted": HTTPStatus.FORBIDDEN,
    "scopes_missing": HTTPStatus.FORBIDDEN,
    "state_unknown": HTTPStatus.BAD_GATEWAY,
    "store_unavailable": HTTPStatus.BAD_GATEWAY,
}
"""What our errors are over HTTP; any other is unexpected."""


def register(app: Flask) -> None:
    """Every failure of the app has its form."""
    app.register_error_handler(RegularsError, _named)
    app.register_error_handler(HTTPException, over_http)
    app.register_error_handler(Exception, _unexpected)


def _named(error: RegularsError) -> Response:
    status = STATUS.get(error.code)
    if status is None:
        return _unexpected(error)
    told: dict[str, Any] = {"code": error.code, "message": words.sentence(error)}
    if isinstance(error, Invalid):
        told["field"] = error.field
    if isinstance(error, FileUnusable):
        told["problems"] = [words.problem_of_rule(_of_file(mistake)) for mistake in error.mistakes]
    if isinstance(error, RuleError):
        told["problems"] = [words.problem_of_rule(problem) for problem in error.problems]
    response = _answer(told, status)
    if "leave_for" in error.particulars:
        response.headers[LEAVE] = str(error.particulars["leave_for"])
    if status is HTTPStatus.UNAUTHORIZED and here.platform().name == SHOPIFY:
        response.headers[RETRY_SESSION] = "1"
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


def _of_file(mistake: Mistake) -> Problem:
    return Problem(mistake.message, field=mistake.path or None, suggestion=mistake.suggestion)


def over_http(error: HTTPException) -> Response:
    """No such address, a wrong method, a body that does not fit: in our form."""
    if isinstance(error, InternalServerError):
        return _unexpected(error.original_exception or error)
    if error.response is not None:
        return make_response(error.response)
    status = HTTPStatus(error.code or 500)
    told: dict[str, Any] = {"code": status.name.lower(), "message": words.over_http(status)}
    messages = getattr(error, "data", {}).get("messages")
    if messages:
        told["problems"] = [words.problem_of_rule(_shallow(problem)) for problem in flat(messages)]
    response = _answer(told, status)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _shallow(problem: Problem) -> Problem:
    """Without the words ``json`` and ``query`` that the parser puts before a field."""
    field = (problem.field or "").partition(".")
    return Problem(problem.message, field=field[2] if field[0] in ("json", "query") else problem.field)


def _unexpected(error: BaseException) -> Response:
    reference = secrets.token_hex(4)
    log.error("request.failed", reference=reference, endpoint=request.endpoint, exc_info=error)
    told = {"code": "unexpected", "message": words.unexpected(reference), "reference": reference}
    return _answer(told, HTTPStatus.INTERNAL_SERVER_ERROR)


def _answer(told: dict[str, Any], status: HTTPStatus) -> Response:
    if request.path.startswith(("/api/", "/static/")) or request.path == "/api":
        response = jsonify(error=told)
    else:
        response = make_response(page(told["message"]))
    response.status_code = status
    return response


def page(message: str) -> str:
    """A page that says only this."""
    return render_template("message.html", message=message, name=current_app.config["API_TITLE"])
