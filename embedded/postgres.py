"""A PostgreSQL of our own: one folder, one unix socket, no network, gone with its owner."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from embedded import warden_pipe
from embedded.home import home, owned, private_folder, server_user
from embedded.postgres_files import bin_folder
from embedded.process import ChildEndedError, Process, User

SUPERUSER = "postgres"
SOCKET_PATH_LIMIT = 100  # bytes of sockaddr_un.sun_path: 107 on Linux, 103 on macOS
_SOCKET_NAME = ".s.PGSQL.5432"

# Text sorts by code point and folds by Unicode, the same on every machine.
_INITDB = ["-U", SUPERUSER, "--auth=trust", "-E", "UTF8", "--locale=C", "--locale-provider=builtin"]
_INITDB += ["--builtin-locale=C.UTF-8", "--no-instructions"]

DURABLE = {
    "shared_buffers": "128MB",
    "jit": "off",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_senders": "0",  # Nobody replicates it,
    "wal_level": "minimal",  # so the log need not serve a replica.
}
# Loses data in a power cut, never when a process is killed.
FAST = DURABLE | {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """A server: where its sockets are, and the process to stop, kill and start again."""

    process: Process
    data: Path
    sockets: Path

    def url(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """The libpq URL of a database of this server, for a user."""
        return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """The server accepts connections."""
        deadline = time.monotonic() + 10
        while True:
            self.process.start()
            try:
                self.process.wait_until(self._ready)
            except ChildEndedError as ended:
                # After SIGKILL the orphaned backends need a moment to let go of the shared memory.
                if "shared memory block" not in str(ended) or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """The server ended in order; open transactions were rolled back."""
        self.process.stop()

    def kill(self) -> None:
        """The server ended by SIGKILL; the next start recovers from the log."""
        self.process.kill()

    def _ready(self) -> bool:
        """True when the server's own status line says so, and it is this server's."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return False
        return len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready"


@contextlib.contextmanager
def postgres(folder: Path, options: Mapping[str, str] = DURABLE) -> Iterator[Postgres]:
    """A running server with its data in the folder, which a later start finds again; stopped afterwards."""
    user, place = server_user(), home(folder)
    programs = bin_folder(place, user)
    data = place / "postgres"
    if not (data / "PG_VERSION").exists():
        _initdb(programs, data, user, sync=options.get("fsync") != "off")
    with _socket_folder(place, user) as sockets:
        command = [str(programs / "postgres"), "-D", str(data), "-k", str(sockets), "-h", ""]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        process = Process(
            "postgres",
            command,
            folder / "log" / "postgres.log",
            folder=Path("/"),
            user=user,
            environment=_environment(),
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
            death_signal=signal.SIGQUIT,  # "immediate": no checkpoint, recovers at the next start
        )
        server = Postgres(process, data, sockets)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _initdb(programs: Path, data: Path, user: User | None, *, sync: bool) -> None:
    """The data folder is ready; it takes its name last, so a broken start leaves nothing that looks whole."""
    making = data.with_name("postgres.making")
    shutil.rmtree(making, ignore_errors=True)
    owned(making, user)
    identity = {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": list[int]()}
    subprocess.run(  # type: ignore[call-overload]
        [str(programs / "initdb"), "-D", str(making), *_INITDB, *([] if sync else ["--no-sync"])],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env=_environment(),
        **identity,
    )
    making.rename(data)


@contextlib.contextmanager
def _socket_folder(place: Path, user: User | None) -> Iterator[Path]:
    """A folder for the socket: beside the data, or a temporary one when that path would be too long."""
    beside = place / "sockets"
    if len(os.fsencode(beside / _SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        yield owned(beside, user)
        return
    short = private_folder()
    warden_pipe.tell(f"folder {short}")
    try:
        yield owned(short / "s", user)
    finally:
        shutil.rmtree(short, ignore_errors=True)
        warden_pipe.tell(f"kept {short}")


def _environment() -> dict[str, str]:
    """What a server needs of our environment: nothing that would change its language or its data folder."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ} | {"LC_ALL": "C"}
