"""The door out: never from inside a transaction, never without end, never telling a secret."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plugin.domain.errors import (
    OpenTransaction,
    PlatformError,
    PlatformRefused,
    Retry,
    StoreUnavailable,
    Throttled,
)
from plugin.platforms import http as door
from plugin.platforms.http import CallFailed, Http, Request, Timeout, Upload
from plugin.platforms.recorder import recorder
from tests.conftest import ROOT
from tests.platforms.server import Reply, Server


def test_an_answer_comes_back_whole(server: Server, http: Http) -> None:
    server.replies.append(Reply(b'{"a":1}', headers={"X-Request-Id": "r1"}))
    answer = http.send(Request("POST", server.url + "/x", {"X-A": "b"}, {"q": 1}))

    assert (answer.status, answer.body, answer.headers["x-request-id"]) == (200, b'{"a":1}', "r1")
    assert (server.asked[0].json, server.asked[0].headers["X-A"]) == ({"q": 1}, "b")


@pytest.mark.parametrize(
    ("status", "kind", "retry"),
    [
        (301, PlatformRefused, Retry.NEVER),
        (302, PlatformRefused, Retry.NEVER),
        (400, PlatformRefused, Retry.NEVER),
        (402, StoreUnavailable, Retry.LATER),
        (403, StoreUnavailable, Retry.LATER),
        (404, StoreUnavailable, Retry.LATER),
        (423, StoreUnavailable, Retry.LATER),
        (429, Throttled, Retry.LATER),
        (430, PlatformRefused, Retry.NEVER),
        (500, CallFailed, Retry.LATER),
        (520, CallFailed, Retry.LATER),
    ],
)
def test_a_status_that_is_no_answer_becomes_our_error(
    server: Server, http: Http, status: int, kind: type[PlatformError], retry: Retry
) -> None:
    server.replies.append(Reply(status=status, headers={"Location": "http://127.0.0.1:1/"}))

    with pytest.raises(PlatformError) as caught:
        http.send(Request("GET", server.url))
    assert type(caught.value) is kind
    assert caught.value.retry is retry
    assert len(server.asked) == 1


@pytest.mark.parametrize(("header", "seconds"), [("2.5", 2.5), ("soon", 2.0), ("-1", 0.0), ("1e9", 3600.0)])
def test_the_wait_of_a_429_is_the_platforms_within_reason(
    server: Server, http: Http, header: str, seconds: float
) -> None:
    server.replies.append(Reply(status=429, headers={"Retry-After": header}))

    with pytest.raises(Throttled) as caught:
        http.send(Request("GET", server.url))
    assert caught.value.wait == seconds


def test_nothing_is_called_while_a_transaction_is_open(server: Server) -> None:
    http = Http(Timeout(), None, lambda: True)

    with pytest.raises(OpenTransaction):
        http.send(Request("GET", server.url))
    with pytest.raises(OpenTransaction):
        next(http.lines(server.url))
    assert server.asked == []


def test_a_transaction_opened_between_two_pieces_of_a_file_is_noticed(server: Server) -> None:
    is_open = False
    http = Http(Timeout(), None, lambda: is_open)
    server.replies.append(Reply(b"x" * 99 + b"\n" + b"y" * 2 * door.PIECE))
    lines = http.lines(server.url)
    next(lines)
    is_open = True

    with pytest.raises(OpenTransaction):
        next(lines)


def test_an_answer_that_does_not_come_was_sent_and_is_unsure(server: Server, http: Http) -> None:
    finished = threading.Event()
    server.replies.append(Reply(wait=lambda: finished.wait(5)))

    with pytest.raises(CallFailed) as caught:
        http.send(Request("POST", server.url, json={}))

    assert caught.value.sent
    assert not finished.is_set()
    finished.set()


def test_an_answer_that_breaks_off_was_sent(server: Server, http: Http) -> None:
    server.replies.append(Reply(b"half", cut=True))

    with pytest.raises(CallFailed) as caught:
        http.send(Request("POST", server.url))
    assert caught.value.sent


def test_a_connection_closed_without_an_answer_was_sent(http: Http) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def hang_up() -> None:
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.close()

    thread = threading.Thread(target=hang_up)
    thread.start()
    with pytest.raises(CallFailed) as caught:
        http.send(Request("POST", f"http://127.0.0.1:{listener.getsockname()[1]}/"))
    thread.join()
    listener.close()
    assert caught.value.sent


def test_a_connection_that_never_came_about_was_not_sent(http: Http, new_port: Callable[[], int]) -> None:
    with pytest.raises(CallFailed) as caught:
        http.send(Request("POST", f"http://127.0.0.1:{new_port()}/?secret=1"))
    assert not caught.value.sent
    assert "secret" not in str(caught.value)


def test_a_name_that_does_not_exist_was_not_sent(http: Http) -> None:
    with pytest.raises(CallFailed) as caught:
        http.send(Request("GET", "http://no-such-host.invalid/"))
    assert not caught.value.sent


def test_an_answer_longer_than_the_limit_is_cut_off(
    server: Server, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "READ_LIMIT", 1000)
    server.replies.append(Reply(b"x" * 1001))

    with pytest.raises(CallFailed):
        http.send(Request("GET", server.url))


def test_proxies_of_the_environment_have_no_say(server: Server, http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    server.replies.append(Reply())

    assert http.send(Request("GET", server.url)).status == 200


LINES = [b"%d " % number + b"x" * 1000 + b"\n" for number in range(300)]


def test_a_file_comes_line_by_line(server: Server, http: Http) -> None:
    server.replies.append(Reply(b"".join(LINES) + b"last"))

    assert list(http.lines(server.url)) == [*LINES, b"last"]
    assert server.asked[0].headers["Accept-Encoding"] == "identity"


def test_a_file_goes_on_where_it_stopped_whether_or_not_the_server_knows_ranges(server: Server, http: Http) -> None:
    start = sum(map(len, LINES[:200]))
    whole = b"".join(LINES)
    server.replies += [Reply(whole), Reply(whole[start:], status=206), Reply(status=416)]

    assert list(http.lines(server.url, offset=start)) == LINES[200:]
    assert list(http.lines(server.url, offset=start)) == LINES[200:]
    assert list(http.lines(server.url, offset=len(whole))) == []
    assert server.asked[0].headers["Range"] == f"bytes={start}-"


def test_a_file_that_breaks_off_gives_its_whole_lines_first(server: Server, http: Http) -> None:
    server.replies.append(Reply(b"".join(LINES[:100]), cut=True))
    lines = http.lines(server.url)
    got: list[bytes] = []

    with pytest.raises(CallFailed):
        got.extend(lines)
    assert got == LINES[: len(got)]


def recorded(file: Path) -> list[dict[str, Any]]:
    """The lines of the recording."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_recording_holds_what_was_sent_and_no_secret(server: Server, scratch_folder: Path) -> None:
    file = scratch_folder / "requests.jsonl"
    http = Http(Timeout(), recorder(str(file)), lambda: False)
    server.replies.append(Reply(b'{"access_token":"shpat_answer"}'))
    headers = {"X-Shopify-Access-Token": "plain_header", "X-Plain": "said"}
    http.send(Request("POST", server.url + "/a?hmac=signature&shop=x", headers, {"variables": {"id": 1}}))
    inner = [{"refresh_token": "plain_refresh"}]
    http.send(Request("POST", server.url + "/b", {}, {"client_secret": "plain_body", "inner": inner, "x": "shpat_1"}))

    first, second = recorded(file)
    assert (first["method"], first["body"], first["status"]) == ("POST", {"variables": {"id": 1}}, 200)
    assert first["url"] == server.url + "/a?hmac=[hidden]&shop=[hidden]"
    sent = {name.lower(): value for name, value in first["headers"].items()}
    assert (sent["x-plain"], sent["x-shopify-access-token"]) == ("said", "[hidden]")
    assert sent["content-type"] == "application/json"
    hidden = {"client_secret": "[hidden]", "inner": [{"refresh_token": "[hidden]"}], "x": "[hidden]"}
    assert second["body"] == hidden
    assert not any(word in file.read_text() for word in ("shpat", "plain_", "signature"))
    assert file.stat().st_mode & 0o077 == 0


