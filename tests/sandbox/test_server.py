"""The sandbox as a process: it starts fast, serves, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import requests

from sandbox.server import free_port, running
from tests.sandbox.keeper import CLIENT_ID, CLIENT_SECRET, until

ROOT = Path(__file__).parents[2]


def test_it_answers_and_is_gone_afterwards() -> None:
    with running("http://127.0.0.1:1", CLIENT_ID, CLIENT_SECRET) as base:
        assert requests.get(f"{base}/_sandbox/health", timeout=5).json() == {"ok": True, "shops": []}

    until(lambda: not answers(base))


def test_a_killed_sandbox_leaves_no_worker() -> None:
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--app-url", "http://127.0.0.1:1"]
    process = subprocess.Popen([*command, "--client-id", "a", "--client-secret", "b"], cwd=ROOT)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}"))

        process.send_signal(signal.SIGKILL)
        process.wait(5)

        until(lambda: not answers(f"http://127.0.0.1:{port}"))
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()


def answers(base: str) -> bool:
    try:
        return requests.get(f"{base}/_sandbox/health", timeout=1).ok
    except requests.RequestException:
        return False
