"""``regulars try``: what the segments of a store file come to, for people and for CI."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from plugin.cli import speak
from plugin.cli.server import server
from plugin.domain.errors import RegularsError
from plugin.flow.trial import prepared, trial
from plugin.platforms.given.mistakes import FileUnusable, Mistake

DIFFERENT, UNUSABLE, BROKEN = 1, 2, 3
"""Exit codes: something is not as expected; the file or a rule can't be used; the run itself failed."""


@click.command("try")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--explain", is_flag=True, help="Also say, for each customer and segment, why, and what changes when.")
@click.option("--moment", "moments", multiple=True, help="Ask at this moment instead of the file's; may be repeated.")
def command(file: str, explain: bool, moments: tuple[str, ...]) -> None:
    """Work out the segments of the store file FILE (YAML or JSON, - for stdin) and print JSON.

    docs/store-file.md says what may stand in it. It runs in a schema of its own at DATABASE_URL, or in a
    PostgreSQL of its own where that is not set, and leaves nothing behind.

    Exit code 0: all is as the file expects; 1: something differs; 2: the file or a rule can't be used,
    with the reasons; 3: the run failed.
    """
    try:
        asked = prepared(_text(file), moments)
        with _ends_in_order(), server() as place:
            found = trial(asked, *place, explain=explain)
    except FileUnusable as error:
        _refused(error)
    except click.exceptions.Exit:
        raise
    except KeyboardInterrupt:
        _failed("It was interrupted. Nothing is left behind.")
    except Exception as error:
        if click.get_current_context().find_root().params.get("debug"):
            raise
        if isinstance(error, RegularsError):
            _failed(error.message)
        if isinstance(error, OSError) and error.filename == file:
            _failed(f"{file} can't be read: {error.strerror}.")
        _failed(f"{type(error).__name__}: {error}\nThis was not expected. `regulars --debug try …` shows where.")
    speak.say_json(found)
    differences = found.get("expectations", {}).get("differences", ())
    for each in differences:
        click.echo(_difference(each), err=True)
    if differences:
        raise click.exceptions.Exit(DIFFERENT)


def _text(file: str) -> str:
    """What the file says. Raises FileUnusable for what is no text, and OSError."""
    try:
        with click.open_file(file, encoding="utf-8") as opened:
            return str(opened.read())
    except UnicodeDecodeError as error:
        raise FileUnusable([Mistake("", f"This is no UTF-8 text: {error.reason} at byte {error.start}.")]) from error


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """SIGTERM and the closing of the terminal end the run as Ctrl-C does: what it made is taken away first."""

    def interrupt(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _refused(error: FileUnusable) -> None:
    speak.say_json({"errors": [mistake.plain() for mistake in error.mistakes]})
    for mistake in error.mistakes:
        click.echo(str(mistake), err=True)
    raise click.exceptions.Exit(UNUSABLE)


def _failed(message: str) -> None:
    click.echo(f"Error: {message}", err=True)
    raise click.exceptions.Exit(BROKEN)


def _difference(each: dict[str, Any]) -> str:
    return f"{each['path']}: {each['segment']} at {each['moment']}: expected {each['expected']}, is {each['actual']}"
