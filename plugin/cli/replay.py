"""``regulars replay``: a history, played to a running app as a store's signed webhooks."""

import itertools
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from plugin.cli import speak
from plugin.cli.history import jsonl, online_retail
from plugin.cli.history.sender import Played, Sender
from plugin.platforms.manifest import asked

FORMATS = {"jsonl": jsonl.read, "online-retail": online_retail.read}


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", required=True, help="The app's address; the webhook path follows unless a path is given.")
@click.option("--shop", required=True, help="The store's domain, as it has the app installed.")
@click.option(
    "--secret", envvar="SHOPIFY_CLIENT_SECRET", required=True, help="The app's client secret.", show_envvar=True
)
@click.option("--format", "format_", type=click.Choice(sorted(FORMATS)), default="jsonl", show_default=True)
@click.option("--speed", type=click.FloatRange(0, min_open=True), help="Webhooks a second; if left out, as it goes.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many webhooks.")
@click.option("--connections", type=click.IntRange(1, 64), default=4, show_default=True, help="Kept open side by side.")
@speak.json_option
def command(
    file: Path,
    url: str,
    shop: str,
    secret: str,
    format_: str,
    speed: float | None,
    limit: int | None,
    connections: int,
    as_json: bool,
) -> None:
    """Play the history in FILE (plain or .gz) to a running app, as SHOP's signed webhooks.

    A webhook's id follows from its content: a second replay changes nothing. docs/replay.md has the formats.
    """
    version = asked("shopify").api_version
    sender = Sender(_target(url), lambda each: each.headers(shop, secret, version), connections, speed)
    deliveries = itertools.islice(FORMATS[format_](file), limit)
    played = sender.play(deliveries, _progress)
    _tell(played, as_json)
    if played.accepted != played.total:
        raise click.ClickException(f"{played.total - played.accepted} webhooks were not accepted: {_answers(played)}.")


def _target(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise click.BadParameter("must look like https://app.example or http://127.0.0.1:8000", param_hint="--url")
    return url if parts.path.strip("/") else url.rstrip("/") + asked("shopify").webhook_path


def _progress(sent: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{sent} webhooks", err=True, nl=False)


def _answers(played: Played) -> str:
    return ", ".join(f"{count} × {answer}" for answer, count in sorted(played.answers.items()))


def _tell(played: Played, as_json: bool) -> None:
    rate = played.total / played.seconds if played.seconds else 0.0
    if sys.stderr.isatty():
        click.echo("\r", err=True, nl=False)
    if as_json:
        told = {"sent": played.total, "accepted": played.accepted, "again": played.again, "answers": played.answers}
        speak.say_json({**told, "seconds": round(played.seconds, 3), "per_second": round(rate, 1)})
    else:
        click.echo(
            f"{played.total} webhooks in {played.seconds:.1f} s ({rate:.0f} a second): {_answers(played) or 'none'}; "
            f"{played.again} sent again."
        )
