"""Log files on the terminal while they grow, each line after its process's name."""

import sys
import threading
from pathlib import Path
from typing import BinaryIO, TextIO

PAUSE = 0.1  # seconds between looks
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)


class Echo:
    """Follows logs from where they end now, in a thread of its own, until stopped."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._files: list[tuple[str, BinaryIO]] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def add(self, name: str, log: Path) -> None:
        """What is written to the log from now on is printed."""
        log.parent.mkdir(parents=True, exist_ok=True)
        log.touch()
        file = log.open("rb")
        file.seek(0, 2)
        with self._lock:
            self._files.append((self._prefix(name, len(self._files)), file))

    def stop(self) -> None:
        """Everything written so far is printed, and nothing more will be."""
        self._stopped.set()
        self._thread.join(5)
        self._print_new()
        for _, file in self._files:
            file.close()

    def _follow(self) -> None:
        """The thread."""
        while not self._stopped.wait(PAUSE):
            self._print_new()

    def _print_new(self) -> None:
        """Whole lines that were not printed before are printed."""
        with self._lock:
            for prefix, file in self._files:
                while (line := file.readline()).endswith(b"\n"):
                    self._out.write(prefix + line.decode(errors="replace"))
                file.seek(-len(line), 1)  # Half a line is read again when it is whole.
            self._out.flush()

    def _prefix(self, name: str, number: int) -> str:
        """The name in a column, coloured on a terminal."""
        column = f"{name:<8} | "
        return f"\x1b[{_COLOURS[number % len(_COLOURS)]}m{column}\x1b[0m" if self._out.isatty() else column
