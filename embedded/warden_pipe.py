"""The owner's end of the warden: what is named here ends with this process, even after SIGKILL."""

import os
import subprocess
import sys
import threading
from pathlib import Path

_PROGRAM = Path(__file__).with_name("warden.py")
_lock = threading.Lock()
_pipe: int | None = None


def _forget() -> None:
    """A fork of the owner does not hold the warden's pipe open."""
    global _pipe
    if _pipe is not None:
        os.close(_pipe)
        _pipe = None


os.register_at_fork(after_in_child=_forget)


def tell(line: str) -> None:
    """The warden, started when first needed or when someone ended it, knows the line."""
    global _pipe
    message = os.fsencode(line + "\n")
    with _lock:
        if _pipe is None:
            _pipe = _start()
        try:
            os.write(_pipe, message)
        except BrokenPipeError:
            os.close(_pipe)
            _pipe = _start()
            os.write(_pipe, message)


def _start() -> int:
    """A warden listens; gives the end of the pipe that keeps it waiting."""
    reading, writing = os.pipe()
    subprocess.Popen(
        [sys.executable, "-I", "-S", str(_PROGRAM)],
        stdin=reading,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )
    os.close(reading)
    return writing
