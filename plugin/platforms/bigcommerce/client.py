"""The REST Management API, V2 and V3, for one store (README §3)."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import quote

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
from plugin.platforms.bigcommerce.limits import Pacer, Quota, rest
from plugin.platforms.bigcommerce.statuses import COUNTED
from plugin.platforms.http import Answer, CallFailed, Http, Request

PAGE = 250
"""Things in a page: the most that V2 allows (413 above), and what V3 gives at most."""
ANY_STATUS = frozenset(range(200, 300)) | frozenset(range(400, 600))
GOOD = frozenset({200, 201, 202, 204})
AWAY = frozenset({402, 404, 410, 423, 503})
"""The store is frozen, gone, locked, or down for maintenance, suspension or an unpaid bill."""
_ID = r"(?:[0-9]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_ONE = re.compile(rf"/{_ID}$")
"""How the path of one single thing ends."""
_IDS = re.compile(rf"{_ID}(?:,{_ID})*")
"""What names the things of a collection that are to go: nothing empty among it."""
Value = str | int | bool | Iterable[str | int]
Query = Mapping[str, Value]


class Api(StrEnum):
    """The parts of the API: they differ in paths, dates, empty lists and errors."""

    V2 = "v2"
    V3 = "v3"
    GRAPHQL = "graphql"
    """A single address, for what the others do not have."""


class TooMuch(PlatformRefused):
    """The question is larger than BigCommerce takes at once: ask for less."""

    code = "too_much"


@dataclass(frozen=True)
class Call:
    """A call to make. ``query``: lists are joined with commas, as filters like ``id:in`` want them."""

    method: str
    api: Api
    path: str
    query: Query = field(default_factory=dict)
    body: Any = None


def roots(api_url: str, store_hash: str) -> dict[Api, str]:
    """Where the parts of a store's API live below the platform's address."""
    return {api: f"{api_url}/stores/{store_hash}/{api.value}" for api in Api}


class Client:
    """Asks one store. Never sleeps: a call that must wait raises Throttled with its seconds.

    ``base_urls``: see ``roots``. ``share``: the part of the store's quota that this work may use up: 1 for live
    work, less for what can wait. ``scopes``: what the merchant granted, which no answer of the API says. ``counted``:
    which statuses of orders count as a purchase at this store. ``watch`` hears of what shuts the store out.
    """

    def __init__(
        self,
        store_hash: str,
        tokens: Tokens,
        http: Http,
        pacer: Pacer,
        *,
        base_urls: Mapping[Api, str],
        share: float = 1.0,
        scopes: Sequence[str] = (),
        counted: Collection[int] = COUNTED,
        watch: Watch = nobody,
    ) -> None:
        self.store_hash = store_hash
        self.scopes = tuple(sorted(scopes))
        self.counted = tuple(sorted(counted))
        self._tokens = tokens
        self._http = http
        self._pacer = pacer
        self._share = share
        self._watch = watch
        self._roots = dict(base_urls)
        self._asked: dict[str, Any] = {}

    def run(self, call: Call, *, may_miss: bool = False, none_for: Collection[int] = (), may_deny: bool = False) -> Any:
        """The answer's JSON; None where there is no body, for a 404 where ``may_miss``, and for the statuses in
        ``none_for``. ``may_deny``: that this may not be done is no news to who watches.

        Raises Throttled, NeedsReauthorisation, AccessDenied (a scope is missing), StoreUnavailable, TooMuch,
        PlatformRefused (our fault, or the plan's limit), CallFailed (its ``sent``: it may have happened), and
        ValueError for a call that would wipe a whole collection.
        """
        with watched(lambda error: None if may_deny and isinstance(error, AccessDenied) else self._watch(error)):
            return self._run(call, may_miss=may_miss, none_for=none_for)

    def _run(self, call: Call, *, may_miss: bool, none_for: Collection[int]) -> Any:
        url = self._url(call)
        wait, turn = self._pacer.reserve(self.store_hash, self._share)
        if wait:
            raise Throttled(wait)
        try:
            answer = self._ask(call, url)
        except Exception:
            self._pacer.settle(self.store_hash, turn, None)
            raise
        quota = Quota.of(answer.headers)
        if answer.status == 429:
            raise self._pacer.refused(self.store_hash, turn, rest(answer.headers))
        self._pacer.settle(self.store_hash, turn, quota)
        if answer.status in none_for or (may_miss and answer.status == 404):
            return None
        if answer.status not in GOOD:
            raise failure(answer)
        return _json(answer)

    def get(self, api: Api, path: str, query: Query | None = None) -> Any:
        """As ``run``; None for what is not there."""
        return self.run(Call("GET", api, path, query or {}), may_miss=True)

    def page(self, api: Api, path: str, query: Query | None = None) -> Any:
        """A page of a list that every store has, None for an empty one of V2: were it not there, the store is not."""
        return self.run(Call("GET", api, path, query or {}))

    def rows(self, api: Api, path: str, query: Query | None = None, *, none_for: Collection[int] = ()) -> list[Any]:
        """Every thing of a list, page by page; nothing for the statuses in ``none_for``."""
        found: list[Any] = []
        number, asked = 1, {"limit": PAGE, **(query or {})}
        while True:
            told = self.run(Call("GET", api, path, {**asked, "page": number}), none_for=none_for)
            page = told if api is Api.V2 else (told or {}).get("data")
            found += page or ()
            if not page or not goes_on(told, len(page)):
                return found
            number += 1

    def once(self, name: str, ask: Callable[[], Any]) -> Any:
        """What was asked for under this name, by this client only once: a client lives for one piece of work."""
        if name not in self._asked:
            self._asked[name] = ask()
        return self._asked[name]

    def delete(self, api: Api, path: str, ids: Sequence[str | int]) -> Any:
        """These of a collection are gone. Without ids the platform would delete all of it, so none is refused."""
        return self.run(Call("DELETE", api, path, {"id:in": tuple(ids)}))

    def _url(self, call: Call) -> str:
        query = {name: _joined(value) for name, value in call.query.items()}
        if call.method == "DELETE" and not _ONE.search(call.path) and not _IDS.fullmatch(query.get("id:in", "")):
            raise ValueError(f"DELETE {call.path} without id:in would delete all there is")
        pairs = [f"{quote(name, safe=':')}={quote(value, safe=':,')}" for name, value in query.items()]
        return self._roots[call.api] + call.path.rstrip("/") + ("?" + "&".join(pairs) if pairs else "")

    def _ask(self, call: Call, url: str) -> Answer:
        token = self._tokens.current()
        answer = self._send(call, url, token)
        if answer.status == 401:
            answer = self._send(call, url, self._tokens.refresh(token))
        if answer.status == 401:
            raise NeedsReauthorisation("the store refuses our token", store=self.store_hash)
        return answer

    def _send(self, call: Call, url: str, token: str) -> Answer:
        headers = {"X-Auth-Token": token, "Accept": "application/json", "Content-Type": "application/json"}
        return self._http.send(Request(call.method, url, headers, call.body), accept=ANY_STATUS)


def failure(answer: Answer) -> PlatformError:
    """Our error for a status that is no answer; its words are the platform's."""
    status, message = answer.status, reason(answer)
    if status == 403:
        return AccessDenied(message, status=status)
    if status in AWAY:
        return StoreUnavailable(message, status=status)
    if status == 413:
        return TooMuch(message, status=status)
    if status == 507:  # The plan holds no more: it is no better a minute later.
        return PlatformRefused(message, status=status)
    if status >= 499:  # 499: a server in between hung up; the call may have arrived.
        return CallFailed(message, sent=True, status=status)
    return PlatformRefused(message, status=status)


def reason(answer: Answer) -> str:
    """What an error says of itself: V2 answers an array, V3 an object with a title and its fields."""
    try:
        told = decode(answer.body) if answer.body else None
    except (DecodeError, ValueError, RecursionError):
        told = None
    parts = []
    for each in told if isinstance(told, list) else [told]:
        if isinstance(each, Mapping):
            errors = each.get("errors")
            fields = [f"{name}: {why}" for name, why in errors.items()] if isinstance(errors, Mapping) else []
            parts += [str(each.get("title") or each.get("message") or ""), *fields]
    said = "; ".join(part for part in parts if part)[:500]
    return f"{answer.status}: {said}" if said else f"the store answers {answer.status}"


def _json(answer: Answer) -> Any:
    if answer.status == 204 or not answer.body.strip():
        return None
    try:
        return decode(answer.body)
    except (DecodeError, ValueError, RecursionError) as error:
        raise CallFailed("the answer is not JSON", sent=True) from error


def goes_on(told: Any, length: int, limit: int = PAGE) -> bool:
    """Whether a list has another page. V3 counts them, where it tells; else a short page was the last, as in V2."""
    there = (told.get("meta") or {}).get("pagination") if isinstance(told, Mapping) else None
    if there:
        return int(there.get("current_page") or 0) < int(there.get("total_pages") or 0)
    return length >= limit


def _joined(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else ",".join(map(str, value))