def test_a_recording_holds_files_read_and_forms_sent_without_their_signature(
    server: Server, scratch_folder: Path
) -> None:
    file = scratch_folder / "requests.jsonl"
    http = Http(Timeout(), recorder(str(file)), lambda: False)
    server.replies += [Reply(b"a\nb\n"), Reply(status=201)]
    list(http.lines(server.url + "/files/1.jsonl?signature=secret", offset=0))
    form = Upload((("key", "tmp/1"), ("x-signature", "plain")), "changes.jsonl", b'{"a":1}\n', "text/jsonl")
    http.send(Request("POST", server.url + "/up", upload=form, private=True), accept=frozenset({201}))

    read, sent = recorded(file)
    assert (read["method"], read["url"], read["status"]) == (
        "GET", server.url + "/files/1.jsonl?signature=[hidden]", 200,
    )  # fmt: skip
    assert sent["body"] == {
        "fields": [["key", "tmp/1"], ["x-signature", "[hidden]"]],
        "file": "changes.jsonl",
        "mime_type": "text/jsonl",
        "content": '{"a":1}\n',
    }


def test_a_recording_holds_what_had_no_answer(new_port: Callable[[], int], scratch_folder: Path) -> None:
    file = scratch_folder / "requests.jsonl"
    http = Http(Timeout(connect=1), recorder(str(file)), lambda: False)

    with pytest.raises(CallFailed):
        http.send(Request("GET", f"http://127.0.0.1:{new_port()}/"))

    (only,) = recorded(file)
    assert (only["status"], only["error"]) == (None, "ConnectionError")


def test_lines_of_several_processes_stay_whole(scratch_folder: Path) -> None:
    file = scratch_folder / "requests.jsonl"
    program = (
        "import sys; from plugin.platforms.recorder import recorder; write = recorder(sys.argv[1])\n"
        "for n in range(200): write({'url': 'http://x/', 'headers': {}, 'body': {'n': n, 'long': 'x' * 20000}})"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(file)], cwd=ROOT) for _ in range(3)]

    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert sorted(line["body"]["n"] for line in recorded(file)) == sorted([*range(200)] * 3)


def test_no_file_means_no_recording() -> None:
    assert recorder("") is None


def test_threads_do_not_share_a_session(server: Server, http: Http) -> None:
    server.replies.append(Reply())
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(http.send(Request("GET", server.url)).status)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 4
