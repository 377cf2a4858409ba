"""Outlives its owner by moments, and ends what the owner left behind.

Run as a file by `embedded.warden_pipe`: `python -I -S warden.py`, its standard input held open by the owner
alone. Lines say what to look after; the end of input (the owner ended, however it ended) is the sign.

    process PID SIGNAL    a process that leads a group      folder PATH    to be removed
    gone PID              reaped by the owner               kept PATH      no longer to be removed

The leash (leash.py) reaches only the child itself; the warden reaches the child's own children, works on
systems without a leash, and removes temporary folders.
"""

import os
import shutil
import signal
import sys
import time

PATIENCE = 5.0  # seconds between the polite signal and SIGKILL


def main() -> None:
    """Nothing that was named and not taken back exists any more."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    processes: dict[int, int] = {}
    folders: list[str] = []
    for line in sys.stdin.buffer:
        word, _, rest = os.fsdecode(line).rstrip("\n").partition(" ")
        if word == "process":
            pid, death_signal = rest.split()
            processes[int(pid)] = int(death_signal)
        elif word == "gone":
            processes.pop(int(rest), None)
        elif word == "folder":
            folders.append(rest)
        elif word == "kept" and rest in folders:
            folders.remove(rest)
    end(processes)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def end(processes: dict[int, int]) -> None:
    """No process of these groups is left."""
    for pid, death_signal in processes.items():
        tell(pid, death_signal)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(tell(pid, 0) for pid in processes):
        time.sleep(0.05)
    for pid in processes:
        tell(pid, signal.SIGKILL)


def tell(group: int, number: int) -> bool:
    """The group has the signal; False when there is no such group any more."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
