"""``regulars migrate``: the release step."""

import time

import click

from plugin.cli import doors
from plugin.db.inspect import answers
from plugin.db.migrate import migrate
from plugin.db.roles import ROLES
from plugin.db.transaction import Unavailable
from plugin.settings import Settings, role_password

PAUSE_SECONDS = 0.2


@click.command("migrate")
@click.option("--wait", default=10.0, show_default=True, help="Seconds to wait for a database that is starting.")
def command(wait: float) -> None:
    """Bring the database to the newest schema, and its roles to their rights.

    Safe to repeat, and at once from several machines. A role whose URL is not set gets the password
    that its derived URL carries.
    """
    settings = doors.settings()
    _wait(settings.database_url, wait)
    migrate(settings.database_url, passwords(settings))
    click.echo("The database is at the newest schema.")


def passwords(settings: Settings) -> dict[str, str]:
    """A password for each role that no URL of its own was given for."""
    derived = [role for role in ROLES if not getattr(settings, f"database_{role}_url")]
    return {role: role_password(role, settings.keys[-1]) for role in derived}


def _wait(owner_url: str, seconds: float) -> None:
    """The database answers; raises Unavailable with its own words once the time is over."""
    until = time.monotonic() + seconds
    while True:
        try:
            return answers(owner_url)
        except Unavailable as error:
            if time.monotonic() >= until:
                raise Unavailable(f"DATABASE_URL can't be reached: {error.message}") from error
        time.sleep(PAUSE_SECONDS)
