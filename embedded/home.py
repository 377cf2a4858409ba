"""Where the servers keep their data, and as whom they run.

PostgreSQL refuses to run as root, so under root the servers run as `nobody`. `nobody` must reach the data
and the programs. Nothing here ever changes the permissions of a folder it did not create: when a folder
cannot be reached (a checkout below a home of mode 700, say), a private folder under the system's temporary
folder takes its place.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from embedded import warden_pipe
from embedded.process import User

PREFIX = "regulars-"
ELSEWHERE = "elsewhere"  # the note in a folder that names the private folder standing for it
_OTHERS_PASS = 0o711


def server_user() -> User | None:
    """The user of the servers: `nobody` when we are root, else None for ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return User(nobody.pw_uid, nobody.pw_gid)


def runs(command: list[str], user: User | None) -> bool:
    """True when the user can run the command, tried by running it."""
    identity = {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": list[int]()}
    try:
        done = subprocess.run(command, capture_output=True, cwd="/", check=False, timeout=30, **identity)  # type: ignore[call-overload]
    except OSError:
        return False
    return bool(done.returncode == 0)


def reaches(folder: Path, user: User | None) -> bool:
    """True when the user can enter the folder."""
    return user is None or runs(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], user)


def home(folder: Path) -> Path:
    """The folder for server data: the given one, made when missing, or the private one that stands for it."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if reaches(folder, server_user()):
        return folder
    note = folder / ELSEWHERE
    if note.exists():
        before = Path(note.read_text().strip())
        if before.is_dir() and not before.is_symlink() and before.stat().st_uid == os.geteuid():
            return before
    private = private_folder()
    note.write_text(f"{private}\n")
    print(f"{folder} cannot be reached by `nobody`, whom the servers run as; their data is in {private}.")
    return private


def remove(folder: Path) -> None:
    """The folder is gone, and so is the private folder that stood for it."""
    note = folder / ELSEWHERE
    if note.exists():
        elsewhere = Path(note.read_text().strip())
        if elsewhere.name.startswith(PREFIX) and elsewhere.stat().st_uid == os.geteuid():
            shutil.rmtree(elsewhere, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def private_folder() -> Path:
    """A new folder with a short path that only its owner can list; the server's user can pass through it."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_temporary_root()))
    if os.geteuid() == 0:
        folder.chmod(_OTHERS_PASS)
    return folder


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A private folder that is gone afterwards, also when this process is killed."""
    folder = private_folder()
    warden_pipe.tell(f"folder {folder}")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        warden_pipe.tell(f"kept {folder}")


def owned(folder: Path, user: User | None) -> Path:
    """The folder exists, belongs to the server's user, and nobody else looks inside."""
    folder.mkdir(exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid)
    folder.chmod(0o700)
    return folder


def _temporary_root() -> str:
    """The system's temporary folder if the server's user reaches it, else /tmp; short enough for sockets."""
    root = tempfile.gettempdir()
    return root if len(root) < 40 and reaches(Path(root), server_user()) else "/tmp"  # noqa: S108
