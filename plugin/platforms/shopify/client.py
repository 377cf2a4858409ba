"""The Admin API: one GraphQL document per file, run for one store (README §4)."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import structlog
from msgspec import DecodeError
from msgspec.json import decode

from plugin.domain.errors import (
    AccessDenied,
    NeedsReauthorisation,
    PlatformError,
    PlatformRefused,
    StoreUnavailable,
    Throttled,
)
from plugin.platforms.base import Tokens, Watch, nobody, watched
from plugin.platforms.http import Answer, CallFailed, Http, Request
from plugin.platforms.shopify.limits import Pacer, ThrottleStatus

log = structlog.get_logger(__name__)


class TooCostly(PlatformRefused):
    """The question is larger than Shopify answers at once: ask for less."""

    code = "too_costly"


class Question(NamedTuple):
    """A document that is put together as it is needed. ``cost``: the points it asks for, reckoned by who made it."""

    operation: str
    text: str
    variables: Mapping[str, Any]
    cost: float


class Reply(NamedTuple):
    """What became of each field at the top of a document: its data, or the error that is its alone."""

    data: Mapping[str, Any]
    failed: Mapping[str, PlatformError]


@cache
def document(operation: str) -> str:
    """The text of ``queries/<operation>.graphql``, read once."""
    return (files("plugin.platforms.shopify") / "queries" / f"{operation}.graphql").read_text("utf-8")


class Client:
    """Asks one shop. Never sleeps: a call that must wait raises Throttled with its seconds.

    ``base_url`` is where the shop's API lives (``https://x.myshopify.com``). ``share`` is the part of
    the cost bucket this client's work may fill: 1 for live work, less for what can wait. ``watch`` hears of what
    shuts the shop out.
    """

    def __init__(
        self,
        shop: str,
        tokens: Tokens,
        http: Http,
        pacer: Pacer,
        *,
        base_url: str,
        api_version: str,
        share: float = 1.0,
        watch: Watch = nobody,
    ) -> None:
        self.shop = shop
        self._tokens = tokens
        self._http = http
        self._pacer = pacer
        self._share = share
        self._watch = watch
        self._version = api_version
        self._url = f"{base_url}/admin/api/{api_version}/graphql.json"

    def run(self, operation: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The answer's data, whole: partial data with errors is an error.

        Raises Throttled, NeedsReauthorisation, StoreUnavailable, TooCostly, PlatformRefused (a fault
        of ours), CallFailed (its ``sent`` tells whether a mutation may have happened).
        """
        question = Question(operation, document(operation), variables, self._pacer.estimate(operation))
        with watched(self._watch):
            told, status, requested = self._told(question)
            self._pacer.learn(operation, requested)
            _raise_errors(told, status, requested)
        data = told.get("data")
        if not isinstance(data, dict):
            raise CallFailed("the answer has no data", sent=True)
        return data

    def ask(self, question: Question) -> Reply:
        """The answer of a document with several fields at the top, each of which may fail alone.

        Raises as ``run`` does, for an error of the whole: one without a place, or the store's own at every place.
        """
        with watched(self._watch):
            return self._reply(question)

    def _reply(self, question: Question) -> Reply:
        told, status, requested = self._told(question)
        errors, data = told.get("errors") or [], told.get("data")
        if not isinstance(errors, list) or not isinstance(data, dict):
            _raise_errors(told, status, requested)
            raise CallFailed("the answer has no data", sent=True)
        failed: dict[str, PlatformError] = {}
        for error in errors:
            code = (error.get("extensions") or {}).get("code")
            found = _error(code, str(error.get("message"))[:500], status, requested)
            path, nothing = error.get("path"), not any(data.values())
            if nothing and (not path or isinstance(found, Throttled | NeedsReauthorisation | StoreUnavailable)):
                raise found
            if not path:  # Something was done, and nobody says what.
                raise CallFailed(found.message, sent=True)
            failed[str(path[0])] = found
        return Reply(data, failed)

    def _told(self, question: Question) -> tuple[dict[str, Any], ThrottleStatus | None, float]:
        """The whole answer, the bucket's state and the requested cost; the store's pace follows both."""
        cost = question.cost
        if wait := self._pacer.reserve(self.shop, cost, self._share):
            raise Throttled(wait)
        try:
            told = _told(self._ask(question))
        except PlatformError as error:
            if not (isinstance(error, CallFailed) and error.sent):
                self._pacer.settle(self.shop, cost, 0.0, None)
            raise
        spent = _cost(told)
        status = ThrottleStatus.of(spent)
        self._pacer.settle(self.shop, cost, float(spent.get("actualQueryCost") or 0), status)
        return told, status, float(spent.get("requestedQueryCost") or cost)

    def _ask(self, question: Question) -> Answer:
        token = self._tokens.current()
        answer = self._post(question, token)
        if answer.status == 401:
            answer = self._post(question, self._tokens.refresh(token))
        if answer.status == 401:
            raise NeedsReauthorisation("the store refuses a fresh token", shop=self.shop)
        served = answer.headers.get("X-Shopify-API-Version")
        if served and served != self._version:
            log.warning("shopify.version", asked=self._version, served=served, shop=self.shop)
        return answer

    def _post(self, question: Question, token: str) -> Answer:
        body = {"query": question.text, "variables": dict(question.variables)}
        headers = {"X-Shopify-Access-Token": token, "Accept": "application/json"}
        return self._http.send(Request("POST", self._url, headers, body), accept=frozenset({200, 401}))


def _told(answer: Answer) -> dict[str, Any]:
    try:
        told = decode(answer.body)
    except (DecodeError, ValueError, RecursionError) as error:
        raise CallFailed("the answer is not JSON", sent=True) from error
    if not isinstance(told, dict):
        raise CallFailed("the answer is not an object", sent=True)
    return told


def _cost(told: Mapping[str, Any]) -> Mapping[str, Any]:
    extensions = told.get("extensions")
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    return cost if isinstance(cost, dict) else {}


def _raise_errors(told: Mapping[str, Any], status: ThrottleStatus | None, requested: float) -> None:
    """Raises for the first top-level error by its code, and for a search that was misread."""
    errors = told.get("errors")
    if errors:
        first = errors[0] if isinstance(errors, list) else {"message": errors}
        code = (first.get("extensions") or {}).get("code")
        raise _error(code, str(first.get("message"))[:500], status, requested)
    for search in (told.get("extensions") or {}).get("search") or ():
        if search.get("warnings"):
            raise PlatformRefused("Shopify misreads our search", warnings=search["warnings"])


def _error(code: str | None, message: str, status: ThrottleStatus | None, requested: float) -> PlatformError:
    if code == "THROTTLED" and status and requested > status.maximum:
        return TooCostly(message, graphql_code=code)  # However long one waits, there is never that much.
    if code == "THROTTLED":
        return Throttled(max(status.wait(requested), 0.1) if status else 2.0)
    if code == "ACCESS_DENIED":
        return AccessDenied(message, graphql_code=code)
    if code == "SHOP_INACTIVE":
        return StoreUnavailable(message, graphql_code=code)
    if code == "MAX_COST_EXCEEDED":
        return TooCostly(message, graphql_code=code)
    if code == "INTERNAL_SERVER_ERROR":
        return CallFailed(message, sent=True, graphql_code=code)
    return PlatformRefused(message, graphql_code=code)


def user_errors(payload: Mapping[str, Any] | None) -> str:
    """A mutation's ``userErrors`` as one sentence; empty when it was done."""
    return "; ".join(str(error["message"]) for error in (payload or {}).get("userErrors") or ())
