"""Becomes the given program, on a leash: it dies with the process that started it.

Run as a file by `embedded.process`, never imported: `python -I -S leash.py PARENT SIGNAL UID GID PROGRAM …`.
A program of its own, because code between fork and exec is unsafe in a process with threads, and because
the kernel forgets the leash when the user changes: so the order is drop the user, then leash, then exec.
UID and GID of -1 keep the user; SIGNAL 0 sets no leash (a thread that may end must not take the child along).
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def become(parent: int, death_signal: int, uid: int, gid: int, program: list[str]) -> None:
    """The current process is the program, as the given user; it never returns."""
    # Loaded first: the user to come may not be able to read our Python.
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if uid != -1:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if library is not None and death_signal:
        library.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # The owner died before the leash was on.
            sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - no shell is wanted.


if __name__ == "__main__":
    parent, death_signal, uid, gid = (int(number) for number in sys.argv[1:5])
    become(parent, death_signal, uid, gid, sys.argv[5:])
