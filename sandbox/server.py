"""Runs the sandbox: as this process's own server, or as a child for a test."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from sandbox.config import Config
from sandbox.web import CONFIG_VARIABLE, PARENT_VARIABLE, pack

THREADS = 48
"""Long waits (hanging calls, ``quiet``) hold a thread each."""
PATIENCE = 20.0


def serve(config: Config, host: str, port: int) -> None:
    """Answers until told to stop. One worker process: the world is in its memory."""
    os.environ[CONFIG_VARIABLE] = pack(config)
    os.environ[PARENT_VARIABLE] = str(os.getpid())
    Granian(
        "sandbox.web:from_environment",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        backlog=1024,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=2,
    ).serve()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@contextmanager
def running(app_url: str, client_id: str, client_secret: str, *, port: int | None = None,
            topics_file: Path | None = None, retries: tuple[float, ...] | None = None) -> Iterator[str]:  # fmt: skip
    """A sandbox in a process of its own for as long as the block lasts; gives its address.

    Raises RuntimeError when it does not answer in time.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--app-url", app_url]
    command += ["--client-id", client_id, "--client-secret", client_secret]
    if topics_file:
        command += ["--topics-file", str(topics_file)]
    if retries is not None:
        command += ["--retries", ",".join(map(str, retries))]
    with subprocess.Popen(command, cwd=Path(__file__).parent.parent) as process:  # noqa: S603 (our own program)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(process, address)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the sandbox ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/_sandbox/health", timeout=1) as answer:  # noqa: S310 (loopback)
                json.load(answer)
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise RuntimeError("the sandbox did not answer in time")
