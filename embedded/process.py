"""One foreground child: started, watched, paused, ended. It never outlives its owner."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embedded import warden_pipe

_LEASH = Path(__file__).with_name("leash.py")
TAIL_BYTES = 4000


class ChildEndedError(Exception):
    """A child ended that should be running; the message ends with the tail of its log."""

    def __init__(self, name: str, code: int | None, tail: str) -> None:
        super().__init__(f"{name} ended with {_meaning(code)}. The end of its log:\n{tail}")
        self.name = name
        self.code = code


class NotReadyError(Exception):
    """A child did not become ready in time; the message ends with the tail of its log."""


@dataclass(frozen=True)
class User:
    """Whom a child runs as when the owner is root."""

    uid: int
    gid: int


@dataclass
class Process:
    """A program, its log file, and the signals that end it."""

    name: str
    command: Sequence[str]
    log: Path
    folder: Path | None = None
    environment: Mapping[str, str] | None = None
    user: User | None = None
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGTERM
    grace: float = 10.0
    text: str | None = None  # given on standard input
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        """The process id; raises RuntimeError before the first start."""
        if self._child is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._child.pid

    def start(self) -> None:
        """The program runs, leader of its own group, with its output appended to the log."""
        # The leash hangs on the thread that starts the child; only the main thread is sure to stay.
        leash = self.death_signal if threading.current_thread() is threading.main_thread() else 0
        user = self.user or User(-1, -1)
        wrapped = [sys.executable, "-I", "-S", str(_LEASH)]
        wrapped += [str(n) for n in (os.getpid(), leash, user.uid, user.gid)]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [*wrapped, *self.command],
                stdin=subprocess.DEVNULL if self.text is None else subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=None if self.environment is None else dict(self.environment),
                start_new_session=True,
            )
        warden_pipe.tell(f"process {self.pid} {int(self.death_signal)}")
        if self.text is not None and self._child.stdin is not None:
            self._child.stdin.write(self.text.encode())
            self._child.stdin.close()

    def running(self) -> bool:
        """True while the program has not ended."""
        return self._child is not None and self._child.poll() is None

    def check(self) -> None:
        """Raises ChildEndedError when the program has ended."""
        if not self.running():
            code = None if self._child is None else self._child.returncode
            raise ChildEndedError(self.name, code, self.tail())

    def tail(self) -> str:
        """The last lines of the log."""
        if not self.log.exists():
            return "(no log)"
        with self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL_BYTES))
            return log.read().decode(errors="replace").strip() or "(empty)"

    def signal(self, number: int) -> None:
        """The program has the signal, if it still runs."""
        if self.running():
            os.kill(self.pid, number)

    def ask_to_stop(self) -> None:
        """The program has its stop signal, and is awake to hear it."""
        self.signal(self.stop_signal)
        self._signal_group(signal.SIGCONT)

    def stop(self) -> int:
        """The program has ended, by its stop signal or, after the grace, by SIGKILL; gives its exit code."""
        self.ask_to_stop()
        return self.finish()

    def finish(self) -> int:
        """The program that was asked to stop has ended, and so has its group."""
        if self._child is None:
            return 0
        try:
            code = self._child.wait(self.grace)
        except subprocess.TimeoutExpired:
            self._signal_group(signal.SIGKILL)
            code = self._child.wait()
        self._signal_group(signal.SIGKILL)  # What the program itself left running.
        warden_pipe.tell(f"gone {self.pid}")
        return code

    def kill(self) -> None:
        """The program and its group ended by SIGKILL, as in a power cut."""
        self._signal_group(signal.SIGKILL)
        self.finish()

    def pause(self) -> None:
        """The program and its group hang: alive, answering nothing."""
        self._signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        """The program goes on where it was paused."""
        self._signal_group(signal.SIGCONT)

    def wait_until(self, ready: Callable[[], bool], seconds: float = 30.0, pause: float = 0.02) -> None:
        """The condition holds, looked at every `pause` seconds.

        Raises ChildEndedError when the program ended and NotReadyError when time is up.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise NotReadyError(f"{self.name} was not ready after {seconds:.0f} s. Its log:\n{self.tail()}")
            time.sleep(pause)

    def _signal_group(self, number: int) -> None:
        """Every process of the group has the signal."""
        if self._child is None:
            return
        try:
            os.killpg(self._child.pid, number)
        except (ProcessLookupError, PermissionError):
            return


def _meaning(code: int | None) -> str:
    """An exit code in words."""
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
