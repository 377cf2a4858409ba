"""Several processes as one: started together, watched together, ended together."""

import http.client
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from embedded.echo import Echo
from embedded.process import Process

LOOK = 0.2  # seconds between looks at whether all still run


class Children:
    """The processes of one owner; leaving the `with` block ends all of them, last started first."""

    def __init__(self, logs: Path, *, echo: bool = False) -> None:
        self._logs = logs
        self._processes: list[Process] = []
        self._echo = Echo() if echo else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __getitem__(self, name: str) -> Process:
        """The process of that name; raises KeyError."""
        for process in self._processes:
            if process.name == name:
                return process
        raise KeyError(name)

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Process:
        """The program runs in the foreground, its output in `<logs>/<name>.log`."""
        process = Process(name, command, self._logs / f"{name}.log", folder=folder, environment=environment)
        self.adopt(process)
        process.start()
        return process

    def adopt(self, process: Process) -> None:
        """A process started elsewhere, or about to be, belongs to these from now on."""
        self._processes.append(process)
        if self._echo is not None:
            self._echo.add(process.name, process.log)

    def check(self) -> None:
        """Raises ChildEndedError, with the end of its log, when one has ended."""
        for process in self._processes:
            process.check()

    def wait_until(self, name: str, ready: Callable[[], bool], seconds: float = 30.0, pause: float = 0.02) -> None:
        """The condition of that process holds; raises when any of the processes ends, or when time is up."""

        def ready_and_all_running() -> bool:
            self.check()
            return ready()

        self[name].wait_until(ready_and_all_running, seconds, pause)

    def wait_http(self, name: str, port: int, path: str, seconds: float = 30.0) -> None:
        """The process answers 200 at the path on the loopback interface."""
        self.wait_until(name, lambda: answers_ok(port, path), seconds)

    def wait_line(self, name: str, part: str, seconds: float = 30.0) -> None:
        """The process has written a line that contains the part since its log began."""
        self.wait_until(name, lambda: part in self[name].log.read_text(errors="replace"), seconds)

    def wait(self) -> NoReturn:
        """Never returns: KeyboardInterrupt ends it, or ChildEndedError when one of the processes ended."""
        while True:
            self.check()
            time.sleep(LOOK)

    def stop(self) -> None:
        """All have ended. A second Ctrl-C does not interrupt this: each has a bounded time to end."""
        try:
            before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        except ValueError:  # Not in the main thread, where no Ctrl-C arrives anyway.
            before = None
        for process in reversed(self._processes):
            process.ask_to_stop()
        for process in reversed(self._processes):
            process.finish()
        self._processes.clear()
        if self._echo is not None:
            self._echo.stop()
        if before is not None:
            signal.signal(signal.SIGINT, before)


def answers_ok(port: int, path: str) -> bool:
    """True when a GET of the path on 127.0.0.1 answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def end_on_any_signal() -> None:
    """SIGTERM and the closing of the terminal end this process as Ctrl-C does."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
