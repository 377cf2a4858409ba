"""Children end with their owner: in order, by crash, by SIGKILL."""

import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest

from embedded.children import Children
from embedded.echo import Echo
from embedded.process import ChildEndedError, NotReadyError

ROOT = Path(__file__).resolve().parents[2]

# An owner with a server of each kind, a child with a child of its own, and a temporary folder.
OWNER = """
import sys, time
from pathlib import Path
from embedded.children import Children
from embedded.home import scratch
from embedded.postgres import FAST, postgres
from embedded.valkey import valkey

PARENT = '''
import subprocess, time
print(subprocess.Popen(['sleep', '600']).pid, flush=True)
time.sleep(600)
'''
with (
    scratch() as folder,
    postgres(folder, FAST) as database,
    valkey(folder) as redis,
    Children(folder) as children,
):
    child = children.start("parent", [sys.executable, "-c", PARENT])
    children.wait_until("parent", lambda: child.log.read_text().endswith("\\n"))
    grandchild = int(child.log.read_text())
    print(folder, database.process.pid, redis.process.pid, child.pid, grandchild, flush=True)
    children.wait()
"""


def alive(pid: int) -> bool:
    """True while the process exists and is more than an entry waiting to be read."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(state.stdout.strip()) and not state.stdout.strip().startswith("Z")


def postgres_backends(postmaster: int) -> list[int]:
    """The server's own processes."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in listed.stdout.splitlines()]
    return [int(pid) for pid, parent in pairs if int(parent) == postmaster]


def gone(pids: list[int], seconds: float = 10.0) -> bool:
    """True when none of the processes is left within the time."""
    deadline = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_owner_ends(how: signal.Signals) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert owner.stdout is not None
    folder, *numbers = owner.stdout.readline().split()
    pids = [int(number) for number in numbers]
    pids += postgres_backends(pids[0])
    assert len(pids) > 4
    assert all(alive(pid) for pid in pids)

    owner.send_signal(how)
    owner.wait(20)

    assert gone(pids)
    for _ in range(50):
        if not Path(folder).exists():
            break
        time.sleep(0.1)
    assert not Path(folder).exists()


def test_a_crash_ends_all_and_tells_the_reason(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        bystander = children.start("bystander", ["sleep", "600"])
        children.start("culprit", ["sh", "-c", "echo the disk is full; exit 3"])
        with pytest.raises(ChildEndedError) as caught:
            children.wait()

    assert caught.value.name == "culprit"
    assert "exit code 3" in str(caught.value)
    assert "the disk is full" in str(caught.value)
    assert not alive(bystander.pid)


def test_a_crash_while_waiting_for_another_is_noticed(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        children.start("slow", ["sleep", "600"])
        children.start("culprit", ["false"])
        with pytest.raises(ChildEndedError, match="culprit"):
            children.wait_until("slow", lambda: False, seconds=10)


def test_a_child_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        children.start("slow", ["sh", "-c", "echo still thinking; exec sleep 600"])
        with pytest.raises(NotReadyError, match="still thinking"):
            children.wait_line("slow", "done", seconds=0.5)


def test_a_child_that_ignores_its_stop_signal_is_killed(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        deaf = children.start("deaf", ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"])
        deaf.grace = 0.3
        children.wait_line("deaf", "deaf")

    assert not alive(deaf.pid)


def test_logs_are_echoed_line_by_line_after_the_name(tmp_path: Path) -> None:
    out, log = StringIO(), tmp_path / "web.log"
    echo = Echo(out)
    echo.add("web", log)

    with log.open("a") as file:
        file.write("one\ntwo\nhalf")
        file.flush()
        time.sleep(0.3)
        file.write(" and whole\n")
    echo.stop()

    assert out.getvalue() == "web      | one\nweb      | two\nweb      | half and whole\n"


def test_a_folder_of_any_depth_will_do(scratch_folder: Path) -> None:
    deep = scratch_folder / ("a folder with spaces " * 5) / ("ünïcode" * 8)
    program = (
        "import sys; from pathlib import Path; import psycopg; from embedded.postgres import *\n"
        "with postgres(Path(sys.argv[1]), FAST) as server: psycopg.connect(server.url()).close()"
    )

    done = subprocess.run([sys.executable, "-c", program, str(deep)], cwd=ROOT, check=False, timeout=60)

    assert done.returncode == 0


def test_a_folder_closed_to_the_servers_user_is_left_as_it_is(scratch_folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only as root: others run the servers as themselves")
    closed = scratch_folder / "closed"
    closed.mkdir(mode=0o700)
    program = (
        "import sys; from pathlib import Path; import psycopg; from embedded.postgres import *\n"
        "from embedded.home import remove\n"
        "folder = Path(sys.argv[1])\n"
        "with postgres(folder, FAST) as server: psycopg.connect(server.url()).close(); print(server.data)\n"
        "with postgres(folder, FAST) as server: print(server.data)\n"
        "remove(folder); print(server.data.exists())"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(closed / "data")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    told, first, second, left = done.stdout.splitlines()
    assert "cannot be reached by `nobody`" in told
    assert first == second
    assert left == "False"
    assert closed.stat().st_mode & 0o777 == 0o700
