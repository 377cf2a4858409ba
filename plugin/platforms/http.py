"""The one door out: sessions, timeouts, limits, and failures turned into our errors.

Nothing else imports ``requests``. A call is refused while the calling thread holds a transaction:
a slow platform must never keep locks.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    SSLError,
)

from plugin.domain.errors import OpenTransaction, PlatformError, PlatformRefused, StoreUnavailable, Throttled
from plugin.platforms.recorder import HIDDEN

READ_LIMIT = 32 * 1024 * 1024
"""Bytes of one answer; an Admin API answer stays far below, a bulk result is streamed instead."""
PIECE = 64 * 1024
AWAY = frozenset({402, 403, 404, 423})
"""The store is frozen, refused, gone or locked: it is the store's state, not this call's."""


class Timeout(NamedTuple):
    """Seconds: to connect, between two pieces of the answer, and for the whole answer."""

    connect: float = 5.0
    read: float = 20.0
    total: float = 60.0


class CallFailed(PlatformError):
    """No answer to rely on. ``sent``: the platform may have done what we asked."""

    def __init__(self, message: str, *, sent: bool, **particulars: object) -> None:
        super().__init__(message, sent=sent, **particulars)
        self.sent = sent


class Upload(NamedTuple):
    """A form with a file at its end."""

    fields: Sequence[tuple[str, str]]
    name: str
    content: bytes
    mime_type: str


class Request(NamedTuple):
    """A call to make, with a JSON body or an upload. ``private``: its form holds a signature, which
    a recording hides."""

    method: str
    url: str
    headers: Mapping[str, str] = {}
    json: Any = None
    private: bool = False
    upload: Upload | None = None


@dataclass(frozen=True)
class Answer:
    """A whole answer; headers by any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Http:
    """Calls out, over one session per thread and host."""

    def __init__(
        self,
        timeout: Timeout,
        recorder: Callable[[Mapping[str, object]], None] | None,
        in_transaction: Callable[[], bool],
    ) -> None:
        self._timeout = timeout
        self._recorder = recorder
        self._in_transaction = in_transaction
        self._local = threading.local()

    def send(self, request: Request, *, accept: frozenset[int] = frozenset({200})) -> Answer:
        """The platform's answer, if its status is one of ``accept``.

        Raises OpenTransaction, CallFailed (no answer, 5xx), Throttled (429), StoreUnavailable (402,
        403, 404, 423), PlatformRefused (any other status, redirects among them).
        """
        with self._open(request) as response:
            body = _whole(response, time.monotonic() + self._timeout.total)
            answer = Answer(response.status_code, response.headers, body)
        if answer.status not in accept:
            raise failure(answer.status, answer.headers)
        return answer

    def lines(self, url: str, *, offset: int = 0) -> Iterator[bytes]:
        """The file's lines from a byte offset on, each with its line end, without holding the file.

        Raises as ``send`` does, at any line: a transaction opened between two lines is noticed too.
        """
        headers = {"Accept-Encoding": "identity"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
        request = Request("GET", url, headers)
        with self._open(request) as response:
            if response.status_code == 416:
                return
            if response.status_code not in (200, 206):
                raise failure(response.status_code, response.headers)
            skip = offset if response.status_code == 200 else 0
            yield from self._lines(response, skip)

    def _lines(self, response: requests.Response, skip: int) -> Iterator[bytes]:
        rest = b""
        pieces = _pieces(response)
        while True:
            self._refuse_in_transaction()
            piece = next(pieces, None)
            if piece is None:
                break
            if skip >= len(piece):
                skip -= len(piece)
                continue
            *whole, rest = (rest + piece[skip:]).split(b"\n")
            skip = 0
            for line in whole:
                yield line + b"\n"
        if rest:
            yield rest

    @contextmanager
    def _open(self, request: Request) -> Iterator[requests.Response]:
        self._refuse_in_transaction()
        try:
            response = self._session(request.url).request(
                request.method,
                request.url,
                headers=dict(request.headers),
                json=request.json,
                **_form(request.upload),
                timeout=(self._timeout.connect, self._timeout.read),
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            self._record(request, request.headers, None, type(error).__name__)
            raise CallFailed(_reason(error, request.url), sent=_was_sent(error)) from error
        with response:
            self._record(request, response.request.headers, response.status_code, None)
            yield response

    def _refuse_in_transaction(self) -> None:
        if self._in_transaction():
            raise OpenTransaction("a platform may not be called while a transaction is open")

    def _session(self, url: str) -> requests.Session:
        """This thread's session for the host; the environment's proxies and netrc have no say."""
        sessions: dict[str, requests.Session] = self._local.__dict__.setdefault("sessions", {})
        host = urlsplit(url).netloc
        if host not in sessions:
            session = requests.Session()
            session.trust_env = False
            session.mount("https://", HTTPAdapter(pool_connections=1, pool_maxsize=1))
            session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=1))
            sessions[host] = session
        return sessions[host]

    def _record(self, request: Request, headers: Mapping[str, str], status: int | None, error: str | None) -> None:
        if self._recorder is not None:
            body = request.json if request.upload is None else _told(request.upload, request.private)
            told = {"method": request.method, "url": request.url, "headers": dict(headers), "body": body}
            self._recorder({**told, "status": status, "error": error})


def _told(upload: Upload, private: bool) -> dict[str, Any]:
    """A form as a recording shows it; the values of a private one are a signature's parts."""
    fields = [[name, HIDDEN if private and name != "key" else value] for name, value in upload.fields]
    content = upload.content.decode("utf-8", "replace")
    return {"fields": fields, "file": upload.name, "mime_type": upload.mime_type, "content": content}


def _form(upload: Upload | None) -> dict[str, Any]:
    """What makes ``requests`` send the fields in their order and then the file."""
    if upload is None:
        return {}
    return {"data": list(upload.fields), "files": {"file": (upload.name, upload.content, upload.mime_type)}}


def failure(status: int, headers: Mapping[str, str]) -> PlatformError:
    """Our error for a status that is no answer."""
    request_id = headers.get("X-Request-Id")
    if status == 429:
        return Throttled(_retry_after(headers))
    if status in AWAY:
        return StoreUnavailable(f"the store answers {status}", status=status, request_id=request_id)
    if status >= 500:
        return CallFailed(f"the platform answers {status}", sent=True, status=status, request_id=request_id)
    return PlatformRefused(f"the platform answers {status}", status=status, request_id=request_id)


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds; decimal at Shopify. Two where the header is missing or a date."""
    try:
        return min(max(float(headers.get("Retry-After", "2")), 0.0), 3600.0)
    except ValueError:
        return 2.0


def _whole(response: requests.Response, deadline: float) -> bytes:
    body = bytearray()
    for piece in _pieces(response):
        body += piece
        if len(body) > READ_LIMIT:
            raise CallFailed(f"the answer is longer than {READ_LIMIT} bytes", sent=True)
        if time.monotonic() > deadline:
            raise CallFailed("the answer took too long", sent=True)
    return bytes(body)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_content(PIECE)
    except (requests.RequestException, HTTPError) as error:
        raise CallFailed(f"the answer broke off: {type(error).__name__}", sent=True) from error


def _was_sent(error: requests.RequestException) -> bool:
    """False only where no connection came about: then the platform knows nothing of the call."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.InvalidURL):
        return False
    return not isinstance(cause, NewConnectionError | ConnectTimeoutError | SSLError)


def _reason(error: requests.RequestException, url: str) -> str:
    """What happened, without the URL's query, which may be a signature."""
    return f"{type(error).__name__} at {urlsplit(url).netloc}"
