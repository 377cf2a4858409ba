"""Templates to start a segment from, by what a store owner wants to reach."""

from decimal import Decimal
from typing import Any

from plugin.db import stores
from plugin.domain.errors import NotFound
from plugin.rules import schema
from plugin.rules.gallery import TEMPLATES
from plugin.rules.speak import Speaker
from plugin.rules.templates import Goal, Parameter, Template
from plugin.web import words
from plugin.web.api import schemas
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("templates", __name__, url_prefix="/api/templates", description="Templates to start a segment from")


@routes.get("")
@routes.answers(200, schemas.Templates)
def listed() -> dict[str, Any]:
    """Every template, its defaults filled in, with its sentence in the store's currency."""
    speaker = _speaker()
    return {
        "goals": [
            {
                "id": goal.value,
                "title": words.say(goal.said),
                "templates": [_template(each, speaker) for each in TEMPLATES.values() if each.goal is goal],
            }
            for goal in Goal
        ]
    }


@routes.post("/<name>/fill")
@routes.asks(schemas.FillRequest)
@routes.answers(200, schemas.Filled)
def filled(asked: dict[str, Any], name: str) -> dict[str, Any]:
    """The definition of a template with these values; what a value may not be is said with its field."""
    template = TEMPLATES.get(name)
    if template is None:
        raise NotFound("no such template", template=name)
    definition = schema.dump(template.meant(asked["values"]))
    return {"definition": definition, "sentence": template.sentence(_speaker(), asked["values"])}


def _speaker() -> Speaker:
    with house().database.store(store_id()) as tx:
        return Speaker(currency=stores.get(tx).currency)


def _template(template: Template, speaker: Speaker) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": words.say(template.name),
        "purpose": words.say(template.purpose),
        "sentence": template.sentence(speaker),
        "definition": schema.dump(template.meant()),
        "outputs": template.tags,
        "action": words.say(template.action),
        "kpi": words.say(template.kpi),
        "parameters": [_blank(parameter) for parameter in template.parameters],
    }


def _blank(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "label": words.say(parameter.label),
        "kind": parameter.kind.value,
        "default": parameter.default,
        "least": _plain(parameter.least),
        "most": _plain(parameter.most),
    }


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
