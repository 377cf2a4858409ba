"""The table of commands, each loaded when it is used; failures become one sentence."""

from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from plugin.domain.errors import RegularsError

COMMANDS: Mapping[str, str] = {
    "backfill": "Read a store's history again, from the start.",
    "customer": "Why a customer is, or is not, in a segment.",
    "deliveries": "What came in, and what was set aside.",
    "doctor": "Look at everything the app needs; say what is wrong and its cure.",
    "facts": "Tell a store what its platform does not know of its customers.",
    "keys": "The keys that protect the stores' tokens.",
    "manifest": "What the app asks of a platform, as that platform's file.",
    "migrate": "Bring the database to the newest schema, and its roles to their rights.",
    "reconcile": "Compare a store's books with what is here, and read what differs.",
    "replay": "Play a history to a running app, as signed webhooks.",
    "schema": "The JSON Schemas of store files and of what `regulars try` prints.",
    "segments": "A store's segments: list, export, import.",
    "stores": "The stores that have the app.",
    "templates": "What a segment can be started from: list, show.",
    "try": "Work out the segments of a store file, and check what it expects.",
}
"""Noun and what it is for. Its module (``module_of``) holds a click command named ``command``."""


def module_of(noun: str) -> str:
    """The module that holds the noun's command."""
    return f"plugin.cli.{noun}_" if iskeyword(noun) else f"plugin.cli.{noun}"


UNEXPECTED = "{kind}: {error}\nThis was not expected. `regulars --debug …` shows where it happened."


class Commands(click.Group):
    """A group whose commands are modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The nouns, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The noun's command; its module is imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(module_of(cmd_name)).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help's list, from the table: no module is loaded for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """The command has run; whatever failed is one sentence on stderr and exit code 1."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except RegularsError as error:
            if ctx.params["debug"]:
                raise
            raise click.ClickException(error.message) from error
        except Exception as error:
            if ctx.params["debug"]:
                raise
            raise click.ClickException(UNEXPECTED.format(kind=type(error).__name__, error=error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show where an error happened.")
def main(debug: bool) -> None:
    """Regulars keeps customer segments true. Settings come from the environment: docs/settings.md."""
