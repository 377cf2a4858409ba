"""``regulars doctor``: everything the app needs, looked at."""

import click

from plugin.cli import checks, speak
from plugin.cli.checks import Finding


@click.command("doctor")
@speak.json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Look at everything the app needs; say what is wrong and its cure. Exit code 1 when anything is."""
    findings = []
    for finding in checks.every():
        findings.append(finding)
        if not as_json:
            _tell(finding)
    if as_json:
        speak.say_json([vars(finding) for finding in findings])
    ctx.exit(0 if all(finding.ok for finding in findings) else 1)


def _tell(finding: Finding) -> None:
    click.echo(f"{'✓' if finding.ok else '✗'} {finding.subject}: {finding.says}")
    if not finding.ok:
        click.echo(f"    {finding.cure}")
