"""The demo: from nothing to a label on the store, and nothing left afterwards."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from embedded.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
DEMO = [sys.executable, "-m", "embedded.demo"]
STARTED = "The app is installed"


def descendants(pid: int) -> set[int]:
    """The process and all below it."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.stdout.splitlines())}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def living(pids: set[int]) -> set[int]:
    """Those of the processes that have not ended."""
    listed = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in listed.stdout.splitlines())
    return {int(pid) for pid, state in rows if not state.startswith("Z")} & pids


@pytest.mark.parametrize(
    ("said", "label", "neighbour"),
    [((), "recent-buyer", "bigcommerce"), (("--platform", "bigcommerce"), "Recent buyer", "shopify")],
    ids=["shopify", "bigcommerce"],
)
def test_a_purchase_becomes_a_label_in_the_stores_own_state(said: tuple[str, ...], label: str, neighbour: str) -> None:
    done = subprocess.run([*DEMO, *said, "--once"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=180)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"'{label}' is on the customer, \d+\.\d\d s after the purchase", done.stdout)
    assert neighbour not in done.stdout.lower()


def test_a_demo_that_is_killed_leaves_no_process() -> None:
    demo = subprocess.Popen([*DEMO, "--port", str(free_port())], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    assert any(STARTED in line for line in demo.stdout)
    pids = descendants(demo.pid)
    assert len(pids) > 10

    demo.kill()
    demo.wait(10)

    deadline = time.monotonic() + 15
    while living(pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert living(pids) == set()


def test_a_port_in_use_is_said_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [*DEMO, "--port", str(port)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ})

    assert done.returncode == 2
    assert f"port {port} is in use; name another" in done.stderr
