"""The kinds of process that production has (a prefork worker, a web server with workers) end with their owner."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TOY = """
from celery import Celery
import os
app = Celery("toy", broker=os.environ["REDIS_URL"])
app.conf.broker_connection_retry_on_startup = True

@app.task
def sleep():
    import time
    time.sleep(600)

def web(environ, start_response):
    start_response("200 OK", [])
    return [b"ok"]
"""

OWNER = """
import os, sys
from pathlib import Path
from embedded.children import Children
from embedded.ports import free_port
from embedded.valkey import valkey

folder, port = Path(sys.argv[1]), free_port()
with valkey(folder, durable=False) as redis, Children(folder / "log") as children:
    environment = {**os.environ, "REDIS_URL": redis.url, "PYTHONPATH": str(folder)}
    worker = [sys.executable, "-m", "celery", "-A", "toy", "worker", "-l", "info", "--concurrency", "2"]
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2", "toy:web"]
    children.start("worker", worker, environment=environment, folder=folder)
    children.start("web", web, environment=environment, folder=folder)
    children.wait_http("web", port, "/")
    children.wait_line("worker", " ready.")
    os.environ["REDIS_URL"] = redis.url
    sys.path.insert(0, str(folder))
    import toy
    toy.sleep.delay()
    children.wait_line("worker", "received")
    print(children["worker"].pid, children["web"].pid, redis.process.pid, flush=True)
    children.wait()
"""


def members(groups: set[int]) -> list[str]:
    """The living processes of the groups."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [" ".join(row) for row in rows if int(row[0]) in groups and not row[1].startswith("Z")]


def test_workers_and_web_server_are_gone_with_all_their_processes_after_sigkill(scratch_folder: Path) -> None:
    (scratch_folder / "toy.py").write_text(TOY)
    command = [sys.executable, "-c", OWNER, str(scratch_folder)]
    owner = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    groups = {int(pid) for pid in owner.stdout.readline().split()}
    assert len(members(groups)) >= 7  # a worker and its two, a web server and its two, Valkey

    owner.kill()
    owner.wait(10)

    deadline = time.monotonic() + 10  # The warden is patient for five seconds.
    while members(groups) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert members(groups) == []
