"""``regulars templates``: what a segment can be started from."""

from collections.abc import Iterable

import click

from plugin.cli import speak
from plugin.domain.errors import NotFound
from plugin.rules import schema
from plugin.rules.gallery import TEMPLATES
from plugin.rules.speak import Speaker
from plugin.rules.templates import Goal, Template


@click.group("templates")
def command() -> None:
    """What a segment can be started from: list, show."""


@command.command("list")
@click.option("--goal", type=click.Choice([goal.value for goal in Goal]), help="Only for this goal.")
@speak.json_option
def listed(goal: str | None, as_json: bool) -> None:
    """List the templates by goal."""
    found = [template for template in TEMPLATES.values() if goal in (None, template.goal.value)]
    if as_json:
        speak.say_json([_plain(template) for template in found])
    else:
        rows = [{"template": each.id, "goal": each.goal.said, "name": each.name} for each in found]
        speak.say_table(("template", "goal", "name"), rows, "There are none.")


@command.command("show")
@click.argument("template")
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="A parameter's value; may be repeated.")
@click.option("--currency", default=None, help="For amounts in the sentence, as GBP.")
@speak.json_option
def show(template: str, given: tuple[str, ...], currency: str | None, as_json: bool) -> None:
    """Show TEMPLATE with its parameters filled in: its sentence, its rule, what to do with it."""
    found = TEMPLATES.get(template)
    if found is None:
        raise NotFound(f"There is no template {template}. `regulars templates list` has them.")
    values = dict(_pairs(given))
    definition = schema.dump(found.meant(values))
    sentence = found.sentence(Speaker(currency=currency), values)
    if as_json:
        speak.say_json({**_plain(found), "definition": definition, "sentence": sentence})
        return
    click.echo(f"{found.name}\n{found.purpose}\n\n{sentence}\n")
    for key, value in definition.items():
        click.echo(f"  {key}: {value}")
    for parameter in found.parameters:
        click.echo(f"  --set {parameter.name}={values.get(parameter.name, parameter.default)}  {parameter.label}")
    click.echo(f"\nWhat to do: {found.action}\nJudge it by: {found.kpi}")


def _pairs(given: Iterable[str]) -> Iterable[tuple[str, str]]:
    for each in given:
        name, sign, value = each.partition("=")
        if not sign:
            raise click.BadParameter("write NAME=VALUE", param_hint="--set")
        yield name.strip(), value


def _plain(template: Template) -> dict[str, object]:
    return {
        "id": template.id,
        "goal": template.goal,
        "name": template.name,
        "purpose": template.purpose,
        "definition": schema.dump(template.meant()),
        "outputs": dict(template.tags),
        "parameters": [
            {"name": p.name, "label": p.label, "kind": p.kind, "default": p.default, "least": p.least, "most": p.most}
            for p in template.parameters
        ],
        "action": template.action,
        "kpi": template.kpi,
    }
