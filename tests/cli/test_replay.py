"""A history becomes signed webhooks, and those are played to a server."""

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from plugin.platforms.shopify.webhooks import verify
from tests.cli.conftest import Regulars

LINES = [
    {"topic": "orders/create", "triggered_at": "2026-03-01T12:00:00Z", "body": {"id": 1, "note": "é"}},
    {"topic": "orders/paid", "triggered_at": "2026-03-01T12:00:01.5+01:00", "body": {"id": 1}},
]


class App:
    """A server that keeps what it gets; it answers what `answers` says, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.connections = 0
        self.answers: list[int] = []
        app = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                app.connections += 1
                super().setup()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                app.got.append((self.path, dict(self.headers), body))
                self.send_response(app.answers.pop(0) if app.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def app() -> Iterator[App]:
    made = App()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Two webhooks, packed."""
    path = tmp_path / "history.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(json.dumps(line, ensure_ascii=False) for line in LINES).encode()))
    return path


def test_webhooks_arrive_signed_at_the_manifests_path(app: App, history: Path, regulars: Regulars) -> None:
    done = regulars("replay", str(history), "--url", app.url, "--shop", "tea.myshopify.com", "--connections", "1")

    assert done.exit_code == 0, done.output
    assert [path for path, _, _ in app.got] == ["/webhooks/shopify"] * 2
    first, second = (verify(headers, body, ["the client secret"]) for _, headers, body in app.got)
    assert (first.topic, first.remote_store) == ("orders/create", "tea.myshopify.com")
    assert [str(each.triggered_at) for each in (first, second)] == [
        "2026-03-01 12:00:00+00:00",
        "2026-03-01 11:00:01.500000+00:00",
    ]
    assert json.loads(app.got[0][2]) == {"id": 1, "note": "é"}


def test_a_second_replay_has_the_same_ids_and_different_content_has_others(
    app: App, history: Path, regulars: Regulars
) -> None:
    for _ in range(2):
        regulars("replay", str(history), "--url", app.url, "--shop", "tea", "--connections", "1")

    ids = [headers["X-Shopify-Webhook-Id"] for _, headers, _ in app.got]
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2


def test_a_connection_is_kept_open(app: App, history: Path, regulars: Regulars) -> None:
    regulars("replay", str(history), "--url", app.url, "--shop", "tea", "--connections", "1")

    assert app.connections == 1


def test_what_is_refused_for_the_moment_is_sent_again(app: App, history: Path, regulars: Regulars) -> None:
    app.answers = [503, 500]

    told = regulars.json("replay", str(history), "--url", app.url, "--shop", "tea", "--connections", "1")

    assert (told["sent"], told["accepted"], told["again"]) == (2, 2, 2)


def test_what_is_refused_for_good_is_said_and_not_repeated(app: App, history: Path, regulars: Regulars) -> None:
    app.answers = [401, 401]

    done = regulars("replay", str(history), "--url", app.url, "--shop", "tea", "--connections", "1")

    assert done.exit_code == 1
    assert "2 webhooks were not accepted: 2 × 401." in done.stderr
    assert len(app.got) == 2


def test_limit_stops_and_speed_waits(app: App, history: Path, regulars: Regulars) -> None:
    words = ("replay", str(history), "--url", app.url, "--shop", "tea")

    assert regulars.json(*words, "--limit", "1")["sent"] == 1
    assert regulars.json(*words, "--speed", "4")["seconds"] >= 0.25


def test_a_line_that_can_not_be_read_is_named(tmp_path: Path, app: App, regulars: Regulars) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text('{"topic": "x", "triggered_at": "2026-03-01T12:00:00", "body": {}}\n')

    done = regulars("replay", str(path), "--url", app.url, "--shop", "tea")

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: Line 1 can't be read")


def test_an_address_without_host_is_a_usage_error(history: Path, regulars: Regulars) -> None:
    assert regulars("replay", str(history), "--url", "app.example", "--shop", "tea").exit_code == 2
